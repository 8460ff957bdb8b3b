"""Reopening and merging over the API."""

import pytest

from tests.fakes import FakeClock
from tests.web.callers import Api, Json, PublicSite, wire


@pytest.fixture
def resolved(api: Api, component: str) -> Json:
    """An incident resolved at noon."""
    incident = api.declare(detected_at=wire(-9), components={component: "major_outage"})
    return api.change(incident, status="resolved")


def test_an_incident_reopens_the_same_day_with_a_promise_and_a_detection_of_its_own(
    api: Api, site: PublicSite, resolved: Json, component: str, clock: FakeClock
):
    clock.advance(hours=3)
    again = api.change(
        resolved,
        status="investigating",
        reopen=True,
        detected_at=wire(170),
        components={component: "partial_outage"},
        next_update_in=40,
    )

    assert (again["status"], again["next_update_by"]) == ("investigating", wire(220))
    assert [episode["detected_at"] for episode in again["episodes"]] == [wire(-9), wire(170)]
    assert site.state(component) == "partial_outage"
    assert site.incident(resolved)["resolved_at"] is None
    notices = [deadline for deadline in api.deadlines(resolved) if deadline["kind"] == "initial_notice"]
    assert [(each["due_at"], each["late_by_minutes"]) for each in notices] == [(wire(6), 0), (wire(185), 0)]


def test_reopening_is_asked_for_in_so_many_words(api: Api, resolved: Json):
    refused = api.refused_change(resolved, status="investigating", body="Back again.")

    assert (refused["status"], refused["code"]) == (409, "incident_resolved")
    assert "Reopen" in refused["error"]


def test_after_24_hours_a_recurrence_is_declared_instead(
    api: Api, resolved: Json, clock: FakeClock, nothing_changes
):
    clock.advance(hours=24, seconds=1)
    with nothing_changes():
        refused = api.refused_change(resolved, status="investigating", reopen=True)

    assert (refused["status"], refused["code"]) == (409, "reopen_too_late")
    assert "recurrence" in refused["error"]
    clock.advance(seconds=-1)
    assert api.change(resolved, status="investigating", reopen=True)["status"] == "investigating"


def test_reopening_goes_back_into_an_open_status(api: Api, resolved: Json):
    for status in (None, "resolved"):
        assert list(api.refused_change(resolved, reopen=True, status=status)["fields"]) == ["status"]


def test_what_is_sent_with_a_reopening_is_not_lost(api: Api, resolved: Json):
    again = api.change(
        resolved, status="identified", reopen=True, name="Mail fails again", impact_override="critical"
    )

    assert (again["name"], again["impact"], again["next_update_by"]) == (
        "Mail fails again",
        "critical",
        wire(30),
    )
    assert [episode["detected_at"] for episode in again["episodes"]] == [wire(-9), wire(0)]


def test_a_merged_incident_points_to_the_survivor_and_owes_nothing_more(
    api: Api, site: PublicSite, components: list[str], clock: FakeClock
):
    merged = api.declare("Dashboard down", detected_at=wire(-12), components={components[1]: "major_outage"})
    survivor = api.declare("API down", detected_at=wire(-5), components={components[0]: "partial_outage"})
    clock.advance(minutes=10)
    ended = api.change(merged, merge_into=survivor["id"])

    assert (ended["status"], ended["merged_into"]) == ("resolved", survivor["id"])
    assert "API down" in ended["incident_updates"][0]["body"]
    assert f'href="/incidents/{survivor["id"]}"' in site.text(f"incidents/{merged['id']}")
    assert [each for each in api.deadlines(merged) if each["met_at"] is None] == []
    assert [site.state(each) for each in components] == ["partial_outage", "major_outage"]
    assert api.incident(survivor)["detected_at"] == wire(-12)

    api.change(survivor, status="resolved")
    assert [site.state(each) for each in components] == ["operational", "operational"]


def test_nothing_is_merged_into_an_incident_whose_promise_is_overdue(
    api: Api, clock: FakeClock, nothing_changes
):
    survivor = api.declare("API down", next_update_in=30)
    clock.advance(minutes=10)
    merged = api.declare("Dashboard down")
    clock.advance(minutes=20, seconds=1)
    with nothing_changes():
        refused = api.refused_change(merged, merge_into=survivor["id"])

    assert (refused["status"], refused["code"]) == (409, "survivor_promise_overdue")
    assert list(refused["fields"]) == ["merge_into"]


def test_an_incident_is_merged_into_another_one_that_exists(api: Api):
    incident = api.declare()

    assert list(api.refused_change(incident, merge_into=incident["id"])["fields"]) == ["merge_into"]
    assert list(api.refused_change(incident, merge_into="000000000000")["fields"]) == ["merge_into"]


def test_a_merged_incident_is_not_merged_again_or_reopened(api: Api):
    survivor, merged = api.declare("API down"), api.declare("Dashboard down")
    api.change(merged, merge_into=survivor["id"])

    assert api.refused_change(merged, merge_into=survivor["id"])["code"] == "not_open"
    assert api.refused_change(merged, status="investigating", reopen=True)["code"] == "incident_merged"
