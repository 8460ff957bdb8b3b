"""The report at the console: its periods, its figures, its charts and its files."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.store.accounts import Account
from tests.fakes import NOON, FakeClock
from tests.web.browsers import Browser
from tests.web.callers import Api
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.VIEWER, email="vera@example.com", team="Core"))


@pytest.fixture
def broken_promise(api: Api, clock: FakeClock) -> str:
    """An incident whose one promise came 5 minutes late; a second one runs. Nobody heard of another."""
    api.detect("Nobody told anybody")
    incident = api.declare("Requests fail", next_update_in=30, impact_override="major")
    clock.advance(minutes=35)
    api.change(incident, body="We found it.", next_update_in=60, late_reason="=Lunch")
    return str(incident["id"])


def test_a_page_without_incidents_says_so(desk: Desk):
    page = desk.open("report")

    assert page.status == 200
    assert "No incident in this period." in page.text


def test_each_percentage_has_what_could_hide_silence_on_its_line(desk: Desk, broken_promise: str):
    text = desk.open("report").text

    assert "2 incidents detected" in text
    assert "First notices in time 50.0 % 1 of 2 1 never announced" in text
    assert "Promises kept 0.0 % 0 of 1 1 never announced Broken by: half within 5:00" in text
    assert "Incidents with every promise kept 0.0 % 0 of 1 1 never announced" in text


def test_each_incident_leads_to_its_screen(desk: Desk, broken_promise: str):
    page = desk.open("report")

    assert f'href="/console/incidents/{broken_promise}"' in page.answer.text
    assert "0 of 2 kept by 5:00 late" in page.text
    assert "Late: =Lunch" in page.text


def test_charts_have_their_words_and_their_figures_as_a_table(desk: Desk, broken_promise: str):
    html = desk.open("report").answer.text

    assert "November 2026: 1 broken</title>" in html
    assert "<td>November 2026</td><td>0</td><td>1</td><td>1</td>" in html
    assert html.count('role="img"') == 3
    assert html.count("Nothing to show in this period.") == 2  # nothing was resolved
    assert "style=" not in html


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-11-30&to=2026-11-01", "The period ends before it begins; swap both ends."),
        (
            "from=2026-11-01T12:00:00Z&to=2026-11-01T12:00:00Z",
            "The period is empty; let it end later than it begins.",
        ),
        ("from=soon", "Write a day like 2026-11-01 or a time like 2026-11-01T14:40:00Z."),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_beside_its_field(desk: Desk, query: str, sentence: str):
    page = desk.open(f"report?{query}")

    assert (page.status, page.errors) == (422, [sentence])
    assert page.form("period").fields["from"] == query.split("&")[0].removeprefix("from=")


@pytest.mark.parametrize("query", ["from=%00&to=%00", "page=nonsense", "page=99999", "from=2026-11-01"])
def test_odd_addresses_are_answered(desk: Desk, broken_promise: str, query: str):
    assert desk.open(f"report?{query}").status == 200


def test_periods_are_chosen_with_one_click(desk: Desk, clock: FakeClock, broken_promise: str):
    html = desk.open("report?from=2026-10-01&to=2026-10-31").answer.text

    assert 'href="/console/report?from=2026-10-01&amp;to=2026-10-31" aria-current="page">Last month' in html
    assert "No incident in this period." in html


def test_the_files_hold_the_same_figures(desk: Desk, api: Api, broken_promise: str):
    address = "from=2026-11-01&to=2026-11-30"
    told = api.get(f"compliance?{address}")
    as_json = desk.open(f"report.json?{address}").answer
    as_csv = desk.open(f"report.csv?{address}").answer
    rows = list(csv.DictReader(io.StringIO(as_csv.text)))

    # Whose promises they are is another's at the console.
    assert {**json.loads(as_json.text), "yours": None} == {**told, "yours": None}
    assert "report-2026-11-01-2026-11-30.csv" in as_csv.headers["Content-Disposition"]
    assert [row["id"] for row in rows] == [incident["id"] for incident in told["incidents"]]
    late = next(row for row in rows if row["id"] == broken_promise)
    assert (late["longest_promise_late_seconds"], late["all_gaps_kept"]) == ("300.0", "no")
    assert late["late_reasons"] == "'=Lunch"


def test_promises_by_person_are_for_that_person_alone(
    desk: Desk, signed_in: Callable[..., Browser], api: Api, session: Session, clock: FakeClock
):
    incident = api.declare(roles={"communications_lead": "vera@example.com"}, next_update_in=30)
    clock.set(NOON + timedelta(minutes=31))
    other = Desk(signed_in(SiteRole.ADMIN, email="adam@example.com", team="Core"))
    mine, theirs = desk.open("report").text, other.open("report").text

    assert incident["roles"]["communications_lead"] == "vera@example.com"
    assert "Your promises" in mine
    assert "You 100.0 % 1 of 1 0.0 % 0 of 1" in mine
    assert "Your promises" not in theirs
    assert "By team" in theirs
    assert "Core 100.0 % 1 of 1 0.0 % 0 of 1" in theirs


def test_a_team_of_one_is_not_told_apart(desk: Desk, api: Api, session: Session, clock: FakeClock):
    api.declare(roles={"communications_lead": "vera@example.com"}, next_update_in=30)
    assert session.query(Account).filter_by(team="Core").count() == 1

    assert "Core" not in desk.open("report").text
    assert api.get("compliance")["by_team"] == {}
