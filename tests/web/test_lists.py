"""Lists of the manage API: which page of how many, and the search."""

import pytest

from tests.fakes import FakeClock
from tests.web.callers import Api, wire


def names(found: list[dict[str, str]]) -> list[str]:
    return [each["name"] for each in found]


def test_incidents_are_listed_newest_first_page_by_page(api: Api, clock: FakeClock):
    for number in range(5):
        api.declare(f"Incident {number}")
        clock.advance(minutes=1)

    assert names(api.get("incidents")) == [f"Incident {number}" for number in (4, 3, 2, 1, 0)]
    assert names(api.get("incidents?per_page=2&page=2")) == ["Incident 2", "Incident 1"]
    assert names(api.get("incidents.json?limit=2&page=3")) == ["Incident 0"]
    assert names(api.get("incidents?per_page=1000")) == names(api.get("incidents"))
    assert api.get("incidents?page=2") == []


def test_incidents_are_found_by_words_in_their_name_or_notices(api: Api):
    api.declare("Mail is late", body="A queue is full.")
    api.detect("100 % of logins fail")

    assert names(api.get("incidents?q=MAIL")) == ["Mail is late"]
    assert names(api.get("incidents?q=queue")) == ["Mail is late"]
    assert names(api.get("incidents?q=100+%25+of")) == ["100 % of logins fail"]
    assert api.get("incidents?q=_") == api.get("incidents?q=%25%25") == []


def test_only_announced_and_open_incidents_are_unresolved(api: Api):
    api.detect("Detected")
    api.declare("Open")
    api.declare("Over", status="resolved", restored_at=wire(0))

    assert names(api.get("incidents/unresolved")) == names(api.get("incidents/unresolved.json")) == ["Open"]
    for kind in ("scheduled", "upcoming", "active_maintenance"):
        assert api.get(f"incidents/{kind}") == []


def test_an_incidents_notices_are_listed_newest_first_page_by_page(api: Api, clock: FakeClock):
    incident = api.declare(body="0")
    for number in (1, 2):
        clock.advance(minutes=1)
        api.change(incident, body=str(number))

    path = f"incidents/{incident['id']}/incident_updates"
    assert [notice["body"] for notice in api.get(path)] == ["2", "1", "0"]
    assert [notice["body"] for notice in api.get(f"{path}?per_page=2&page=2")] == ["0"]


def test_incidents_are_narrowed_by_state_impact_component_and_month(api: Api, components: list[str]):
    api.declare("API down", components={components[0]: "major_outage"})
    api.declare("Dashboard slow", components={components[1]: "degraded_performance"})
    api.detect("Odd")

    assert names(api.get("incidents?status=detected")) == ["Odd"]
    assert names(api.get("incidents?impact=minor")) == ["Dashboard slow"]
    assert names(api.get(f"incidents?component_id={components[0]}")) == ["API down"]
    assert len(api.get("incidents?month=2026-11")) == 3
    assert api.get("incidents?month=2026-10") == []
    assert api.get("incidents?month=sometime") == []


@pytest.mark.parametrize("query", ["status=broken", "impact=huge"])
def test_a_state_that_there_is_not_is_refused(api: Api, query: str):
    assert api.refused("GET", f"incidents?{query}")["fields"].keys() == {query.split("=")[0]}


def test_a_month_is_one_of_the_pages_zone(api: Api):
    api.send("PATCH", "", json={"page": {"time_zone": "Pacific/Auckland"}})
    api.detect("New Year", detected_at="2025-12-31T11:00:00Z")

    assert names(api.get("incidents?month=2026-01")) == ["New Year"]
    assert api.get("incidents?month=2025-12") == []
