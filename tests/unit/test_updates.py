"""Updates: on time up to the promise, free to move between the open statuses, honest about no news."""

from zoneinfo import ZoneInfo

import pytest

from statuspage.domain.cadence import DeadlineKind, PromiseIn
from statuspage.domain.incident import NoticeKind
from statuspage.domain.obligations import lateness_of
from statuspage.domain.revisions import retract
from statuspage.domain.warnings import warnings_about
from tests.unit.acts import (
    DEGRADED,
    IDENTIFIED,
    INVESTIGATING,
    MAJOR,
    MONITORING,
    OPERATIONAL,
    POLICY,
    at,
    make_announced,
    make_incident,
    make_resolved,
    merged,
    moved,
    owed,
    refused,
    say,
)


@pytest.mark.parametrize("before", [INVESTIGATING, IDENTIFIED, MONITORING])
@pytest.mark.parametrize("after", [INVESTIGATING, IDENTIFIED, MONITORING])
def test_updates_move_between_the_open_statuses_in_either_direction(before, after):
    incident = say(make_announced(status=before), at(20), status=after)

    assert incident.status is after
    assert incident.notices[-1].kind is NoticeKind.UPDATE


def test_an_update_without_a_status_keeps_it():
    assert say(make_announced(status=IDENTIFIED), at(20)).status is IDENTIFIED


def test_an_update_is_on_time_at_the_promised_minute():
    incident = say(make_announced(announced_at=at(10), promise=PromiseIn(30)), at(40))

    assert lateness_of(incident, incident.notices[1], POLICY) == 0
    assert owed(incident, DeadlineKind.UPDATE)[0].was_met_in_time()


@pytest.mark.parametrize(("second", "late_by"), [(0.000001, 1), (1, 1), (60, 1), (60.000001, 2), (61, 2)])
def test_the_minutes_an_update_is_late_are_rounded_up(second, late_by):
    announced = make_announced(announced_at=at(10), promise=PromiseIn(30))

    incident = say(announced, at(40, second=second))
    assert lateness_of(incident, incident.notices[1], POLICY) == late_by
    assert not owed(incident, DeadlineKind.UPDATE)[0].was_met_in_time()


def test_an_early_update_renews_the_promise():
    incident = say(make_announced(announced_at=at(10), promise=PromiseIn(30)), at(15), promise=PromiseIn(30))

    assert incident.promise == at(45)
    assert [deadline.is_open for deadline in owed(incident, DeadlineKind.UPDATE)] == [False, True]


def test_a_monitoring_notice_records_the_mitigation_as_of_now():
    assert say(make_announced(), at(20), status=MONITORING).episode.mitigated_at == at(20)


def test_a_mitigation_already_on_record_stays_when_monitoring_begins():
    incident = moved(make_announced(), at(15), mitigated_at=at(12))

    assert say(incident, at(20), status=MONITORING).episode.mitigated_at == at(12)


def test_a_mitigation_nobody_timed_is_not_later_than_the_restoration():
    incident = say(make_announced(), at(20), status=MONITORING, restored_at=at(18))

    assert incident.episode.mitigated_at == at(18)


def test_a_mitigation_may_be_stated_with_the_notice_and_is_checked_there():
    assert say(make_announced(), at(20), mitigated_at=at(15)).episode.mitigated_at == at(15)
    with refused("mitigated_in_future", "mitigated_at"):
        say(make_announced(), at(20), mitigated_at=at(20, second=1))
    with refused("mitigated_before_began", "mitigated_at"):
        say(make_announced(), at(20), mitigated_at=at(0, second=-1))


def test_an_update_may_say_when_service_was_restored_and_stay_open():
    incident = say(make_announced(), at(20), status=MONITORING, restored_at=at(18))

    assert incident.status is MONITORING
    assert (incident.episode.restored_at, incident.episode.restored_known_at) == (at(18), at(20))


def test_an_update_cannot_say_that_service_was_restored_in_the_future():
    with refused("restored_in_future", "restored_at"):
        say(make_announced(), at(20), restored_at=at(20, second=1))


