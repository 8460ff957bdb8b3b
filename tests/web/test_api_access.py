"""Who may call what over the manage API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.web.api.endpoint import ENDPOINTS, Endpoint
from tests.factories import make_account, make_component, make_group, make_token, make_warning
from tests.fakes import NOON, FakeClock
from tests.web.callers import Api, Json
from tests.web.postmortem_desk import one_of_a_postmortem

VIEWER, RESPONDER, COMMUNICATOR, ADMIN = SiteRole
REFUSED = {(403, "forbidden"), (403, "commander_or_admin_only")}

# Beside the table of endpoints: the acts on an incident, each with who may do it.
ACTS = {
    "declare unannounced": (RESPONDER, lambda api: ("POST", "incidents", {"status": "detected"})),
    "announce at once": (COMMUNICATOR, lambda api: ("POST", "incidents", {})),
    "announce as over": (
        COMMUNICATOR,
        lambda api: ("POST", "incidents", {"status": "resolved", "restored_at": "2026-11-20T12:00:00Z"}),
    ),
    "backfill": (
        COMMUNICATOR,
        lambda api: ("POST", "incidents", {"backfilled": True, "backfill_date": "2026-01-02"}),
    ),
    "first notice": (COMMUNICATOR, lambda api: ("PATCH", _detected(api), {"status": "investigating"})),
    "facts before the first notice": (RESPONDER, lambda api: ("PATCH", _detected(api), {"name": "Other"})),
    "dismiss": (RESPONDER, lambda api: ("PATCH", _detected(api), {"status": "dismissed", "reason": "x"})),
    "delete": (RESPONDER, lambda api: ("DELETE", _detected(api), {})),
    "end internally": (ADMIN, lambda api: ("PATCH", _detected(api), {"status": "internal", "reason": "x"})),
    "revive": (RESPONDER, lambda api: ("PATCH", _dismissed(api), {"status": "detected", "reason": "x"})),
    "update": (COMMUNICATOR, lambda api: ("PATCH", _open(api), {"body": "More."})),
    "resolve": (COMMUNICATOR, lambda api: ("PATCH", _open(api), {"status": "resolved"})),
    "merge": (
        COMMUNICATOR,
        lambda api: ("PATCH", _open(api), {"merge_into": _open(api).removeprefix("incidents/")}),
    ),
    "reopen": (COMMUNICATOR, lambda api: ("PATCH", _resolved(api), {"status": "identified", "reopen": True})),
    "rename what is public": (COMMUNICATOR, lambda api: ("PATCH", _open(api), {"name": "Other"})),
    "note a restoration": (
        RESPONDER,
        lambda api: ("PATCH", _open(api), {"restored_at": "2026-11-20T12:00:00Z"}),
    ),
    "move a public restoration": (
        COMMUNICATOR,
        lambda api: ("PATCH", _resolved(api), {"restored_at": "2026-11-20T12:00:00Z"}),
    ),
    "hand out roles": (
        RESPONDER,
        lambda api: ("PATCH", _open(api), {"roles": {"scribe": "viewer@example.com"}}),
    ),
}


def _detected(api: Api) -> str:
    return f"incidents/{api.detect()['id']}"


def _dismissed(api: Api) -> str:
    incident = api.detect()
    api.change(incident, status="dismissed", reason="x")
    return f"incidents/{incident['id']}"


def _open(api: Api) -> str:
    return f"incidents/{api.declare()['id']}"


def _resolved(api: Api) -> str:
    incident = api.declare()
    api.change(incident, status="resolved")
    return f"incidents/{incident['id']}"


def test_each_act_is_open_to_its_role_and_closed_below(api: Api, nothing_changes):
    for act, (needed, prepare) in ACTS.items():
        method, path, fields = prepare(api)
        body = {"incident": {"name": "Requests fail", **fields} if method == "POST" else fields}
        with nothing_changes():
            for role in (each for each in SiteRole if not each.reaches(needed)):
                refused = api.acting_as(role).refused(method, path, json=body)
                assert (refused["status"], refused["code"]) in REFUSED, act
        assert api.acting_as(needed).send(method, path, json=body).status_code in {200, 201}, act


def test_the_commander_ends_an_incident_internally(api: Api):
    incident = api.detect(roles={"incident_commander": "responder@example.com"})
    ended = api.acting_as(RESPONDER).change(incident, status="internal", reason="No customer was affected.")

    assert ended["status"] == "internal"


@pytest.fixture
def ids(api: Api, session: Session) -> dict[str, Any]:
    """One of everything, by the names that the addresses have for it."""
    found = {
        "component_id": make_component(session).public_id,
        "group_id": make_group(session).public_id,
        "account_id": make_account(session, role=VIEWER).public_id,
        "token_id": make_token(session).public_id,
        "warning_id": make_warning(session).public_id,
    }
    session.commit()
    drill = api.declare(is_drill=True, status="detected")  # the real incident after it lets it stand still
    incident = api.declare()
    return {
        **found,
        "incident_id": incident["id"],
        "drill_id": drill["drill_id"],
        "scenario_id": _made(api, "POST", "drill_scenarios", {"scenario": {"title": "The cable is cut"}}),
        "update_id": incident["last_update_id"],
        "draft_id": _made(api, "PUT", f"incidents/{incident['id']}/draft", {"draft": {}}),
        "override_id": _override(api),
        "entry_id": _made(api, "POST", f"incidents/{incident['id']}/timeline", {"entry": {"body": "x"}}),
        "import_id": _made(api, "POST", "imports", {"import": {"incidents": []}}),
        "contact_id": _made(
            api.acting_as(VIEWER), "POST", "contacts", {"contact": {"label": "Mine", "url": "ntfy://a-topic"}}
        ),
        "template_id": api.get("incident_templates")[0]["id"],
        "page_id": api.page_id,
        "of_postmortem": (of_postmortem := one_of_a_postmortem(api)),
        "impact": "major",
        "item_id": of_postmortem["followed_id"],
    }


def _override(api: Api) -> str:
    api.send("PUT", "rota", json={"rota": {"role": "scribe"}})
    span = {"from_at": "2026-11-21T12:00:00Z", "to_at": "2026-11-22T12:00:00Z"}
    return _made(
        api,
        "POST",
        "rota/overrides",
        {"override": {"role": "scribe", "account": "responder@example.com", **span}},
    )


def _made(api: Api, method: str, path: str, body: Json) -> str:
    return str(api.send(method, path, json=body).get_json()["id"])


def _path(endpoint: Endpoint, ids: dict[str, Any]) -> str:
    path = f"/v1{endpoint.path}"
    own = ids["of_postmortem"] if "/postmortem/" in f"{path}/" else {}
    for name, value in {**ids, **own}.items():
        if name == "of_postmortem":
            continue
        path = path.replace(f"<{name}>", value)
    assert "<" not in path
    return path


def test_every_endpoint_is_closed_below_its_role_and_to_strangers(
    client: FlaskClient, api: Api, ids: dict[str, Any], nothing_changes: Callable[..., object]
):
    wrong = []
    with nothing_changes():
        for endpoint in ENDPOINTS:
            below = [role for role in SiteRole if not role.reaches(endpoint.needs)]
            for who, status in [*((role.value, 403) for role in below), ("nobody we know", 401), (None, 401)]:
                headers = {"Authorization": f"Bearer {who}"} if who else {}
                answer = client.open(_path(endpoint, ids), method=endpoint.method, headers=headers, json={})
                if answer.status_code != status or set(answer.get_json()) != {"error", "code", "fields"}:
                    wrong.append((endpoint.method, endpoint.path, who, answer.status_code))

    assert wrong == []


def test_every_endpoint_answers_its_role_with_and_without_json_at_the_end(
    client: FlaskClient, ids: dict[str, Any]
):
    for endpoint in ENDPOINTS:
        for suffix in ("", ".json"):
            answer = client.open(
                _path(endpoint, ids) + suffix,
                method=endpoint.method,
                headers={"Authorization": f"OAuth {endpoint.needs}"},
                json={"none of ours": {}},
            )
            expected = (
                {422} if endpoint.body else {200, 403, 404, 409} if endpoint.method == "DELETE" else {200}
            )

            if endpoint.may_be_bare and "/postmortem" in endpoint.path:
                expected |= {200, 201, 409}  # nothing need be said
            if "/draft" in endpoint.path and not endpoint.body:
                expected |= {404, 409}  # nobody but the admin has one, and nobody need approve it
            if "/handover/" in endpoint.path:
                expected |= {409}  # nobody was offered the lead
            if "/drill" in endpoint.path and endpoint.method == "POST" and not endpoint.body:
                expected |= {409}  # a real incident is open, it is over already, there are scenarios
            if endpoint.method == "DELETE" and "_id>" in endpoint.path:
                expected |= {204}
            assert answer.status_code in expected, (
                endpoint.method,
                endpoint.path + suffix,
                answer.text[:300],
            )


def test_both_words_for_a_token_are_understood(client: FlaskClient, api: Api):
    for header in ("Bearer admin", "OAuth admin", "oauth admin", "bearer  admin", 'OAuth "admin"'):
        assert client.get("/v1/pages", headers={"Authorization": header}).status_code == 200, header


def test_anything_else_is_nobody_we_know(client: FlaskClient, api: Api):
    for header in ("", "Bearer", "Basic YWRtaW46YWRtaW4=", "admin", "Bearer ½", "Bearer admin\xe9"):
        answer = client.get("/v1/pages", headers={"Authorization": header})
        assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthorized"), header


def test_a_token_reaches_no_further_than_its_owner(api: Api, session: Session):
    make_token(session, role=ADMIN, owner=make_account(session, role=VIEWER), secret="capped")
    session.commit()
    capped = Api(api._client, api.page_id, "capped")

    assert capped.get("incidents") == []
    assert capped.refused("POST", "components", json={"component": {"name": "x"}})["status"] == 403


def test_tokens_that_no_longer_hold_are_refused_in_the_error_shape(
    api: Api, session: Session, clock: FakeClock, nothing_changes
):
    make_token(session, secret="revoked", revoked_at=NOON)
    make_token(session, secret="orphan", owner=make_account(session, disabled_at=NOON))
    make_token(session, secret="short-lived", expires_at=NOON + timedelta(minutes=5))
    session.commit()
    assert Api(api._client, api.page_id, "short-lived").get("incidents") == []
    clock.advance(minutes=5)

    for secret in ("revoked", "orphan", "short-lived"):
        with nothing_changes():
            refused = Api(api._client, api.page_id, secret).refused(
                "POST", "incidents", json={"incident": {"name": "Requests fail"}}
            )
        assert (refused["status"], refused["code"]) == (401, "unauthorized")


def test_another_page_is_not_found(api: Api, client: FlaskClient):
    answer = client.get("/v1/pages/000000000000/incidents", headers={"Authorization": "Bearer admin"})

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
