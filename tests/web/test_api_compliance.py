"""The compliance report over the API: a month whose figures were worked out by hand, and periods."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from statuspage.services.action_items import close_item
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.follow_up import an_item, resolved, with_items
from tests.web.callers import Api, Json

NOVEMBER = "compliance?from=2026-11-01&to=2026-11-30"


def at(day: int, clock_time: str, month: int = 11) -> datetime:
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{clock_time}").replace(tzinfo=UTC)


def said(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


class Month:
    """A team that lives through a month, at the times that the test names."""

    def __init__(self, api: Api, clock: FakeClock) -> None:
        self.api, self.clock = api, clock

    def detects(self, name: str, when: datetime, **fields: object) -> Json:
        self.clock.set(when)
        return self.api.detect(name, detected_at=said(when), **fields)

    def says(self, incident: Json, when: datetime, status: str = "investigating", **fields: object) -> Json:
        self.clock.set(when)
        return self.api.change(incident, status=status, body=f"Word of {said(when)}.", **fields)


@pytest.fixture
def month(api: Api, clock: FakeClock) -> Month:
    """The month of November, as `test_…by_hand` tells it."""
    month = Month(api, clock)
    month.detects("Before the month", at(31, "23:59:59", month=10))

    slow = month.detects("Sign-in is slow", at(3, "09:00:00"), impact_override="critical")
    month.says(slow, at(3, "09:12:30"), next_update_in=30)
    month.says(slow, at(3, "09:41:10"), "identified", next_update_in=30)
    month.says(slow, at(3, "10:13:45"), "identified", no_change=True, late_reason="Lunch.", next_update_in=60)
    month.says(slow, at(3, "11:00:00"), "resolved", restored_at=said(at(3, "10:50:20")))

    mail = month.detects("Mail is late", at(10, "14:00:00"))
    month.says(mail, at(10, "14:20:05"), next_update_in=60)
    month.says(mail, at(10, "15:10:00"), "resolved")

    month.detects("Nobody told anybody", at(12, "08:00:00"))
    for name, ends, status in (
        ("Dismissed too late", "08:15:01", "dismissed"),
        ("Dismissed in time", "08:15:00", "dismissed"),
        ("Of no concern", "08:05:00", "internal"),
    ):
        incident = month.detects(name, at(13, "08:00:00"))
        clock.set(at(13, ends))
        api.change(incident, status=status, reason="So it was.")
    api.declare("Entered afterwards", backfilled=True, backfill_date="2026-11-02")

    silent = month.detects("Then nothing", at(30, "22:00:00"))
    month.says(silent, at(30, "22:01:00"), next_update_in=30)
    running = month.detects("Still running", at(30, "23:00:00"))
    month.says(running, at(30, "23:05:00"), next_update_in=30)
    month.says(running, at(30, "23:40:00"), "identified", next_update_in=60)

    month.detects("After the month", at(1, "00:00:00", month=12))
    return month


def test_the_figures_of_a_month_are_those_worked_out_by_hand(month: Month):
    """Now is 1 December, 00:00:00. Promises lose the seconds of the notice that gives them.

    Sign-in is slow, 3 November: detected 09:00:00, first notice 09:12:30, that is 750 s, in time. It
    promises 09:42, kept at 09:41:10; then 10:11, broken at 10:13:45 by 2 min 45 s = 165 s, with a reason
    and nothing new; then 11:13, kept by the resolution at 11:00:00, 9 min 40 s = 580 s after the
    restoration at 10:50:20, in time. Its postmortem was due on the 5th.

    Mail is late, 10 November: detected 14:00:00, first notice 14:20:05, that is 1205 s, 305 s late. It
    promises 15:20, kept at 15:10:00. Nobody said when it was restored. Its postmortem was due on the 12th.

    Nobody told anybody: due on 12 November at 08:15:00, missing for 18 days, 15 h 45 min = 1,611,900 s.

    On 13 November one is dismissed a second too late, one in the last second, and one is ended internally.

    Then nothing, 30 November: 60 s to the first notice. It promises 22:31, and has been silent since, for
    1 h 29 min = 5340 s.

    Still running: detected 23:00:00, first notice 23:05:00, that is 300 s. It promises 23:35, broken at
    23:40:00 by 300 s; then 00:40, which is to come.
    """
    report = month.api.get(NOVEMBER)

    assert (report["from"], report["to"]) == ("2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z")
    assert report["initial_notice"] == {"owed": 5, "on_time": 3, "late": 1, "missing": 1}
    assert report["promises"] == {"made": 7, "kept": 3, "broken": 3, "open": 1}
    assert report["all_gaps_kept"] == {"incidents": 4, "kept": 1}
    assert report["resolution_notice"] == {"owed": 1, "on_time": 1, "late": 0, "missing": 0, "assumed": 1}
    assert report["postmortem"] == {"owed": 2, "on_time": 0, "late": 0, "missing": 2, "waived": 0}
    assert report["hidden"] == {
        "never_announced": 1,
        "dismissed_after_deadline": 1,
        "ended_internal": 1,
        "entered_afterwards": 1,
    }
    assert report["detected"] == 8
    # 60, 300, 750, 1205: the second of four, the fourth of four.
    assert report["first_notice_seconds"] == {"p50": 300, "p90": 1205, "max": 1205}
    # 305, 1611900: the first of two, the second of two.
    assert report["initial_notice_late_seconds"] == {"p50": 305, "p90": 1611900, "max": 1611900}
    # 165, 300, 5340: the second of three, the third of three.
    assert report["promise_late_seconds"] == {"p50": 300, "p90": 5340, "max": 5340}
    assert report["resolution_delay_seconds"] == {"p50": 580, "p90": 580, "max": 580}
    # 4 + 2 + 1 + 2 notices; 2 + 1 updates that end nothing.
    assert report["notices"] == {
        "published": 9,
        "by_token": 9,
        "updates": 3,
        "no_change": 1,
        "late": 3,
        "late_with_reason": 1,
    }
    assert report["backfill"] == {
        "incidents": 0,
        "gaps": 0,
        "gaps_within_60": 0,
        "all_gaps_within_60": 0,
        "all_gaps_within_30": 0,
    }


def test_the_report_tells_each_incident_and_splits_by_impact_and_month(month: Month):
    report = month.api.get(NOVEMBER)
    by_name = {incident["name"]: incident for incident in report["incidents"]}

    assert len(by_name) == 9
    slow = by_name["Sign-in is slow"]
    assert (slow["first_notice_seconds"], slow["longest_promise_late_seconds"]) == (750, 165)
    assert (slow["all_gaps_kept"], slow["late_reasons"], slow["impact"]) == (False, ["Lunch."], "critical")
    assert by_name["Mail is late"]["restored_at_assumed"]
    assert by_name["Nobody told anybody"]["hidden"] == "never_announced"
    assert by_name["Dismissed in time"]["hidden"] is None
    assert report["by_impact"]["critical"]["promises"] == {"made": 3, "kept": 2, "broken": 1, "open": 0}
    assert list(report["by_month"]) == ["2026-11"]
    assert report["by_month"]["2026-11"]["promises"] == report["promises"]


def test_a_detection_moved_later_counts_as_it_is_now_and_is_shown_as_it_was(
    api: Api, clock: FakeClock, month: Month
):
    mail = next(each for each in api.get(NOVEMBER)["incidents"] if each["name"] == "Mail is late")
    api.change(mail, detected_at=said(at(10, "14:05:05")), reason="The alert was of another system.")
    report = api.get(NOVEMBER)
    moved = next(each for each in report["incidents"] if each["name"] == "Mail is late")

    assert report["initial_notice"] == {"owed": 5, "on_time": 4, "late": 0, "missing": 1}
    assert report["initial_notice_as_reported"] == {"owed": 5, "on_time": 3, "late": 1, "missing": 1}
    assert (moved["first_notice_seconds"], moved["initial_notice"]) == (900, "on_time")
    assert (moved["first_notice_seconds_as_reported"], moved["initial_notice_as_reported"]) == (1205, "late")


def test_a_period_begins_with_its_first_instant_and_ends_before_its_last(api: Api, clock: FakeClock):
    Month(api, clock).detects("At noon", at(3, "12:00:00"))

    def found(start: str, end: str) -> int:
        return len(api.get(f"compliance?from={start}&to={end}")["incidents"])

    assert found("2026-11-03T12:00:00Z", "2026-11-03T12:00:01Z") == 1
    assert found("2026-11-03T11:00:00Z", "2026-11-03T12:00:00Z") == 0
    assert found("2026-11-03T14:00:00+02:00", "2026-11-03T14:00:01+02:00") == 1
    assert found("2026-11-03", "2026-11-03") == 1
    assert found("2026-11-04", "") == 0


@pytest.mark.parametrize(
    ("period", "code", "field"),
    [
        ("from=2026-11-30&to=2026-11-01", "period_backwards", "from"),
        ("from=2026-11-01T12:00:00Z&to=2026-11-01T12:00:00Z", "period_empty", "to"),
        ("from=yesterday", "invalid", "from"),
        ("to=2026-11-31", "invalid", "to"),
        ("from=2026-11-01T12:00:00", "invalid", "from"),
        ("to=9999-12-31", "invalid", "to"),
        ("from=0001-01-01", "invalid", "from"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_in_a_sentence(api: Api, period: str, code: str, field: str):
    refused = api.refused("GET", f"compliance?{period}")

    assert (refused["status"], refused["code"], list(refused["fields"])) == (422, code, [field])


def test_a_period_without_incidents_has_figures_of_nothing(api: Api):
    report = api.get("compliance?from=2020-01-01&to=2020-12-31")

    assert (report["detected"], report["incidents"], report["first_notice_seconds"]) == (0, [], None)
    assert report["promises"] == {"made": 0, "kept": 0, "broken": 0, "open": 0}


def test_action_items_stand_beside_the_other_figures(api: Api, act: Act, session: Session):
    with act() as ctx:
        owner = make_account(ctx.session).public_id
        item, _ = with_items(ctx, resolved(ctx), an_item(owner, due_on=NOON.date()), an_item(owner))
        close_item(ctx, item, "Done.")

    figures = {"open": 1, "overdue": 0, "done": 1, "dropped": 0, "oldest_days": 0, "median_age_days": 0}
    due = {"late": 0, "missed": 0, "dropped": 0, "waiting": 1, "in_time": 1, "closed": 1, "median_days": 0}
    expected = {**figures, "now": figures, "by_month": {"2026-11": due}}
    assert api.get("compliance?from=2026-11-01&to=2026-11-30")["action_items"] == expected
    earlier = api.get("compliance?from=2026-10-01&to=2026-10-31")["action_items"]
    assert (earlier["open"], earlier["oldest_days"], earlier["by_month"]) == (0, None, {})
    assert earlier["now"] == figures