def test_a_resolved_incident_takes_no_updates():
    with refused("incident_resolved", "status"):
        say(make_resolved(), at(80), status=INVESTIGATING)


def test_only_a_resolution_says_that_it_was_a_false_alarm():
    with refused("only_on_resolution", "false_alarm"):
        say(make_announced(), at(20), is_false_alarm=True)


def test_a_notice_that_repeats_status_components_and_text_says_nothing_new_ticked_or_not():
    announced = make_announced(text="We are on it.")

    assert say(announced, at(20), text="We are on it.").notices[-1].is_no_change
    assert say(announced, at(20), text="We are on it.", states={"api": MAJOR}).notices[-1].is_no_change
    assert say(announced, at(20), text="Still at it.", is_no_change=True).notices[-1].is_no_change


def test_another_text_status_or_component_is_news():
    announced = make_announced(text="We are on it.")

    assert not say(announced, at(20), text="Found it.").notices[-1].is_no_change
    assert not say(announced, at(20), status=IDENTIFIED).notices[-1].is_no_change
    assert not say(announced, at(20), states={"api": DEGRADED}).notices[-1].is_no_change
    assert not say(announced, at(20), states={"web": OPERATIONAL}).notices[-1].is_no_change


def test_a_change_cannot_be_ticked_as_no_change():
    with refused("change_in_no_change", "no_change"):
        say(make_announced(), at(20), status=IDENTIFIED, is_no_change=True)
    with refused("change_in_no_change", "no_change"):
        say(make_announced(), at(20), states={"api": DEGRADED}, is_no_change=True)


def test_repeating_a_withdrawn_text_is_news():
    announced = make_announced(text="We are on it.")
    withdrawn = retract(announced, announced.notices[0].id)

    assert not say(withdrawn, at(20), text="We are on it.").notices[-1].is_no_change


def test_an_update_less_than_ten_minutes_after_the_last_with_nothing_new_is_allowed_with_a_warning():
    announced = make_announced(announced_at=at(10))

    assert len(warnings_about(say(announced, at(20, second=-1), is_no_change=True))) == 1
    assert warnings_about(say(announced, at(20), is_no_change=True)) == ()


def test_news_may_come_at_any_moment_without_a_warning():
    assert warnings_about(say(make_announced(announced_at=at(10)), at(11), text="Found it.")) == ()


@pytest.mark.parametrize(
    "text", ["Next update at 14:00.", "We will update you by 9:05", "More by 23:59 UTC."]
)
def test_a_text_that_promises_another_clock_time_is_warned_about(text):
    (warning,) = warnings_about(make_announced(announced_at=at(10), promise=PromiseIn(30), text=text))

    assert "12:40 UTC" in warning


@pytest.mark.parametrize("text", ["Next update at 12:40.", "It broke at 11:58.", "Next update soon."])
def test_a_text_that_promises_the_same_or_no_clock_time_is_not_warned_about(text):
    announced = make_announced(announced_at=at(10), promise=PromiseIn(30), text=text)

    assert warnings_about(announced) == ()


def test_clock_times_in_a_text_are_read_in_the_zone_of_the_page():
    said = make_announced(announced_at=at(10), promise=PromiseIn(30), text="Next update at 13:40.")

    (warning,) = warnings_about(said, ZoneInfo("America/New_York"))
    assert "13:40, the promise is 07:40 EST" in warning
    assert warnings_about(said, ZoneInfo("Europe/Berlin")) == ()


def test_an_unannounced_incident_is_not_warned_about():
    assert warnings_about(make_incident()) == ()


def test_a_resolution_that_mentions_a_time_is_not_warned_about():
    resolved = make_resolved()

    assert warnings_about(resolved) == ()


def test_after_a_merger_the_survivors_next_notice_keeps_its_promise():
    _, survivor = merged(make_announced(), make_announced(announced_at=at(12)), at(20))

    assert survivor.promise == at(42)
