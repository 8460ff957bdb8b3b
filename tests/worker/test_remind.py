"""The reminder engine: each step reaches the right people once, whatever clocks and workers do."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from statuspage.domain.cadence import PromiseIn
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.milestones import Times
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.context import Context
from statuspage.services.declare_incident import declare_incident
from statuspage.services.end_incident import dismiss_incident
from statuspage.services.notice_text import plain_text
from statuspage.services.publish_notice import publish_notice
from statuspage.services.set_facts import Facts, set_facts
from statuspage.settings import Settings
from statuspage.store.contacts import StaffPreference
from statuspage.store.drills import Drill, DrillParticipant
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.store.involvement import Acknowledgement
from statuspage.store.reminders import Reminder, StaffMessage
from statuspage.worker.reminders import remind_of_notices, remind_of_postmortems
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.fakes import NOON, FakeClock
from tests.worker.watch import Company, side_by_side, steps_of, told, walk

Tick = Callable[[], None]
EVERYBODY = ["Admin", "Commander", "Deputy", "Lead", "Other"]
AFTER_DUE = ["0", "+5", "+15", "+30"]


@pytest.fixture
def company(session: Session) -> Company:
    company = Company.make(session)
    session.commit()
    return company


@pytest.fixture
def workers(settings: Settings, clock: FakeClock) -> Iterator[list[Tools]]:
    made = [make_tools(settings, clock) for _ in range(2)]
    yield made
    for tools in made:
        tools.sessions.kw["bind"].dispose()


@pytest.fixture
def tick(workers: list[Tools]) -> Iterator[Tick]:
    with side_by_side(workers) as tick:
        yield tick


def detect(act: Act, company: Company, name: str = "Requests fail") -> str:
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name=name))
        company.staff(row)
        company.call_deputy(ctx.session, row)
        return row.public_id


def publish(act: Act, incident: str, status: str = "investigating", **fields: object) -> None:
    with act() as ctx:
        command = NoticeCommand(text=plain_text("We are looking."), status=IncidentStatus(status))
        if status != "resolved":
            command = replace(command, states={}, promise=PromiseIn(30))
        publish_notice(ctx, get_incident(ctx.session, incident), replace(command, **fields))  # type: ignore[arg-type]


def change(act: Act, incident: str, doing: Callable[[Context, IncidentRow], object]) -> None:
    with act() as ctx:
        doing(ctx, get_incident(ctx.session, incident))


def test_a_whole_incident_with_two_workers_tells_the_right_people_at_each_step_once(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    incident = detect(act, company)
    walk(clock, tick, 12)
    publish(act, incident)
    walk(clock, tick, 30 + 16)
    publish(act, incident, "monitoring", promise=PromiseIn(60))
    change(act, incident, lambda ctx, row: set_facts(ctx, row, Facts(times=Times(restored_at=ctx.now))))
    walk(clock, tick, 21)
    publish(act, incident, "resolved")
    walk(clock, tick, 72 * 60, every=60)

    early, three = ["Lead"], ["Commander", "Deputy", "Lead"]
    assert told(session) == {
        "initial_notice arising": ["Commander", "Lead"],
        "initial_notice -10": ["Deputy", "Lead"],
        "initial_notice -5": three,
        "update -10": early,
        "update -5": ["Deputy", "Lead"],
        "update 0": three,
        "update +5": EVERYBODY,
        "update +15": EVERYBODY,
        "resolution_notice arising": early,
        "resolution_notice -10": early,
        "resolution_notice -5": ["Commander", "Lead"],
        "resolution_notice 0": ["Admin", "Commander", "Lead", "Other"],
        "resolution_notice +5": ["Admin", "Commander", "Lead", "Other"],
        "postmortem -1440": ["Commander"],
        "postmortem -240": ["Commander"],
        "postmortem 0": ["Commander"],
        "postmortem +1440": ["Admin", "Commander"],
    }
    assert len(steps_of(session)) == len(set(steps_of(session)))


def test_acknowledging_spares_the_others_the_steps_before_due_alone(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    incident = detect(act, company)

    def acknowledge(ctx: Context, row: IncidentRow) -> None:
        ctx.session.add(Acknowledgement(incident_id=row.id, account_id=company.lead.id, at=ctx.now))

    clock.advance(minutes=2)
    change(act, incident, acknowledge)
    walk(clock, tick, 14)

    assert told(session) == {
        "initial_notice arising": ["Commander", "Lead"],
        "initial_notice -10": ["Lead"],
        "initial_notice -5": ["Lead"],
        "initial_notice 0": EVERYBODY,
    }


def test_after_an_outage_only_the_newest_step_is_sent(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    detect(act, company)
    clock.advance(minutes=33)

    walk(clock, tick, 13)

    assert steps_of(session) == ["initial_notice +15", "initial_notice +30"]


def test_late_ticks_pass_over_what_they_have_missed(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    detect(act, company)

    walk(clock, tick, 42, every=14)

    assert steps_of(session) == [f"initial_notice {step}" for step in ("arising", "-5", "+5", "+15")]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        # Nothing is due again until the clock shows the time once more; then the ladder goes on.
        (-1, ["arising", "-10", "-5", "0", "+5"]),
        (2, ["arising", "-10", "+105", "+120"]),
    ],
)
def test_a_clock_that_is_set_repeats_no_step(
    act: Act,
    session: Session,
    clock: FakeClock,
    company: Company,
    tick: Tick,
    hours: int,
    expected: list[str],
):
    detect(act, company)
    walk(clock, tick, 7)

    clock.advance(hours=hours)
    if hours < 0:
        walk(clock, tick, 60, every=20)
    walk(clock, tick, 14)

    assert steps_of(session) == [f"initial_notice {step}" for step in expected]


def test_a_clock_that_ran_ahead_and_is_set_right_goes_on_with_the_ladder(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    detect(act, company)
    tick()
    clock.advance(hours=2)
    tick()
    clock.advance(hours=-2)

    walk(clock, tick, 15)

    assert steps_of(session) == [f"initial_notice {step}" for step in ("arising", "+105", "-10", "-5", "0")]


@pytest.mark.parametrize("night", [datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)])
def test_the_clock_changes_of_the_year_move_no_step_of_a_notice(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick, night: datetime
):
    with act() as ctx:
        ctx.page.time_zone = "Europe/Berlin"
    clock.set(night + timedelta(minutes=50))
    detect(act, company)

    walk(clock, tick, 30)

    steps = session.execute(select(Reminder.step, Reminder.created_at).order_by(Reminder.id))
    minutes = {step: (created_at - night) / timedelta(minutes=1) for step, created_at in steps}
    assert minutes == {"arising": 50, "-10": 55, "-5": 60, "0": 65, "+5": 70, "+15": 80}


@pytest.mark.parametrize("day", [datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 3, 27, tzinfo=UTC)])
def test_a_postmortem_is_spoken_of_by_day_in_its_owners_zone_across_the_clock_changes(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick, day: datetime
):
    with act() as ctx:
        ctx.session.add(StaffPreference(account_id=company.commander.id, time_zone="Europe/Berlin"))
    clock.set(day)
    incident = detect(act, company)
    publish(act, incident)
    clock.advance(hours=20)
    publish(act, incident, "resolved")

    walk(clock, tick, 4 * 24 * 60, every=60)

    found = session.scalars(select(Reminder).where(Reminder.step.in_(["-1440", "0", "+1440", "+2880"])))
    local = [reminder.created_at.astimezone(ZoneInfo("Europe/Berlin")).hour for reminder in found]
    assert len(local) == 4
    assert all(9 <= hour <= 18 for hour in local)


def test_a_step_that_an_outage_held_up_into_the_night_waits_for_the_morning(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    incident = detect(act, company)
    publish(act, incident)
    publish(act, incident, "resolved")
    clock.advance(hours=24 + 9)  # due for nine hours, and it is nine in the evening

    walk(clock, tick, 11 * 60, every=60)
    assert steps_of(session) == []

    clock.advance(hours=1)
    tick()
    assert steps_of(session) == ["postmortem -240"]


def test_history_and_what_ended_unannounced_are_left_in_peace(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    change(act, detect(act, company), lambda ctx, row: dismiss_incident(ctx, row, "A test alert."))
    old = detect(act, company, "Long ago")
    change(act, old, lambda _ctx, row: setattr(row, "is_backfill", True))

    walk(clock, tick, 20)

    assert steps_of(session) == []


def test_a_drill_runs_on_its_own_clock_and_reaches_those_who_take_part_alone(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    incident = detect(act, company)

    def rehearse(ctx: Context, row: IncidentRow) -> None:
        drill = Drill(public_id="abcdefghijkl", title="Game day", speed=60, started_at=ctx.now)
        drill.participants = [DrillParticipant(account_id=company.lead.id)]
        row.drill = drill
        row.channel_alert_url = "json://chat.example.com"

    change(act, incident, rehearse)
    walk(clock, tick, 0.5, every=1 / 60)

    assert told(session) == {
        f"initial_notice {step}": ["Lead"] for step in ("arising", "-10", "-5", *AFTER_DUE[:3])
    }
    change(act, incident, lambda ctx, row: setattr(row.drill, "ended_at", ctx.now))
    walk(clock, tick, 1, every=1 / 6)
    assert len(steps_of(session)) == 6


def test_shared_channels_hear_of_a_real_incident(
    act: Act, session: Session, clock: FakeClock, company: Company, settings: Settings
):
    incident = detect(act, company)
    change(act, incident, lambda _ctx, row: setattr(row, "channel_alert_url", "json://chat.example.com"))
    tools = make_tools(replace(settings, staff_alerts=("json://staff.example.com",)), clock)

    walk(clock, lambda: remind_of_notices(tools), 15)
    tools.sessions.kw["bind"].dispose()

    channels = {step: [name for name in names if "_" in name] for step, names in told(session).items()}
    assert channels == {
        "initial_notice arising": ["incident_channel"],
        "initial_notice -10": ["incident_channel"],
        "initial_notice -5": ["incident_channel"],
        "initial_notice 0": ["incident_channel", "staff_alerts"],
    }


def test_a_tick_with_nothing_due_takes_no_lock(
    act: Act, session: Session, clock: FakeClock, company: Company, workers: list[Tools]
):
    detect(act, company)
    remind_of_notices(workers[0])
    before = session.scalar(select(func.count(StaffMessage.id)))
    session.rollback()

    with act():  # somebody else writes all the while
        remind_of_notices(workers[0])
        remind_of_postmortems(workers[0])

    assert session.scalar(select(func.count(StaffMessage.id))) == before


def test_a_corrected_detection_moves_the_ladder(
    act: Act, session: Session, clock: FakeClock, company: Company, tick: Tick
):
    incident = detect(act, company)
    tick()
    clock.advance(minutes=4)
    earlier = NOON - timedelta(minutes=6)
    change(act, incident, lambda ctx, row: set_facts(ctx, row, Facts(times=Times(detected_at=earlier))))

    walk(clock, tick, 5)

    assert steps_of(session) == [f"initial_notice {step}" for step in ("arising", "-5", "0")]
