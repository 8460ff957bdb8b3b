"""What comes again over many postmortems: counted, with the stretches of time in which it came."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from statuspage.domain.item_figures import months

LABEL_LIMIT = 80
MOST_LABELS = 20
# Fewer say nothing about a pattern.
FEW = 3
_MONTHS_AT_MOST = 12

What = TypeVar("What", bound=Hashable)


class LabelKind(StrEnum):
    """What a label names: a contributing factor of one incident, or an issue of the system behind it."""

    FACTOR = "factor"
    SYSTEMIC = "systemic"


@dataclass(frozen=True, slots=True)
class Recurring(Generic[What]):
    """Something that was named by `times` postmortems: those at these places of the list, newest first.

    `trend` counts them by stretch, oldest first.
    """

    what: What
    places: tuple[int, ...]
    trend: tuple[int, ...]

    @property
    def times(self) -> int:
        """Return how many postmortems name it."""
        return len(self.places)


def stretches(first: date, last: date) -> tuple[str, ...]:
    """Return the months of a time of up to a year (`2026-11`), the quarters of a longer one (`2026-Q4`)."""
    found = months(first, last)
    if len(found) <= _MONTHS_AT_MOST + 1:
        return tuple(found)
    return tuple(dict.fromkeys(quarter_of(month) for month in found))


def quarter_of(month: str) -> str:
    """Return the quarter of a month `2026-11`: `2026-Q4`."""
    year, number = month.split("-")
    return f"{year}-Q{(int(number) + 2) // 3}"


def recurring(named: Sequence[tuple[date, Iterable[What]]], times: Sequence[str]) -> list[Recurring[What]]:
    """Return what the postmortems name, the most frequent first; each stands for its incident's day and what
    it names. Of two that are named as often the one that came last stands first."""
    found: dict[What, list[int]] = {}
    for place, (_, things) in enumerate(named):
        for what in dict.fromkeys(things):
            found.setdefault(what, []).append(place)
    in_stretch = [_stretch_of(day, times) for day, _ in named]
    everything = (_of_things(what, places, in_stretch, times) for what, places in found.items())
    return sorted(everything, key=lambda each: (-each.times, each.places))


def _of_things(
    what: What, places: Sequence[int], in_stretch: Sequence[str], times: Sequence[str]
) -> Recurring[What]:
    counted = Counter(in_stretch[place] for place in places)
    return Recurring(what, tuple(places), tuple(counted[time] for time in times))


def _stretch_of(day: date, times: Sequence[str]) -> str:
    month = f"{day:%Y-%m}"
    return month if month in times else quarter_of(month)
