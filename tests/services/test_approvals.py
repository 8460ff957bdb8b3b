"""A second person's word before later notices of critical incidents (rule 11)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, sessionmaker

from statuspage.domain.component import Impact
from statuspage.domain.errors import ConflictError, DomainError, ForbiddenError, StaleError
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.approvals import (
    approve_draft,
    ask_review,
    review_of,
    reviews_waiting,
    withdraw_approval,
    withdraw_review,
)
from statuspage.services.commands import NoticeCommand
from statuspage.services.context import Context, unit_of_work
from statuspage.services.drafts import digest_of, save_draft
from statuspage.services.publish_notice import publish_notice, reopen_incident
from statuspage.store.accounts import Account
from statuspage.store.drafts import NoticeDraft
from statuspage.store.incidents import IncidentRow, IncidentUpdate
from statuspage.store.pages import the_page
from statuspage.store.records import AuditEntry
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of, announce, update

FIELDS = {"body": "We found it.", "status": "identified"}


class Room:
    """Ben writes, Ana approves, at a page that asks for approval and an incident announced at noon."""

    def __init__(
        self, act: Act, session: Session, clock: FakeClock, impact: Impact = Impact.CRITICAL
    ) -> None:
        self._act, self._session, self.clock = act, session, clock
        self.ben = make_account(session, role=SiteRole.COMMUNICATOR, name="Ben")
        self.ana = make_account(session, role=SiteRole.COMMUNICATOR, name="Ana")
        self.cleo = make_account(session, role=SiteRole.RESPONDER, name="Cleo")
        the_page(session).asks_approval = True
        with act(actor_of(self.ben)) as ctx:
            self.key = announce(ctx, impact=impact).id

    def do(self, who: Account, verb: Callable[..., Any], *more: Any, **named: Any) -> Any:
        """Have somebody act on the incident."""
        with self._act(actor_of(who)) as ctx:
            return verb(ctx, self.row(ctx), *more, **named)

    def with_draft(self, who: Account, verb: Callable[..., Any], *more: Any) -> Any:
        """Have somebody act on Ben's draft."""
        with self._act(actor_of(who)) as ctx:
            return verb(ctx, self.row(ctx), self.draft(ctx), *more)

    def row(self, ctx: Context) -> IncidentRow:
        return ctx.session.get_one(IncidentRow, self.key)

    def draft(self, ctx: Context) -> NoticeDraft:
        return ctx.session.scalars(select(NoticeDraft).where(NoticeDraft.author_id == self.ben.id)).one()

    def write(self, **fields: Any) -> None:
        self.do(self.ben, save_draft, {**FIELDS, **fields})

    def ask(self, **fields: Any) -> None:
        self.write(**fields)
        self.with_draft(self.ben, ask_review)

    def approve(self, seen: str | None = None) -> None:
        self.with_draft(self.ana, approve_draft, seen)

    def publish(self, who: Account | None = None, command: NoticeCommand | None = None) -> IncidentUpdate:
        return self.do(who or self.ben, publish_notice, command or update())

    def refusal(self, who: Account | None = None, command: NoticeCommand | None = None) -> DomainError:
        with pytest.raises(ConflictError) as refused:
            self.publish(who, command)
        return refused.value


@pytest.fixture
def room(act: Act, session: Session, clock: FakeClock) -> Room:
    return Room(act, session, clock)


def test_an_update_of_a_critical_incident_waits_and_the_refusal_names_the_clock_time(room: Room):
    error = room.refusal()

    assert error.code == "approval_needed"
    assert "from 12:28 UTC" in error.message


def test_what_a_colleague_approved_is_published_and_the_record_says_who(room: Room, session: Session):
    room.ask()
    room.approve()

    notice = room.publish()

    assert (notice.approved_by_id, notice.is_unapproved) == (room.ana.id, False)
    record = session.scalars(select(AuditEntry).where(AuditEntry.verb == "publish_update_notice")).one()
    assert record.details["approved_by"] == room.ana.public_id


@pytest.mark.parametrize(("seconds", "is_allowed"), [(299, False), (300, True)])
def test_the_author_may_go_ahead_five_minutes_after_asking(
    room: Room, session: Session, seconds: int, is_allowed: bool
):
    room.clock.advance(minutes=2)
    room.ask()
    room.clock.advance(seconds=seconds)

    if not is_allowed:
        assert "alone from 12:07 UTC" in room.refusal().message
        return
    assert room.publish().is_unapproved
    record = session.scalars(select(AuditEntry).where(AuditEntry.verb == "publish_update_notice")).one()
    assert record.details["is_unapproved"] is True


