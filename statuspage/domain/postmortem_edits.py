"""Edits of a postmortem: what may be typed, and how those of several authors come together."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from statuspage.domain.errors import ConflictError, RuleError
from statuspage.domain.merge_text import merge_text
from statuspage.domain.postmortem import (
    ACTION_ITEMS,
    ENTRY_LIMIT,
    MOST_ENTRIES,
    MOST_ITEMS,
    SECTION_LIMIT,
    TIMELINE,
    Content,
    Entry,
    Item,
    Section,
    in_order,
)
from statuspage.domain.text import checked_line, checked_text

Part = TypeVar("Part", Entry, Item)


class EditConflictError(ConflictError):
    """Two people changed the same lines. Both texts are in it, so that nothing is lost."""

    def __init__(self, field: str, latest_text: str, own_text: str) -> None:
        super().__init__(
            "edit_conflict",
            "Somebody else has changed the same lines meanwhile. Put both texts together, then save.",
            field,
        )
        self.latest_text = latest_text
        self.own_text = own_text


def checked(content: Content, beginning: datetime) -> Content:
    """Return the content with its texts cleaned; refuse what is too long, out of order, or dated before the
    incident began."""
    _check_number(content.timeline, MOST_ENTRIES, TIMELINE, "lines")
    _check_number(content.items, MOST_ITEMS, ACTION_ITEMS, "action items")
    check_order(content.timeline)
    return replace(
        content,
        sections={
            section: checked_text(text, section.value, SECTION_LIMIT)
            for section, text in content.sections.items()
        },
        timeline=tuple(
            replace(entry, text=checked_line(entry.text, TIMELINE, ENTRY_LIMIT)) for entry in content.timeline
        ),
        items=tuple(_checked_item(item, beginning) for item in content.items),
    )


def check_order(timeline: Iterable[Entry]) -> None:
    """Refuse a timeline in which a line stands before an earlier one."""
    before: Entry | None = None
    for entry in timeline:
        if before is not None and entry.at < before.at:
            later, sooner = before.at, entry.at
            raise RuleError(
                "timeline_out_of_order",
                lambda zone, later=later, sooner=sooner: (  # type: ignore[misc]
                    f"Put the line of {_clock(sooner, zone)} before the one of {_clock(later, zone)}."
                ),
                TIMELINE,
            )
        before = entry


def _clock(instant: datetime, zone: object) -> str:
    return f"{instant.astimezone(zone):%-d %B, %H:%M}"  # type: ignore[arg-type]


def _check_number(parts: tuple[object, ...], most: int, field: str, what: str) -> None:
    if len(parts) > most:
        raise RuleError("too_many", f"Keep this to {most} {what}; there are {len(parts)}.", field)


def _checked_item(item: Item, beginning: datetime) -> Item:
    if item.due_on is not None and item.due_on < beginning.date():
        raise RuleError(
            "due_before_incident",
            f"“{item.title[:60]}” can't be due on {item.due_on:%-d %B %Y}, before the incident began.",
            ACTION_ITEMS,
        )
    return replace(
        item,
        title=checked_line(item.title, ACTION_ITEMS),
        team=checked_line(item.team, ACTION_ITEMS) if item.team.strip() else "",
        tracker_url=checked_line(item.tracker_url, ACTION_ITEMS, 2000) if item.tracker_url else None,
    )


def merged(base: Content, theirs: Content, mine: Content) -> Content:
    """Return `theirs` with what `mine` changed of `base`, the text that its author had before them.

    Raises `EditConflictError` where both changed the same lines of a section, or the same line of the
    timeline or action item.
    """
    sections = {
        section: _merged_section(section, base, theirs, mine)
        for section in Section
        if section in theirs.sections or section in mine.sections
    }
    final_by = mine.final_by if mine.final_by != base.final_by else theirs.final_by
    return Content(
        sections=sections,
        timeline=in_order(_merged_parts(base.timeline, theirs.timeline, mine.timeline, TIMELINE, _said)),
        items=_merged_parts(base.items, theirs.items, mine.items, ACTION_ITEMS, lambda item: item.title),
        final_by=final_by,
    )


def _said(entry: Entry) -> str:
    return entry.text


def _merged_section(section: Section, base: Content, theirs: Content, mine: Content) -> str:
    texts = (content.text_of(section) for content in (base, theirs, mine))
    found = merge_text(*texts)
    if found is None:
        raise EditConflictError(section.value, theirs.text_of(section), mine.text_of(section))
    return found


def _merged_parts(
    base: tuple[Part, ...],
    theirs: tuple[Part, ...],
    mine: tuple[Part, ...],
    field: str,
    text_of: Callable[[Part], str],
) -> tuple[Part, ...]:
    """Return the parts in their order, mine where I moved them; what only I added comes where I put it."""
    was: dict[str, Part] = {part.id: part for part in base}
    others: dict[str, Part] = {part.id: part for part in theirs}
    own: dict[str, Part] = {part.id: part for part in mine}
    found: list[Part] = []
    for key in [*own, *(key for key in others if key not in own)]:
        part = _merged_part(was.get(key), others.get(key), own.get(key), field, text_of)
        if part is not None:
            found.append(part)
    return tuple(found)


def _merged_part(
    was: Part | None, other: Part | None, own: Part | None, field: str, text_of: Callable[[Part], str]
) -> Part | None:
    if own == was:
        return other
    if other in (was, own):
        return own
    # Both changed it, differently; what one removed and the other changed stays.
    if other is None or own is None:
        return other or own
    return _merged_fields(was, other, own, field, text_of)


def _merged_fields(
    was: Part | None, other: Part, own: Part, field: str, text_of: Callable[[Part], str]
) -> Part:
    changed: dict[str, object] = {}
    for name in type(own).__dataclass_fields__:
        before, theirs, mine = (getattr(part, name, None) for part in (was, other, own))
        if mine != before and theirs not in (before, mine):
            raise EditConflictError(field, text_of(other), text_of(own))
        changed[name] = mine if mine != before else theirs
    return type(own)(**changed)  # type: ignore[arg-type]
