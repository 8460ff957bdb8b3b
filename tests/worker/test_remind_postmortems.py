"""Reminding of postmortems: their owner by day, once for each step, until customers can read it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.services.commands import NoticeCommand
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortem_clock import begin_public_time, end_public_time
from statuspage.services.postmortems import assign_owner
from statuspage.services.publish_notice import reopen_incident
from statuspage.services.waive_postmortem import waive_postmortem
from statuspage.settings import Settings
from statuspage.store.contacts import StaffPreference
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import (
    Postmortem,
    PostmortemRevision,
    PostmortemTerm,
    get_postmortem,
    head_of,
)
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.fakes import FakeClock
from tests.services.postmortem_desk import over, resolve
from tests.worker.watch import Company, side_by_side, steps_of, told, walk

Tick = Callable[[], None]
A_DAY = 24 * 60


@pytest.fixture
def company(session: Session) -> Company:
    company = Company.make(session)
    session.commit()
    return company


@pytest.fixture
def tick(settings: Settings, clock: FakeClock) -> Iterator[Tick]:
    workers: list[Tools] = [make_tools(settings, clock) for _ in range(2)]
    with side_by_side(workers) as tick:
        yield tick
    for tools in workers:
        tools.sessions.kw["bind"].dispose()


@pytest.fixture
def row(act: Act, session: Session, company: Company) -> IncidentRow:
    """An incident resolved at noon; the deputy was given its postmortem, and somebody commands."""
    row = over(act)
    with act() as ctx:
        company.staff(row)
        assign_owner(ctx, get_postmortem(ctx.session, row), company.deputy)
    return row


@pytest.fixture
def postmortem(session: Session, row: IncidentRow) -> Postmortem:
    return get_postmortem(session, row)


def make_public(session: Session, postmortem: Postmortem, clock: FakeClock, days: int | None = None) -> None:
    """Have customers read it from now on; with `days` it promises the final one in so many."""
    begin_public_time(postmortem, head_of(session, postmortem).value, clock.now())
    if days is not None:
        postmortem.final_since, postmortem.final_by = None, clock.now() + timedelta(days=days)
    session.commit()


def test_the_owner_is_reminded_then_the_commander_too_then_the_admins(
    session: Session, clock: FakeClock, row: IncidentRow, tick: Tick
):
    walk(clock, tick, 4 * A_DAY, every=180)

    assert told(session) == {
        "postmortem -1440": ["Deputy"],
        "postmortem -240": ["Deputy"],
        "postmortem 0": ["Commander", "Deputy"],
        "postmortem +1440": ["Admin", "Commander", "Deputy"],
        "postmortem +2880": ["Admin", "Commander", "Deputy"],
    }


def test_after_an_outage_of_days_only_the_newest_step_is_told_of(
    session: Session, clock: FakeClock, row: IncidentRow, tick: Tick
):
    clock.advance(days=5)
    walk(clock, tick, A_DAY, every=180)

    assert steps_of(session) == ["postmortem +4320", "postmortem +5760"]


def test_once_it_is_public_or_waived_nobody_is_reminded_any_more(
    act: Act, session: Session, clock: FakeClock, company: Company, postmortem: Postmortem, tick: Tick
):
    waived = over(act, Impact.NONE)
    walk(clock, tick, 24 * 60, every=180)
    assert steps_of(session) == ["postmortem -1440", "postmortem -1440"]
    make_public(session, postmortem, clock)
    with act() as ctx:
        waive_postmortem(ctx, get_postmortem(ctx.session, waived), "Nobody was affected.")
    walk(clock, tick, 4 * A_DAY, every=180)

    assert steps_of(session) == ["postmortem -1440", "postmortem -1440"]


def test_an_unpublished_one_is_reminded_of_again(
    session: Session, clock: FakeClock, postmortem: Postmortem, tick: Tick
):
    make_public(session, postmortem, clock)
    walk(clock, tick, 3 * A_DAY, every=180)
    assert steps_of(session) == []
    end_public_time(postmortem)
    session.commit()
    tick()

    assert steps_of(session) == ["postmortem +1440"]


def test_the_date_promised_for_the_final_one_has_the_same_ladder(
    session: Session, clock: FakeClock, postmortem: Postmortem, tick: Tick
):
    clock.advance(hours=3)
    make_public(session, postmortem, clock, days=10)
    walk(clock, tick, 9 * A_DAY - 60, every=9 * A_DAY - 60)
    assert steps_of(session) == []
    walk(clock, tick, 2 * A_DAY + 120, every=60 * 3)

    assert steps_of(session) == [f"postmortem {step}" for step in ("-1440", "-240", "0", "+1440")]
    make_public(session, postmortem, clock)
    walk(clock, tick, 2 * A_DAY, every=A_DAY)
    assert len(steps_of(session)) == 4


def test_what_was_resolved_before_there_were_postmortems_is_never_nagged_about(
    session: Session, clock: FakeClock, postmortem: Postmortem, tick: Tick
):
    for table in (PostmortemTerm, PostmortemRevision, Postmortem):
        session.execute(delete(table))
    session.commit()
    walk(clock, tick, 4 * A_DAY, every=120)

    assert steps_of(session) == []


def test_a_reopening_ends_the_ladder_and_the_next_resolution_begins_another(
    act: Act, session: Session, clock: FakeClock, row: IncidentRow, tick: Tick
):
    clock.advance(hours=23)
    with act() as ctx:
        command = NoticeCommand(text=plain_text("Again."), status=IncidentStatus.MONITORING)
        reopen_incident(ctx, row, command, None)
        resolve(ctx, row)
    walk(clock, tick, 23 * 60, every=23 * 60)
    assert steps_of(session) == []
    walk(clock, tick, 60, every=60)

    assert steps_of(session) == ["postmortem -1440"]


def test_the_steps_keep_to_the_owners_day(
    act: Act, session: Session, clock: FakeClock, company: Company, row: IncidentRow, tick: Tick
):
    first, seen = "postmortem -1440", list[list[str]]()
    with act() as ctx:
        ctx.session.add(StaffPreference(account_id=company.deputy.id, time_zone="Pacific/Auckland"))
    for hours in (16, 1, 23, 1):  # noon is one in the morning there, so each step comes at six before that
        clock.advance(hours=hours)
        tick()
        seen.append(steps_of(session))

    assert seen == [[], [first], [first], [first, "postmortem 0"]]