@pytest.mark.parametrize(("seconds", "is_allowed"), [(-1, False), (0, True)])
def test_the_author_may_go_ahead_two_minutes_before_the_promise(room: Room, seconds: int, is_allowed: bool):
    room.clock.advance(minutes=28, seconds=seconds)
    room.ask()

    if is_allowed:
        assert room.publish().is_unapproved
    else:
        assert "from 12:28 UTC" in room.refusal().message


@pytest.mark.parametrize(("seconds", "is_allowed"), [(-1, False), (0, True)])
def test_without_a_draft_only_the_promise_lets_it_through(room: Room, seconds: int, is_allowed: bool):
    room.ask()
    room.clock.advance(minutes=28, seconds=seconds)
    command = NoticeCommand(text=update().text, status=update().status)

    if is_allowed:
        assert room.publish(command=command).is_unapproved
    else:
        assert room.refusal(command=command).code == "approval_needed"


def test_an_approval_holds_for_exactly_what_was_read(room: Room):
    room.ask()
    room.approve()

    assert room.refusal(command=update("Something else.")).code == "approval_needed"
    assert room.refusal(command=update(status="monitoring")).code == "approval_needed"
    assert room.refusal(command=update(quiet=True)).code == "approval_needed"


def test_the_way_lines_end_and_the_reason_for_lateness_are_no_other_text(room: Room):
    room.ask(body="One.\nTwo.")
    room.approve()

    notice = room.publish(command=update("One.\r\nTwo.", late_reason="Asleep.", last_update_id="x"))

    assert notice.approved_by_id == room.ana.id


def test_a_change_takes_the_approval_away_and_the_wait_begins_anew(room: Room):
    room.ask()
    room.approve()
    room.clock.advance(minutes=4)
    room.write(body="We found more.")
    room.clock.advance(minutes=2)

    assert "alone from 12:09 UTC" in room.refusal(command=update("We found more.")).message


def test_saving_the_same_again_keeps_the_approval(room: Room):
    room.ask()
    room.approve()
    room.write(opened_at="later")

    assert room.publish().approved_by_id == room.ana.id


def test_who_approves_what_was_changed_meanwhile_is_shown_it_first(room: Room):
    room.ask()
    read = digest_of(FIELDS)
    room.write(body="We found more.")

    with pytest.raises(StaleError) as refused:
        room.approve(read)

    assert refused.value.latest_text == "We found more."
    room.approve(digest_of({**FIELDS, "body": "We found more."}))
    assert room.publish(command=update("We found more.")).approved_by_id == room.ana.id


def test_nobody_approves_the_own_text(room: Room):
    room.ask()

    with pytest.raises(ForbiddenError) as refused:
        room.with_draft(room.ben, approve_draft)

    assert refused.value.code == "own_draft"


def test_a_responder_may_ask_and_not_approve(room: Room):
    room.ask()

    with pytest.raises(ForbiddenError):
        room.with_draft(room.cleo, approve_draft)

    with pytest.raises(ForbiddenError) as refused:
        room.with_draft(room.cleo, ask_review)
    assert refused.value.code == "not_your_draft"


def test_an_approval_can_be_taken_back_by_who_gave_it(room: Room):
    room.ask()
    room.approve()
    with pytest.raises(ForbiddenError):
        room.with_draft(room.ben, withdraw_approval)

    room.with_draft(room.ana, withdraw_approval)

    assert room.refusal().code == "approval_needed"
    room.clock.advance(minutes=5)
    assert room.publish().is_unapproved


def test_the_author_may_take_the_question_back_and_waits_for_the_promise(room: Room):
    room.ask()
    room.approve()
    with pytest.raises(ForbiddenError):
        room.with_draft(room.ana, withdraw_review)

    room.with_draft(room.ben, withdraw_review)
    room.clock.advance(minutes=5)

    assert "Without asking you may publish alone from 12:28 UTC" in room.refusal().message


def test_asking_twice_does_not_make_the_wait_longer(room: Room):
    room.ask()
    room.clock.advance(minutes=4)
    room.ask()
    room.clock.advance(minutes=1)

    assert room.publish().is_unapproved


