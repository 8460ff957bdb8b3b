"""Action items added up: how many are open and how old, and how many were done in time, month by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from statuspage.domain.action_item import ItemKind, ItemState, is_overdue


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What figures are made from; days are those of the page's zone."""

    kind: ItemKind
    state: ItemState
    created_on: date
    due_on: date | None
    closed_on: date | None

    @property
    def days_taken(self) -> int | None:
        """Return how many days lie between writing and closing it."""
        return None if self.closed_on is None else max(0, (self.closed_on - self.created_on).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigures:
    """How many there are of each; `overdue` ones are open, too. Ages are those of open ones, in days, None
    where none is open; the median is one of them (nearest rank)."""

    open: int
    overdue: int
    done: int
    dropped: int
    oldest_days: int | None
    median_age_days: int | None

    @property
    def total(self) -> int:
        """Return how many there are at all."""
        return self.open + self.done + self.dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What became of the items that were due in a month, by their day as it stands now.

    `missed` are open and overdue, `waiting` not due yet. `closed` counts what was done in that month whenever
    it was due, `median_days` how long these had taken.
    """

    in_time: int = 0
    late: int = 0
    missed: int = 0
    dropped: int = 0
    waiting: int = 0
    closed: int = 0
    median_days: int | None = None

    @property
    def judged(self) -> int:
        """Return how many can be judged: due, and not dropped."""
        return self.in_time + self.late + self.missed


def item_figures(items: Iterable[ItemFacts], today: date) -> ItemFigures:
    """Return the figures of some items as they stand on that day."""
    items = list(items)
    states = [item.state for item in items]
    ages = [max(0, (today - item.created_on).days) for item in items if item.state is ItemState.OPEN]
    return ItemFigures(
        open=len(ages),
        overdue=sum(is_overdue(item.state, item.due_on, today) for item in items),
        done=states.count(ItemState.DONE),
        dropped=states.count(ItemState.DROPPED),
        oldest_days=max(ages, default=None),
        median_age_days=median(ages),
    )


def completion(items: Iterable[ItemFacts], first: date, last: date, today: date) -> dict[str, Completion]:
    """Return what became of items, by month `YYYY-MM` from that of `first` to that of `last`, without gaps.

    Only what is due, or was closed, between these days counts. Empty where there is nothing at all.
    """
    items = list(items)
    due = [item for item in items if item.due_on is not None and first <= item.due_on <= last]
    done = [
        item
        for item in items
        if item.state is ItemState.DONE and item.closed_on is not None and first <= item.closed_on <= last
    ]
    touched = [item.due_on for item in due if item.due_on] + [
        item.closed_on for item in done if item.closed_on
    ]
    if not touched:
        return {}
    return {
        month: _completion(
            [item for item in due if _is_in(item.due_on, month)],
            [item for item in done if _is_in(item.closed_on, month)],
            today,
        )
        for month in months(min(touched), max(touched))
    }


def months(first: date, last: date) -> list[str]:
    """Return the months of both days and all between them, as `YYYY-MM`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def median(numbers: Iterable[int]) -> int | None:
    """Return the median by nearest rank, so that it is one of the numbers; None of nothing."""
    ordered = sorted(numbers)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def _completion(due: Sequence[ItemFacts], done: Sequence[ItemFacts], today: date) -> Completion:
    fates = [_fate(item, today) for item in due]
    taken = [item.days_taken for item in done if item.days_taken is not None]
    counted = {fate: fates.count(fate) for fate in ("in_time", "late", "missed", "dropped", "waiting")}
    return Completion(**counted, closed=len(done), median_days=median(taken))


def _fate(item: ItemFacts, today: date) -> str:
    if item.state is ItemState.DROPPED:
        return "dropped"
    if item.state is ItemState.OPEN:
        return "missed" if is_overdue(item.state, item.due_on, today) else "waiting"
    is_late = item.closed_on is not None and item.due_on is not None and item.closed_on > item.due_on
    return "late" if is_late else "in_time"


def _is_in(day: date | None, month: str) -> bool:
    return day is not None and f"{day:%Y-%m}" == month
