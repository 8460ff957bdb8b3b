"""The first notice: within fifteen minutes of detection, in any open status or as the resolution (rule 2)."""

import pytest

from statuspage.domain.cadence import DeadlineKind, PromiseIn
from statuspage.domain.incident import NoticeKind
from statuspage.domain.milestones import dismiss
from statuspage.domain.obligations import lateness_of
from tests.unit.acts import (
    DETECTED,
    DISMISSED,
    IDENTIFIED,
    INTERNAL,
    INVESTIGATING,
    MONITORING,
    POLICY,
    RESOLVED,
    at,
    make_announced,
    make_incident,
    moved,
    owed,
    refused,
    resolve,
    say,
)


@pytest.mark.parametrize("status", [INVESTIGATING, IDENTIFIED, MONITORING])
def test_an_initial_notice_may_open_in_any_open_status(status):
    incident = say(make_incident(), at(10), status=status)

    assert incident.status is status
    assert incident.notices[0].kind is NoticeKind.INITIAL
    assert incident.episode.announced_at == at(10)


@pytest.mark.parametrize("status", [None, DETECTED, DISMISSED, INTERNAL])
def test_a_notice_never_says_what_is_not_public(status):
    with refused("not_a_notice_status", "status"):
        say(make_incident(), at(10), status=status)


def test_the_initial_notice_is_on_time_at_exactly_fifteen_minutes():
    incident = make_announced(announced_at=at(15))

    assert lateness_of(incident, incident.notices[0], POLICY) == 0
    assert owed(incident, DeadlineKind.INITIAL_NOTICE)[0].was_met_in_time()


def test_the_initial_notice_is_a_minute_late_one_second_after():
    incident = make_announced(announced_at=at(15, second=1))

    assert lateness_of(incident, incident.notices[0], POLICY) == 1
    assert not owed(incident, DeadlineKind.INITIAL_NOTICE)[0].was_met_in_time()


def test_a_late_initial_notice_is_published_all_the_same():
    incident = make_announced(announced_at=at(600), late_reason="nobody was awake")

    assert lateness_of(incident, incident.notices[0], POLICY) == 585
    assert incident.notices[0].late_reason == "nobody was awake"


def test_what_was_ended_unannounced_is_revived_before_it_is_announced():
    with refused("incident_ended", "status"):
        say(dismiss(make_incident(), "nothing was wrong"), at(10))


def test_an_initial_notice_may_be_the_resolution_when_it_was_over_before_anyone_could_speak():
    incident = resolve(make_incident(), at(10), restored_at=at(8))

    notice = incident.notices[0]
    assert incident.status is RESOLVED
    assert (notice.kind, notice.promise) == (NoticeKind.INITIAL, None)
    assert (incident.episode.announced_at, incident.episode.resolved_at) == (at(10), at(10))


def test_an_initial_notice_that_is_the_resolution_needs_the_restoration():
    with refused("restored_at_missing", "restored_at"):
        resolve(make_incident(), at(10))


def test_an_initial_notice_that_is_the_resolution_takes_the_restoration_on_record():
    incident = resolve(moved(make_incident(), at(9), restored_at=at(8)), at(10))

    assert incident.episode.restored_at == at(8)
    assert not incident.episode.is_restoration_assumed


def test_an_initial_notice_that_is_the_resolution_meets_both_deadlines():
    incident = resolve(make_incident(), at(10), restored_at=at(8))

    assert [deadline.met_at for deadline in owed(incident, DeadlineKind.INITIAL_NOTICE)] == [at(10)]
    assert [deadline.met_at for deadline in owed(incident, DeadlineKind.RESOLUTION_NOTICE)] == [at(10)]
    assert owed(incident, DeadlineKind.UPDATE) == []


def test_an_initial_notice_that_is_the_resolution_is_as_late_as_the_later_of_both_deadlines():
    incident = resolve(make_incident(), at(40), restored_at=at(5))

    assert lateness_of(incident, incident.notices[0], POLICY) == 25


def test_a_first_notice_that_is_the_resolution_promises_nothing():
    with refused("promise_not_allowed", "next_update_in"):
        resolve(make_incident(), at(10), restored_at=at(8), promise=PromiseIn(30))


def test_only_a_resolution_says_false_alarm_or_permanent_fix():
    with refused("only_on_resolution", "false_alarm"):
        say(make_incident(), at(10), is_false_alarm=True)
    with refused("only_on_resolution", "permanent_fix"):
        say(make_incident(), at(10), permanent_fix=False)


def test_the_first_notice_cannot_say_that_nothing_has_changed():
    with refused("not_an_update", "no_change"):
        say(make_incident(), at(10), is_no_change=True)