def test_a_colleague_may_publish_what_another_wrote_and_a_third_approved(room: Room):
    room.ask()
    room.approve()

    assert room.publish(room.ana).approved_by_id == room.ana.id


def test_a_colleague_can_not_use_the_authors_wait(room: Room):
    room.ask()
    room.clock.advance(minutes=6)

    assert room.refusal(room.ana).code == "approval_needed"


def test_an_approval_is_used_up_by_a_newer_notice(room: Room):
    room.ask()
    room.approve()
    room.publish()

    room.clock.advance(minutes=27)

    assert room.refusal().code == "approval_needed"
    room.with_draft(room.ben, ask_review)
    room.approve()
    assert room.publish().approved_by_id == room.ana.id


def test_a_resolution_waits_too(room: Room):
    command = update("It is over.", status="resolved")
    assert room.refusal(command=command).code == "approval_needed"

    room.ask(body="It is over.", status="resolved")
    room.approve()

    assert room.publish(command=command).approved_by_id == room.ana.id


def test_neither_a_first_notice_nor_a_reopening_waits(room: Room):
    assert not room.do(room.ben, lambda _ctx, row: row.updates[0].is_unapproved)
    room.clock.advance(minutes=28)
    room.publish(command=update("It is over.", status="resolved"))
    room.clock.advance(minutes=1)

    notice = room.do(room.ben, reopen_incident, update("It is back.", status="investigating"), None)

    assert (notice.approved_by_id, notice.is_unapproved) == (None, False)


def test_less_than_critical_waits_for_nobody(act: Act, session: Session, clock: FakeClock):
    room = Room(act, session, clock, impact=Impact.MAJOR)

    notice = room.publish()

    assert (notice.approved_by_id, notice.is_unapproved) == (None, False)
    room.write()
    with pytest.raises(ConflictError) as refused:
        room.with_draft(room.ben, ask_review)
    assert refused.value.code == "approval_not_asked"


def test_a_page_that_does_not_ask_waits_for_nobody(room: Room, session: Session):
    the_page(session).asks_approval = False

    assert not room.publish().is_unapproved


def test_a_look_at_what_it_would_be_needs_nobody(room: Room):
    command = NoticeCommand(text=update().text, status=update().status, is_preview=True)

    assert room.publish(command=command).public_id


def test_colleagues_see_what_waits_and_the_author_where_it_stands(room: Room):
    def waiting(who: Account) -> list[str]:
        return room.do(who, lambda ctx, _row: [one.draft.author.name for one in reviews_waiting(ctx)])

    room.write()
    assert waiting(room.ana) == []
    room.clock.advance(minutes=1)
    room.ask()
    assert waiting(room.ana) == ["Ben"]
    assert waiting(room.ben) == []
    review = room.with_draft(room.ben, review_of)
    assert (review.approved_by, review.is_free) == (None, False)
    assert (review.alone_at - NOON).total_seconds() == 6 * 60

    room.approve()

    assert waiting(room.ana) == []
    assert room.with_draft(room.ben, review_of).approved_by == "Ana"


def test_who_approves_while_the_author_saves_never_agrees_to_what_was_not_read(
    room: Room, session: Session, sessions: sessionmaker[Session]
):
    room.ask()
    session.commit()
    read, start = digest_of(FIELDS), threading.Barrier(2)

    def approve() -> bool:
        start.wait()
        try:
            with elsewhere(sessions, room.clock, room.ana) as ctx:
                approve_draft(ctx, room.row(ctx), room.draft(ctx), read)
        except StaleError:
            return False
        return True

    def save(number: int) -> None:
        start.wait()
        with elsewhere(sessions, room.clock, room.ben) as ctx:
            save_draft(ctx, room.row(ctx), {**FIELDS, "body": f"Version {number}"})

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.submit(approve), threads.submit(save, 1)
        second.result()
        first.result()

    with pytest.raises(ConflictError):
        room.publish(command=update("Version 1"))
    with pytest.raises(ConflictError):
        room.publish()


def elsewhere(
    sessions: sessionmaker[Session], clock: FakeClock, who: Account
) -> AbstractContextManager[Context]:
    """Open a unit of work beside the test's own."""
    actor = Actor(who_key(who), SiteRole.COMMUNICATOR)
    return unit_of_work(sessions(), clock, lambda _session, _now: actor)


def who_key(account: Account) -> int:
    """Return the account's key without asking the database."""
    return int(inspect(account).identity[0])
