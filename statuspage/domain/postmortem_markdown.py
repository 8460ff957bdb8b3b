"""A postmortem read from Markdown: its parts by their headings, into a text that is there already."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from statuspage.domain.errors import RuleError
from statuspage.domain.markdown_headings import Block, blocks_of, other_heading, unshielded
from statuspage.domain.markdown_items import ReadItem, read_items
from statuspage.domain.markdown_timeline import ReadLine, minute_of, read_timeline
from statuspage.domain.postmortem import (
    ACTION_ITEMS,
    SECTION_LIMIT,
    TIMELINE,
    Content,
    Entry,
    Item,
    Moment,
    Section,
    in_order,
)
from statuspage.domain.postmortem_gate import SECTION_NAMES

MARKDOWN_LIMIT = 150_000

# What an exported file says about itself below its title.
ABOUT = re.compile(r"\*(?:Incident of |This is a preliminary postmortem\. )[^\n]*\*$")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}\w")
_MILESTONE_WORDS: Mapping[Moment, re.Pattern[str]] = {
    moment: re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for moment, words in {
        Moment.BEGINNING: "began|beginning|start|onset|impaired|first errors",
        Moment.DETECTION: "detect|alert|alarm|paged?\\b|noticed|first report|reported",
        Moment.FIRST_NOTICE: "first notice|status page|announce|published|posted|informed",
        Moment.MITIGATION: "mitigat|roll(?:ed)? ?back|fail(?:ed)? ?over|workaround",
        Moment.RESTORATION: "restor|recover|back to normal|healthy|up again",
        Moment.RESOLUTION: "resolv|resolution|all clear|closed",
    }.items()
}
_NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Imported:
    """The text with what a file says in it, and sentences on what could not be taken over as it stood."""

    content: Content
    notes: tuple[str, ...]


@dataclass(slots=True)
class _File:
    """What a file says, part by part; None where it has no such part."""

    sections: dict[Section, list[str]] = field(default_factory=dict)
    starts: dict[Section, int] = field(default_factory=dict)
    lines: list[ReadLine] | None = None
    items: list[ReadItem] | None = None
    notes: list[str] = field(default_factory=list)

    def add(self, section: Section, text: str, start: int) -> None:
        if text.strip():
            self.sections.setdefault(section, []).append(text.strip())
            self.starts.setdefault(section, start)


def parse_markdown(text: str, into: Content, new_id: Callable[[], str]) -> Content:
    """Return the content with what the text says; `read_markdown` says more and can do more."""
    return read_markdown(text, into, new_id).content


def read_markdown(
    text: str,
    into: Content,
    new_id: Callable[[], str],
    *,
    zone: str = "Etc/UTC",
    owners: Mapping[str, str] = _NOBODY,
    replaces: bool = False,
) -> Imported:
    """Return `into` with what a file says.

    A section of the file takes the place of the one there. Lines of the timeline and action items keep what
    is known of them where they are there already; others are added; with `replaces`, those that the file
    leaves out of its timeline or its action items go. What stands under an unknown heading stays in the
    section above it. Times without a zone are of `zone`; `owners` maps mail addresses and names, in lower
    case, to public ids of accounts.

    Raises a `RuleError` that names the part and the line: `too_long`, `timeline_out_of_order`, `invalid`,
    `missing_time`, `blank`.
    """
    check_length(text)
    file = _read(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), into, zone)
    if not file.sections and not file.lines and not file.items:
        raise RuleError("blank", "There is no text in it.", "body")
    sections = {**into.sections, **dict(_checked_sections(file))}
    timeline, items = into.timeline, into.items
    if file.lines is not None:
        timeline = _merged_timeline(file.lines, into.timeline, new_id, replaces=replaces)
    if file.items is not None:
        items = _merged_items(file, into.items, new_id, owners, replaces=replaces)
    content = replace(into, sections=sections, timeline=timeline, items=items)
    return Imported(content, tuple(file.notes))


def check_length(text: str, field: str = "body") -> None:
    """Refuse a text that is too long to be a postmortem."""
    if len(text) > MARKDOWN_LIMIT:
        raise RuleError(
            "too_long",
            f"Shorten the text to {MARKDOWN_LIMIT:,} characters; it has {len(text):,}. Link to logs and data "
            "instead of pasting them.",
            field,
        )


def _read(text: str, into: Content, zone: str) -> _File:
    file, nearest = _File(), Section.SUMMARY
    first_day = into.timeline[0].at.astimezone(ZoneInfo(zone)).date() if into.timeline else None
    for block in blocks_of(text):
        part = block.heading.part if block.heading else Section.SUMMARY
        prose: list[str] = []
        if part == TIMELINE:
            read = read_timeline(block, zone, first_day)
            file.lines, prose = [*(file.lines or []), *read.lines], read.prose
        elif part == ACTION_ITEMS:
            found = read_items(block)
            file.items, prose = [*(file.items or []), *found.items], found.prose
        else:
            nearest = Section(part)
            file.add(nearest, _text_of(block, file), block.start)
        file.add(nearest, "\n".join(prose), block.start)
    return file


def _text_of(block: Block, file: _File) -> str:
    """Return the text under a heading; where others came before it, that heading stays above it."""
    if block.heading is None:
        return _without_title("\n".join(block.lines), file)
    body = unshielded("\n".join(block.lines).strip("\n"))
    section = Section(block.heading.part)
    if section in file.sections and body.strip() and block.heading.text != SECTION_NAMES[section]:
        return f"### {block.heading.text.strip(' *_')}\n\n{body.strip()}"
    return body


def _without_title(text: str, file: _File) -> str:
    """Return what stands before the first part, without the title and an exported file's own words."""
    lines = text.strip("\n").split("\n")
    heading = other_heading(lines[0])
    if heading is not None and heading[0] == 1:
        if not heading[1].casefold().startswith("postmortem: "):
            file.notes.append(f"The title “{heading[1][:80]}” was left out: the incident has its own.")
        lines = lines[1:]
    return "\n".join(line for line in lines if not ABOUT.match(line))


