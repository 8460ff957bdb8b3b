"""What tells one text from another: lines that came and went, with the words that changed inside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

CONTEXT = 2
# More lines or words than these are not looked at one by one: comparing them would take too long.
_MOST_LINES = 1_500
_MOST_WORDS = 1_500
_ALIKE = 0.4


class Mark(StrEnum):
    """What became of a line; `skipped` stands for lines that are the same in both and far from any change."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line; `is_changed` where only one of both texts has it."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of either text. `count` says of a skipped one for how many lines it stands."""

    mark: Mark
    runs: tuple[Run, ...] = ()
    count: int = 1


def diff_lines(old: str, new: str) -> list[DiffLine]:
    """Return how `old` became `new`, line by line; nothing where both are the same."""
    if old == new:
        return []
    before, after = (text.split("\n") if text else [] for text in (old, new))
    return list(_folded(list(_lines(before, after))))


def _lines(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    for tag, a1, a2, b1, b2 in _opcodes(before, after):
        if tag == "equal":
            yield from (DiffLine(Mark.SAME, (Run(line),)) for line in before[a1:a2])
        else:
            yield from _replaced(before[a1:a2], after[b1:b2])


def _opcodes(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    if max(len(before), len(after)) <= _MOST_LINES:
        return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    start = next(
        (at for at, (one, other) in enumerate(zip_longest(before, after)) if one != other), len(before)
    )
    return [("equal", 0, start, 0, start), ("replace", start, len(before), start, len(after))]


def _replaced(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    """Lines in the place of others: each pair with its words marked, what has no partner as a whole."""
    for old, new in zip_longest(before, after):
        removed, added = _marked(old, new) if old is not None and new is not None else (None, None)
        if old is not None:
            yield DiffLine(Mark.REMOVED, removed or (Run(old),))
        if new is not None:
            yield DiffLine(Mark.ADDED, added or (Run(new),))


def _marked(old: str, new: str) -> tuple[tuple[Run, ...], tuple[Run, ...]] | tuple[None, None]:
    """Return both lines with the words that only one of them has; None where they have little in common."""
    before, after = _words(old), _words(new)
    if not before or not after or max(len(before), len(after)) > _MOST_WORDS:
        return None, None
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return None, None
    removed: list[Run] = []
    added: list[Run] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        is_changed = tag != "equal"
        if a2 > a1:
            removed.append(Run("".join(before[a1:a2]), is_changed))
        if b2 > b1:
            added.append(Run("".join(after[b1:b2]), is_changed))
    return _joined(removed), _joined(added)


def _joined(runs: list[Run]) -> tuple[Run, ...]:
    """Return the runs with a space between two changed words marked with them, and neighbours as one."""
    found: list[Run] = []
    for at, run in enumerate(runs):
        is_between = not run.text.strip() and 0 < at < len(runs) - 1
        is_changed = run.is_changed or (is_between and runs[at - 1].is_changed and runs[at + 1].is_changed)
        if found and found[-1].is_changed == is_changed:
            found[-1] = Run(found[-1].text + run.text, is_changed)
        else:
            found.append(Run(run.text, is_changed))
    return tuple(found)


def _words(line: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", line)


def _folded(lines: list[DiffLine]) -> Iterator[DiffLine]:
    """Leave out what is the same in both, but for what stands next to a change."""
    changes = {at for at, line in enumerate(lines) if line.mark is not Mark.SAME}
    near = {at + step for at in changes for step in range(-CONTEXT, CONTEXT + 1)}
    skipped = 0
    for at, line in enumerate(lines):
        if at not in near:
            skipped += 1
            continue
        if skipped:
            yield DiffLine(Mark.SKIPPED, count=skipped)
            skipped = 0
        yield line
    if skipped:
        yield DiffLine(Mark.SKIPPED, count=skipped)
