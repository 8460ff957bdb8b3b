"""When owners of action items are reminded."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from statuspage.domain.item_reminders import may_remind, newest_step

DUE = date(2026, 12, 10)
LONG_AGO = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (-8, None), (-7, -7), (-6, -7), (-2, -7), (-1, -1), (0, 0), (1, 0), (6, 0), (7, 7), (8, 7), (13, 7),
        (14, 14), (700, 700),
    ],
)  # fmt: skip
def test_a_week_and_a_day_before_on_the_day_and_every_week_after(days: int, step: int | None):
    assert newest_step(DUE, DUE + timedelta(days), LONG_AGO) == step


@pytest.mark.parametrize(("since", "step"), [(-8, -7), (-7, -7), (-6, None)])
def test_a_step_from_before_anybody_spoke_of_the_item_is_left_out(since: int, step: int | None):
    assert newest_step(DUE, DUE - timedelta(days=5), DUE + timedelta(since)) == step


@pytest.mark.parametrize(
    ("clock", "may"), [("08:59:59", False), ("09:00:00", True), ("18:00:00", True), ("18:00:01", False)]
)
def test_owners_are_reminded_by_day_in_their_own_zone(clock: str, may: bool):
    zone = ZoneInfo("America/New_York")
    local = datetime.fromisoformat(f"2026-11-10T{clock}").replace(tzinfo=zone)

    assert may_remind(local.astimezone(UTC), zone) is may
