"""Two people's changes of one text, put together where they do not touch the same lines."""

from difflib import SequenceMatcher
from itertools import pairwise

Change = tuple[int, int, list[str]]


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
    lines = changed.split("\n")
    blocks = SequenceMatcher(None, base, lines, autojunk=False).get_opcodes()
    return [(start, end, lines[j1:j2]) for tag, start, end, j1, j2 in blocks if tag != "equal"]


def _joined(theirs: list[Change], mine: list[Change]) -> list[Change] | None:
    """Return all changes in order, one that both made once; None where two of them touch."""
    found = sorted([*theirs, *(change for change in mine if change not in theirs)], key=lambda one: one[:2])
    return None if any(_touch(*pair) for pair in pairwise(found)) else found


def _touch(first: Change, second: Change) -> bool:
    is_same_place = first[0] == second[0]
    return is_same_place or second[0] < first[1]
