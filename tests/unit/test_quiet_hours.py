"""Hours in which a person wants to be left alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from statuspage.domain.quiet_hours import is_quiet
from statuspage.domain.retry import LONGEST_WAIT, WAITS, next_try

DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begins", "ends", "hours", "quiet"),
    [
        ("22:00", "07:00", 21.99, False),
        ("22:00", "07:00", 22, True),
        ("22:00", "07:00", 3, True),
        ("22:00", "07:00", 7, False),
        ("12:00", "13:00", 11.99, False),
        ("12:00", "13:00", 12, True),
        ("12:00", "13:00", 13, False),
        ("09:00", "09:00", 9, False),
        (None, "07:00", 3, False),
        ("22:00", None, 23, False),
    ],
)
def test_the_first_minute_is_quiet_and_the_last_no_longer(begins, ends, hours, quiet):
    assert is_quiet(begins, ends, DAY + timedelta(hours=hours), UTC) is quiet


def test_quiet_hours_are_those_of_the_persons_zone():
    two_at_night_in_tokyo = DAY + timedelta(hours=17)

    assert is_quiet("22:00", "07:00", two_at_night_in_tokyo, ZoneInfo("Asia/Tokyo"))
    assert not is_quiet("22:00", "07:00", two_at_night_in_tokyo, UTC)


def test_what_nobody_took_is_tried_again_soon_then_seldom_then_never():
    waits = [next_try(attempts, DAY) for attempts in range(1, len(WAITS) + 1)]

    assert waits == [DAY + wait for wait in WAITS]
    assert list(WAITS) == sorted(WAITS)
    assert next_try(len(WAITS) + 1, DAY) is None
    assert WAITS[0] == timedelta(seconds=5)
    assert timedelta(minutes=15) == LONGEST_WAIT
