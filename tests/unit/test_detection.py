"""The clock starts at the detection, and milestones stay in order (rule 1)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from statuspage.domain.errors import RuleError
from statuspage.domain.milestones import UNSET, detection_of_alert, open_incident
from tests.unit.acts import (
    MONITORING,
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


def test_an_incident_may_be_detected_this_very_instant_but_not_in_the_future():
    assert open_incident(at(0), None, at(0)).episode.detected_at == at(0)
    with refused("detected_in_future", "detected_at"):
        open_incident(at(0, second=1), None, at(0))


def test_a_refusal_names_the_time_in_utc_wherever_it_was_typed():
    in_berlin = at(0, second=5).astimezone(ZoneInfo("Europe/Berlin"))

    with pytest.raises(RuleError, match=r"it is 12:00:05 UTC now"):
        open_incident(at(1), None, in_berlin)


def test_an_incident_entered_late_keeps_the_detection_it_had():
    incident = open_incident(at(0), None, at(40))

    assert (incident.episode.detected_at, incident.episode.recorded_at) == (at(0), at(40))


def test_service_may_have_broken_before_anybody_noticed_but_not_after():
    assert make_incident(detected_at=at(0), began_at=at(-30)).beginning == at(-30)
    assert make_incident(detected_at=at(0), began_at=at(0)).beginning == at(0)
    with refused("began_after_detected", "began_at"):
        make_incident(detected_at=at(0), began_at=at(0, second=1))


def test_the_beginning_is_the_detection_where_nobody_said_otherwise():
    assert make_incident(detected_at=at(3)).beginning == at(3)


def test_an_alert_that_claims_to_start_after_its_receipt_counts_from_its_receipt():
    assert detection_of_alert(started_at=at(1), received_at=at(0)) == at(0)
    assert detection_of_alert(started_at=at(-1), received_at=at(0)) == at(-1)


def test_before_the_first_notice_anyone_may_move_the_detection_either_way():
    incident = make_incident(detected_at=at(0))

    assert moved(incident, at(10), detected_at=at(5)).episode.detected_at == at(5)
    assert moved(incident, at(10), detected_at=at(-5)).episode.detected_at == at(-5)
    assert moved(incident, at(10), detected_at=at(10)).reported_detected_at is None
    with refused("detected_in_future", "detected_at"):
        moved(incident, at(10), detected_at=at(10, second=1))


def test_after_the_first_notice_anyone_may_move_the_detection_earlier():
    incident = moved(make_announced(), at(20), detected_at=at(-5))

    assert incident.episode.detected_at == at(-5)
    assert incident.reported_detected_at is None


def test_after_the_first_notice_only_commander_or_admin_move_the_detection_later():
    with refused("commander_or_admin_only", "detected_at"):
        moved(make_announced(), at(20), detected_at=at(0, second=1), reason="the first alert was a test")


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_moving_the_detection_later_takes_a_reason(reason):
    with refused("reason_missing", "reason"):
        moved(make_announced(), at(20), detected_at=at(5), may_move_later=True, reason=reason)


def test_both_figures_are_kept_when_the_detection_moved_later():
    once = moved(make_announced(), at(20), detected_at=at(5), may_move_later=True, reason="a test alert")
    twice = moved(once, at(20), detected_at=at(8), may_move_later=True, reason="a test alert too")

    assert (once.reported_detected_at, once.episode.detected_at) == (at(0), at(5))
    assert (twice.reported_detected_at, twice.episode.detected_at) == (at(0), at(8))


def test_naming_the_same_detection_again_needs_neither_rank_nor_reason():
    incident = make_announced()

    assert moved(incident, at(20), detected_at=at(0)) == incident


def test_detection_may_coincide_with_the_first_notice_but_not_lie_after_it():
    incident = make_announced(announced_at=at(10))

    at_the_notice = moved(incident, at(20), detected_at=at(10), may_move_later=True, reason="as logged")
    assert at_the_notice.episode.detected_at == at(10)
    with refused("detected_after_notice", "detected_at"):
        moved(incident, at(20), detected_at=at(10, second=1), may_move_later=True, reason="as logged")


def test_a_detection_before_the_stated_beginning_is_refused():
    incident = make_announced(began_at=at(-10))

    assert moved(incident, at(20), detected_at=at(-10)).episode.detected_at == at(-10)
    with refused("began_after_detected"):
        moved(incident, at(20), detected_at=at(-10, second=-1))


def test_beginning_and_detection_may_move_together():
    incident = moved(make_announced(began_at=at(-10)), at(20), detected_at=at(-20), began_at=at(-30))

    assert (incident.beginning, incident.episode.detected_at) == (at(-30), at(-20))


def test_a_cleared_beginning_is_the_detection_again():
    assert moved(make_announced(began_at=at(-10)), at(20), began_at=None).beginning == at(0)


def test_times_that_nobody_named_stay():
    incident = make_announced(began_at=at(-10))

    assert moved(incident, at(20), mitigated_at=UNSET) == incident


def test_the_detection_of_a_new_episode_stays_after_the_restoration_of_the_last():
    again = reopened(make_resolved(restored_at=at(60)), at(200), detected_at=at(190))

    assert moved(again, at(201), detected_at=at(60)).episode.detected_at == at(60)
    with refused("detected_before_restoration", "detected_at"):
        moved(again, at(201), detected_at=at(59, second=59))


def test_mitigation_lies_between_beginning_and_now():
    incident = make_announced(began_at=at(-10))

    assert moved(incident, at(20), mitigated_at=at(-10)).episode.mitigated_at == at(-10)
    assert moved(incident, at(20), mitigated_at=at(20)).episode.mitigated_at == at(20)
    with refused("mitigated_before_began", "mitigated_at"):
        moved(incident, at(20), mitigated_at=at(-10, second=-1))
    with refused("mitigated_in_future", "mitigated_at"):
        moved(incident, at(20), mitigated_at=at(20, second=1))


def test_a_mitigation_entered_after_the_resolution_does_not_lie_after_it():
    incident = make_resolved(resolved_at=at(70))

    assert moved(incident, at(300), mitigated_at=at(70)).episode.mitigated_at == at(70)
    with refused("mitigated_after_resolved", "mitigated_at"):
        moved(incident, at(300), mitigated_at=at(70, second=1))


def test_a_mitigation_can_be_cleared():
    incident = say(make_announced(), at(20), status=MONITORING)

    assert moved(incident, at(21), mitigated_at=None).episode.mitigated_at is None


def test_a_beginning_moved_past_the_mitigation_is_refused():
    incident = moved(make_announced(began_at=at(-10)), at(20), mitigated_at=at(-5))

    with refused("mitigated_before_began"):
        moved(incident, at(20), began_at=at(-4))


def test_restoration_lies_between_beginning_and_now():
    incident = make_announced(began_at=at(-10))

    assert moved(incident, at(20), restored_at=at(-10)).episode.restored_at == at(-10)
    assert moved(incident, at(20), restored_at=at(20)).episode.restored_at == at(20)
    with refused("restored_before_began", "restored_at"):
        moved(incident, at(20), restored_at=at(-10, second=-1))
    with refused("restored_in_future", "restored_at"):
        moved(incident, at(20), restored_at=at(20, second=1))


def test_a_restoration_entered_after_the_resolution_does_not_lie_after_it():
    incident = make_resolved(resolved_at=at(70))

    assert moved(incident, at(300), restored_at=at(70)).episode.restored_at == at(70)
    with refused("restored_in_future", "restored_at"):
        moved(incident, at(300), restored_at=at(70, second=1))


def test_a_beginning_moved_past_the_restoration_is_refused():
    incident = make_resolved(began_at=at(-10), restored_at=at(-5))

    with refused("restored_before_began"):
        moved(incident, at(80), began_at=at(-4))


def test_a_beginning_moved_past_the_restoration_of_an_earlier_episode_is_refused():
    short = make_resolved(began_at=at(-10), restored_at=at(-5))
    again = reopened(short, at(200))

    with refused("restored_before_began"):
        moved(again, at(201), began_at=at(-4))


def test_a_detection_moved_past_the_restoration_is_refused_unless_a_beginning_was_stated():
    unstated = make_resolved(restored_at=at(5))
    stated = make_resolved(began_at=at(-10), restored_at=at(5))

    later = {"detected_at": at(6), "may_move_later": True, "reason": "as logged"}
    with refused("restored_before_began"):
        moved(unstated, at(80), **later)
    assert moved(stated, at(80), **later).episode.detected_at == at(6)


def test_a_person_may_clear_the_restoration_when_service_fails_again():
    incident = moved(make_announced(), at(20), restored_at=at(15))

    failed_again = moved(incident, at(25), restored_at=None)
    assert failed_again.episode.restored_at is None
    assert failed_again.episode.restored_known_at is None


def test_a_resolved_incident_keeps_its_restoration():
    with refused("incident_resolved", "restored_at"):
        moved(make_resolved(), at(80), restored_at=None)


def test_when_the_restoration_was_first_known_survives_its_correction():
    known = moved(make_announced(), at(20), restored_at=at(15))
    corrected = moved(known, at(25), restored_at=at(16))

    assert (corrected.episode.restored_at, corrected.episode.restored_known_at) == (at(16), at(20))


def test_a_restoration_that_a_person_states_is_no_longer_assumed():
    assumed = resolve(make_announced(), at(30))

    assert assumed.episode.is_restoration_assumed
    assert not moved(assumed, at(40), restored_at=at(25)).episode.is_restoration_assumed


def test_an_incident_may_be_detected_in_one_year_and_announced_in_the_next():
    new_years_eve = datetime(2026, 12, 31, 23, 50, tzinfo=UTC)
    incident = make_announced(detected_at=new_years_eve, announced_at=new_years_eve + minutes(15))

    with refused("detected_after_notice"):
        moved(
            incident,
            new_years_eve + hours(1),
            detected_at=new_years_eve + minutes(16),
            may_move_later=True,
            reason="as logged",
        )


def test_a_time_written_in_whole_seconds_is_not_before_what_happened_in_that_very_second():
    broke = at(0, second=38.4)
    incident = make_announced(detected_at=broke)

    assert moved(incident, at(20), restored_at=at(0, second=38)).episode.restored_at == broke
    assert moved(incident, at(20), mitigated_at=at(0, second=38)).episode.mitigated_at == broke
    assert resolve(incident, at(20), restored_at=at(0, second=38)).episode.restored_at == broke
    assert say(incident, at(20), restored_at=at(0, second=38)).episode.restored_at == broke
    assert say(incident, at(20), mitigated_at=at(0, second=38)).episode.mitigated_at == broke
    with refused("restored_before_began", "restored_at"):
        resolve(incident, at(20), restored_at=at(0, second=37.9))


def test_a_new_episode_may_be_detected_in_the_second_in_which_service_was_back():
    back = at(60, second=38.4)
    again = reopened(make_resolved(restored_at=back), at(80), detected_at=at(60, second=38))

    assert again.episode.detected_at == back
    with refused("detected_before_restoration", "detected_at"):
        reopened(make_resolved(restored_at=back), at(80), detected_at=at(60, second=37.9))