def _checked_sections(file: _File) -> Iterator[tuple[Section, str]]:
    for section, texts in file.sections.items():
        text = "\n\n".join(texts)
        if len(text) > SECTION_LIMIT:
            raise RuleError(
                "too_long",
                f"Shorten “{SECTION_NAMES[section]}”, from line {file.starts[section]} on, to "
                f"{SECTION_LIMIT:,} characters; it has {len(text):,}.",
                section.value,
            )
        yield section, text


def _merged_timeline(
    lines: list[ReadLine], there: tuple[Entry, ...], new_id: Callable[[], str], *, replaces: bool
) -> tuple[Entry, ...]:
    """Return the timeline with the file's lines. One that is there already, or tells a milestone of the same
    minute, keeps its instant and what it was drafted from; so does, with `replaces`, any of its minute."""
    left = list(there)
    known: dict[int, Entry] = {}
    for same in (_says_the_same, _is_its_milestone, _is_of_its_minute):
        for place, line in enumerate(lines):
            if place in known or (same is _is_of_its_minute and not replaces):
                continue
            found = next((entry for entry in left if same(line, entry)), None)
            if found is not None:
                left.remove(found)
                known[place] = replace(found, text=line.text, is_public=not line.is_internal)
    read = [
        known.get(place) or Entry(new_id(), line.at, line.text, is_public=not line.is_internal)
        for place, line in enumerate(lines)
    ]
    has_internal = any(line.is_internal for line in lines)
    kept = [entry for entry in left if not replaces or not (entry.is_public or has_internal)]
    return in_order((*read, *kept))


def _says_the_same(line: ReadLine, entry: Entry) -> bool:
    return minute_of(entry.at) == line.at and entry.text.strip() == line.text


def _is_its_milestone(line: ReadLine, entry: Entry) -> bool:
    """Return whether the line tells the milestone of that minute in other words."""
    words = _MILESTONE_WORDS[entry.moment] if entry.moment else None
    return words is not None and words.search(line.text) is not None and _is_of_its_minute(line, entry)


def _is_of_its_minute(line: ReadLine, entry: Entry) -> bool:
    return minute_of(entry.at) == line.at and entry.is_public is not line.is_internal


def _merged_items(
    file: _File,
    there: tuple[Item, ...],
    new_id: Callable[[], str],
    owners: Mapping[str, str],
    *,
    replaces: bool,
) -> tuple[Item, ...]:
    left = list(there)
    found: list[Item] = []
    for read in file.items or ():
        known = next((item for item in left if item.title.casefold() == read.title.casefold()), None)
        if known is not None:
            left.remove(known)
        found.append(_with_read(known or Item(new_id(), read.title), read, owners, file.notes))
    return (*found, *([] if replaces else left))


def _with_read(item: Item, read: ReadItem, owners: Mapping[str, str], notes: list[str]) -> Item:
    notes += [
        f"Line {read.number}: “{said[:80]}” was left out of “{read.title[:60]}”." for said in read.unread
    ]
    return replace(
        item,
        title=read.title,
        kind=read.kind or item.kind,
        owner=_owner(read, owners, notes) or item.owner,
        team=item.team if read.team is None else read.team,
        due_on=read.due_on or item.due_on,
        tracker_url=read.link or item.tracker_url,
    )


def _owner(read: ReadItem, owners: Mapping[str, str], notes: list[str]) -> str | None:
    if read.owner is None:
        return None
    mail = _MAIL.search(read.owner)
    found = owners.get((mail[0] if mail else read.owner).strip().casefold())
    if found is None:
        notes.append(
            f"Line {read.number}: no account is in use for “{read.owner[:80]}”; say who owns "
            f"“{read.title[:60]}”."
        )
    return found
