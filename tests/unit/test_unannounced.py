"""What was never announced may end quietly; what was announced never does."""

import pytest

from statuspage.domain.milestones import dismiss, end_internally, revive
from statuspage.domain.obligations import deadlines, open_deadlines
from tests.unit.acts import (
    DETECTED,
    DISMISSED,
    INTERNAL,
    POLICY,
    at,
    make_announced,
    make_incident,
    make_resolved,
    refused,
    say,
)


def test_an_unannounced_incident_may_be_dismissed_with_a_reason():
    assert dismiss(make_incident(), "a test alert").status is DISMISSED


@pytest.mark.parametrize("reason", [None, "", " \n"])
def test_every_quiet_ending_and_revival_needs_a_reason(reason):
    with refused("reason_missing", "reason"):
        dismiss(make_incident(), reason)
    with refused("reason_missing", "reason"):
        end_internally(make_incident(), reason, may_end=True)
    with refused("reason_missing", "reason"):
        revive(dismiss(make_incident(), "a test alert"), reason)


def test_ending_it_internally_is_for_the_commander_or_an_admin():
    assert end_internally(make_incident(), "no customer saw it", may_end=True).status is INTERNAL
    with refused("commander_or_admin_only", "status"):
        end_internally(make_incident(), "no customer saw it", may_end=False)


@pytest.mark.parametrize("incident", [make_announced(), make_resolved()], ids=["open", "resolved"])
def test_what_was_announced_is_never_dismissed_ended_internally_or_revived(incident):
    with refused("already_announced", "status"):
        dismiss(incident, "no")
    with refused("already_announced", "status"):
        end_internally(incident, "no", may_end=True)
    with refused("not_ended", "status"):
        revive(incident, "no")


def test_what_ended_does_not_end_twice():
    with refused("already_ended", "status"):
        dismiss(dismiss(make_incident(), "a test alert"), "again")
    with refused("already_ended", "status"):
        end_internally(dismiss(make_incident(), "a test alert"), "again", may_end=True)


def test_an_incident_that_runs_is_not_revived():
    with refused("not_ended", "status"):
        revive(make_incident(), "why not")


def test_a_revived_incident_has_its_first_detection():
    incident = revive(dismiss(make_incident(detected_at=at(0)), "a test alert"), "it was real")

    assert incident.status is DETECTED
    assert incident.episode.detected_at == at(0)
    assert open_deadlines(incident, POLICY)[0].due_at == at(15)


def test_a_revived_incident_can_be_announced():
    revived = revive(end_internally(make_incident(), "no customer", may_end=True), "one customer")

    assert say(revived, at(60)).is_announced


def test_what_ended_quietly_owes_nothing():
    assert deadlines(dismiss(make_incident(), "a test alert"), POLICY) == ()
    assert deadlines(end_internally(make_incident(), "no customer", may_end=True), POLICY) == ()
