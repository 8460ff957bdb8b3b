"""Labels of postmortems and what comes again, over the API."""

from typing import Any

import pytest

from statuspage.domain.roles import SiteRole
from tests.fakes import NOON, FakeClock
from tests.web.callers import Api
from tests.web.postmortem_desk import CLEAN, Desk


@pytest.fixture
def desk(api: Api, clock: FakeClock) -> Desk:
    return Desk.opened(api, clock).seen_by(api.acting_as(SiteRole.RESPONDER))


def test_labels_are_set_by_kind_and_leave_the_approval(desk: Desk, api: Api):
    desk.write(**CLEAN)
    desk.sent("POST", "/review")
    desk.seen_by(api).sent("POST", "/approval", digest=desk.postmortem()["digest"])

    found = desk.sent("PUT", "/labels", factor=["Release", "Friday"], systemic=["No rollback"])
    assert found["labels"] == {"factor": ["Friday", "Release"], "systemic": ["No rollback"]}
    found = desk.sent("PUT", "/labels", factor=["release"])

    assert found["labels"] == {"factor": ["Release"], "systemic": ["No rollback"]}
    assert desk.get("/labels")["labels"] == found["labels"]
    assert desk.postmortem()["state"] == "approved"


def test_bad_labels_are_refused(desk: Desk, api: Api, nothing_changes: Any):
    with nothing_changes():
        for labels in (["x" * 81], [" "], [7], "Release", [f"Label {n}" for n in range(21)]):
            refused = desk.refused("PUT", "/labels", factor=labels)
            assert (refused["status"], bool(refused["fields"])) == (422, True), labels
        assert desk.seen_by(api.acting_as(SiteRole.VIEWER)).refused("PUT", "/labels")["status"] == 403


def test_what_two_postmortems_name_comes_first(desk: Desk, api: Api, clock: FakeClock):
    clock.set(NOON)
    other = Desk.opened(api, clock)
    desk.sent("PUT", "/labels", factor=["Release", "Friday"])
    other.sent("PUT", "/labels", factor=["Release"])
    desk.write(**CLEAN)

    found = api.acting_as(SiteRole.VIEWER).get("learning?from=2026-11-01&to=2026-11-30")

    first, second = found["labels"]["factor"]
    assert (first["name"], first["times"]) == ("Release", 2)
    assert set(first["incidents"]) == {desk.incident_id, other.incident_id}
    assert (second["name"], second["incidents"]) == ("Friday", [desk.incident_id])
    assert found["unlabelled"] == []
    assert found["action_items"]["open"] == found["by_kind"]["prevent"]["open"] == 1
    assert found["from"] == "2026-11-01T00:00:00.000Z"
    assert api.get("learning?from=2026-10-01&to=2026-10-31")["postmortems"] == []
    assert api.refused("GET", "learning?from=soon")["status"] == 422
