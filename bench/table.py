"""The table of results: what was measured, what it must reach, and whether it does."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a limit is kept."""

    HOLDS = "holds"
    FAILS = "FAILS"
    NO_LIMIT = "-"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure. `value` is None where it could not be measured; `note` says why, or how it was."""

    what: str
    value: float | None
    unit: str = "×"
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """Return whether the limits hold; a figure that is no number keeps none."""
        if self.value is None:
            return Verdict.NOT_MEASURED
        kept = []
        if self.at_least is not None:
            kept.append(self.value >= self.at_least)
        if self.at_most is not None:
            kept.append(self.value <= self.at_most)
        if self.below is not None:
            kept.append(self.value < self.below)
        if not kept:
            return Verdict.NO_LIMIT
        return Verdict.HOLDS if all(kept) else Verdict.FAILS

    @property
    def limit(self) -> str:
        """Return the limits in words."""
        named = (("≥", self.at_least), ("≤", self.at_most), ("<", self.below))
        return " and ".join(f"{sign} {_number(limit)}" for sign, limit in named if limit is not None)

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        value = "" if self.value is None else f"{_number(self.value)} {self.unit}"
        return self.what, value, self.limit, self.verdict.value, self.note


HEADINGS = ("what", "measured", "limit", "", "")


def table(rows: Iterable[Row]) -> str:
    """Return the rows in aligned columns."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def exit_status(rows: Iterable[Row]) -> int:
    """Return 1 when a limit does not hold."""
    return int(any(row.verdict is Verdict.FAILS for row in rows))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"
