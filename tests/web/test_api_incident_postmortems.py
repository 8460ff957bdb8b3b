"""What an incident says of its postmortem in Statuspage's keys, and what new postmortems ask."""

from typing import Any

import pytest

from statuspage.domain.roles import SiteRole
from tests.contracts.test_api_openapi import differences
from tests.fakes import FakeClock
from tests.web.callers import Api, Json, PublicSite, wire
from tests.web.postmortem_desk import CLEAN, Desk

KEYS = (
    "status", "postmortem_body", "postmortem_body_last_updated_at", "postmortem_ignored",
    "postmortem_published_at", "postmortem_notified_subscribers", "postmortem_notified_twitter",
    "postmortem_url",
)  # fmt: skip
NOTHING = ("resolved", None, None, False, None, False, False, None)


@pytest.fixture
def author(api: Api, clock: FakeClock) -> Desk:
    return Desk.opened(api, clock).seen_by(api.acting_as(SiteRole.RESPONDER))


def facts(api: Api, desk: Desk) -> tuple[Any, ...]:
    incident = api.incident(desk.incident_id)
    return tuple(incident[key] for key in KEYS)


def published(author: Desk, api: Api, **fields: Any) -> Json:
    author.write(**CLEAN)
    author.sent("POST", "/review")
    boss = author.seen_by(api)
    boss.sent("POST", "/approval", digest=author.postmortem()["digest"])
    found: Json = boss.sent("PUT", "/publish", **fields)
    return found


def test_nothing_of_a_draft_is_in_the_incident(author: Desk, api: Api):
    assert facts(api, author) == NOTHING
    author.write(**CLEAN)
    assert facts(api, author) == NOTHING


@pytest.mark.parametrize("visibility", ["link", "internal"])
def test_what_only_some_may_read_is_not_in_the_incident(author: Desk, api: Api, visibility: str):
    published(author, api, visibility=visibility)

    assert facts(api, author) == NOTHING


def test_a_public_postmortem_is_the_newest_notice_and_the_incidents_status(
    author: Desk, api: Api, site: PublicSite
):
    out = published(author, api)
    incident = api.incident(author.incident_id)

    url = f"https://status.example.com/incidents/{author.incident_id}/postmortem"
    assert facts(api, author) == ("postmortem", out["body"], wire(60), False, True, True, False, url)
    newest = incident["incident_updates"][0]
    assert (newest["status"], newest["kind"], newest["body"]) == ("postmortem", "postmortem", out["body"])
    assert incident["last_update_id"] == incident["incident_updates"][1]["id"]
    assert site.incident(incident)["incident_updates"][0]["id"] == newest["id"]
    assert differences(incident, "IncidentAnswer") == []
    assert [each["status"] for each in api.get("incidents")] == ["postmortem"]


def test_an_incident_is_resolved_again_once_it_is_taken_back(author: Desk, api: Api):
    published(author, api, notify_subscribers=False)
    assert facts(api, author)[5] is False
    author.seen_by(api).sent("PUT", "/revert", reason="A number was wrong.")

    assert facts(api, author) == NOTHING


def test_a_waived_postmortem_is_an_ignored_one(api: Api, clock: FakeClock):
    desk = Desk.opened(api, clock, impact_override="none")
    desk.sent("POST", "/waiver", reason="No customer was affected.")

    assert facts(api, desk) == ("resolved", None, None, True, None, False, False, None)


def asked(api: Api, impact: str = "major") -> Json:
    found: Json = api.get(f"postmortem_templates/{impact}")
    return found


def send(api: Api, method: str, headers: dict[str, str] | None = None, **sections: str) -> Json:
    body = {"postmortem_template": {"sections": sections}}
    answer = api.send(method, "postmortem_templates/major", headers, json=body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.get_json()
    return found


def test_the_sites_own_questions_are_asked_in_place_of_the_built_in_ones(api: Api, clock: FakeClock):
    assert [each["impact"] for each in api.get("postmortem_templates")] == [
        "none", "minor", "major", "critical",
    ]  # fmt: skip
    assert (asked(api)["is_changed"], asked(api)["version"]) == (False, 0)

    changed = send(api, "PUT", summary="What happened to our customers?")

    assert (changed["is_changed"], changed["sections"]["impact"]) == (True, "")
    drafted = Desk.opened(api, clock, impact_override="major").postmortem()["sections"]
    assert drafted["summary"].endswith("What happened to our customers?")
    assert send(api, "DELETE") | {"version": 0} == {**asked(api), "version": 0, "is_changed": False}


def test_questions_are_changed_by_admins_who_saw_them_last(api: Api, nothing_changes: Any):
    send(api, "PUT", summary="What happened?")
    version = asked(api)["version"]
    send(api, "PATCH", {"If-Match": f'"{version}"'}, summary="What happened, in short?")
    body = {"postmortem_template": {"sections": {"summary": "Why?"}}}

    with nothing_changes():
        late = api.refused("PUT", "postmortem_templates/major", {"If-Match": f'"{version}"'}, json=body)
        assert (late["status"], late["code"]) == (409, "stale")
        writer = api.acting_as(SiteRole.COMMUNICATOR)
        assert writer.refused("PUT", "postmortem_templates/major", json=body)["status"] == 403
        assert api.refused("PUT", "postmortem_templates/huge", json=body)["status"] == 404
        long = {"postmortem_template": {"sections": {"summary": "x" * 5000}}}
        assert api.refused("PUT", "postmortem_templates/major", json=long)["code"] == "too_long"
