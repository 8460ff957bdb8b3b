"""How bad it is: an incident's impact, and what the page as a whole says (`wire.md`)."""

from dataclasses import replace

import pytest

from statuspage.domain.component import Impact, impact_of, page_status, worst_impact, worst_state
from statuspage.domain.revisions import correct
from tests.unit.acts import (
    DEGRADED,
    MAINTENANCE,
    MAJOR,
    OPERATIONAL,
    PARTIAL,
    at,
    make_announced,
    make_incident,
    make_resolved,
    reopened,
    say,
)


@pytest.mark.parametrize(
    ("states", "total", "impact"),
    [
        ([], 3, Impact.NONE),
        ([OPERATIONAL], 3, Impact.NONE),
        ([MAINTENANCE], 3, Impact.NONE),
        ([DEGRADED, OPERATIONAL], 3, Impact.MINOR),
        ([PARTIAL, DEGRADED], 3, Impact.MAJOR),
        ([PARTIAL, PARTIAL, PARTIAL], 3, Impact.MAJOR),
        ([MAJOR, MAJOR], 3, Impact.MAJOR),
        ([MAJOR, MAJOR, PARTIAL], 3, Impact.MAJOR),
        ([MAJOR, MAJOR, MAJOR], 3, Impact.CRITICAL),
        ([MAJOR], 1, Impact.CRITICAL),
        ([MAJOR], 0, Impact.MAJOR),
    ],
)
def test_impact_is_critical_only_when_every_component_of_the_page_is_down(states, total, impact):
    assert impact_of(states, total) is impact


def test_the_worst_of_several_claims_counts():
    assert worst_state([DEGRADED, MAJOR, MAINTENANCE]) is MAJOR
    assert worst_state([MAINTENANCE, DEGRADED]) is DEGRADED
    assert worst_state([]) is OPERATIONAL
    assert worst_impact([Impact.MINOR, Impact.CRITICAL, Impact.MAJOR]) is Impact.CRITICAL
    assert worst_impact([]) is Impact.NONE


def test_the_impact_never_falls_by_itself():
    incident = make_announced(states={"api": MAJOR})
    better = say(incident, at(20), states={"api": DEGRADED})

    assert better.impact is Impact.MAJOR
    assert make_resolved().impact is Impact.MAJOR


def test_the_impact_rises_with_a_worse_claim():
    incident = make_announced(states={"api": DEGRADED})

    assert incident.impact is Impact.MINOR
    assert say(incident, at(20), states={"api": PARTIAL}).impact is Impact.MAJOR


def test_claims_of_several_notices_add_up_to_critical():
    incident = make_announced(states={"api": MAJOR, "web": MAJOR})

    assert incident.impact is Impact.MAJOR
    assert say(incident, at(20), states={"db": MAJOR}).impact is Impact.CRITICAL


def test_a_component_created_later_does_not_soften_a_critical_incident():
    everything = make_announced(states={"api": MAJOR}, component_total=1)

    assert say(everything, at(20), component_total=2).impact is Impact.CRITICAL


def test_the_impact_survives_into_the_next_episode():
    again = reopened(make_resolved(), at(100), states={"api": DEGRADED})

    assert again.impact is Impact.MAJOR


def test_an_impact_set_by_hand_wins_in_both_directions():
    assert make_announced(impact_override=Impact.NONE).impact is Impact.NONE
    assert make_announced(states={"api": DEGRADED}, impact_override=Impact.CRITICAL).impact is Impact.CRITICAL


def test_an_impact_set_by_hand_stays_with_the_next_notice():
    incident = say(make_announced(impact_override=Impact.MINOR), at(20), states={"web": MAJOR})

    assert incident.impact is Impact.MINOR
    assert incident.claimed_impact is Impact.MAJOR


def test_an_unannounced_incident_has_the_impact_set_by_hand_or_none():
    assert make_incident().impact is Impact.NONE
    assert replace(make_incident(), impact_override=Impact.MAJOR).impact is Impact.MAJOR


def test_correcting_what_was_claimed_corrects_the_impact():
    incident = make_announced(states={"api": MAJOR})

    corrected = correct(incident, incident.notices[0].id, None, {"api": DEGRADED})
    assert corrected.impact is Impact.MINOR


@pytest.mark.parametrize(
    ("states", "indicator", "words"),
    [
        ([], "none", "All Systems Operational"),
        ([OPERATIONAL, OPERATIONAL], "none", "All Systems Operational"),
        ([MAJOR, MAJOR], "critical", "Major System Outage"),
        ([MAJOR, PARTIAL], "major", "Partial System Outage"),
        ([MAJOR, OPERATIONAL], "major", "Partial System Outage"),
        ([PARTIAL, PARTIAL], "major", "Partial System Outage"),
        ([PARTIAL, DEGRADED], "minor", "Minor Service Outage"),
        ([PARTIAL, OPERATIONAL], "minor", "Minor Service Outage"),
        ([DEGRADED, DEGRADED], "minor", "Degraded System Service"),
        ([DEGRADED, MAINTENANCE], "minor", "Partially Degraded Service"),
        ([DEGRADED, OPERATIONAL], "minor", "Partially Degraded Service"),
        ([MAINTENANCE, OPERATIONAL], "none", "Service Under Maintenance"),
        ([MAINTENANCE, MAINTENANCE], "none", "Service Under Maintenance"),
    ],
)
def test_the_page_says_how_bad_it_is(states, indicator, words):
    status = page_status(states, [])

    assert (status.indicator, status.description) == (indicator, words)


@pytest.mark.parametrize(
    ("impact", "words"),
    [
        (Impact.NONE, "Service Under Maintenance"),
        (Impact.MINOR, "Minor Service Outage"),
        (Impact.MAJOR, "Partial System Outage"),
        (Impact.CRITICAL, "Major System Outage"),
    ],
)
def test_an_open_incident_raises_what_the_page_says(impact, words):
    assert page_status([MAINTENANCE], [Impact.NONE, impact]).description == words


def test_a_small_open_incident_does_not_soften_what_the_components_say():
    status = page_status([DEGRADED, DEGRADED], [Impact.MINOR])

    assert (status.indicator, status.description) == (Impact.MINOR, "Degraded System Service")
    assert page_status([MAJOR, OPERATIONAL], [Impact.MINOR]).indicator is Impact.MAJOR
