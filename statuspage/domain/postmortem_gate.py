"""The postmortem gate: everything that still stands between a text and its publication (`cadence.md`)."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from statuspage.domain.errors import RuleError
from statuspage.domain.incident import Incident, IncidentStatus
from statuspage.domain.postmortem import (
    ACTION_ITEMS,
    FINAL_WITHIN,
    NEEDED,
    TIMELINE,
    Content,
    Form,
    Moment,
    Section,
)

LEAST_LETTERS = 10
LEAST_DIFFERENT = 3

SECTION_NAMES: Mapping[str, str] = {
    Section.SUMMARY: "Summary",
    Section.IMPACT: "Impact",
    Section.ROOT_CAUSE: "Root cause and contributing factors",
    Section.SYSTEMIC_ISSUES: "Systemic issues",
    Section.WENT_WELL: "What went well",
    Section.WENT_WRONG: "What went wrong",
    TIMELINE: "Timeline",
    ACTION_ITEMS: "Action items",
}
MOMENT_NAMES: Mapping[Moment, str] = {
    Moment.BEGINNING: "beginning",
    Moment.DETECTION: "detection",
    Moment.FIRST_NOTICE: "first notice",
    Moment.MITIGATION: "mitigation",
    Moment.RESTORATION: "restoration",
    Moment.RESOLUTION: "resolution",
}

# Brackets that are no link, words that stand for a text to come, and lines of dots. No placeholder is longer
# than a few sentences; without an end, brackets that nobody closes would each be read to the end of the line.
_PLACEHOLDER = re.compile(
    r"\[[^\]\n]{0,300}\](?!\()|<[a-z/!][^>\n]{0,300}>|\{[^}\n]{0,300}\}"
    r"|\b(?:todo|tbd|tba|fixme|xxx+|lorem ipsum|n/?a|none|nothing|unknown|wip)\b"
    r"|[._…-]+",
    re.IGNORECASE,
)
_LEFTOVER = re.compile(
    r"\b(?:TODO|TBD|TBA|FIXME|XXX+)\b|\[(?:[^\]\n]{0,300}\.\.\.|…|)\](?!\()|lorem ipsum", re.IGNORECASE
)
# What a preliminary text may say instead of the root cause, and a final one may not.
_UNDER_INVESTIGATION = re.compile(
    r"\b(?:(?:still|currently|presently|being|is|are|we|the|root|cause|this|it|under|not|yet|known)\s+)*"
    r"(?:under investigation|being investigated|investigating|not (?:yet )?known(?: yet)?|unclear)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A requirement that fails: a stable code, a sentence for people, and what it is about.

    `part` is a section's name, `timeline`, `action_items` or empty; `item` the public id of an action item.
    """

    code: str
    sentence: str
    part: str = ""
    item: str | None = None


