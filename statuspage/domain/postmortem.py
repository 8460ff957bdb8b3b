"""A postmortem as a value: its sections, its timeline, its action items, and what a digest of them covers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from statuspage.domain.action_item import ItemKind
from statuspage.domain.component import Impact
from statuspage.domain.incident import Incident

SECTION_LIMIT = 25_000
ENTRY_LIMIT = 2_000
MOST_ENTRIES = 500
MOST_ITEMS = 100
FINAL_WITHIN = timedelta(days=14)


class Section(StrEnum):
    """A part that is written as text, in the order in which it is read."""

    SUMMARY = "summary"
    IMPACT = "impact"
    ROOT_CAUSE = "root_cause"
    SYSTEMIC_ISSUES = "systemic_issues"
    WENT_WELL = "went_well"
    WENT_WRONG = "went_wrong"


# Beside the sections, what comments may be about.
TIMELINE, ACTION_ITEMS = "timeline", "action_items"


class Form(StrEnum):
    """How much has to be written; the highest impact ever published decides."""

    FULL = "full"
    SHORT = "short"


NEEDED: Mapping[Form, tuple[Section, ...]] = {
    Form.FULL: tuple(Section),
    Form.SHORT: (Section.SUMMARY, Section.IMPACT, Section.ROOT_CAUSE),
}


class Visibility(StrEnum):
    """Who reads what was published: everybody, whoever has a link, the staff."""

    PUBLIC = "public"
    LINK = "link"
    INTERNAL = "internal"


class PostmortemState(StrEnum):
    """How far a postmortem is. One that is being corrected goes through the same states again."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    WAIVED = "waived"


class Moment(StrEnum):
    """What a line of the timeline marks, where it marks a milestone of the incident."""

    BEGINNING = "beginning"
    DETECTION = "detection"
    FIRST_NOTICE = "first_notice"
    MITIGATION = "mitigation"
    RESTORATION = "restoration"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline. `source` names what it was drafted from (`notice:<id>`, `moment:detection:0`,
    `entry:<id>`, `component:…`), None for one written by hand."""

    id: str
    at: datetime
    text: str
    is_public: bool = True
    moment: Moment | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What will be done about it, as it is written. `owner` is an account's public id; customers read the
    title, the kind, the team and the date, never the owner or the tracker."""

    id: str
    title: str
    kind: ItemKind = ItemKind.FIX
    owner: str | None = None
    team: str = ""
    due_on: date | None = None
    tracker_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that is written. `final_by` makes it a preliminary one: by then the final one is promised.

    The timeline is in order of time, oldest first; a section that was never written is absent.
    """

    sections: Mapping[Section, str] = field(default_factory=lambda: MappingProxyType({}))
    timeline: tuple[Entry, ...] = ()
    items: tuple[Item, ...] = ()
    final_by: datetime | None = None

    @property
    def is_preliminary(self) -> bool:
        """Return whether a final one is to follow."""
        return self.final_by is not None

    def text_of(self, section: Section) -> str:
        """Return the section's text, empty where it was never written."""
        return self.sections.get(section, "")

    def with_section(self, section: Section, text: str) -> "Content":
        """Return the content with that section's text."""
        return replace(self, sections={**self.sections, section: text})

    def digest(self) -> str:
        """Return what names exactly this text: 64 hexadecimal digits, another after any change of it."""
        plain = json.dumps(content_field(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(plain.encode()).hexdigest()


def in_order(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the lines in order of time; those of one instant as they came."""
    return tuple(sorted(entries, key=lambda entry: entry.at))


def form_for(highest_impact: Impact) -> Form:
    """Return how much has to be written after an incident whose highest published impact was that."""
    return Form.SHORT if highest_impact in {Impact.NONE, Impact.MINOR} else Form.FULL


def may_be_waived(incident: Incident, highest_impact: Impact) -> bool:
    """Return whether the rules allow to do without (rule 7): impact `none`, and false alarms."""
    return incident.episode.is_false_alarm or highest_impact is Impact.NONE


def content_field(content: Content) -> dict[str, object]:
    """Return the content as it is kept and digested: JSON, instants as RFC 3339."""
    return {
        "sections": {section.value: text for section, text in content.sections.items()},
        "timeline": [
            {
                "id": entry.id,
                "at": entry.at.isoformat(),
                "text": entry.text,
                "is_public": entry.is_public,
                "moment": entry.moment.value if entry.moment else None,
                "source": entry.source,
            }
            for entry in content.timeline
        ],
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "kind": item.kind.value,
                "owner": item.owner,
                "team": item.team,
                "due_on": item.due_on.isoformat() if item.due_on else None,
                "tracker_url": item.tracker_url,
            }
            for item in content.items
        ],
        "final_by": content.final_by.isoformat() if content.final_by else None,
    }
