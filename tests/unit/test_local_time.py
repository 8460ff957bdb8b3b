"""Local times as people type them."""

from datetime import UTC, datetime

import pytest

from statuspage.domain.errors import RuleError
from statuspage.domain.local_time import instant_of, typed_local_time


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "typed", "instant"),
    [
        ("Etc/UTC", "2026-03-29T02:30", "2026-03-29T02:30"),
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"),
        ("America/New_York", "2026-12-31T20:00", "2027-01-01T01:00"),
    ],
)
def test_an_ordinary_time_is_read_in_its_zone(zone, typed, instant):
    assert instant_of(local(typed), zone) == utc(instant)


@pytest.mark.parametrize(
    ("zone", "typed", "first", "second"),
    [
        ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00", "2026-10-25T01:00"),
        ("Europe/Berlin", "2026-10-25T02:59", "2026-10-25T00:59", "2026-10-25T01:59"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "2026-11-01T06:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-04T15:15"),
    ],
)
def test_a_time_that_occurs_twice_is_asked_about(zone, typed, first, second):
    with pytest.raises(RuleError) as refused:
        instant_of(local(typed), zone, "detected_at")

    assert (refused.value.code, refused.value.field) == ("ambiguous_time", "detected_at")
    assert f"{utc(first):%H:%M} UTC" in refused.value.message
    assert f"{utc(second):%H:%M} UTC" in refused.value.message
    assert instant_of(local(typed), zone, fold=0) == utc(first)
    assert instant_of(local(typed), zone, fold=1) == utc(second)


@pytest.mark.parametrize(
    ("zone", "typed", "before", "after"),
    [
        ("Europe/Berlin", "2026-03-29T02:00", "01:00", "03:00"),
        ("Europe/Berlin", "2026-03-29T02:30", "01:30", "03:30"),
        ("America/New_York", "2026-03-08T02:59", "01:59", "03:59"),
        ("Australia/Lord_Howe", "2026-10-04T02:10", "01:40", "02:40"),
    ],
)
@pytest.mark.parametrize("fold", [None, 0, 1])
def test_a_time_that_never_occurs_is_refused_with_the_times_around_it(zone, typed, before, after, fold):
    with pytest.raises(RuleError) as refused:
        instant_of(local(typed), zone, "detected_at", fold)

    assert (refused.value.code, refused.value.field) == ("missing_time", "detected_at")
    assert f"Type {before} or {after}" in refused.value.message


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30T10:00", "2026-11-03T14:40Z", "0001-01-01T00:00", "9999-01-01T00:00"]
)
def test_what_is_no_local_time_is_refused(text):
    with pytest.raises(RuleError) as refused:
        typed_local_time(text, "began_at")

    assert (refused.value.code, refused.value.field) == ("invalid_time", "began_at")


def test_a_typed_time_has_no_zone():
    assert typed_local_time(" 2026-11-03T14:40 ") == datetime(2026, 11, 3, 14, 40)  # noqa: DTZ001
