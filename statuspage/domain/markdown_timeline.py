"""The timeline of a postmortem as people write it in Markdown: lists, tables, days as headings."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.markdown_headings import Block, other_heading
from statuspage.domain.markdown_tables import cells_of, is_rule
from statuspage.domain.postmortem import ENTRY_LIMIT, TIMELINE
from statuspage.domain.written_times import WrittenTime, day_alone, read_time, zone_named

_BULLET = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_INTERNAL = re.compile(r"\s*\(internal\)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[:–—|-]{1,3}\s+|\s+|$")
_ALL_TIMES = re.compile(
    r"\W*(?:all )?times? (?:are |is |shown |given )*(?:in )?([\w/+:-]+)\W*$", re.IGNORECASE
)
_HEADER = re.compile(r"\b(?:time|date|when|event|what|description|day)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of a timeline: the minute, what it says, and which line of the file it is."""

    at: datetime
    text: str
    is_internal: bool
    number: int


@dataclass(slots=True)
class ReadTimeline:
    """Its lines in order, and what stood among them that is no line: it belongs to the text."""

    lines: list[ReadLine] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)


def read_timeline(block: Block, zone: str, day: date | None) -> ReadTimeline:
    """Return what the block says. Times without a zone are of that one, those without a day of the day
    before them, the first of `day`.

    Raises a `RuleError` that names the line: `timeline_out_of_order`, `too_long`, `invalid`,
    `missing_time`.
    """
    reader = _Reader(zone, day)
    level = block.heading.level if block.heading else 0
    lines = iter(enumerate(block.lines, block.start))
    for number, line in lines:
        heading = other_heading(line)
        if heading is not None and heading[0] <= level:
            reader.found.prose += [line, *(rest for _, rest in lines)]
            break
        try:
            reader.take(number, line)
        except DomainError as error:
            error.begin_with(f"Line {number}: ")
            raise
    for found in reader.found.lines:
        if not found.text:
            raise RuleError("invalid", f"Line {found.number}: say what happened then.", TIMELINE)
    return reader.found


class _Reader:
    """Goes through a timeline and knows which day it is."""

    def __init__(self, zone: str, day: date | None) -> None:
        self.zone, self.day, self.found = zone, day, ReadTimeline()
        self._after_gap = True

    def take(self, number: int, line: str) -> None:
        """Take in one line of the file."""
        if not line.strip():
            self._after_gap = True
            return
        text = " ".join(cells_of(line)).replace("\\|", "|") if line.lstrip().startswith("|") else line
        if is_rule(line) or self._is_about_days(line):
            return
        bullet = _BULLET.match(text)
        bare = text[bullet.end() :] if bullet else text.strip()
        written = read_time(bare, self.zone, self.day)
        if written is not None:
            self._add(number, bare, written)
        elif not self._is_header(line):
            self._go_on(number, line, bare, is_item=bool(bullet))
        self._after_gap = False

    def _is_about_days(self, line: str) -> bool:
        heading = other_heading(line)
        day = day_alone(heading[1] if heading else line, self.day)
        if day is not None:
            self.day = day
            return True
        said = _ALL_TIMES.match(line) if len(line) < 200 else None
        zone = zone_named(said[1]) if said else None
        self.zone = zone or self.zone
        return zone is not None

    def _is_header(self, line: str) -> bool:
        return line.lstrip().startswith("|") and not self.found.lines and bool(_HEADER.search(line))

    def _add(self, number: int, bare: str, written: WrittenTime) -> None:
        self.day = written.day or self.day
        if self.day is None:
            raise RuleError("invalid", "write the day with the first time, like 2026-11-03 14:40.", TIMELINE)
        before = self.found.lines[-1] if self.found.lines else None
        at = written.instant(self.day, before.at if before else None)
        rest = bare[written.end :]
        internal = _INTERNAL.match(rest)
        rest = rest[internal.end() :] if internal else rest
        separator = _SEPARATOR.match(rest)
        text = written.opened + (rest[separator.end() :] if separator else rest).strip()
        if written.until:
            text = f"{text} (until {written.until})"
        if before is not None and at < before.at:
            raise _out_of_order(written.words(self.day), before)
        self._keep(ReadLine(at, text, internal is not None, number))

    def _go_on(self, number: int, line: str, bare: str, *, is_item: bool) -> None:
        """A line without a time: one of the same minute, the rest of the one above, or part of the text."""
        lines = self.found.lines
        if not lines or other_heading(line):
            self.found.prose.append(line)
        elif is_item and not line[:1].isspace():
            self._keep(replace(lines[-1], text=bare.strip(), number=number))
        elif line[:1].isspace() or not self._after_gap:
            last = lines.pop()
            self._keep(replace(last, text=f"{last.text} {bare.strip()}".strip()))
        else:
            self.found.prose.append(line)

    def _keep(self, line: ReadLine) -> None:
        if len(line.text) > ENTRY_LIMIT:
            raise RuleError(
                "too_long",
                f"shorten this to {ENTRY_LIMIT:,} characters; it has {len(line.text):,}.",
                TIMELINE,
            )
        self.found.lines.append(line)


def _out_of_order(words: str, before: ReadLine) -> RuleError:
    earlier = before.at

    def sentence(zone: object) -> str:
        return (
            f"{words} comes before {earlier.astimezone(zone):%-d %B, %H:%M}, "  # type: ignore[arg-type]
            f"the time of line {before.number}. Put the lines in order, or write the day with the time."
        )

    return RuleError("timeline_out_of_order", sentence, TIMELINE)


def minute_of(instant: datetime) -> datetime:
    """Return the minute in which it lies, in UTC."""
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
