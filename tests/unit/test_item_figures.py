"""Action items added up."""

from datetime import date

import pytest

from statuspage.domain.action_item import ItemKind, ItemState
from statuspage.domain.item_figures import Completion, ItemFacts, completion, item_figures, median, months

TODAY = date(2026, 11, 20)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def fact(due: str | None = None, closed: str | None = None, written: str = "2026-11-01", **more: object):
    state = more.get("state") or (ItemState.DONE if closed else ItemState.OPEN)
    day = date.fromisoformat
    return ItemFacts(
        ItemKind.FIX, state, day(written), day(due) if due else None, day(closed) if closed else None
    )


def test_what_is_open_done_and_dropped_is_counted_and_only_open_ones_have_an_age():
    found = item_figures(
        [
            fact("2026-11-19", written="2026-11-10"),
            fact("2026-11-20", written="2026-11-18"),
            fact(written="2026-11-20"),
            fact("2026-11-02", "2026-11-02", written="2020-01-01"),
            fact("2026-11-02", "2026-11-02", state=ItemState.DROPPED),
        ],
        TODAY,
    )

    assert (found.open, found.overdue, found.done, found.dropped, found.total) == (3, 1, 1, 1, 5)
    assert (found.oldest_days, found.median_age_days) == (10, 2)


def test_where_nothing_is_open_nothing_has_an_age():
    found = item_figures([], TODAY)

    assert (found.open, found.oldest_days, found.median_age_days) == (0, None, None)


@pytest.mark.parametrize(
    ("item", "fate"),
    [
        (fact("2026-11-10", "2026-11-10"), "in_time"),
        (fact("2026-11-10", "2026-11-11"), "late"),
        (fact("2026-11-19"), "missed"),
        (fact("2026-11-20"), "waiting"),
        (fact("2026-11-10", "2026-11-11", state=ItemState.DROPPED), "dropped"),
    ],
)
def test_each_item_that_was_due_has_one_fate(item: ItemFacts, fate: str):
    (month,) = completion([item], FIRST, LAST, TODAY).values()

    fates = ("in_time", "late", "missed", "dropped", "waiting")
    assert {name: getattr(month, name) for name in fates} == {name: int(name == fate) for name in fates}
    assert month.judged == int(fate in {"in_time", "late", "missed"})


def test_months_have_no_gaps_and_what_was_done_counts_in_the_month_of_doing():
    found = completion(
        [
            fact("2026-08-31", "2026-10-02", written="2026-08-01"),
            fact("2026-08-02", "2026-10-30", written="2026-10-20"),
        ],
        FIRST,
        LAST,
        TODAY,
    )

    assert list(found) == ["2026-08", "2026-09", "2026-10"]
    assert found["2026-08"] == Completion(late=2)
    assert found["2026-09"] == Completion()
    assert found["2026-10"] == Completion(closed=2, median_days=10)


def test_what_lies_outside_of_the_days_does_not_count():
    items = [fact("2026-10-31"), fact("2026-11-01"), fact("2026-11-30"), fact("2026-12-01"), fact()]

    found = completion(items, date(2026, 11, 1), date(2026, 11, 30), TODAY)

    assert list(found) == ["2026-11"]
    assert found["2026-11"] == Completion(missed=1, waiting=1)
    assert completion([fact()], FIRST, LAST, TODAY) == {}


def test_months_go_on_over_the_end_of_the_year():
    assert months(date(2026, 11, 30), date(2027, 1, 1)) == ["2026-11", "2026-12", "2027-01"]


@pytest.mark.parametrize(("numbers", "expected"), [([], None), ([3], 3), ([1, 9], 1), ([9, 1, 5], 5)])
def test_a_median_is_one_of_the_numbers(numbers: list[int], expected: int | None):
    assert median(numbers) == expected
