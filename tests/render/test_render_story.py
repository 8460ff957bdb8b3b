"""An incident's story in words, and how times and durations are written."""

from datetime import date, timedelta

import pytest
from public_values import MERGED_INTO, at, make_open_incident, make_resolved_incident

from statuspage.domain.public import PublicEpisode
from statuspage.render.story import story
from statuspage.render.words import downtime, outcome
from statuspage.render.zone import Zone, duration


def told(incident):
    return " → ".join(step.words for step in story(incident))


def test_an_open_incident_is_told_up_to_its_first_notice():
    assert told(make_open_incident()) == "Began → we noticed after 2 h → first notice 9 min later"


def test_a_resolved_incident_is_told_to_its_end():
    incident = make_open_incident(
        episodes=(
            PublicEpisode(at("11:00"), at("13:00"), at("13:09"), at("12:10"), at("12:30"), at("13:20")),
        )
    )

    assert told(incident) == (
        "Began → we noticed after 2 h → first notice 9 min later → mitigated after 1 h 10 min"
        " → restored after 1 h 30 min → resolved 50 min later"
    )


def test_a_reopened_incident_is_told_with_both_episodes():
    second = PublicEpisode(at("15:00"), at("15:02"), at("15:10"), None, at("16:00"), at("16:00"))
    first = PublicEpisode(at("11:00"), at("11:00"), at("11:05"), None, at("12:00"), at("12:00"))

    assert told(make_resolved_incident(episodes=(first, second))) == (
        "Began → first notice 5 min later → restored after 1 h → resolved"
        " → came back → we noticed after 2 min → reopened 8 min later → restored after 1 h → resolved"
    )


def test_of_a_backfill_nobody_claims_when_it_was_noticed_or_announced():
    incident = make_resolved_incident(
        is_backfill=True,
        episodes=(PublicEpisode(at("11:00"), at("12:00"), at("13:00"), resolved_at=at("14:00")),),
    )

    assert told(incident) == "Began → resolved after 3 h"


def test_an_incident_announced_when_it_was_over_says_so():
    episode = PublicEpisode(at("11:00"), at("11:00"), at("11:14"), None, at("11:10"), at("11:14"))

    assert told(make_resolved_incident(episodes=(episode,))) == (
        "Began → first notice 14 min later, already resolved → restored after 10 min"
    )


def test_a_false_alarm_and_a_merger_end_in_their_own_words():
    assert told(make_resolved_incident(is_false_alarm=True)).endswith("closed as a false alarm")
    assert told(make_resolved_incident(merged_into=MERGED_INTO)).endswith("merged into another incident")
    assert outcome(make_resolved_incident(is_false_alarm=True)) == "False alarm"


def test_time_between_episodes_counts_as_up():
    first = PublicEpisode(at("11:00"), at("11:00"), at("11:05"), None, at("12:00"), at("12:10"))
    second = PublicEpisode(at("15:00"), at("15:02"), at("15:10"), None, at("15:30"), at("16:00"))

    assert downtime(make_resolved_incident(episodes=(first, second))) == timedelta(minutes=90)
    assert downtime(make_open_incident()) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-60, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (86399, "23 h 59 min"),
        (86400, "1 day"),
        (2 * 86400 + 10800, "2 days 3 h"),
    ],
)
def test_durations_are_whole_minutes_never_more_than_elapsed(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("context", "words"),
    [
        (date(2026, 11, 3), "14:40 UTC"),
        (date(2026, 11, 4), "Nov 3, 14:40 UTC"),
        (date(2027, 11, 3), "Nov 3, 2026, 14:40 UTC"),
    ],
)
def test_a_time_on_another_day_carries_its_day_and_in_another_year_its_year(context, words):
    assert Zone("Etc/UTC").text(at("14:40"), context) == words


@pytest.mark.parametrize(
    ("zone", "instant", "words", "iso"),
    [
        ("Europe/Berlin", at("00:59", date(2026, 10, 25)), "02:59 CEST", "2026-10-25T02:59:00+02:00"),
        ("Europe/Berlin", at("01:00", date(2026, 10, 25)), "02:00 CET", "2026-10-25T02:00:00+01:00"),
        ("America/New_York", at("07:00", date(2026, 3, 8)), "03:00 EDT", "2026-03-08T03:00:00-04:00"),
        ("Asia/Dubai", at("12:00"), "16:00 UTC+04", "2026-11-03T16:00:00+04:00"),
        ("Etc/UTC", at("12:00"), "12:00 UTC", "2026-11-03T12:00:00Z"),
    ],
)
def test_both_clock_changes_name_the_zone_that_holds(zone, instant, words, iso):
    assert Zone(zone).clock(instant) == words
    assert Zone(zone).iso(instant) == iso
