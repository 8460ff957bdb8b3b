"""The JSON under /api/v2/ has exactly the keys of `wire.md`, as strict clients demand."""

import re
from typing import Any

import pytest

from tests.fakes import FakeClock
from tests.web.callers import Api, Json, PublicSite, wire

PAGE = {"id", "name", "url", "time_zone", "updated_at"}
STATUS = {"indicator", "description"}
COMPONENT = {
    *(
        "id",
        "name",
        "status",
        "created_at",
        "updated_at",
        "position",
        "description",
        "showcase",
        "start_date",
    ),
    *("group_id", "page_id", "group", "only_show_if_degraded"),
}
GROUP = COMPONENT | {"components"}
INCIDENT = {
    *(
        "id",
        "name",
        "status",
        "created_at",
        "updated_at",
        "monitoring_at",
        "resolved_at",
        "impact",
        "shortlink",
    ),
    *("started_at", "page_id", "incident_updates", "components", "next_update_by", "postmortem_url"),
}
UPDATE = {
    *("id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components"),
    *("deliver_notifications", "custom_tweet", "tweet_id"),
}
AFFECTED = {"code", "name", "old_status", "new_status"}
STATES = {"operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"}
ANSWERS = {
    "summary": {"page", "components", "incidents", "scheduled_maintenances", "status"},
    "status": {"page", "status"},
    "components": {"page", "components"},
    "incidents": {"page", "incidents"},
    "incidents/unresolved": {"page", "incidents"},
    "scheduled-maintenances": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/upcoming": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/active": {"page", "scheduled_maintenances"},
}
ID = re.compile(r"[a-z0-9]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def history(api: Api, components: list[str], clock: FakeClock) -> list[Json]:
    """One incident in each public state there is, with a group around a component."""
    api.send(
        "POST", "component-groups", json={"component_group": {"name": "EU", "components": components[1:]}}
    )
    over = api.declare("Over", components={components[0]: "major_outage"})
    clock.advance(minutes=1)
    api.change(over, status="resolved")
    reopened = api.declare("Again", components={components[1]: "partial_outage"})
    api.change(reopened, status="resolved")
    clock.advance(minutes=1)
    broken = {components[1]: "partial_outage"}
    api.change(reopened, status="identified", reopen=True, components=broken)
    watched = api.declare("Watched")
    api.change(watched, status="monitoring")
    old = api.declare("Old", backfilled=True, began_at=wire(-5000), restored_at=wire(-4000))
    return [over, reopened, watched, old]


def strict_incident(shown: Json) -> None:
    """Refuse an incident as a strict client does: keys, types, enumerations, order."""
    assert set(shown) == INCIDENT
    assert ID.fullmatch(shown["id"])
    assert shown["status"] in {"investigating", "identified", "monitoring", "resolved", "postmortem"}
    assert shown["impact"] in {"none", "minor", "major", "critical"}
    assert shown["incident_updates"]
    for notice in shown["incident_updates"]:
        assert set(notice) == UPDATE
        assert notice["incident_id"] == shown["id"]
        for affected in notice["affected_components"] or []:
            assert set(affected) == AFFECTED
            assert {affected["old_status"], affected["new_status"]} <= STATES
    times = [notice["created_at"] for notice in shown["incident_updates"]]
    assert times == sorted(times, reverse=True)
    for component in shown["components"]:
        assert set(component) == COMPONENT


def moments(value: Any, key: str = "") -> list[str]:
    """Return every time in an answer that is not null."""
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in moments(inner, name)]
    if isinstance(value, list):
        return [found for inner in value for found in moments(inner, key)]
    return [value] if value is not None and key.endswith(("_at", "_by")) else []


def test_every_answer_has_the_keys_that_clients_know(site: PublicSite, history: list[Json]):
    for name, keys in ANSWERS.items():
        answer = site.json(name)
        assert set(answer) == keys, name
        assert next(iter(answer)) == "page", name
        assert set(answer["page"]) == PAGE, name
        assert set(answer.get("status", STATUS)) == STATUS, name
        assert all(MOMENT.fullmatch(moment) for moment in moments(answer)), name
        for component in answer.get("components", []):
            assert set(component) == (GROUP if component["group"] else COMPONENT), name
            assert component["status"] in STATES, name
        for incident in answer.get("incidents", []):
            strict_incident(incident)


def test_an_incident_alone_reads_as_in_the_list(site: PublicSite, history: list[Json]):
    listed = {each["id"]: each for each in site.json("incidents")["incidents"]}

    assert set(listed) == {incident["id"] for incident in history}
    for incident in history:
        assert site.incident(incident) == listed[incident["id"]]


def test_only_open_incidents_are_unresolved_and_the_newest_comes_first(site: PublicSite, history: list[Json]):
    shown = site.json("incidents/unresolved")["incidents"]

    assert [each["name"] for each in shown] == ["Watched", "Again"]
    assert site.json("summary")["incidents"] == shown
    created = [each["created_at"] for each in site.json("incidents")["incidents"]]
    assert created == sorted(created, reverse=True)


def test_an_exporter_reads_figures_as_it_does_from_the_original(site: PublicSite, history: list[Json]):
    summary = site.json("summary")
    levels = {"none": 0, "minor": 1, "major": 2, "critical": 3}
    states = {row["name"]: row["status"] for row in summary["components"] if not row["group"]}

    assert levels[summary["status"]["indicator"]] == 2
    assert states == {"API": "operational", "Dashboard": "partial_outage"}
    assert all("group_id" in row for row in summary["components"])


def test_the_manage_api_answers_with_the_webhooks_incident_keys(api: Api):
    extra = {
        *("backfilled", "impact_override", "postmortem_body", "postmortem_body_last_updated_at"),
        *("postmortem_ignored", "postmortem_published_at", "postmortem_notified_subscribers"),
        *("postmortem_notified_twitter", "scheduled_for", "scheduled_until", "scheduled_auto_in_progress"),
        *("scheduled_auto_completed", "scheduled_remind_prior", "scheduled_reminded_at"),
    }
    incident = api.declare()

    assert (INCIDENT - {"postmortem_url"}) | extra <= set(incident)
    assert set(incident["incident_updates"][0]) >= UPDATE
    assert incident["postmortem_published_at"] is None
