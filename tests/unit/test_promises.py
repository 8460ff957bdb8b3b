"""Every notice that leaves the incident open says when the next one comes (rule 3)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from statuspage.domain.cadence import (
    Limits,
    Policy,
    PromiseBy,
    PromiseIn,
    bound_clock_time,
    bound_promise,
    whole_minute,
)
from statuspage.domain.component import Impact
from statuspage.domain.errors import RuleError
from tests.unit.acts import (
    DEGRADED,
    MAJOR,
    POLICY,
    at,
    hours,
    make_announced,
    make_incident,
    minutes,
    refused,
    say,
)

BERLIN = ZoneInfo("Europe/Berlin")


def promised(request, *, published_at=None, impact=Impact.MAJOR, policy=POLICY):
    return bound_promise(request, published_at or at(), impact, policy)


@pytest.mark.parametrize("length", [30, 31, 59, 60])
def test_the_next_update_may_be_promised_30_to_60_minutes_ahead(length):
    assert promised(PromiseIn(length)) == at(length)
    assert promised(PromiseBy(at(length))) == at(length)


@pytest.mark.parametrize("length", [29, 61, 0, -30])
def test_a_promise_outside_30_to_60_minutes_is_refused(length):
    with refused("promise_out_of_window", "next_update_in"):
        promised(PromiseIn(length))
    with refused("promise_out_of_window", "next_update_by"):
        promised(PromiseBy(at(length)))


def test_the_seconds_of_publishing_are_dropped_before_the_check():
    at_the_latest_second = at(0, second=59.999999)

    assert promised(PromiseBy(at(30)), published_at=at_the_latest_second) == at(30)
    assert promised(PromiseIn(30), published_at=at_the_latest_second) == at(30)
    with refused("promise_out_of_window"):
        promised(PromiseBy(at(61)), published_at=at_the_latest_second)


def test_the_seconds_of_the_promise_are_dropped_before_the_check():
    assert promised(PromiseBy(at(60, second=59.9))) == at(60)
    with refused("promise_out_of_window"):
        promised(PromiseBy(at(29, second=59.9)))


def test_a_promise_carries_no_seconds():
    assert promised(None, published_at=at(0, second=42.5)) == at(30)
    assert whole_minute(at(7, second=42.5)) == at(7)


@pytest.mark.parametrize(
    ("impact", "length"),
    [(Impact.CRITICAL, 30), (Impact.MAJOR, 30), (Impact.MINOR, 60), (Impact.NONE, 60)],
)
def test_a_promise_nobody_chose_is_as_long_as_the_impact_asks(impact, length):
    assert promised(None, impact=impact) == at(length)


def test_a_preset_is_clamped_into_a_stricter_sites_window():
    early = Policy(Limits(promise_earliest=minutes(10), promise_latest=minutes(20)))

    assert promised(None, impact=Impact.CRITICAL, policy=early) == at(20)
    assert promised(None, impact=Impact.NONE, policy=early) == at(20)


def test_a_refused_promise_names_the_allowed_clock_times():
    with pytest.raises(Exception, match=r"between 12:35 and 13:05 UTC, 30 to 60 minutes from now"):
        promised(PromiseIn(20), published_at=at(5, second=30))


def test_allowed_clock_times_on_the_next_day_name_the_day():
    new_years_eve = datetime(2026, 12, 31, 23, 20, tzinfo=UTC)

    with pytest.raises(Exception, match=r"between 23:50 and 00:20 \(Jan 1\) UTC"):
        promised(PromiseIn(20), published_at=new_years_eve)


def test_allowed_clock_times_can_be_named_in_another_zone():
    with pytest.raises(RuleError) as refused:
        promised(PromiseIn(20), published_at=datetime(2026, 11, 3, 22, 20, tzinfo=UTC))

    refused.value.use_zone(ZoneInfo("Europe/Berlin"))

    assert "between 23:50 and 00:20 (Nov 4) CET" in refused.value.message


def test_a_promise_may_run_over_the_end_of_the_year():
    new_years_eve = datetime(2026, 12, 31, 23, 45, 59, tzinfo=UTC)

    assert promised(PromiseIn(30), published_at=new_years_eve) == datetime(2027, 1, 1, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize("length", [10**12, -(10**12), 10**30])
def test_an_absurd_length_is_refused_like_any_other(length):
    with refused("promise_out_of_window"):
        promised(PromiseIn(length))


@pytest.mark.parametrize("zone", ["Etc/UTC", "Pacific/Kiritimati", "Pacific/Honolulu"])
@pytest.mark.parametrize("year", [1, 9999])
def test_an_absurd_instant_is_refused_like_any_other(year, zone):
    instant = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 12, tzinfo=ZoneInfo(zone))

    with refused("promise_out_of_window"):
        promised(PromiseBy(instant))


def test_the_window_is_elapsed_time_when_clocks_go_back():
    before_the_change = datetime(2026, 10, 25, 2, 40, fold=0, tzinfo=BERLIN)  # 00:40 UTC
    after_the_change = datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=BERLIN)  # 01:15 UTC
    too_late = datetime(2026, 10, 25, 2, 41, fold=1, tzinfo=BERLIN)

    promise = promised(PromiseBy(after_the_change), published_at=before_the_change)

    assert promise == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert promise.utcoffset() == timedelta(0)
    with refused("promise_out_of_window"):
        promised(PromiseBy(too_late), published_at=before_the_change)


def test_the_window_is_elapsed_time_when_clocks_go_forward():
    before_the_change = datetime(2026, 3, 29, 1, 40, tzinfo=BERLIN)  # 00:40 UTC
    half_an_hour_later = datetime(2026, 3, 29, 3, 10, tzinfo=BERLIN)  # 01:10 UTC

    promise = promised(PromiseBy(half_an_hour_later), published_at=before_the_change)

    assert promise == datetime(2026, 3, 29, 1, 10, tzinfo=UTC)
    with refused("promise_out_of_window"):
        promised(PromiseBy(half_an_hour_later - minutes(1)), published_at=before_the_change)


def written(chosen, *, written_from, now, policy=POLICY):
    return bound_clock_time(chosen, written_from, now, Impact.MAJOR, policy)


def test_a_clock_time_that_slipped_below_the_window_while_somebody_wrote_moves_to_the_nearest_minute():
    assert written(at(30), written_from=at(0), now=at(4, second=59)) == at(34)


def test_a_clock_time_still_in_the_window_stays_as_chosen():
    assert written(at(34), written_from=at(0), now=at(4, second=59)) == at(34)


def test_a_clock_time_that_was_never_allowed_is_refused_however_long_somebody_wrote():
    with refused("promise_out_of_window", "next_update_by"):
        written(at(29), written_from=at(0), now=at(4))
    with refused("promise_out_of_window", "next_update_by"):
        written(at(70), written_from=at(0), now=at(4))


def test_every_notice_that_leaves_the_incident_open_carries_a_promise():
    announced = say(make_incident(), at(10), promise=PromiseIn(45))
    updated = say(announced, at(40, second=30), promise=PromiseBy(at(90)))

    assert announced.promise == at(55)
    assert updated.promise == at(90)


def test_the_preset_follows_the_impact_that_this_very_notice_claims():
    minor = make_announced(announced_at=at(10), states={"api": DEGRADED})
    worse = say(minor, at(20), states={"api": MAJOR})

    assert minor.promise == at(70)
    assert worse.promise == at(50)


def test_the_preset_follows_an_impact_set_by_hand_with_the_notice():
    assert make_announced(announced_at=at(10), impact_override=Impact.MINOR).promise == at(70)


def test_a_promise_is_bound_at_the_instant_of_publishing():
    assert make_announced(announced_at=at(14, second=59), promise=PromiseIn(30)).promise == at(44)


def test_a_promise_in_a_stricter_window_for_the_impact_is_judged_by_that():
    strict = Policy(by_impact={Impact.MAJOR: Limits(promise_earliest=minutes(5), promise_latest=minutes(20))})

    assert say(make_incident(), at(10), policy=strict, promise=PromiseIn(5)).promise == at(15)
    with refused("promise_out_of_window"):
        say(make_incident(), at(10), policy=strict, promise=PromiseIn(30))


def test_the_limits_cover_days_as_elapsed_hours():
    assert POLICY.limits.postmortem_within == hours(48)
