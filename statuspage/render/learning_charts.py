"""Small charts of what recurs: a column for each month or quarter, all of one group on the same scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from statuspage.render.zone import month_name

WIDTH, HEIGHT, GROUND = 200, 44, 42
_WIDEST, _LEAST = 16, 2


@dataclass(frozen=True, slots=True)
class Column:
    """A rectangle, and what it says; where nothing was it is a thin line on the ground."""

    x: float
    y: float
    width: float
    height: float
    is_empty: bool
    words: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A row of columns, oldest first, and all that they say in one text."""

    columns: tuple[Column, ...]
    words: str


def trend(counts: Sequence[int], stretches: Sequence[str], highest: int) -> Trend:
    """Return the columns for these counts where `highest` reaches to the top."""
    room = WIDTH / max(len(counts), 1)
    width = min(room * 0.75, _WIDEST)
    columns = []
    for place, (count, stretch) in enumerate(zip(counts, stretches, strict=True)):
        height = count / max(highest, 1) * GROUND if count else _LEAST
        x = place * room + (room - width) / 2
        words = f"{stretch_name(stretch)}: {count}"
        columns.append(
            Column(
                round(x, 1), round(HEIGHT - height, 1), round(width, 1), round(height, 1), not count, words
            )
        )
    said = (column.words for column in columns if not column.is_empty)
    return Trend(tuple(columns), ", ".join(said))


def stretch_name(stretch: str) -> str:
    """Return `November 2026`, or `4th quarter of 2026`."""
    year, part = stretch.split("-")
    if not part.startswith("Q"):
        return month_name(stretch)
    number = int(part[1:])
    return f"{number}{('st', 'nd', 'rd', 'th')[number - 1]} quarter of {year}"


def short_stretch(stretch: str) -> str:
    """Return `Nov 2026`, or `Q4 2026`."""
    year, part = stretch.split("-")
    return f"{part} {year}" if part.startswith("Q") else f"{month_name(stretch)[:3]} {year}"
