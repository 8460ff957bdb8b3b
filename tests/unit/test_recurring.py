"""What comes again over many postmortems."""

from datetime import date

import pytest

from statuspage.domain.learning import Recurring, quarter_of, recurring, stretches

JANUARY, MARCH = date(2026, 1, 31), date(2026, 3, 1)


def test_what_is_named_most_stands_first_and_of_two_the_one_that_came_last():
    named = [(MARCH, ["Certificates"]), (MARCH, ["Config", "Limits"]), (JANUARY, ["Limits", "Limits"])]

    found = recurring(named, ("2026-01", "2026-02", "2026-03"))

    assert found == [
        Recurring("Limits", (1, 2), (1, 0, 1)),
        Recurring("Certificates", (0,), (0, 0, 1)),
        Recurring("Config", (1,), (0, 0, 1)),
    ]
    assert [each.times for each in found] == [2, 1, 1]


def test_a_year_is_told_in_months_and_a_longer_time_in_quarters():
    assert stretches(date(2025, 11, 1), date(2026, 11, 30))[0] == "2025-11"
    assert len(stretches(date(2025, 11, 1), date(2026, 11, 30))) == 13
    assert stretches(date(2025, 10, 31), date(2026, 11, 1)) == (
        "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4",
    )  # fmt: skip


def test_trends_of_a_long_time_count_by_quarter():
    found = recurring([(MARCH, ["Limits"]), (JANUARY, ["Limits"])], ("2025-Q4", "2026-Q1"))

    assert found[0].trend == (0, 2)


@pytest.mark.parametrize(("month", "quarter"), [(1, 1), (3, 1), (4, 2), (9, 3), (10, 4), (12, 4)])
def test_quarters_have_three_months(month: int, quarter: int):
    assert quarter_of(f"2026-{month:02}") == f"2026-Q{quarter}"
