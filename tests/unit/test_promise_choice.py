"""Promises as people choose them."""

from datetime import UTC, datetime, timedelta

import pytest

from statuspage.domain.cadence import Limits
from statuspage.domain.errors import RuleError
from statuspage.domain.promise_choice import promise_lengths, typed_clock_time
from tests.fakes import NOON

LIMITS = Limits()


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def test_the_usual_lengths_are_offered():
    assert promise_lengths(LIMITS) == (30, 45, 60)


@pytest.mark.parametrize(
    ("earliest", "latest", "offered"),
    [(30, 50, (30, 45, 50)), (10, 40, (30, 40)), (5, 20, (5, 20)), (20, 20, (20,)), (30, 30, (30,))],
)
def test_a_stricter_site_is_offered_what_it_allows(earliest, latest, offered):
    limits = Limits(promise_earliest=minutes(earliest), promise_latest=minutes(latest))

    assert promise_lengths(limits) == offered


def test_a_clock_time_means_today():
    assert typed_clock_time("12:40", "Etc/UTC", NOON, LIMITS) == NOON + minutes(40)


def test_a_clock_time_after_midnight_means_tomorrow():
    now = datetime(2026, 12, 31, 23, 50, tzinfo=UTC)

    assert typed_clock_time("0:30", "Etc/UTC", now, LIMITS) == datetime(2027, 1, 1, 0, 30, tzinfo=UTC)


def test_a_clock_time_just_before_midnight_typed_after_it_means_yesterday_and_is_refused_by_the_rule():
    now = datetime(2027, 1, 1, 0, 5, tzinfo=UTC)

    assert typed_clock_time("23:58", "Etc/UTC", now, LIMITS) == now - minutes(7)


def test_a_clock_time_is_read_in_the_zone_of_the_page():
    assert typed_clock_time("13:40", "Europe/Berlin", NOON, LIMITS) == NOON + minutes(40)


def test_of_a_clock_time_that_occurs_twice_the_one_in_the_window_counts():
    now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 in Berlin, for the first time

    assert typed_clock_time("02:20", "Europe/Berlin", now, LIMITS) == now + minutes(35)


def test_the_second_time_counts_where_the_first_comes_too_soon():
    now = datetime(2026, 4, 4, 14, 30, tzinfo=UTC)  # 01:30 on Lord Howe; half an hour back soon

    assert typed_clock_time("01:45", "Australia/Lord_Howe", now, LIMITS) == now + minutes(45)


@pytest.mark.parametrize("typed", ["", "noon", "24:00", "12:60", "12.40", "1240", "12:40:10"])
def test_what_is_no_clock_time_is_refused(typed):
    with pytest.raises(RuleError) as refused:
        typed_clock_time(typed, "Etc/UTC", NOON, LIMITS)

    assert (refused.value.code, refused.value.field) == ("invalid_clock_time", "next_update_by")
