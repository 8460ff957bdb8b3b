"""What an incident itself tells a postmortem: how each component changed, for how long it was how bad, and
what each notice said first."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from statuspage.domain.component import ComponentState
from statuspage.domain.incident import Incident, States, Step, claims, steps

SENTENCE_LIMIT = 300
# Further on no sentence begins that could be the first.
_MOST_READ = 2_000

# A sentence ends where the next begins with a capital: "e.g. by" and "v1.2 of" go on.
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*(?=\s[\"“‘(]*[^\Wa-z_\d])")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s[^\n]*\n?", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_MARKS = re.compile(r"\*\*|__|~~|`+|(?<!\w)[*_](?=\w)|(?<=[\w.,;:!?])[*_](?!\w)|\\(?=[!-/:-@\[-`{-~])")
_NEXT_ITEM = re.compile(r"[ ]*\n[ ]{0,3}(?:[-+*]|\d+[.)])[ ]+(?=\S)")
_LINE_MARKS = re.compile(r"^\s{0,3}(?:>|[-+*]\s|\d+[.)]\s)\s*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on a component was in that state. `key` names the change for ever, however the incident's
    times are corrected: the notice's instant, or the episode's end."""

    component_id: str
    state: ComponentState
    at: datetime
    key: str


def component_changes(incident: Incident) -> tuple[Change, ...]:
    """Return how its components changed, oldest first: from when service broke until it was back."""
    found: list[Change] = []
    by_episode: dict[int, list[Step]] = {}
    for step in steps(incident):
        by_episode.setdefault(step.episode, []).append(step)
    for number, of_episode in by_episode.items():
        if not incident.episodes[number].is_false_alarm:
            found += _changes_of_episode(incident, number, of_episode)
    return tuple(sorted(found, key=lambda change: change.at))


def _changes_of_episode(incident: Incident, number: int, of_episode: list[Step]) -> Iterator[Change]:
    end = incident.episodes[number].ended_at
    shown: States = {}
    for index, step in enumerate(of_episode):
        at = incident.beginning_of(number) if index == 0 else step.at
        if step.is_withdrawal or (end is not None and at >= end):
            break
        for component_id, state in step.states.items():
            if state is not shown.get(component_id, ComponentState.OPERATIONAL):
                yield Change(component_id, state, at, step.at.isoformat())
        shown = step.states
    if end is not None:
        for component_id, state in shown.items():
            if state is not ComponentState.OPERATIONAL:
                yield Change(component_id, ComponentState.OPERATIONAL, end, f"restored:{number}")


def impaired_times(incident: Incident) -> Mapping[str, Mapping[ComponentState, timedelta]]:
    """Return for how long each component was in each state that is not operational, worst state first.

    What is not over yet has no length and is left out.
    """
    found: dict[str, dict[ComponentState, timedelta]] = {}
    for claim in claims(incident):
        if claim.to_at is not None:
            of_component = found.setdefault(claim.component_id, {})
            of_component[claim.state] = (
                of_component.get(claim.state, timedelta()) + claim.to_at - claim.from_at
            )
    return {
        component_id: dict(sorted(spans.items(), key=lambda span: -span[0].severity))
        for component_id, spans in found.items()
    }


def one_line(text: str, limit: int) -> str:
    """Return a text as one line, cut at a word where it is too long."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",.;:–-") + "…"


def first_sentence(text: str) -> str:
    """Return the first sentence of a notice as one line, without Markdown's marks and headings above it."""
    text = text[:_MOST_READ]
    for paragraph in re.split(r"\n\s*\n", _HEADING.sub("", text)):
        line = " ".join(_without_marks(paragraph).split())
        end = _SENTENCE_END.search(line)
        line = line[: end.end()] if end else line
        if any(letter.isalnum() for letter in line):
            return one_line(line, SENTENCE_LIMIT)
    return one_line(text, SENTENCE_LIMIT)


def _without_marks(text: str) -> str:
    text = _LINE_MARKS.sub("", _NEXT_ITEM.sub("; ", text))
    return _MARKS.sub("", _LINK.sub(r"\1", text))
