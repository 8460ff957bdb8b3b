"""The score card of a drill, figure by figure."""

import pytest

from statuspage.domain.drill_clock import DrillClock, checked_speed
from statuspage.domain.drill_score import score_of
from tests.unit.acts import (
    MONITORING,
    NOON,
    POLICY,
    at,
    make_announced,
    make_incident,
    make_resolved,
    minutes,
    moved,
    refused,
    reopened,
    resolve,
    say,
)


def test_before_the_first_notice_nothing_is_scored():
    score = score_of(make_incident(), POLICY, at(5))

    assert (score.first_notice_minutes, score.is_first_notice_on_time) == (None, False)
    assert (score.promises_kept, score.promises_broken, score.promises_open) == (0, 0, 0)
    assert (score.gaps, score.longest_gap_minutes) == (0, None)
    assert (score.resolution_minutes, score.is_resolution_on_time) == (None, None)


@pytest.mark.parametrize(("minute", "is_on_time"), [(15, True), (15.1, False)])
def test_the_first_notice_is_on_time_within_fifteen_minutes(minute, is_on_time):
    score = score_of(make_announced(announced_at=at(minute)), POLICY, at(20))

    assert (score.first_notice_minutes, score.is_first_notice_on_time) == (minute, is_on_time)


@pytest.mark.parametrize(("minute", "kept"), [(40, (1, 0)), (40.1, (0, 1))])
def test_a_promise_is_kept_until_the_very_instant(minute, kept):
    score = score_of(say(make_announced(), at(minute), status=MONITORING), POLICY, at(minute))

    assert (score.promises_kept, score.promises_broken) == kept
    assert score.promises_open == 1


@pytest.mark.parametrize(("minute", "broken", "still_open"), [(40, 0, 1), (40.1, 1, 0)])
def test_a_promise_that_nobody_kept_is_broken_once_it_has_passed(minute, broken, still_open):
    score = score_of(make_announced(), POLICY, at(minute))

    assert (score.promises_kept, score.promises_broken, score.promises_open) == (0, broken, still_open)


@pytest.mark.parametrize(("minute", "too_long"), [(70, 0), (70.1, 1)])
def test_a_silence_of_more_than_an_hour_is_too_long_even_where_it_goes_on(minute, too_long):
    score = score_of(make_announced(), POLICY, at(minute))

    assert (score.gaps, score.longest_gap_minutes, score.gaps_too_long) == (
        1,
        round(minute - 10, 1),
        too_long,
    )


@pytest.mark.parametrize(("minute", "is_on_time"), [(75, True), (75.1, False)])
def test_the_resolution_counts_from_when_service_was_back(minute, is_on_time):
    incident = moved(make_announced(), at(61), restored_at=at(60))
    score = score_of(resolve(incident, at(minute)), POLICY, at(minute))

    assert (score.resolution_minutes, score.is_resolution_on_time) == (round(minute - 60, 1), is_on_time)


def test_nobody_waited_for_word_between_resolution_and_reopening():
    again = reopened(make_resolved(), at(200))
    score = score_of(again, POLICY, at(210))

    assert (score.gaps, score.longest_gap_minutes) == (2, 60)


def test_what_lies_before_the_start_of_a_drill_is_real_time_already():
    clock = DrillClock(started_at=NOON, speed=60)

    assert clock.first_real_time(at(-3)) == at(-3)
    assert clock.first_real_time(NOON) == NOON
    assert clock.first_real_time(at(60)) == NOON + minutes(1)


@pytest.mark.parametrize("speed", [0, 61, -1, 10**9])
def test_a_speed_outside_of_one_to_sixty_is_refused(speed):
    with refused("speed_out_of_range", "speed"):
        checked_speed(speed)
    assert [checked_speed(each) for each in (1, 60)] == [1, 60]
