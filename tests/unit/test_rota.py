"""Who is on duty: turns, overrides, deputies and gaps, through both clock changes of the year."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from statuspage.domain.errors import DomainError
from statuspage.domain.rota import (
    Duty,
    Override,
    Rotation,
    checked_override,
    duties,
    duty_at,
    gaps,
    longest_without,
    turn_start,
)

ANNA, BORIS, CHEN, DANA = 1, 2, 3, 4
SECOND = timedelta(seconds=1)
# Mondays at nine in Berlin; in November that is 08:00 UTC.
WEEKLY = Rotation((ANNA, BORIS, CHEN), 7, "Europe/Berlin", time(9), date(2026, 11, 2))
DAILY = replace(WEEKLY, days=1)


def utc(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_duty_changes_at_the_handover_time_to_the_second():
    assert duty_at(WEEKLY, utc(11, 9, 8) - SECOND).person == ANNA
    assert duty_at(WEEKLY, utc(11, 9, 8)).person == BORIS
    assert duty_at(WEEKLY, utc(11, 16, 8) - SECOND).person == BORIS
    assert duty_at(WEEKLY, utc(11, 16, 8)).person == CHEN
    assert duty_at(WEEKLY, utc(11, 23, 8)).person == ANNA


def test_a_daily_rotation_changes_each_day():
    assert [duty_at(DAILY, utc(11, day, 12)).person for day in (2, 3, 4, 5)] == [ANNA, BORIS, CHEN, ANNA]


def test_it_goes_on_over_the_end_of_the_year():
    assert duty_at(DAILY, utc(12, 31, 12)).person == CHEN
    assert duty_at(DAILY, utc(1, 1, 12, year=2027)).person == ANNA


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [((3, 29), (8, 0), (7, 0)), ((10, 25), (7, 0), (8, 0))],
    ids=["forward", "back"],
)
def test_the_handover_keeps_its_clock_time_when_the_clock_changes(day, before, after):
    rota = replace(DAILY, starts_on=date(2026, 3, 1))
    month, number = day

    assert duty_at(rota, utc(month, number - 1, *before)).from_at == utc(month, number - 1, *before)
    assert duty_at(rota, utc(month, number, *after)).from_at == utc(month, number, *after)
    assert duty_at(rota, utc(month, number, *after) - SECOND).from_at == utc(month, number - 1, *before)


def test_the_day_of_a_clock_change_is_an_hour_shorter_or_longer_and_has_no_hole():
    rota = replace(DAILY, starts_on=date(2026, 3, 1))

    for month, day, hours in ((3, 28, 23), (10, 24, 25)):
        [found] = duties(rota, utc(month, day, 12), utc(month, day, 13))
        assert found.to_at - found.from_at == timedelta(hours=hours)


def test_a_handover_time_that_is_skipped_lies_as_much_later():
    rota = replace(DAILY, handover_at=time(2, 30), starts_on=date(2026, 3, 29))

    assert turn_start(rota, 0) == utc(3, 29, 1, 30)  # 03:30 of summer time


def test_a_handover_time_that_occurs_twice_is_the_first_of_both():
    rota = replace(DAILY, handover_at=time(2, 30), starts_on=date(2026, 10, 24))

    assert turn_start(rota, 1) == utc(10, 25, 0, 30)
    assert duty_at(rota, utc(10, 25, 0, 30) - SECOND).person == ANNA
    assert duty_at(rota, utc(10, 25, 0, 30)).person == BORIS
    assert duty_at(rota, utc(10, 25, 1, 30)).person == BORIS


def test_before_the_first_day_and_without_members_nobody_is_on_duty():
    assert duty_at(WEEKLY, utc(11, 2, 8) - SECOND).is_gap
    assert duty_at(WEEKLY, utc(11, 2, 8)).person == ANNA
    assert duty_at(replace(WEEKLY, members=()), utc(11, 20)).is_gap


def test_an_override_holds_from_its_beginning_until_before_its_end():
    rota = replace(WEEKLY, overrides=(Override(DANA, utc(11, 10, 10), utc(11, 10, 14), "x"),))

    found = duties(rota, utc(11, 9, 8), utc(11, 16, 8))

    assert found == [
        Duty(utc(11, 9, 8), utc(11, 10, 10), BORIS, CHEN),
        Duty(utc(11, 10, 10), utc(11, 10, 14), DANA, CHEN, override="x"),
        Duty(utc(11, 10, 14), utc(11, 16, 8), BORIS, CHEN),
    ]
    assert duty_at(rota, utc(11, 10, 14) - SECOND).person == DANA
    assert duty_at(rota, utc(11, 10, 14)).person == BORIS


def test_an_override_over_a_handover_holds_on_both_sides_of_it():
    rota = replace(WEEKLY, overrides=(Override(DANA, utc(11, 8, 8), utc(11, 10, 8)),))

    found = duties(rota, utc(11, 8, 12), utc(11, 10, 12))

    assert [duty.person for duty in found] == [DANA, DANA, BORIS]


def test_the_next_in_the_rotation_is_the_deputy():
    assert duty_at(WEEKLY, utc(11, 2, 8)).deputy == BORIS
    assert duty_at(WEEKLY, utc(11, 16, 8)).deputy == ANNA
    assert duty_at(replace(WEEKLY, members=(ANNA,)), utc(11, 2, 8)).deputy is None


def test_a_fixed_deputy_stands_in_unless_on_duty_or_absent():
    rota = replace(WEEKLY, deputy=DANA)

    assert duty_at(rota, utc(11, 2, 8)).deputy == DANA
    assert duty_at(replace(rota, absent=frozenset({DANA})), utc(11, 2, 8)).deputy == BORIS
    assert duty_at(replace(rota, deputy=ANNA), utc(11, 2, 8)).deputy == BORIS


def test_whoever_is_replaced_is_nobodys_deputy():
    rota = replace(WEEKLY, members=(ANNA, BORIS), overrides=(Override(BORIS, utc(11, 3), utc(11, 4)),))

    assert duty_at(rota, utc(11, 3)).deputy is None


def test_somebody_absent_on_duty_leaves_a_gap_and_the_deputy_passes_them_by():
    rota = replace(WEEKLY, absent=frozenset({BORIS}))

    found = duty_at(rota, utc(11, 9, 8))
    assert (found.person, found.absent, found.deputy) == (None, BORIS, CHEN)
    assert duty_at(rota, utc(11, 2, 8)).deputy == CHEN


def test_gaps_that_touch_are_one():
    rota = replace(DAILY, members=())

    assert gaps(duties(rota, utc(11, 2, 8), utc(11, 5, 8))) == [Duty(utc(11, 2, 8), utc(11, 5, 8), None)]
    assert gaps(duties(DAILY, utc(11, 2, 8), utc(11, 5, 8))) == []


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (utc(11, 10, 14), utc(11, 10, 14), "override_ends_first"),
        (utc(11, 10, 14), utc(11, 10, 12), "override_ends_first"),
        (utc(11, 8), utc(11, 9), "override_over"),
        (utc(11, 10, 9), utc(11, 10, 11), "override_overlaps"),
        (utc(11, 10, 13, 59), utc(11, 10, 20), "override_overlaps"),
        (utc(11, 10, 9), utc(11, 10, 20), "override_overlaps"),
        (utc(11, 10, 9), utc(11, 10, 10), None),
        (utc(11, 10, 14), utc(11, 10, 20), None),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(starts, ends, code):
    present = [Override(DANA, utc(11, 10, 10), utc(11, 10, 14))]
    new = Override(CHEN, starts, ends)

    if code is None:
        assert checked_override(new, present, utc(11, 9)) == new
        return
    with pytest.raises(DomainError) as refused:
        checked_override(new, present, utc(11, 9))
    assert refused.value.code == code


def test_who_has_not_had_a_role_for_longest_comes_first():
    last_had = {ANNA: utc(11, 2), BORIS: utc(10, 2), DANA: utc(11, 1)}

    assert longest_without((ANNA, BORIS, CHEN, DANA), last_had) == [CHEN, BORIS, DANA, ANNA]
