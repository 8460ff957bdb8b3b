"""Drafts and approvals over the API, and the internal timeline."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.store.pages import the_page
from tests.fakes import FakeClock
from tests.web.callers import Api, Json, PublicSite, wire
from tests.web.conftest import Unchanged


@pytest.fixture
def ben(api: Api) -> Api:
    return api.acting_as(SiteRole.COMMUNICATOR)


@pytest.fixture
def incident(ben: Api, component: str) -> Json:
    """A critical incident, announced at noon."""
    return ben.declare(components={component: "major_outage"}, impact_override="critical")


def put(caller: Api, incident: Json, **fields: Any) -> Json:
    answer = caller.send("PUT", f"incidents/{incident['id']}/draft", json={"draft": fields})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def call(caller: Api, method: str, incident: Json, path: str, **options: Any) -> Json:
    answer = caller.send(method, f"incidents/{incident['id']}/{path}", **options)
    assert answer.status_code in {200, 201, 204}, answer.text
    return answer.get_json() if answer.data else {}


def ask_for_approval(session: Session) -> None:
    session.rollback()
    the_page(session).asks_approval = True
    session.commit()


def test_a_draft_says_back_what_was_written(ben: Api, incident: Json, component: str, site: PublicSite):
    before = site.files()
    written = {
        "body": "We found it.",
        "status": "identified",
        "components": {component: "partial_outage"},
        "next_update_in": 45,
        "no_change": True,
        "late_reason": "Asleep",
        "mitigated_at": wire(-1),
        "impact_override": "major",
        "deliver_notifications": False,
    }
    put(ben, incident, **written)

    draft = ben.get(f"incidents/{incident['id']}/draft")

    assert {name: draft[name] for name in written} == written
    assert (draft["author"], draft["incident_id"]) == ("communicator@example.com", incident["id"])
    assert draft["last_update_id"] == incident["last_update_id"]
    assert site.files() == before


def test_what_is_left_out_is_as_the_composer_begins(ben: Api, incident: Json, component: str):
    draft = put(ben, incident)

    assert (draft["status"], draft["components"]) == ("investigating", {component: "major_outage"})
    assert draft["next_update_in"] == 30
    assert draft["body"]


def test_a_promise_by_the_clock_is_kept_and_one_out_of_reach_refused(ben: Api, incident: Json):
    assert put(ben, incident, next_update_by=wire(40))["next_update_by"] == wire(40)

    refused = ben.refused(
        "PUT", f"incidents/{incident['id']}/draft", json={"draft": {"next_update_by": wire(3000)}}
    )
    assert refused["fields"].keys() == {"next_update_by"}


def test_a_time_that_occurs_twice_keeps_its_side(ben: Api, incident: Json, session: Session):
    session.rollback()
    the_page(session).time_zone = "Europe/Berlin"
    session.commit()

    for at in ("2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"):
        draft = put(ben, incident, status="resolved", restored_at=at)
        assert (draft["status"], draft["restored_at"]) == ("resolved", at)


def test_a_draft_is_published_and_gone(ben: Api, incident: Json, component: str, clock: FakeClock):
    put(ben, incident, body="We found *it*.", status="identified", next_update_in=45)
    clock.advance(minutes=5)

    published = call(ben, "POST", incident, "draft/publish")

    assert (published["status"], published["next_update_by"]) == ("identified", wire(50))
    assert published["incident_updates"][0]["body"] == "We found *it*."
    assert published["components"][0]["status"] == "major_outage"
    assert ben.refused("POST", f"incidents/{incident['id']}/draft/publish")["status"] == 404
    assert ben.refused("GET", f"incidents/{incident['id']}/draft")["status"] == 404


def test_a_draft_of_an_older_state_is_refused_with_the_newer_notice(
    api: Api, ben: Api, incident: Json, nothing_changes: Unchanged
):
    put(ben, incident, body="Ours")
    api.change(incident, body="Theirs", status="identified")

    with nothing_changes():
        refused = ben.refused("POST", f"incidents/{incident['id']}/draft/publish")

    assert (refused["code"], refused["latest_update"]["body"]) == ("stale", "Theirs")


def test_a_draft_can_be_discarded(ben: Api, incident: Json):
    put(ben, incident)

    call(ben, "DELETE", incident, "draft")

    assert ben.get(f"incidents/{incident['id']}/drafts") == []


def test_a_version_that_moved_on_is_not_overwritten(ben: Api, incident: Json):
    seen = put(ben, incident, body="One")["version"]
    put(ben, incident, body="Two")

    headers = {"If-Match": f'"{seen}"'}
    path = f"incidents/{incident['id']}/draft"
    assert ben.refused("PUT", path, headers, json={"draft": {"body": "Three"}})["code"] == "stale"


def test_a_colleague_approves_and_the_author_publishes(
    api: Api, ben: Api, incident: Json, session: Session, clock: FakeClock
):
    ask_for_approval(session)
    clock.advance(minutes=1)
    draft = put(ben, incident, body="We found it.")
    assert (draft["approval_needed"], draft["may_publish_alone_at"]) == (True, wire(28))
    assert ben.refused("POST", f"incidents/{incident['id']}/draft/publish")["code"] == "approval_needed"
    assert ben.refused_change(incident, body="We found it.")["code"] == "approval_needed"

    asked = call(ben, "POST", incident, "draft/review")
    assert (asked["review_asked_at"], asked["may_publish_alone_at"]) == (wire(1), wire(6))
    [seen] = api.get(f"incidents/{incident['id']}/drafts")
    assert ben.refused("POST", f"incidents/{incident['id']}/drafts/{draft['id']}/approve")["status"] == 403
    approved = call(
        api,
        "POST",
        incident,
        f"drafts/{draft['id']}/approve",
        headers={"If-Match": f'"{seen["version"]}"'},
    )

    assert (approved["approved_by"], approved["approval_needed"]) == ("admin@example.com", False)
    assert call(ben, "POST", incident, "draft/publish")["incident_updates"][0]["body"] == "We found it."


def test_an_approval_of_an_older_version_is_refused(api: Api, ben: Api, incident: Json, session: Session):
    ask_for_approval(session)
    draft = put(ben, incident, body="One")
    put(ben, incident, body="Two")
    path = f"incidents/{incident['id']}/drafts/{draft['id']}/approve"

    assert api.refused("POST", path, {"If-Match": f'"{draft["version"]}"'})["code"] == "stale"


def test_what_was_asked_and_agreed_can_be_taken_back(api: Api, ben: Api, incident: Json, session: Session):
    ask_for_approval(session)
    draft = put(ben, incident)
    call(ben, "POST", incident, "draft/review")
    path = f"drafts/{draft['id']}/approve"
    call(api, "POST", incident, path)

    assert call(api, "DELETE", incident, path)["approved_by"] is None
    assert call(ben, "DELETE", incident, "draft/review")["review_asked_at"] is None


@pytest.mark.parametrize(("minutes", "is_allowed"), [(27.9, False), (28, True)])
def test_without_a_draft_only_the_promise_lets_it_through(
    ben: Api, incident: Json, session: Session, clock: FakeClock, minutes: float, is_allowed: bool
):
    ask_for_approval(session)
    clock.advance(minutes=minutes)

    if is_allowed:
        assert ben.change(incident, body="We found it.")["incident_updates"][0]["body"] == "We found it."
    else:
        assert "alone from 12:28 UTC" in ben.refused_change(incident, body="We found it.")["error"]


def test_entries_are_noted_changed_and_removed(api: Api, incident: Json, site: PublicSite, clock: FakeClock):
    before = site.files()
    responder, path = api.acting_as(SiteRole.RESPONDER), f"incidents/{incident['id']}/timeline"
    clock.advance(minutes=2)
    entry = call(
        responder, "POST", incident, "timeline", json={"entry": {"body": "Rolled back", "kind": "action"}}
    )
    assert (entry["at"], entry["author"], entry["edited_at"]) == (wire(2), "responder@example.com", None)

    one = f"timeline/{entry['id']}"
    changed = call(responder, "PATCH", incident, one, json={"entry": {"kind": "mitigation", "at": wire(1)}})

    assert (changed["body"], changed["kind"], changed["at"]) == ("Rolled back", "mitigation", wire(1))
    assert api.get(path) == [changed]
    other = api.acting_as(SiteRole.COMMUNICATOR)
    assert other.refused("DELETE", f"incidents/{incident['id']}/{one}")["code"] == "not_your_entry"
    call(responder, "DELETE", incident, one)
    assert api.get(path) == []
    assert site.files() == before


def test_an_entry_of_the_future_is_refused(api: Api, incident: Json):
    body = {"entry": {"body": "Later", "at": wire(1)}}

    refused = api.refused("POST", f"incidents/{incident['id']}/timeline", json=body)

    assert (refused["code"], list(refused["fields"])) == ("entry_in_future", ["at"])


def test_a_mitigation_sets_the_incidents_time(api: Api, incident: Json):
    body = {"body": "Rolled back", "kind": "mitigation", "sets_mitigated_at": True}
    call(api, "POST", incident, "timeline", json={"entry": body})

    assert api.incident(incident)["mitigated_at"] == wire(0)
