"""Code and web addresses in a Markdown text, whose words are nobody's."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

_ADDRESS = re.compile(r"(?:\b(?:https?|ftp)://|\bwww\.|\]\()[^\s<>()\"`\]]*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TICKS = re.compile("`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where code and web addresses stand, in order and without overlap."""
    spans = [*_fenced(text)]
    spans += _inline(text, spans)
    taken = sorted(spans)
    spans += [m.span() for m in _ADDRESS.finditer(text) if not is_within(taken, m.start())]
    yield from sorted(spans)


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """Yield the blocks between fences; one that is never closed goes on to the end."""
    place, opened, fence = 0, 0, ""
    for line in text.splitlines(keepends=True):
        match = FENCE.match(line)
        if match and not fence:
            opened, fence = place, match[1]
        elif match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
            yield opened, place + len(line)
            fence = ""
        place += len(line)
    if fence:
        yield opened, len(text)


def _inline(text: str, fenced: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what stands between two equal runs of backticks within a paragraph."""
    places = [match.span() for match in _TICKS.finditer(text) if not is_within(fenced, match.start())]
    ends = [match.start() for match in _BLANK_LINE.finditer(text)]
    later: dict[int, list[int]] = {}
    for number, (start, end) in enumerate(places):
        later.setdefault(end - start, []).append(number)
    number = 0
    while number < len(places):
        start, end = places[number]
        same = later[end - start]
        at = bisect_right(same, number)
        closing = same[at] if at < len(same) else None
        if closing is not None and _is_one_paragraph(ends, start, places[closing][0]):
            yield start, places[closing][1]
            number = closing
        number += 1


def _is_one_paragraph(ends: list[int], start: int, end: int) -> bool:
    return bisect_left(ends, start) == bisect_left(ends, end)


def is_within(spans: list[tuple[int, int]] | tuple[tuple[int, int], ...], place: int) -> bool:
    """Return whether a span holds the place; they are in order and do not overlap."""
    at = bisect_right(spans, (place, 1 << 60)) - 1
    return at >= 0 and spans[at][0] <= place < spans[at][1]
