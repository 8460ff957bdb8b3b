"""The parts of a postmortem in a Markdown text: which heading begins which, and how one inside a part is kept
from beginning another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Section

# What others call the parts; the names of our own are among them.
_NAMES: Mapping[str, tuple[str, ...]] = {
    Section.SUMMARY: (
        *("summary", "executive summary", "incident summary", "overview", "abstract", "tl;dr", "tldr"),
        *("what happened", "description"),
    ),
    Section.IMPACT: (
        *("impact", "customer impact", "user impact", "business impact", "impact on customers", "scope"),
        *("impact summary", "who was affected", "effects"),
    ),
    TIMELINE: (
        *("timeline", "incident timeline", "timeline of events", "event timeline", "chronology"),
        *("sequence of events", "chronicle", "timeline of the incident"),
    ),
    Section.ROOT_CAUSE: (
        *("root cause and contributing factors", "root cause", "root causes", "root cause analysis", "rca"),
        *("cause", "causes", "contributing factors", "contributing factor", "contributing causes", "trigger"),
        *("root causes and trigger", "root cause and trigger", "why it happened", "why did this happen"),
    ),
    Section.SYSTEMIC_ISSUES: (
        *("systemic issues", "systemic factors", "systemic causes", "underlying issues", "lessons learned"),
        *("lessons", "learnings", "what we learned", "what we have learned"),
    ),
    Section.WENT_WELL: (
        *("what went well", "went well", "what worked well", "what worked", "things that went well"),
        *("positives", "strengths"),
    ),
    Section.WENT_WRONG: (
        *("what went wrong", "went wrong", "what went badly", "what went poorly", "what did not go well"),
        *(
            "what didn't go well",
            "what could have gone better",
            "what could be improved",
            "what did not work",
        ),
        *("things that went wrong", "things that went poorly", "where we got lucky"),
    ),
    ACTION_ITEMS: (
        *(
            "action items",
            "action item",
            "actions",
            "next steps",
            "follow ups",
            "follow up",
            "follow up items",
        ),
        *("followups", "follow up actions", "corrective actions", "corrective and preventive actions"),
        *("preventive actions", "preventative measures", "preventive measures", "remediation items", "tasks"),
        *("todos", "to dos", "what we will do", "what we are doing about it"),
    ),
}
_PART_OF = {name: part for part, names in _NAMES.items() for name in names}
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)$")
_BOLD = re.compile(r" {0,3}(?:\*\*|__)([^*_]+)(?:\*\*|__):?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)$")
_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|[ivx]+[.)])\s+", re.IGNORECASE)
_BOLD_LEVEL = 7
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading whose words name a part; `lines` is how many it takes."""

    level: int
    text: str
    part: str
    lines: int = 1


@dataclass(slots=True)
class Block:
    """The lines under one heading; `start` is the number of the first, from 1. Without a heading: what stands
    before any."""

    heading: Heading | None
    start: int
    lines: list[str] = field(default_factory=list)


def blocks_of(text: str) -> list[Block]:
    """Return the text cut at the headings that begin a part; other headings stay in the lines."""
    lines = text.split("\n")
    found, index, fenced = [Block(None, 1)], 0, fenced_lines(lines)
    while index < len(lines):
        heading = None if index in fenced else heading_at(lines, index)
        if heading is None:
            found[-1].lines.append(lines[index])
            index += 1
        else:
            index += heading.lines
            found.append(Block(heading, index + 1))
    return found


def heading_at(lines: Sequence[str], index: int) -> Heading | None:
    """Return the heading that begins a part at that line: one with `#`, one underlined, or a bold line."""
    line = lines[index]
    if len(line) > _LONGEST or not line.strip():
        return None
    if found := _ATX.match(line):
        return _heading(len(found[1]), found[2])
    if found := _BOLD.match(line):
        return _heading(_BOLD_LEVEL, found[1])
    if index + 1 < len(lines) and (under := _UNDERLINE.match(lines[index + 1])):
        return _heading(1 if under[1][0] == "=" else 2, line, 2)
    return None


def other_heading(line: str) -> tuple[int, str] | None:
    """Return level and words of a heading with `#`, whatever it says."""
    found = _ATX.match(line) if len(line) <= _LONGEST else None
    return (len(found[1]), found[2].rstrip(" \t#")) if found else None


def _heading(level: int, words: str, lines: int = 1) -> Heading | None:
    part = part_named(words)
    return Heading(level, words.strip().rstrip("# \t"), part, lines) if part else None


def part_named(words: str) -> str | None:
    """Return the part that a heading of these words begins: by its name or what others call it."""
    plain = _NUMBER.sub("", words.strip(" \t*_`")).casefold().replace("’", "'").replace("&", " and ")
    plain = re.sub(r"[-–/]", " ", plain) if plain not in _PART_OF else plain
    plain = " ".join("".join(c for c in plain if c.isalnum() or c in " ';").split())
    return _PART_OF.get(plain) or _PART_OF.get(plain.removeprefix("the "))


def fenced_lines(lines: Sequence[str]) -> frozenset[int]:
    """Return the lines that stand in code, its fences included; a fence that is never closed is none."""
    fences = [(index, match) for index, line in enumerate(lines) if (match := _FENCE.match(line))]
    found: set[int] = set()
    unclosed: dict[str, int] = {}
    place = 0
    while place < len(fences):
        start, opening = fences[place]
        kind, length = opening[1][0], len(opening[1])
        place += 1
        if unclosed.get(kind, length + 1) <= length:
            continue
        for after in range(place, len(fences)):
            if _closes(opening, fences[after][1]):
                found.update(range(start, fences[after][0] + 1))
                place = after + 1
                break
        else:
            unclosed[kind] = length
    return frozenset(found)


def _closes(opening: re.Match[str], closing: re.Match[str]) -> bool:
    return not closing[2].strip() and closing[1].startswith(opening[1])


def shielded(body: str) -> str:
    """Return a part's text as it can stand under its heading: nothing in it begins another part."""
    return "\n".join(_shielded_lines(body.split("\n")))


def unshielded(body: str) -> str:
    """Return the text that was shielded."""
    lines = body.split("\n")
    fenced = fenced_lines(lines)
    return "\n".join(
        line[1:] if index not in fenced and _is_shielded(lines, index) else line
        for index, line in enumerate(lines)
    )


def _shielded_lines(lines: list[str]) -> Iterator[str]:
    fenced = fenced_lines(lines)
    for index, line in enumerate(lines):
        yield f"\\{line}" if index not in fenced and _begins(line, lines, index) else line


def _is_shielded(lines: list[str], index: int) -> bool:
    line = lines[index]
    return line.startswith("\\") and _begins(line[1:], lines, index)


def _begins(line: str, lines: list[str], index: int) -> bool:
    """Return whether the line, but for backslashes before it, would begin a part or open code."""
    bare = line.lstrip("\\")
    if _FENCE.match(bare) or heading_at([bare], 0) is not None:
        return True
    return bool(index and _UNDERLINE.match(bare) and part_named(lines[index - 1]))
