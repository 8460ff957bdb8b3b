"""The compliance report's rules, on each side of their boundaries."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from statuspage.domain.cadence import DeadlineKind, PromiseIn
from statuspage.domain.compliance import Case, Hidden, Judged, Outcome, as_public, judge
from statuspage.domain.compliance_figures import Spread, Tally, add_up, spread
from statuspage.domain.incident import Incident
from statuspage.domain.obligations import PostmortemTimes
from statuspage.domain.period import Period, asked_period, presets
from tests.fakes import NOON
from tests.unit.acts import (
    DISMISSED,
    INTERNAL,
    POLICY,
    at,
    hours,
    make_announced,
    make_incident,
    make_resolved,
    minutes,
    moved,
    refused,
    reopened,
    resolve,
    say,
)

BERLIN = ZoneInfo("Europe/Berlin")


def judged(incident: Incident, now: datetime, **fields: Any) -> Judged:
    return judge(Case(id="1", name="Requests fail", incident=incident, **fields), POLICY, now)


def test_a_first_notice_is_missing_from_the_second_after_its_deadline():
    incident = make_incident()

    assert judged(incident, at(15)).outcome(DeadlineKind.INITIAL_NOTICE) is Outcome.PENDING
    assert judged(incident, at(15)).hidden is None
    late = judged(incident, at(15, second=1))
    assert (late.outcome(DeadlineKind.INITIAL_NOTICE), late.hidden) == (
        Outcome.MISSING,
        Hidden.NEVER_ANNOUNCED,
    )


@pytest.mark.parametrize(
    ("status", "ended_at", "hidden"),
    [
        (DISMISSED, at(15), None),
        (DISMISSED, at(15, second=1), Hidden.DISMISSED_AFTER_DEADLINE),
        (INTERNAL, at(1), Hidden.ENDED_INTERNAL),
    ],
)
def test_what_ended_unannounced_owes_nothing_and_may_hide_silence(status, ended_at, hidden):
    found = judged(replace(make_incident(), status=status), at(60), ended_at=ended_at)

    assert (found.duties, found.hidden) == ((), hidden)


def test_all_gaps_are_kept_until_one_is_not():
    incident = make_announced(promise=PromiseIn(30))  # at 12:10, for 12:40

    assert judged(incident, at(40)).are_all_gaps_kept is None
    assert judged(incident, at(40, second=1)).are_all_gaps_kept is False
    in_time = say(incident, at(40), promise=PromiseIn(60))
    assert judged(in_time, at(41)).are_all_gaps_kept is True
    too_late = say(incident, at(40, second=1), promise=PromiseIn(60))
    assert judged(too_late, at(41)).are_all_gaps_kept is False


def test_each_episode_owes_its_first_notice_and_the_worst_is_told():
    incident = reopened(make_resolved(), at(200), detected_at=at(180))
    found = judged(incident, at(201))

    assert found.first_notices == (minutes(10), minutes(20))
    assert found.outcome(DeadlineKind.INITIAL_NOTICE) is Outcome.LATE


def test_an_assumed_restoration_is_left_out():
    found = judged(resolve(make_announced(), at(70)), at(71))

    assert (found.assumed, found.resolution_delays) == (1, ())
    assert found.outcome(DeadlineKind.RESOLUTION_NOTICE) is None


def test_the_delay_of_a_resolution_runs_from_the_restoration():
    found = judged(make_resolved(restored_at=at(60), resolved_at=at(75, second=1)), at(80))

    assert found.resolution_delays == (timedelta(minutes=15, seconds=1),)
    assert found.outcome(DeadlineKind.RESOLUTION_NOTICE) is Outcome.LATE


def test_a_postmortem_is_missing_once_it_is_overdue_unless_it_is_public_or_waived():
    incident = make_resolved(resolved_at=at(70))
    due = at(70) + hours(48)

    def look(now: datetime, **times: datetime) -> Judged:
        return judged(incident, now, postmortem=PostmortemTimes(**times))

    def outcome(now: datetime, **times: datetime) -> Outcome | None:
        return look(now, **times).outcome(DeadlineKind.POSTMORTEM)

    assert outcome(due) is Outcome.PENDING
    assert outcome(due + timedelta(seconds=1)) is Outcome.MISSING
    assert outcome(due + hours(1), public_since=due) is Outcome.ON_TIME
    assert outcome(due + hours(1), public_since=due + timedelta(seconds=1)) is Outcome.LATE
    assert outcome(due + hours(1), waived_at=at(80)) is None
    assert add_up([look(due + hours(1), waived_at=at(80))]).kept.waived == 1
    assert add_up([look(due + hours(1), waived_at=at(80))]).kept.postmortem.owed == 0


def test_a_preliminary_postmortem_is_judged_apart_from_the_final_one():
    incident = make_resolved(resolved_at=at(70))
    due, promised = at(70) + hours(48), at(70) + hours(300)
    times = {"public_since": due, "final_by": promised}

    def tally(now: datetime, **more: datetime) -> Tally:
        found = judged(incident, now, postmortem=PostmortemTimes(**times, **more))
        return add_up([found]).kept.postmortem

    assert tally(promised) == Tally(2, 1, 0, 0)
    assert tally(promised + timedelta(seconds=1)) == Tally(2, 1, 0, 1)
    assert tally(promised + hours(1), final_since=promised) == Tally(2, 2, 0, 0)
    assert tally(promised + hours(1), final_since=promised + timedelta(seconds=1)) == Tally(2, 1, 1, 0)


def test_a_detection_moved_later_keeps_both_figures():
    incident = moved(
        make_announced(announced_at=at(20)), at(30), detected_at=at(8), may_move_later=True, reason="So."
    )
    figures = add_up([judged(incident, at(31))])

    assert figures.kept.initial_notice == Tally(1, 1, 0, 0)
    assert figures.initial_as_reported == Tally(1, 0, 1, 0)


def test_a_duty_is_held_by_whoever_held_it_at_the_very_instant_it_was_due():
    incident = make_announced(promise=PromiseIn(30))
    asked: list[tuple[DeadlineKind, datetime]] = []

    def holder_at(kind: DeadlineKind, instant: datetime) -> int:
        asked.append((kind, instant))
        return 7

    found = judged(incident, at(50), holder_at=holder_at)

    assert asked == [(DeadlineKind.INITIAL_NOTICE, at(15)), (DeadlineKind.UPDATE, at(40))]
    assert {duty.held_by for duty in found.duties} == {7}


def test_customers_know_nothing_of_a_restoration_before_it_is_said():
    incident = moved(make_announced(), at(20), restored_at=at(15))
    public = as_public(Case(id="1", name="x", incident=incident))

    assert as_public(Case(id="1", name="x", incident=make_incident())) is None
    assert public is not None
    assert judge(public, POLICY, at(60)).outcome(DeadlineKind.RESOLUTION_NOTICE) is None
    assert judged(incident, at(60)).outcome(DeadlineKind.RESOLUTION_NOTICE) is Outcome.MISSING


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([4], (4, 4, 4)),
        ([2, 1], (1, 2, 2)),
        ([3, 1, 2], (2, 3, 3)),
        (range(1, 11), (5, 9, 10)),
        (range(1, 12), (6, 10, 11)),
        (range(1, 21), (10, 18, 20)),
    ],
)
def test_a_percentile_is_a_time_that_really_was(lengths, expected):
    assert spread(minutes(each) for each in lengths) == Spread(*(minutes(each) for each in expected))


def test_of_nothing_there_is_no_percentile():
    assert spread(()) is None


def test_a_day_is_whole_also_when_the_clocks_change():
    # On 25 October 2026 clocks in Berlin go back: the day has 25 hours.
    period = asked_period("2026-10-25", "2026-10-25", BERLIN, NOON)

    assert period == Period(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))


def test_without_ends_it_is_the_last_thirty_days():
    assert asked_period("", "", UTC, NOON) == Period(NOON - timedelta(days=30), NOON)
    assert asked_period("2026-11-01", " ", UTC, NOON).end == NOON


def test_a_period_may_lie_ahead_and_not_backwards():
    ahead = asked_period("2199-12-31", "", UTC, NOON)

    assert ahead.end - ahead.start == timedelta(days=30)
    with refused("period_backwards", "from"):
        asked_period("2026-11-02", "2026-11-01", UTC, NOON)
    with refused("period_empty", "to"):
        asked_period("2026-11-02T12:00:00Z", "2026-11-02T12:00:00Z", UTC, NOON)


def test_the_periods_to_choose_from_hold_at_the_turn_of_the_year():
    found = {name: (first, last) for name, first, last in presets(date(2027, 1, 1))}

    assert found["This month"] == (date(2027, 1, 1), date(2027, 1, 1))
    assert found["Last month"] == (date(2026, 12, 1), date(2026, 12, 31))
    assert found["Last 12 months"] == (date(2026, 2, 1), date(2027, 1, 1))
    assert found["This year"] == (date(2027, 1, 1), date(2027, 1, 1))
