"""Two people's changes of one text, put together where they do not touch the same lines."""

from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise

Change = tuple[int, int, list[str]]
# With more pairs of equal lines than these, what was changed counts as one piece: a save compares texts while
# nobody else can write, and a text of a few different lines, each there a thousand times, would take minutes.
_MOST_PAIRS = 250_000


def merge_text(base: str, theirs: str, mine: str) -> str | None:
    """Return both changes of `base` in one text; None where both changed the same lines differently.

    Lines are the unit. What both added at one place comes from nobody alone, so that is a conflict too.
    """
    if theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    lines = base.split("\n")
    changes = _joined(_changes(lines, theirs), _changes(lines, mine))
    if changes is None:
        return None
    for start, end, new in reversed(changes):
        lines[start:end] = new
    return "\n".join(lines)


def _changes(base: list[str], changed: str) -> list[Change]:
    """Return what was changed between the first line and the last that differ."""
    lines = changed.split("\n")
    start = _alike(base, lines)
    rest = min(len(base), len(lines)) - start
    end = min(_alike(base[::-1], lines[::-1]), rest)
    before, after = base[start : len(base) - end], lines[start : len(lines) - end]
    if _pairs(before, after) > _MOST_PAIRS:
        return [(start, start + len(before), after)]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(start + i1, start + i2, after[j1:j2]) for tag, i1, i2, j1, j2 in blocks if tag != "equal"]


def _alike(one: list[str], other: list[str]) -> int:
    """Return with how many lines both begin."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _pairs(one: list[str], other: list[str]) -> int:
    """Return how many pairs of equal lines there are: that is how much work comparing them is."""
    counts = Counter(other)
    return sum(number * counts[line] for line, number in Counter(one).items())


def _joined(theirs: list[Change], mine: list[Change]) -> list[Change] | None:
    """Return all changes in order, one that both made once; None where two of them touch."""
    found = sorted([*theirs, *(change for change in mine if change not in theirs)], key=lambda one: one[:2])
    return None if any(_touch(*pair) for pair in pairwise(found)) else found


def _touch(first: Change, second: Change) -> bool:
    is_same_place = first[0] == second[0]
    return is_same_place or second[0] < first[1]
