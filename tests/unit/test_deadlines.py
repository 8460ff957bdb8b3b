"""What an incident owes: derived from milestones and policy, never typed in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from statuspage.domain.cadence import Deadline, DeadlineKind, Limits, Policy, PromiseIn
from statuspage.domain.component import Impact
from statuspage.domain.obligations import PostmortemTimes, deadlines, lateness_of, open_deadlines
from tests.unit.acts import (
    DEGRADED,
    MAJOR,
    POLICY,
    at,
    hours,
    make_announced,
    make_incident,
    make_resolved,
    minutes,
    moved,
    owed,
    reopened,
    resolve,
    say,
)

INITIAL, UPDATE = DeadlineKind.INITIAL_NOTICE, DeadlineKind.UPDATE
RESOLUTION, POSTMORTEM = DeadlineKind.RESOLUTION_NOTICE, DeadlineKind.POSTMORTEM


def kinds(incident, **postmortem):
    return [found.kind for found in open_deadlines(incident, POLICY, PostmortemTimes(**postmortem))]


def test_a_deadline_is_missed_the_instant_after_it_was_due():
    deadline = Deadline(UPDATE, at(0), at(30))

    assert not deadline.is_overdue(at(30))
    assert deadline.is_overdue(at(30, second=0.000001))


@pytest.mark.parametrize(("second", "late_by"), [(-1, 0), (0, 0), (0.000001, 1), (60, 1), (60.000001, 2)])
def test_an_open_deadline_says_how_late_it_is_in_minutes_rounded_up(second, late_by):
    assert Deadline(UPDATE, at(0), at(30)).late_by_minutes(at(30, second=second)) == late_by


def test_a_deadline_met_late_stays_as_late_as_it_was_met():
    met = Deadline(UPDATE, at(0), at(30), at(33))

    assert met.late_by_minutes(at(500)) == 3
    assert not met.is_open
    assert not met.is_overdue(at(500))
    assert not met.was_met_in_time()


def test_a_deadline_nobody_met_was_not_met_in_time():
    assert not Deadline(UPDATE, at(0), at(30)).was_met_in_time()


def test_an_unannounced_incident_owes_its_initial_notice():
    assert open_deadlines(make_incident(), POLICY) == [Deadline(INITIAL, at(0), at(15))]


def test_an_incident_entered_late_owes_from_then_on_what_was_due_from_detection():
    incident = make_incident(detected_at=at(0), recorded_at=at(40))

    assert open_deadlines(incident, POLICY) == [Deadline(INITIAL, at(40), at(15))]


def test_an_announced_incident_owes_an_update_at_its_promise():
    assert open_deadlines(make_announced(announced_at=at(10)), POLICY) == [Deadline(UPDATE, at(10), at(40))]


def test_each_promise_is_met_by_the_next_notice():
    incident = resolve(say(make_announced(announced_at=at(10)), at(20)), at(45))

    assert owed(incident, UPDATE) == [
        Deadline(UPDATE, at(10), at(40), at(20)),
        Deadline(UPDATE, at(20), at(50), at(45)),
    ]


def test_once_restoration_is_known_the_resolution_notice_is_owed_beside_the_update():
    incident = moved(make_announced(), at(20), restored_at=at(18))

    assert kinds(incident) == [RESOLUTION, UPDATE]
    assert owed(incident, RESOLUTION) == [Deadline(RESOLUTION, at(20), at(33))]


def test_the_resolution_notice_is_owed_no_longer_when_service_fails_again():
    restored = moved(make_announced(), at(20), restored_at=at(18))

    assert kinds(moved(restored, at(22), restored_at=None)) == [UPDATE]


def test_before_the_first_notice_only_that_is_owed_whatever_is_known_of_restoration():
    assert kinds(moved(make_incident(), at(10), restored_at=at(8))) == [INITIAL]


def test_a_restoration_known_before_the_first_notice_owes_its_resolution_from_that_notice_on():
    incident = say(moved(make_incident(), at(6), restored_at=at(5)), at(10))

    assert owed(incident, RESOLUTION) == [Deadline(RESOLUTION, at(10), at(20))]


def test_a_resolved_incident_owes_its_postmortem_within_48_hours():
    incident = make_resolved(resolved_at=at(70))

    assert open_deadlines(incident, POLICY) == [Deadline(POSTMORTEM, at(70), at(70) + hours(48))]


def test_only_a_public_postmortem_meets_its_deadline_and_may_do_so_at_exactly_48_hours():
    incident = make_resolved(resolved_at=at(70))
    due = at(70) + hours(48)

    assert owed(incident, POSTMORTEM, public_since=due)[0].was_met_in_time()
    assert not owed(incident, POSTMORTEM, public_since=due + timedelta(seconds=1))[0].was_met_in_time()
    assert kinds(incident, public_since=due) == []
    assert kinds(incident) == [POSTMORTEM]


def test_a_preliminary_postmortem_meets_the_48_hours_and_owes_the_final_one_by_its_promised_date():
    incident = make_resolved(resolved_at=at(70))
    public, promised = at(70) + hours(40), at(70) + hours(300)
    preliminary = {"public_since": public, "final_by": promised}

    assert owed(incident, POSTMORTEM, **preliminary) == [
        Deadline(POSTMORTEM, at(70), at(70) + hours(48), public),
        Deadline(POSTMORTEM, public, promised),
    ]
    assert kinds(incident, **preliminary) == [POSTMORTEM]


@pytest.mark.parametrize(("late", "in_time"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_the_final_postmortem_is_in_time_at_exactly_the_instant_it_was_promised_for(late, in_time):
    incident = make_resolved(resolved_at=at(70))
    public, promised = at(70) + hours(40), at(70) + hours(300)
    times = {"public_since": public, "final_by": promised, "final_since": promised + late}

    assert [found.was_met_in_time() for found in owed(incident, POSTMORTEM, **times)] == [True, in_time]
    assert kinds(incident, **times) == []


def test_a_date_promised_for_a_final_postmortem_is_not_owed_before_there_is_a_preliminary_one():
    incident = make_resolved(resolved_at=at(70))

    assert [found.due_at for found in owed(incident, POSTMORTEM, final_by=at(9000))] == [at(70) + hours(48)]


def test_a_waived_postmortem_is_not_owed():
    assert owed(make_resolved(), POSTMORTEM, waived_at=at(80)) == []


def test_the_postmortem_clock_runs_from_the_last_resolution():
    again = reopened(make_resolved(resolved_at=at(70)), at(100))

    assert owed(again, POSTMORTEM) == []
    assert owed(resolve(again, at(130)), POSTMORTEM)[0].due_at == at(130) + hours(48)


def test_each_episode_owes_its_own_notices():
    again = reopened(make_resolved(restored_at=at(60), resolved_at=at(70)), at(100), detected_at=at(95))
    again = resolve(again, at(130), restored_at=at(120))

    assert [(found.due_at, found.met_at) for found in owed(again, INITIAL)] == [
        (at(15), at(10)),
        (at(110), at(100)),
    ]
    assert [(found.due_at, found.met_at) for found in owed(again, RESOLUTION)] == [
        (at(75), at(70)),
        (at(135), at(130)),
    ]
    assert [(found.due_at, found.met_at) for found in owed(again, UPDATE)][-1] == (at(130), at(130))


def test_deadlines_come_in_the_order_they_arose_and_open_ones_soonest_first():
    incident = moved(make_announced(promise=PromiseIn(60)), at(20), restored_at=at(18))

    assert [found.arose_at for found in deadlines(incident, POLICY)] == [at(0), at(10), at(20)]
    assert [found.due_at for found in open_deadlines(incident, POLICY)] == [at(33), at(70)]


def test_the_48_hours_are_elapsed_time_over_both_clock_changes():
    berlin = ZoneInfo("Europe/Berlin")
    for day in (datetime(2026, 3, 28, 12, tzinfo=berlin), datetime(2026, 10, 24, 12, tzinfo=berlin)):
        detected_at = day.astimezone(UTC)
        incident = resolve(make_announced(detected_at=detected_at), detected_at + hours(1))

        due = owed(incident, POSTMORTEM)[0].due_at
        assert due - (detected_at + hours(1)) == hours(48)
        assert due.astimezone(berlin).hour != (detected_at + hours(1)).astimezone(berlin).hour


def test_an_incident_over_the_end_of_the_year_owes_its_postmortem_in_the_next():
    new_years_eve = datetime(2026, 12, 31, 22, tzinfo=UTC)

    incident = resolve(make_announced(detected_at=new_years_eve), new_years_eve + hours(1))
    assert owed(incident, POSTMORTEM)[0].due_at == datetime(2027, 1, 2, 23, tzinfo=UTC)


STRICT = Policy(
    by_impact={
        Impact.MAJOR: Limits(
            initial_notice_within=minutes(5),
            resolution_notice_within=minutes(7),
            postmortem_within=hours(24),
        )
    }
)


def test_stricter_limits_for_an_impact_hold_for_all_its_deadlines():
    incident = resolve(say(make_incident(), at(5), policy=STRICT), at(30), restored_at=at(20))

    assert owed(incident, INITIAL, policy=STRICT)[0].due_at == at(5)
    assert owed(incident, RESOLUTION, policy=STRICT)[0].due_at == at(27)
    assert owed(incident, POSTMORTEM, policy=STRICT)[0].due_at == at(30) + hours(24)


def test_before_the_first_notice_the_sites_own_limit_holds_unless_the_impact_was_set_by_hand():
    unknown = make_incident()

    assert owed(unknown, INITIAL, policy=STRICT)[0].due_at == at(15)
    known = replace(unknown, impact_override=Impact.MAJOR)
    assert owed(known, INITIAL, policy=STRICT)[0].due_at == at(5)


def test_an_incident_that_gets_worse_later_was_not_announced_late():
    minor = say(make_incident(), at(12), policy=STRICT, states={"api": DEGRADED})
    worse = say(minor, at(20), policy=STRICT, states={"api": MAJOR})

    assert owed(worse, INITIAL, policy=STRICT)[0].due_at == at(15)
    assert lateness_of(worse, worse.notices[0], STRICT) == 0


def test_a_new_episode_is_as_urgent_as_the_worst_that_its_incident_has_been():
    again = reopened(make_resolved(), at(100), states={"api": DEGRADED})

    assert owed(again, INITIAL, policy=STRICT)[1].due_at == at(105)


def test_only_the_notice_that_met_a_deadline_is_late_for_it():
    incident = say(make_announced(announced_at=at(25)), at(30))

    assert [lateness_of(incident, notice, POLICY) for notice in incident.notices] == [10, 0]


def test_moving_the_detection_moves_the_deadline_and_the_lateness():
    incident = moved(make_announced(announced_at=at(14)), at(20), detected_at=at(-10))

    assert owed(incident, INITIAL)[0].due_at == at(5)
    assert lateness_of(incident, incident.notices[0], POLICY) == 9
