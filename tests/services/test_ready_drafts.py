"""Drafts that are ready, and the words that are there before anybody has written any."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.errors import DomainError, ForbiddenError
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.milestones import Times
from statuspage.domain.roles import SiteRole
from statuspage.services.commands import Declaration
from statuspage.services.declare_incident import declare_incident
from statuspage.services.drafts import own_draft, save_draft
from statuspage.services.end_incident import dismiss_incident
from statuspage.services.next_words import next_words, suggested_words
from statuspage.services.notice_templates import TemplateFields, create_template
from statuspage.services.notice_text import plain_text
from statuspage.services.publish_notice import publish_notice
from statuspage.services.ready_drafts import mark_ready, mark_unready, ready_draft, what_is_ready
from statuspage.services.set_facts import Facts, set_facts
from statuspage.store.accounts import Account
from statuspage.store.drills import Drill, DrillParticipant
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import actor_of, announce, update

WORDS = {"body": "We found it.", "status": "identified"}


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana")


@pytest.fixture
def row(act: Act) -> IncidentRow:
    with act() as ctx:
        return announce(ctx)


def prepare(act: Act, who: Account, row: IncidentRow, **fields: str) -> None:
    with act(actor_of(who)) as ctx:
        mark_ready(ctx, row, save_draft(ctx, row, {**WORDS, **fields}))


def test_what_a_responder_has_prepared_is_ready_for_all(
    act: Act, ben: Account, ana: Account, row: IncidentRow
):
    prepare(act, ben, row)

    with act(actor_of(ana)) as ctx:
        ready = what_is_ready(ctx, row)
        assert ready is not None
        assert (ready.draft.author.name, ready.excerpt, ready.status) == ("Ben", "We found it.", "identified")


def test_a_change_takes_back_that_it_is_ready(act: Act, ben: Account, row: IncidentRow):
    prepare(act, ben, row)
    with act(actor_of(ben)) as ctx:
        save_draft(ctx, row, WORDS)
        assert ready_draft(ctx, row) is not None
        save_draft(ctx, row, {**WORDS, "body": "We found more."})

        assert ready_draft(ctx, row) is None


def test_a_notice_takes_back_what_was_ready_to_follow_the_one_before(
    act: Act, ben: Account, row: IncidentRow
):
    prepare(act, ben, row)
    with act() as ctx:
        publish_notice(ctx, row, update("Something else."))

        assert ready_draft(ctx, row) is None


def test_its_author_takes_it_back_and_nobody_else(act: Act, ben: Account, ana: Account, row: IncidentRow):
    prepare(act, ben, row)
    with act(actor_of(ben)) as ctx:
        draft = own_draft(ctx, row)
        assert draft is not None
    with pytest.raises(ForbiddenError), act(actor_of(ana)) as ctx:
        mark_unready(ctx, row, draft)
    with act(actor_of(ben)) as ctx:
        mark_unready(ctx, row, draft)
        mark_unready(ctx, row, draft)

        assert ready_draft(ctx, row) is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": " "}, "blank"),
        ({"status": ""}, "invalid"),
        ({"status": "dismissed"}, "invalid"),
        ({"body": "The cause: {{cause}}"}, "unfilled_placeholder"),
    ],
)
def test_words_that_could_not_go_out_are_not_ready(
    act: Act, ben: Account, row: IncidentRow, fields: dict[str, str], code: str
):
    with pytest.raises(DomainError) as refused:
        prepare(act, ben, row, **fields)

    assert refused.value.code == code


def test_nothing_is_prepared_for_an_incident_that_is_over(act: Act, ben: Account):
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name="Odd"))
        dismiss_incident(ctx, row, "Nothing.")
    with pytest.raises(DomainError) as refused:
        prepare(act, ben, row)

    assert refused.value.code == "nothing_to_prepare"


def test_a_drills_draft_is_its_participants_own(act: Act, session: Session, ben: Account, ana: Account):
    with act() as ctx:
        row = announce(ctx)
        row.drill = Drill(public_id=new_public_id(), title="Game day", speed=60, started_at=ctx.now)
        row.drill.participants.append(DrillParticipant(account_id=ben.id))
    prepare(act, ben, row)

    with act(actor_of(ben)) as ctx:
        assert ready_draft(ctx, row) is not None
    with act(actor_of(ana)) as ctx:
        assert ready_draft(ctx, row) is None
        assert suggested_words(ctx, row) != ("identified", "We found it.")


def test_the_words_of_the_next_update_follow_status_and_impact(act: Act):
    with act() as ctx:
        row = announce(ctx, impact=Impact.MINOR)
        fields = TemplateFields(
            name="Small", body=plain_text("A small thing: {{incident}}, {{impact}}."),
            kind=NoticeKind.UPDATE, status=IncidentStatus.INVESTIGATING, impact=Impact.MINOR,
        )  # fmt: skip
        create_template(ctx, fields)

        assert suggested_words(ctx, row) == (
            IncidentStatus.INVESTIGATING, "A small thing: Requests fail, minor.",
        )  # fmt: skip


def test_what_is_ready_comes_before_any_template(act: Act, ben: Account, row: IncidentRow):
    prepare(act, ben, row)

    with act() as ctx:
        assert suggested_words(ctx, row) == (IncidentStatus.IDENTIFIED, "We found it.")


def test_once_service_is_back_the_words_are_those_of_a_resolution(
    act: Act, clock: FakeClock, row: IncidentRow
):
    clock.advance(minutes=10)
    with act() as ctx:
        set_facts(ctx, row, Facts(times=Times(restored_at=ctx.now - timedelta(minutes=1))))

        words = next_words(ctx, row)
        assert words is not None
        assert (words.kind, words.status) == (NoticeKind.RESOLUTION, IncidentStatus.RESOLVED)
        assert "restored" in words.body


def test_a_first_notice_has_words_and_an_ended_incident_has_none(act: Act):
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name="Odd"))
        words = next_words(ctx, row)
        assert words is not None
        assert (words.kind, words.status) == (NoticeKind.INITIAL, IncidentStatus.INVESTIGATING)
        assert words.body
        dismiss_incident(ctx, row, "Nothing.")

        assert suggested_words(ctx, row) is None


def test_words_that_need_a_person_are_not_suggested(act: Act, row: IncidentRow):
    with act() as ctx:
        fields = TemplateFields(
            name="x", body=plain_text("What you see: {{symptom}}"), kind=NoticeKind.UPDATE,
            status=IncidentStatus.INVESTIGATING, impact=Impact.CRITICAL,
        )  # fmt: skip
        create_template(ctx, fields)

        words = suggested_words(ctx, row)
        assert words is not None
        assert "{{" not in words[1]
