"""Templates: what may be kept, in which order, and what of them goes out."""

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.errors import ForbiddenError, NotFoundError, RuleError, StaleError
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.placeholders import unfilled
from statuspage.domain.roles import SiteRole
from statuspage.domain.starter_templates import STARTER_TEMPLATES
from statuspage.services.context import Context
from statuspage.services.notice_templates import (
    TemplateFields,
    archive_template,
    change_template,
    create_template,
    install_starter_templates,
    move_template,
    suggested_states,
)
from statuspage.services.notice_text import NoticeText, plain_text
from statuspage.services.prepared_texts import suggest
from statuspage.store.notice_templates import NoticeTemplate, all_templates, get_template
from tests.conftest import Act
from tests.factories import make_account, make_component
from tests.services.desk import actor_of, announce

FOUND = IncidentStatus.IDENTIFIED


def create(ctx: Context, body: str = "All is well.", **fields: object) -> NoticeTemplate:
    named: dict[str, object] = {"name": "Mine", "kind": NoticeKind.UPDATE, **fields}
    return create_template(ctx, TemplateFields(body=plain_text(body), **named))  # type: ignore[arg-type]


def names(session: Session, kind: NoticeKind = NoticeKind.UPDATE) -> list[str]:
    return [one.name for one in all_templates(session) if one.kind is kind]


def forget_all(ctx: Context) -> None:
    for template in all_templates(ctx.session):
        archive_template(ctx, template)


def test_a_new_page_has_the_starter_set_and_gets_it_once(act: Act, session: Session):
    with act() as ctx:
        assert len(all_templates(ctx.session)) == len(STARTER_TEMPLATES)
        forget_all(ctx)
        install_starter_templates(ctx.session, ctx.now)

    assert all_templates(session) == []


@pytest.mark.parametrize("starter", STARTER_TEMPLATES, ids=lambda starter: starter.name)
def test_each_starter_names_known_placeholders_and_fits_its_kind(act: Act, starter):
    with act() as ctx:
        create(
            ctx, starter.body, name=starter.name, kind=starter.kind, status=starter.status,
            title=starter.title, is_false_alarm=starter.is_false_alarm,
        )  # fmt: skip


def test_what_a_first_notice_starts_from_needs_nobody_s_words(act: Act):
    """Two decisions, no free text: every situation is complete once components are chosen."""
    known = {"page", "components", "began", "detected", "restored", "duration"}

    for starter in STARTER_TEMPLATES:
        if starter.kind is NoticeKind.INITIAL:
            assert set(unfilled(starter.body)) | set(unfilled(starter.title or "")) <= known, starter.name


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"body": "Hello {{nmae}}"}, "unknown_placeholder", "body"),
        ({"title": "{{nmae}} is down"}, "unknown_placeholder", "title"),
        ({"name": " "}, "blank", "name"),
        ({"name": "x" * 256}, "too_long", "name"),
        ({"name": "a\0b"}, "control_character", "name"),
        ({"status": IncidentStatus.RESOLVED}, "status_does_not_fit", "status"),
        (
            {"kind": NoticeKind.RESOLUTION, "status": IncidentStatus.IDENTIFIED},
            "status_does_not_fit",
            "status",
        ),
        ({"is_false_alarm": True}, "false_alarm_does_not_fit", "is_false_alarm"),
        ({"states": {"nowhere": ComponentState.MAJOR_OUTAGE}}, "unknown_component", "components"),
    ],
)
def test_what_can_not_be_kept_is_refused_beside_its_field(act: Act, fields, code: str, field: str):
    with pytest.raises(RuleError) as refused, act() as ctx:
        create(ctx, **fields)

    assert (refused.value.code, refused.value.field.split(".")[0]) == (code, field)


def test_a_placeholder_inside_the_address_of_a_link_is_refused(act: Act):
    text = NoticeText("[here](/x/{{incident}})", '<p><a href="/x/%7B%7Bincident%7D%7D">here</a></p>')

    with pytest.raises(RuleError) as refused, act() as ctx:
        create_template(ctx, TemplateFields(name="Link", body=text))

    assert (refused.value.code, refused.value.field) == ("misplaced_placeholder", "body")


def test_a_template_without_name_or_text_is_refused(act: Act):
    with pytest.raises(RuleError) as refused, act() as ctx:
        create_template(ctx, TemplateFields(name="Empty"))

    assert (refused.value.code, refused.value.field) == ("blank", "body")


def test_responders_use_templates_and_do_not_change_them(act: Act, session: Session):
    ben = make_account(session, role=SiteRole.RESPONDER)

    with pytest.raises(ForbiddenError), act(actor_of(ben)) as ctx:
        create(ctx)


def test_of_two_who_change_one_the_second_sees_the_first_s_text(act: Act):
    with act() as ctx:
        template = create(ctx)
        seen = template.version
        change_template(ctx, template, TemplateFields(body=plain_text("First")), seen)

        with pytest.raises(StaleError) as overtaken:
            change_template(ctx, template, TemplateFields(body=plain_text("Second")), seen)

    assert (overtaken.value.latest_text, overtaken.value.own_text) == ("First", "Second")


def test_a_template_taken_away_is_offered_no_more(act: Act, session: Session):
    with act() as ctx:
        template = create(ctx)
        archive_template(ctx, template)

    with pytest.raises(NotFoundError):
        get_template(session, template.public_id)


def test_templates_move_among_those_of_their_kind(act: Act, session: Session):
    with act() as ctx:
        forget_all(ctx)
        create(ctx, name="End", kind=NoticeKind.RESOLUTION)
        one, _, three = (create(ctx, name=name) for name in ("One", "Two", "Three"))
        move_template(ctx, three, 0)
        move_template(ctx, one, 99)

    assert names(session) == ["Three", "Two", "One"]


def test_archived_components_are_suggested_no_more(act: Act, session: Session):
    api, gone = make_component(session), make_component(session, name="Old")
    with act() as ctx:
        states = {one.public_id: ComponentState.MAJOR_OUTAGE for one in (api, gone)}
        template = create(ctx, states=states)
        gone.archived_at = ctx.now

        assert suggested_states(ctx.session, template) == {api.public_id: ComponentState.MAJOR_OUTAGE}


def test_the_text_made_for_the_impact_comes_before_one_for_any(act: Act):
    with act() as ctx:
        forget_all(ctx)
        row = announce(ctx, impact=Impact.CRITICAL)
        identified = IncidentStatus.IDENTIFIED
        create(ctx, "For any.", status=identified)
        create(ctx, "For critical ones.", status=identified, impact=Impact.CRITICAL)
        create(ctx, "For minor ones.", status=identified, impact=Impact.MINOR)

        text = suggest(ctx, row, NoticeKind.UPDATE, identified, row.impact)

    assert text is not None
    assert text.body == "For critical ones."


def test_a_text_that_needs_a_person_s_words_is_never_suggested(act: Act):
    with act() as ctx:
        forget_all(ctx)
        row = announce(ctx)
        create(ctx, "The cause: {{cause}}", status=IncidentStatus.IDENTIFIED)

        assert suggest(ctx, row, NoticeKind.UPDATE, IncidentStatus.IDENTIFIED, row.impact) is None
