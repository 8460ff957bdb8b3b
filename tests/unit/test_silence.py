"""The silence detector: what goes on without a word, on each side of its boundary."""

from dataclasses import replace
from datetime import timedelta

import pytest

from statuspage.domain.incident import Incident
from statuspage.domain.silence import WarningKind, overrun, silences, unexplained, unwritten
from tests.unit.acts import (
    DEGRADED,
    IDENTIFIED,
    INVESTIGATING,
    MAINTENANCE,
    MAJOR,
    MONITORING,
    OPERATIONAL,
    at,
    hours,
    make_announced,
    make_incident,
    make_resolved,
    moved,
    reopened,
    say,
)


def due(incident: Incident, now) -> set[str]:
    """Return what is warned of at that instant."""
    return {silence.kind.value for silence in silences(incident) if silence.is_due(now)}


def is_due_just_then(incident: Incident, kind: WarningKind, at_) -> bool:
    before = at_ - timedelta(seconds=1)
    return kind not in due(incident, before) and kind in due(incident, at_)


def test_a_component_that_nobody_explains_is_warned_of_after_fifteen_minutes():
    silence = unexplained(DEGRADED, at(0), has_incident=False, has_maintenance=False)

    assert silence is not None
    assert not silence.is_due(at(15) - timedelta(seconds=1))
    assert silence.is_due(at(15))


@pytest.mark.parametrize(
    ("state", "has_incident", "has_maintenance"),
    [
        (OPERATIONAL, False, False),
        (MAJOR, True, False),
        (MAJOR, False, True),
        (MAINTENANCE, False, False),
    ],
)
def test_a_component_that_works_or_is_explained_is_not_silent(state, has_incident, has_maintenance):
    found = unexplained(state, at(0), has_incident=has_incident, has_maintenance=has_maintenance)

    assert found is None


def test_a_maintenance_is_warned_of_from_the_instant_of_its_end():
    silence = overrun(at(60), None)

    assert silence is not None
    assert not silence.is_due(at(60) - timedelta(seconds=1))
    assert silence.is_due(at(60))
    assert overrun(at(60), at(59)) is None


def test_an_open_incident_whose_components_all_work_is_warned_of_after_fifteen_minutes():
    incident = say(make_announced(), at(20), status=MONITORING, states={"api": OPERATIONAL})
    incident = say(incident, at(30), text="Still watching.")

    assert is_due_just_then(incident, WarningKind.RESTORED_NOT_SAID, at(35))


def test_one_component_that_does_not_work_is_no_restoration():
    states = {"api": OPERATIONAL, "web": DEGRADED}

    assert WarningKind.RESTORED_NOT_SAID not in due(say(make_announced(), at(20), states=states), at(600))


def test_what_broke_again_is_restored_anew():
    incident = say(make_announced(), at(20), states={"api": OPERATIONAL})
    incident = say(incident, at(25), states={"api": MAJOR})
    incident = say(incident, at(40), states={"api": OPERATIONAL})

    assert is_due_just_then(incident, WarningKind.RESTORED_NOT_SAID, at(55))


def test_an_incident_without_components_is_never_taken_for_restored():
    assert WarningKind.RESTORED_NOT_SAID not in due(make_announced(states={}), at(600))


def test_a_resolved_incident_is_restored_and_says_so():
    assert due(make_resolved(), at(6000)) == set()


def test_a_postmortem_of_which_nobody_has_written_a_word_is_warned_of_after_24_hours():
    silence = unwritten(at(70))

    assert silence.kind is WarningKind.NO_POSTMORTEM_DRAFT
    assert not silence.is_due(at(70) + hours(24) - timedelta(seconds=1))
    assert silence.is_due(at(70) + hours(24))


def test_two_hours_of_investigating_are_warned_of():
    incident = say(make_announced(announced_at=at(10)), at(60), status=INVESTIGATING)

    assert is_due_just_then(incident, WarningKind.STILL_INVESTIGATING, at(130))


def test_investigating_again_is_counted_from_then():
    incident = say(make_announced(), at(30), status=IDENTIFIED)
    assert WarningKind.STILL_INVESTIGATING not in due(incident, at(600))

    incident = say(incident, at(60), status=INVESTIGATING)

    assert is_due_just_then(incident, WarningKind.STILL_INVESTIGATING, at(180))


def test_a_reopening_investigates_from_its_own_notice():
    incident = reopened(make_resolved(resolved_at=at(70)), at(100))

    assert is_due_just_then(incident, WarningKind.STILL_INVESTIGATING, at(220))


@pytest.mark.parametrize("incident", [make_incident(), make_announced()])
def test_thirty_minutes_without_a_mitigation_are_warned_of(incident: Incident):
    assert is_due_just_then(incident, WarningKind.NO_MITIGATION, at(30))


@pytest.mark.parametrize("milestone", ["mitigated_at", "restored_at"])
def test_a_mitigation_or_restoration_on_record_is_no_silence(milestone: str):
    incident = moved(make_announced(), at(20), **{milestone: at(15)})

    assert WarningKind.NO_MITIGATION not in due(incident, at(600))


def test_a_corrected_detection_is_the_same_occasion():
    incident = make_incident()
    corrected = moved(incident, at(10), detected_at=at(-5))

    (before,), (after,) = (silences(each) for each in (incident, corrected))

    assert before.occasion == after.occasion
    assert before.since_at != after.since_at


def test_history_and_what_was_merged_say_nothing():
    incident = make_announced()

    assert due(replace(incident, is_backfill=True), at(6000)) == set()
    assert due(replace(incident, merged_into="other"), at(6000)) == set()
