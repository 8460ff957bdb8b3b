"""Corrections and retractions over the API: what they change in public, and what they never move."""

import pytest

from tests.fakes import FakeClock
from tests.web.callers import Api, Json, PublicSite, wire


@pytest.fixture
def incident(api: Api, component: str) -> Json:
    """An incident announced at noon that promises an update at 12:30."""
    return api.declare(body="Mail is lots.", components={component: "partial_outage"}, next_update_in=30)


def test_a_correction_one_minute_before_the_promise_moves_nothing_but_the_text(
    api: Api, site: PublicSite, incident: Json, clock: FakeClock
):
    owed = api.deadlines(incident)
    clock.advance(minutes=29)
    api.correct(incident, incident["last_update_id"], body="Mail is lost.")

    [notice] = site.incident(incident)["incident_updates"]
    assert (notice["id"], notice["body"]) == (incident["last_update_id"], "Mail is lost.")
    assert (notice["created_at"], notice["display_at"], notice["updated_at"]) == (wire(0), wire(0), wire(29))
    assert site.incident(incident)["next_update_by"] == wire(30)
    assert api.deadlines(incident) == owed
    for place in ("", f"incidents/{incident['id']}"):
        assert "edited" in site.text(place)
        assert "Mail is lots." not in site.text(place)


def test_the_promise_is_broken_though_the_notice_was_corrected_in_time(
    api: Api, incident: Json, clock: FakeClock
):
    clock.advance(minutes=29)
    api.correct(incident, incident["last_update_id"], body="Mail is lost.")
    clock.advance(minutes=2)

    assert api.incident(incident)["is_overdue"]


def test_a_correction_that_changes_nothing_leaves_no_trace(api: Api, incident: Json, nothing_changes):
    with nothing_changes():
        api.correct(incident, incident["last_update_id"], body="Mail is lots.")


def test_correcting_what_a_notice_said_of_components_changes_their_state(
    api: Api, site: PublicSite, incident: Json, component: str
):
    api.correct(incident, incident["last_update_id"], components={component: "degraded_performance"})

    assert site.state(component) == "degraded_performance"
    assert site.incident(incident)["impact"] == "minor"


def test_a_retraction_leaves_a_tombstone_and_takes_back_neither_status_nor_claims_nor_promise(
    api: Api, site: PublicSite, incident: Json, component: str, clock: FakeClock
):
    owed = api.deadlines(incident)
    clock.advance(minutes=5)
    api.withdraw(incident, incident["last_update_id"])

    shown = site.incident(incident)
    assert shown["incident_updates"][0]["body"] == "This update was withdrawn."
    assert (shown["status"], shown["next_update_by"]) == ("investigating", wire(30))
    assert site.state(component) == "partial_outage"
    assert api.deadlines(incident) == owed
    for place in ("", f"incidents/{incident['id']}"):
        assert f'withdrawn <time class="at" datetime="{wire(5)[:16]}' in site.text(place)
    assert [path for path, content in site.everywhere(incident).items() if "Mail is lots" in content] == []


def test_a_withdrawn_notice_is_neither_corrected_nor_withdrawn_again(api: Api, incident: Json):
    path = f"incidents/{incident['id']}/incident_updates/{incident['last_update_id']}"
    api.withdraw(incident, incident["last_update_id"])

    for refused in (
        api.refused("DELETE", path),
        api.refused("PATCH", path, json={"incident_update": {"body": "x"}}),
    ):
        assert (refused["status"], refused["code"]) == (409, "notice_withdrawn")


def test_a_published_notice_keeps_its_time(api: Api, incident: Json):
    path = f"incidents/{incident['id']}/incident_updates/{incident['last_update_id']}"
    refused = api.refused("PATCH", path, json={"incident_update": {"display_at": wire(-5)}})

    assert list(refused["fields"]) == ["display_at"]
    assert list(api.refused_change(incident, display_at=wire(-5), body="x")["fields"]) == ["display_at"]


def test_a_notice_belongs_to_its_own_incident(api: Api, incident: Json):
    other = api.declare("Another")

    refused = api.refused("DELETE", f"incidents/{other['id']}/incident_updates/{incident['last_update_id']}")
    assert refused["status"] == 404
