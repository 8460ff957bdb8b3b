"""Drill time: start + elapsed × speed."""

from datetime import UTC, datetime, timedelta

from statuspage.domain.drill_clock import DrillClock

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_at_sixty_times_the_speed_fifteen_minutes_last_fifteen_seconds():
    clock = DrillClock(started_at=NOON, speed=60)

    assert clock.drill_time(NOON + seconds(15)) == NOON + timedelta(minutes=15)
    assert clock.real_time(NOON + timedelta(minutes=15)) == NOON + seconds(15)


def test_a_paused_drill_stands_still_and_goes_on_where_it_stood():
    paused = DrillClock(started_at=NOON, speed=10, paused_at=NOON + seconds(30))
    resumed = DrillClock(started_at=NOON, speed=10, paused=seconds(60))

    assert paused.drill_time(NOON + seconds(90)) == NOON + seconds(300)
    assert resumed.drill_time(NOON + seconds(90)) == NOON + seconds(300)
    assert resumed.drill_time(NOON + seconds(91)) == NOON + seconds(310)


def test_an_ended_drill_stands_still():
    clock = DrillClock(started_at=NOON, speed=2, ended_at=NOON + seconds(10))

    assert clock.drill_time(NOON + timedelta(days=3)) == NOON + seconds(20)


def test_a_clock_that_was_set_back_shows_no_time_before_the_start():
    clock = DrillClock(started_at=NOON, speed=60)

    assert clock.drill_time(NOON - timedelta(hours=1)) == NOON


def test_drill_time_has_whole_milliseconds():
    clock = DrillClock(started_at=NOON, speed=1)

    assert clock.drill_time(NOON + timedelta(microseconds=1999)) == NOON + timedelta(milliseconds=1)
