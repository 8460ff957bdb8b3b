"""What an incident tells of itself: component changes, minutes, first sentences."""

from dataclasses import replace
from datetime import timedelta

import pytest

from statuspage.domain.component import ComponentState
from statuspage.domain.incident import Episode, Incident, IncidentStatus, Notice, NoticeKind
from statuspage.domain.postmortem_facts import (
    SENTENCE_LIMIT,
    Change,
    component_changes,
    first_sentence,
    impaired_times,
    one_line,
)
from tests.fakes import NOON

OPERATIONAL, DEGRADED = ComponentState.OPERATIONAL, ComponentState.DEGRADED_PERFORMANCE
PARTIAL, MAJOR = ComponentState.PARTIAL_OUTAGE, ComponentState.MAJOR_OUTAGE


def at(minutes: int):
    return NOON + timedelta(minutes=minutes)


def notice(minutes: int, kind: NoticeKind, **states: ComponentState) -> Notice:
    status = IncidentStatus.RESOLVED if kind is NoticeKind.RESOLUTION else IncidentStatus.INVESTIGATING
    return Notice(
        id=f"n{minutes}", kind=kind, status=status, published_at=at(minutes), text="Text.", states=states
    )


INCIDENT = Incident(
    status=IncidentStatus.RESOLVED,
    episodes=(
        Episode(
            detected_at=at(0), recorded_at=at(0), announced_at=at(5), restored_at=at(50), resolved_at=at(60)
        ),
    ),
    notices=(
        notice(5, NoticeKind.INITIAL, api=PARTIAL),
        notice(20, NoticeKind.UPDATE, api=MAJOR, web=DEGRADED),
        notice(40, NoticeKind.UPDATE, web=OPERATIONAL),
        notice(60, NoticeKind.RESOLUTION),
    ),
    began_at=at(-10),
)


def test_components_change_from_when_service_broke_until_it_was_back_not_between_notices():
    assert [(c.component_id, c.state, c.at) for c in component_changes(INCIDENT)] == [
        ("api", PARTIAL, at(-10)),
        ("api", MAJOR, at(20)),
        ("web", DEGRADED, at(20)),
        ("web", OPERATIONAL, at(40)),
        ("api", OPERATIONAL, at(50)),
    ]


def test_a_change_keeps_its_key_when_a_milestone_is_corrected():
    moved = replace(INCIDENT, began_at=at(-30)).with_episode(restored_at=at(45))

    keys = {(c.component_id, c.key) for c in component_changes(INCIDENT)}
    assert {(c.component_id, c.key) for c in component_changes(moved)} == keys
    assert component_changes(moved)[0].at == at(-30)


def test_what_was_said_after_service_was_back_changed_nothing():
    early = INCIDENT.with_episode(restored_at=at(20))

    assert [(c.state, c.at) for c in component_changes(early)] == [(PARTIAL, at(-10)), (OPERATIONAL, at(20))]
    later = component_changes(INCIDENT.with_episode(restored_at=at(21)))
    assert Change("api", MAJOR, at(20), at(20).isoformat()) in later


def test_a_false_alarm_changed_no_component():
    assert component_changes(INCIDENT.with_episode(is_false_alarm=True)) == ()


def test_minutes_are_counted_by_state_worst_first():
    assert impaired_times(INCIDENT) == {
        "api": {MAJOR: timedelta(minutes=30), PARTIAL: timedelta(minutes=30)},
        "web": {DEGRADED: timedelta(minutes=20)},
    }
    assert list(impaired_times(INCIDENT)["api"]) == [MAJOR, PARTIAL]


def test_what_is_not_over_has_no_length():
    running = replace(INCIDENT, status=IncidentStatus.INVESTIGATING, notices=INCIDENT.notices[:1])

    assert impaired_times(running.with_episode(restored_at=None, resolved_at=None)) == {}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("We found it. A fix is on its way.", "We found it."),
        ("One sentence without an end", "One sentence without an end"),
        ("Affects e.g. exports and v1.2 of the API. More soon.", "Affects e.g. exports and v1.2 of the API."),
        ("They said “it works.” We look on.", "They said “it works.”"),
        ("## Update\n\nWe rolled **back**. Fine.", "We rolled back."),
        ("See [our help](https://example.com/a_(b)) for more.\nThen wait.", "See our help for more."),
        ("- `queue` is slow\n- so is *mail*", "queue is slow; so is mail"),
        ("snake_case stays. Yes.", "snake_case stays."),
        ("...\n\nReal text. End.", "Real text."),
        ("!!!", "!!!"),
        ("Élan. Été.", "Élan."),
    ],
)
def test_the_first_sentence_of_a_notice_without_its_marks(text: str, first: str):
    assert first_sentence(text) == first


def test_a_long_first_sentence_is_cut_at_a_word():
    exact = "x " * 149 + "yz"
    assert len(exact) == SENTENCE_LIMIT
    assert first_sentence(exact) == exact

    longer = first_sentence(exact + "z")

    assert longer.endswith("x…")
    assert len(longer) <= SENTENCE_LIMIT


def test_a_text_of_brackets_alone_takes_no_time():
    assert first_sentence("[" * 25_000)


def test_line_ends_become_spaces():
    assert one_line("a\n\tb  c", 10) == "a b c"
