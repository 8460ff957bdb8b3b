"""The rota and people's parts in an incident, over the manage API."""

import pytest

from statuspage.domain.roles import SiteRole
from tests.web.callers import Api, wire

RESPONDER, COMMUNICATOR = SiteRole.RESPONDER, SiteRole.COMMUNICATOR


def plan(api: Api, role: str, *members: SiteRole, **fields):
    emails = [f"{member}@example.com" for member in members]
    body = {"role": role, "members": emails, "starts_on": "2026-11-18", **fields}
    answer = api.send("PUT", "rota", json={"rota": body})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def said(api: Api, incident, path: str, body=None):
    answer = api.send("POST", f"incidents/{incident['id']}/{path}", json=body or {})
    assert answer.status_code in {200, 201}, answer.text
    return answer.get_json()


def test_a_rota_is_planned_and_read(api: Api, clock):
    planned = plan(api, "communications_lead", COMMUNICATOR, SiteRole.ADMIN, length="daily")

    assert planned["now"]["account"] == "communicator@example.com"
    assert planned["now"]["deputy"] == "admin@example.com"
    assert not planned["has_gaps"]
    by_role = {one["role"]: one for one in api.get("rota")}
    assert by_role["communications_lead"] == planned
    assert by_role["scribe"]["length"] is None


def test_an_override_is_added_and_removed(api: Api):
    plan(api, "scribe", SiteRole.ADMIN)
    body = {"role": "scribe", "account": "responder@example.com", "from_at": wire(-60), "to_at": wire(60)}

    override = api.send("POST", "rota/overrides", json={"override": body}).get_json()

    assert api.get("rota")[3]["now"]["account"] == "responder@example.com"
    assert api.send("DELETE", f"rota/overrides/{override['id']}").status_code == 204
    assert api.get("rota")[3]["now"]["account"] == "admin@example.com"


def test_bad_input_is_refused_at_its_field(api: Api):
    plan(api, "scribe", SiteRole.ADMIN)
    body = {"role": "scribe", "account": "responder@example.com", "from_at": wire(60), "to_at": wire(0)}

    for path, sent, status, field in (
        ("rota/overrides", {"override": body}, 422, "to_at"),
        ("rota/overrides", {"override": {**body, "role": "cook"}}, 422, "role"),
        ("rota/overrides", {"override": {**body, "to_at": wire(90), "account": "x@y.z"}}, 422, "account"),
    ):
        refused = api.refused("POST", path, json=sent)
        assert (refused["status"], list(refused["fields"])) == (status, [field])
    refused = api.refused("PUT", "rota", json={"rota": {"role": "scribe", "time_zone": "Mars"}})
    assert (refused["status"], refused["code"]) == (422, "unknown_time_zone")
    refused = api.refused("PUT", "rota", json={"rota": {"role": "scribe", "version": 99}})
    assert (refused["status"], refused["code"]) == (409, "stale")


def test_who_is_on_duty_is_called_and_answers(api: Api):
    plan(api, "communications_lead", COMMUNICATOR, SiteRole.ADMIN)
    incident = api.declare()

    people = api.get(f"incidents/{incident['id']}/people")
    assert [(call["account"], call["is_deputy"], call["answer"]) for call in people["calls"]] == [
        ("communicator@example.com", False, None),
        ("admin@example.com", True, None),
    ]
    assert people["lead"] == "communicator@example.com"
    assert api.deadlines(incident)[-1]["lead"] == "communicator@example.com"

    body = {"call": {"role": "communications_lead", "answer": "accepted"}}
    people = said(api.acting_as(COMMUNICATOR), incident, "calls", body)
    assert people["roles"] == {"communications_lead": "communicator@example.com"}
    assert people["calls"][0]["answered_at"] == wire(0)


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_the_lead_is_handed_over_by_offer(api: Api, clock, is_wrapped: bool):
    incident = api.declare(roles={"communications_lead": "admin@example.com"})
    offer = {"to": "communicator@example.com"}

    people = said(api, incident, "handover", {"handover": offer} if is_wrapped else offer)
    assert (people["lead"], people["handover"]["accept_by"]) == ("admin@example.com", wire(5))

    people = said(api.acting_as(COMMUNICATOR), incident, "handover/accept")
    assert (people["lead"], people["handover"]) == ("communicator@example.com", None)
    assert api.incident(incident)["roles"] == {"communications_lead": "communicator@example.com"}


def test_an_offer_is_declined_or_taken_back(api: Api):
    incident = api.declare(roles={"communications_lead": "admin@example.com"})
    offer = {"handover": {"to": "communicator@example.com"}}

    said(api, incident, "handover", offer)
    assert said(api.acting_as(COMMUNICATOR), incident, "handover/decline")["handover"] is None
    said(api, incident, "handover", offer)
    assert api.send("DELETE", f"incidents/{incident['id']}/handover").status_code == 204
    assert api.refused("POST", f"incidents/{incident['id']}/handover/accept")["status"] == 409


def test_an_offer_to_nobody_is_refused_at_its_field(api: Api):
    incident = api.declare(roles={"communications_lead": "admin@example.com"})

    for body in ({}, {"handover": {}}, {"to": ["x"]}, {"handover": {"to": None}}):
        refused = api.refused("POST", f"incidents/{incident['id']}/handover", json=body)
        assert (refused["status"], list(refused["fields"])) == (422, ["to"])


def test_i_have_it_is_kept_with_its_time(api: Api, clock):
    incident = api.declare(roles={"communications_lead": "admin@example.com"})
    clock.advance(minutes=3)

    assert said(api, incident, "acknowledge")["acknowledged_at"] == wire(3)
