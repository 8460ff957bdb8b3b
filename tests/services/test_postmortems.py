"""Postmortems as several people write them: drafted with the resolution, saved, merged, restored."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemKind
from statuspage.domain.component import Impact
from statuspage.domain.errors import ConflictError, ForbiddenError, NotFoundError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import Item, Moment, PostmortemState, Section
from statuspage.domain.postmortem_edits import EditConflictError
from statuspage.domain.roles import SiteRole
from statuspage.services.commands import NoticeCommand
from statuspage.services.context import Context
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortems import begin_postmortem, restore_revision, save_postmortem
from statuspage.services.publish_notice import publish_notice, reopen_incident
from statuspage.store.accounts import Account
from statuspage.store.action_items import items_of
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import (
    Postmortem,
    editors_of,
    find_postmortem,
    get_postmortem,
    get_revision,
    head_of,
)
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import actor_of, announce


def resolve(ctx: Context, row: IncidentRow, **fields: object) -> Postmortem | None:
    command = NoticeCommand(text=plain_text("Over."), status=IncidentStatus.RESOLVED, **fields)  # type: ignore[arg-type]
    publish_notice(ctx, row, command)
    return find_postmortem(ctx.session, row)


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ana")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def row(act: Act, clock: FakeClock) -> IncidentRow:
    with act() as ctx:
        row = announce(ctx)
    clock.advance(minutes=40)
    with act() as ctx:
        resolve(ctx, row)
    clock.advance(minutes=10)
    return row


@pytest.fixture
def postmortem(session: Session, row: IncidentRow) -> Postmortem:
    return get_postmortem(session, row)


def test_a_resolution_makes_a_draft_with_the_milestones_in_its_timeline(
    session: Session, postmortem: Postmortem
):
    head = head_of(session, postmortem)

    assert postmortem.state_of(head) is PostmortemState.DRAFT
    assert postmortem.begun_at is None
    moments = [entry.moment for entry in head.value.timeline if entry.moment]
    assert moments == [
        Moment.BEGINNING,
        Moment.DETECTION,
        Moment.FIRST_NOTICE,
        Moment.RESTORATION,
        Moment.RESOLUTION,
    ]


def test_a_resolution_without_the_permanent_fix_leaves_it_as_an_action_item(act: Act, session: Session):
    with act() as ctx:
        row = announce(ctx)
        resolve(ctx, row, permanent_fix=False)

    (item,) = items_of(session, get_postmortem(session, row))
    assert item.kind is ItemKind.FIX


def test_a_false_alarm_gets_no_postmortem(act: Act):
    with act() as ctx:
        assert resolve(ctx, announce(ctx), is_false_alarm=True) is None


def test_after_a_reopening_the_next_resolution_adds_its_lines_and_keeps_what_was_written(
    act: Act, session: Session, row: IncidentRow, postmortem: Postmortem, ana: Account, clock: FakeClock
):
    with act(actor_of(ana)) as ctx:
        head = head_of(session, postmortem)
        save_postmortem(ctx, postmortem, head.value.with_section(Section.SUMMARY, "It broke."), head.number)
    before = len(head_of(session, postmortem).value.timeline)
    with act() as ctx:
        reopen_incident(
            ctx, row, NoticeCommand(text=plain_text("Again."), status=IncidentStatus.INVESTIGATING), None
        )
    clock.advance(minutes=20)
    with act() as ctx:
        assert resolve(ctx, row) is postmortem

    content = head_of(session, postmortem).value
    assert content.text_of(Section.SUMMARY) == "It broke."
    assert len(content.timeline) > before


def test_two_authors_who_began_from_one_text_both_find_theirs_in_it(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    first = head_of(session, postmortem)
    with act(actor_of(ana)) as ctx:
        save_postmortem(ctx, postmortem, first.value.with_section(Section.SUMMARY, "Ana's."), first.number)
    with act(actor_of(ben)) as ctx:
        save_postmortem(ctx, postmortem, first.value.with_section(Section.IMPACT, "Ben's."), first.number)

    content = head_of(session, postmortem).value
    assert content.text_of(Section.SUMMARY) == "Ana's."
    assert content.text_of(Section.IMPACT) == "Ben's."
    assert [each.account.name for each in editors_of(session, postmortem)] == ["Ana", "Ben"]


def test_two_authors_of_one_line_get_both_texts_and_nothing_is_overwritten(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    first = head_of(session, postmortem)
    with act(actor_of(ana)) as ctx:
        save_postmortem(ctx, postmortem, first.value.with_section(Section.SUMMARY, "Ana's."), first.number)
    with pytest.raises(EditConflictError) as caught, act(actor_of(ben)) as ctx:
        save_postmortem(ctx, postmortem, first.value.with_section(Section.SUMMARY, "Ben's."), first.number)

    assert (caught.value.latest_text, caught.value.own_text) == ("Ana's.", "Ben's.")
    assert head_of(session, postmortem).value.text_of(Section.SUMMARY) == "Ana's."


def test_saving_the_same_text_makes_no_revision(
    act: Act, session: Session, postmortem: Postmortem, ana: Account
):
    head = head_of(session, postmortem)
    with act(actor_of(ana)) as ctx:
        assert save_postmortem(ctx, postmortem, head.value, head.number).number == head.number

    assert editors_of(session, postmortem) == []


def test_an_older_text_can_be_made_the_newest_again(
    act: Act, session: Session, postmortem: Postmortem, ana: Account
):
    first = head_of(session, postmortem)
    with act(actor_of(ana)) as ctx:
        one = first.value.with_section(Section.SUMMARY, "One.")
        save_postmortem(ctx, postmortem, one, first.number)
        save_postmortem(ctx, postmortem, one.with_section(Section.SUMMARY, "Two."), 2)
        restored = restore_revision(ctx, postmortem, 2)

    assert (restored.number, restored.note) == (4, "restored:2")
    assert restored.value.text_of(Section.SUMMARY) == "One."


@pytest.mark.parametrize("number", [0, 2, 2**31 - 1, 2**31, 10**14])
def test_a_revision_that_never_was_is_not_found(session: Session, postmortem: Postmortem, number: int):
    with pytest.raises(NotFoundError):
        get_revision(session, postmortem, number)


def test_action_items_follow_the_text_and_come_back_with_it(
    act: Act, session: Session, postmortem: Postmortem, ana: Account
):
    first = head_of(session, postmortem)
    item = Item("abcdefghijkl", "Alert earlier", ItemKind.DETECT, owner=ana.public_id, team="Network")
    with act(actor_of(ana)) as ctx:
        save_postmortem(ctx, postmortem, replace(first.value, items=(item,)), first.number)
        (row,) = items_of(session, postmortem)
        assert (row.title, row.owner_id, row.team) == ("Alert earlier", ana.id, "Network")
        save_postmortem(ctx, postmortem, first.value, 2)
        assert items_of(session, postmortem) == []
        restore_revision(ctx, postmortem, 2)

    assert [each.public_id for each in items_of(session, postmortem)] == ["abcdefghijkl"]


def test_nobody_whose_account_is_disabled_gets_an_action_item(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account, clock: FakeClock
):
    ben.disabled_at = clock.now()
    session.commit()
    first = head_of(session, postmortem)
    item = Item("abcdefghijkl", "Alert earlier", owner=ben.public_id)
    with pytest.raises(RuleError, match="disabled"), act(actor_of(ana)) as ctx:
        save_postmortem(ctx, postmortem, replace(first.value, items=(item,)), first.number)

    assert items_of(session, postmortem) == []


def test_a_viewer_does_not_write(act: Act, session: Session, postmortem: Postmortem):
    vera = make_account(session, role=SiteRole.VIEWER)
    head = head_of(session, postmortem)
    with pytest.raises(ForbiddenError), act(actor_of(vera)) as ctx:
        save_postmortem(ctx, postmortem, head.value.with_section(Section.SUMMARY, "Hm."), head.number)


def test_before_the_resolution_there_is_nothing_to_begin(act: Act, ana: Account):
    with act() as ctx:
        row = announce(ctx)
    with pytest.raises(ConflictError) as caught, act(actor_of(ana)) as ctx:
        begin_postmortem(ctx, row)

    assert caught.value.code == "not_resolved"


def test_the_highest_impact_ever_published_stays_known(act: Act):
    with act() as ctx:
        row = announce(ctx, impact=Impact.CRITICAL)
        publish_notice(
            ctx,
            row,
            NoticeCommand(text=plain_text("Less."), status=None, impact_override=Impact.MINOR),
        )

        assert row.impact is Impact.MINOR
        assert row.highest_impact is Impact.CRITICAL


def test_an_action_item_belongs_to_one_postmortem(
    act: Act, session: Session, postmortem: Postmortem, ana: Account
):
    item = Item("abcdefghijkl", "Alert earlier")
    with act() as ctx:
        other = resolve(ctx, announce(ctx, name="Another"))
    assert other is not None
    with act(actor_of(ana)) as ctx:
        first = head_of(session, postmortem)
        save_postmortem(ctx, postmortem, replace(first.value, items=(item,)), first.number)
        head = head_of(session, other)
    with pytest.raises(RuleError, match="another postmortem"), act(actor_of(ana)) as ctx:
        save_postmortem(ctx, other, replace(head.value, items=(item,)), head.number)