class GateError(RuleError):
    """What was to be published lacks something: all of it is in `unmet`."""

    def __init__(self, unmet: Sequence[Unmet]) -> None:
        said = unmet[0].sentence if len(unmet) == 1 else " ".join(f"• {each.sentence}" for each in unmet)
        super().__init__("gate_unmet", f"Not published: something is still missing. {said}")
        self.unmet = tuple(unmet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the gate has to know beside the text.

    `prompts` are the texts that templates put into each section; `active_owners` the public ids of accounts
    that may act; `open_findings` counts what may read as blame in each part; `approved_digest` names what a
    second person agreed to; `public_since` is when customers first read it, from which the days until the
    final text are counted; `final_by` is the date that they read already, `has_final` says that they read the
    final one.
    """

    form: Form
    is_drill: bool = False
    prompts: Mapping[Section, Collection[str]] = field(default_factory=dict)
    active_owners: Collection[str] = ()
    open_findings: Mapping[str, int] = field(default_factory=dict)
    approved_digest: str | None = None
    public_since: datetime | None = None
    final_by: datetime | None = None
    has_final: bool = False


def unmet(content: Content, incident: Incident, around: Circumstances, now: datetime) -> tuple[Unmet, ...]:
    """Return every requirement that fails, in the order of the screen."""
    return (
        *_of_incident(incident, around),
        *_of_sections(content, around),
        *_of_preliminary(content, around, now),
        *_of_timeline(content, incident),
        *_of_items(content, around),
        *_of_review(content, around),
    )


def has_real_text(text: str, prompts: Collection[str] = ()) -> bool:
    """Return whether somebody wrote something: prompts of a template and placeholders don't count."""
    asked = {_bare(line) for prompt in prompts for line in prompt.splitlines()}
    left = "\n".join(line for line in text.splitlines() if _bare(line) not in asked)
    letters = [character for character in _PLACEHOLDER.sub(" ", left) if character.isalpha()]
    return len(letters) >= LEAST_LETTERS and len(set(letters)) >= LEAST_DIFFERENT


def leftovers(text: str, prompts: Collection[str] = ()) -> tuple[str, ...]:
    """Return the template's lines and marks of unfinished text that are still in it.

    A template's heading may stay: it orders what people write.
    """
    lines = [line for prompt in prompts for line in prompt.splitlines() if not _is_heading(line)]
    asked = {_bare(line) for line in lines} - {""}
    return tuple(line.strip() for line in text.splitlines() if _bare(line) in asked or _LEFTOVER.search(line))


def _is_heading(line: str) -> bool:
    return line.lstrip().startswith("#")


def _bare(line: str) -> str:
    return " ".join(line.strip(" \t#*_>-").split()).casefold()


def _of_incident(incident: Incident, around: Circumstances) -> Iterator[Unmet]:
    if around.is_drill:
        yield Unmet("is_drill", "This was a drill; it ends with its score card.")
    if incident.status is not IncidentStatus.RESOLVED:
        yield Unmet("not_resolved", "Publish the resolution notice first.")


def _of_sections(content: Content, around: Circumstances) -> Iterator[Unmet]:
    for section in Section:
        text, prompts = content.text_of(section), around.prompts.get(section, ())
        is_needed = section in NEEDED[around.form]
        if is_needed and not has_real_text(text, prompts):
            name = SECTION_NAMES[section]
            yield Unmet(f"{section}_missing", f"Write “{name}”: it has no text of your own yet.", section)
        elif section is Section.ROOT_CAUSE and is_needed and _is_awaited(content, prompts):
            yield Unmet(
                "root_cause_missing",
                "Write what the root cause was, or promise a date for the final postmortem and publish this "
                "one as preliminary.",
                section,
            )
        elif left := leftovers(text, prompts):
            yield _left_over(left[0], section)


def _is_awaited(content: Content, prompts: Collection[str]) -> bool:
    """Return whether a text that is not preliminary says of the root cause only that it is looked for."""
    text = _UNDER_INVESTIGATION.sub(" ", content.text_of(Section.ROOT_CAUSE))
    return not content.is_preliminary and not has_real_text(text, prompts)


def _left_over(text: str, part: str, item: str | None = None) -> Unmet:
    shown = text.lstrip("> ")[:80]
    sentence = f"Replace or delete “{shown}” in “{SECTION_NAMES[part]}”."
    return Unmet("placeholder_left", sentence, part, item)


def _of_preliminary(content: Content, around: Circumstances, now: datetime) -> Iterator[Unmet]:
    if content.final_by is None:
        return
    if around.has_final:
        yield Unmet("already_final", "Customers have read the final postmortem: take the promised date away.")
    elif content.final_by <= now:
        yield Unmet("final_date_passed", "Promise the final postmortem for a time that is still to come.")
    elif content.final_by > (around.public_since or now) + FINAL_WITHIN:
        yield Unmet("final_date_too_far", f"Promise the final postmortem within {FINAL_WITHIN.days} days.")
    elif around.final_by is not None and content.final_by > around.final_by:
        yield Unmet(
            "final_date_put_off",
            "Keep the date that customers read for the final postmortem, or an earlier one.",
        )


def _of_timeline(content: Content, incident: Incident) -> Iterator[Unmet]:
    there = {entry.moment for entry in content.timeline if entry.is_public}
    for moment in _needed_moments(incident):
        if moment not in there:
            yield Unmet(
                f"timeline_without_{moment}",
                f"Add the {MOMENT_NAMES[moment]} to the public timeline.",
                TIMELINE,
            )
    if any(later.at < sooner.at for sooner, later in pairwise(content.timeline)):
        yield Unmet("timeline_out_of_order", "Put the timeline in order of time.", TIMELINE)
    for left in (leftovers(entry.text) for entry in content.timeline if entry.is_public):
        if left:
            yield _left_over(left[0], TIMELINE)


def _needed_moments(incident: Incident) -> Iterator[Moment]:
    """Mitigation and restoration are asked for where there was one; a false alarm had nothing to restore."""
    yield from (Moment.DETECTION, Moment.FIRST_NOTICE)
    if any(episode.mitigated_at for episode in incident.episodes):
        yield Moment.MITIGATION
    if any(episode.restored_at for episode in incident.episodes):
        yield Moment.RESTORATION
    yield Moment.RESOLUTION


def _of_items(content: Content, around: Circumstances) -> Iterator[Unmet]:
    if not content.items:
        yield Unmet("no_action_item", "Add at least one action item.", ACTION_ITEMS)
    for item in content.items:
        name = f"“{item.title[:60]}”"
        if left := leftovers(item.title):
            yield _left_over(left[0], ACTION_ITEMS, item.id)
        if item.owner is None:
            yield Unmet("action_item_without_owner", f"Say who owns {name}.", ACTION_ITEMS, item.id)
        elif item.owner not in around.active_owners:
            yield Unmet(
                "action_item_owner_disabled",
                f"Give {name} to somebody whose account is in use.",
                ACTION_ITEMS,
                item.id,
            )
        if not item.team:
            yield Unmet("action_item_without_team", f"Name the team for {name}.", ACTION_ITEMS, item.id)
        if item.due_on is None:
            yield Unmet(
                "action_item_without_due_date", f"Say by when {name} will be done.", ACTION_ITEMS, item.id
            )


def _of_review(content: Content, around: Circumstances) -> Iterator[Unmet]:
    for part, number in around.open_findings.items():
        what = "1 place that may read" if number == 1 else f"{number} places that may read"
        sentence = f"Rewrite {what} as blame in “{SECTION_NAMES[part]}”, or have a reviewer accept it."
        yield Unmet("blame_finding_open", sentence, part)
    if around.approved_digest != content.digest():
        yield Unmet(
            "not_approved", "Have somebody who did not write it read exactly this text and approve it."
        )
