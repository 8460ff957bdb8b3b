"""The resolution notice: the only way to resolved, within fifteen minutes of restoration (rule 6)."""

import pytest

from statuspage.domain.cadence import DeadlineKind, PromiseIn
from statuspage.domain.component import Impact
from statuspage.domain.incident import NoticeKind, claims
from statuspage.domain.notices import final_states
from statuspage.domain.obligations import lateness_of
from tests.unit.acts import (
    DEGRADED,
    MAJOR,
    OPERATIONAL,
    POLICY,
    RESOLVED,
    at,
    make_announced,
    make_incident,
    make_resolved,
    moved,
    owed,
    refused,
    resolve,
    say,
)


def test_the_resolution_notice_is_on_time_at_exactly_fifteen_minutes():
    incident = resolve(make_announced(), at(35), restored_at=at(20))

    assert lateness_of(incident, incident.notices[-1], POLICY) == 0


def test_the_resolution_notice_is_a_minute_late_one_second_after():
    incident = resolve(make_announced(), at(35, second=1), restored_at=at(20))

    assert lateness_of(incident, incident.notices[-1], POLICY) == 1


def test_the_resolution_notice_counts_from_the_detection_when_service_was_back_before_it():
    incident = resolve(make_incident(began_at=at(-60)), at(15), restored_at=at(-30))

    assert owed(incident, DeadlineKind.RESOLUTION_NOTICE)[0].due_at == at(15)
    assert lateness_of(incident, incident.notices[0], POLICY) == 0


def test_a_resolution_notice_ends_the_incident_and_promises_nothing():
    incident = make_resolved(restored_at=at(60), resolved_at=at(70))

    assert incident.status is RESOLVED
    assert incident.notices[-1].kind is NoticeKind.RESOLUTION
    assert incident.promise is None
    assert (incident.episode.restored_at, incident.episode.resolved_at) == (at(60), at(70))


def test_a_resolution_notice_with_a_promise_is_refused():
    with refused("promise_not_allowed", "next_update_in"):
        resolve(make_announced(), at(20), promise=PromiseIn(30))


def test_service_is_not_restored_before_it_broke_nor_in_the_future():
    announced = make_announced(began_at=at(-10))

    assert resolve(announced, at(20), restored_at=at(-10)).episode.restored_at == at(-10)
    assert resolve(announced, at(20), restored_at=at(20)).episode.restored_at == at(20)
    with refused("restored_before_began", "restored_at"):
        resolve(announced, at(20), restored_at=at(-10, second=-1))
    with refused("restored_in_future", "restored_at"):
        resolve(announced, at(20), restored_at=at(20, second=1))


def test_a_resolution_without_restoration_takes_now_and_is_marked_as_assumed():
    incident = resolve(make_announced(), at(30))

    assert incident.episode.restored_at == at(30)
    assert incident.episode.is_restoration_assumed


def test_a_resolution_without_restoration_takes_the_last_recovery_of_the_alerts_first():
    incident = resolve(make_announced(), at(30), recovered_at=at(25))

    assert incident.episode.restored_at == at(25)
    assert incident.episode.is_restoration_assumed


@pytest.mark.parametrize(("recovered_at", "restored_at"), [(at(-5), at(0)), (at(31), at(30))])
def test_an_assumed_restoration_lies_between_beginning_and_now(recovered_at, restored_at):
    incident = resolve(make_announced(), at(30), recovered_at=recovered_at)

    assert incident.episode.restored_at == restored_at


def test_a_resolution_takes_the_restoration_that_a_person_confirmed():
    confirmed = moved(make_announced(), at(20), restored_at=at(18))
    incident = resolve(confirmed, at(30), recovered_at=at(25))

    assert incident.episode.restored_at == at(18)
    assert incident.episode.restored_known_at == at(20)
    assert not incident.episode.is_restoration_assumed


def test_components_are_operational_in_the_end_unless_confirmed_otherwise():
    announced = make_announced(states={"api": MAJOR, "web": DEGRADED})

    assert final_states(resolve(announced, at(30))) == {}
    assert final_states(resolve(announced, at(30), states={"web": DEGRADED, "api": OPERATIONAL})) == {
        "web": DEGRADED
    }


def test_a_resolved_incident_claims_nothing_any_more():
    incident = resolve(make_announced(), at(30), states={"api": DEGRADED})

    assert incident.states == {}
    assert all(claim.to_at is not None for claim in claims(incident))


def test_an_open_incident_has_no_final_states():
    assert final_states(make_announced()) == {}
    assert final_states(make_incident()) == {}


def test_what_a_resolution_leaves_behind_does_not_make_the_impact_worse():
    incident = resolve(make_announced(states={"api": DEGRADED}), at(30), states={"web": MAJOR})

    assert incident.impact.value == "minor"


def test_an_impact_may_be_set_by_hand_with_the_resolution_and_stays_otherwise():
    by_hand = resolve(make_announced(), at(30), impact_override=Impact.MINOR)

    assert by_hand.impact is Impact.MINOR
    assert resolve(make_announced(impact_override=Impact.MINOR), at(30)).impact is Impact.MINOR


def test_the_resolution_says_whether_the_permanent_fix_is_in_place():
    assert resolve(make_announced(), at(30), permanent_fix=False).episode.permanent_fix is False
    assert resolve(make_announced(), at(30)).episode.permanent_fix is None


def test_a_resolution_is_no_update_without_news():
    with refused("not_an_update", "no_change"):
        resolve(make_announced(), at(30), is_no_change=True)


def test_a_resolution_notice_that_comes_after_the_promise_is_late_for_it():
    announced = make_announced(announced_at=at(10), promise=PromiseIn(30))

    incident = resolve(announced, at(47), restored_at=at(46))
    assert lateness_of(incident, incident.notices[-1], POLICY) == 7


def test_a_notice_late_for_two_things_is_as_late_as_for_the_worse():
    announced = make_announced(announced_at=at(10), promise=PromiseIn(30))

    incident = resolve(announced, at(47), restored_at=at(15))
    assert lateness_of(incident, incident.notices[-1], POLICY) == 17


def test_after_a_false_alarm_components_count_as_operational_throughout():
    incident = resolve(say(make_announced(), at(20), states={"web": DEGRADED}), at(30), is_false_alarm=True)

    assert incident.episode.is_false_alarm
    assert claims(incident) == ()


def test_a_false_alarm_has_no_restoration_unless_somebody_said_one():
    assert resolve(make_announced(), at(30), is_false_alarm=True).episode.restored_at is None
    assert resolve(make_incident(), at(30), is_false_alarm=True).episode.restored_at is None


def test_a_false_alarm_leaves_no_component_in_trouble():
    incident = resolve(make_announced(), at(30), is_false_alarm=True, states={"api": DEGRADED})

    assert final_states(incident) == {}


def test_no_postmortem_is_owed_after_a_false_alarm():
    incident = resolve(make_announced(), at(30), is_false_alarm=True)

    assert owed(incident, DeadlineKind.POSTMORTEM) == []


def test_calling_it_a_false_alarm_does_not_hide_a_resolution_notice_that_was_due():
    restored = moved(make_announced(), at(20), restored_at=at(15))

    incident = resolve(restored, at(40), is_false_alarm=True)
    (deadline,) = owed(incident, DeadlineKind.RESOLUTION_NOTICE)
    assert (deadline.due_at, deadline.met_at) == (at(30), at(40))
