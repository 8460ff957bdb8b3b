"""Accounts and tokens over the manage API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.store.records import IdempotencyKey
from tests.web.browsers import PASSWORD, Browser
from tests.web.callers import Api, wire

BERTA = {"email": "Berta@example.com", "name": "Berta", "role": "communicator", "team": "Networks"}


@pytest.fixture
def invite(api: Api) -> Callable[..., dict[str, Any]]:
    def send(**fields: Any) -> dict[str, Any]:
        answer = api.send("POST", "accounts", json={"account": {**BERTA, **fields}})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.get_json()
        return made

    return send


def path_of(link: str) -> str:
    assert link.startswith("https://status.example.com/login/")
    return link.removeprefix("https://status.example.com")


def test_who_is_invited_over_the_api_gets_in_by_the_link(api: Api, invite, client: FlaskClient):
    made = invite()
    assert (made["email"], made["state"], made["created_at"]) == ("berta@example.com", "invited", wire(0))

    visitor = Browser(client)
    visitor.get(path_of(made["link"]))
    assert visitor.post(path_of(made["link"]), {"password": PASSWORD}).status_code == 303

    shown = api.get(f"accounts/{made['id']}")
    assert (shown["state"], shown["last_seen_at"]) == ("active", wire(0))
    assert "link" not in shown
    assert made["id"] in {row["id"] for row in api.get("accounts")}


def test_an_account_is_changed_disabled_and_enabled(api: Api, invite):
    path = f"accounts/{invite()['id']}"

    def change(**fields: Any) -> dict[str, Any]:
        answer = api.send("PATCH", path, json={"account": fields})
        assert answer.status_code == 200, answer.text
        changed: dict[str, Any] = answer.get_json()
        return changed

    assert change(role="viewer")["team"] == "Networks"
    assert change(team=None)["team"] is None
    assert change(disabled=True)["state"] == "disabled"
    assert change(disabled=True)["disabled_at"] == wire(0)
    assert change(disabled=False, name="Bertha")["state"] == "invited"
    assert api.send("DELETE", path).status_code == 204
    assert api.get(path)["state"] == "disabled"
    assert api.refused("DELETE", path)["code"] == "already_disabled"


def test_a_program_does_not_shut_its_owner_out(api: Api, staff):
    path = f"accounts/{staff[SiteRole.ADMIN].public_id}"

    assert api.refused("DELETE", path)["code"] == "own_account"
    refused = api.refused("PATCH", path, json={"account": {"role": "viewer"}})
    assert (refused["status"], refused["fields"].keys()) == (409, {"role"})


def test_new_links_replace_older_ones(api: Api, invite, client: FlaskClient):
    made = invite()
    again = api.send("POST", f"accounts/{made['id']}/invitation").get_json()
    reset = api.send("POST", f"accounts/{made['id']}/password_reset").get_json()

    assert client.get(path_of(made["link"])).status_code == 404
    assert client.get(path_of(again["link"])).status_code == 200
    assert "/login/reset/" in reset["link"]
    assert client.get(path_of(reset["link"])).status_code == 200


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "admin@example.com"}, "email"),
        ({"name": ""}, "name"),
        ({"role": "god"}, "account.role"),
        ({"team": "x" * 300}, "team"),
    ],
)
def test_a_mistake_is_told_with_its_field(api: Api, fields: dict[str, str], name: str, nothing_changes):
    with nothing_changes():
        refused = api.refused("POST", "accounts", json={"account": {**BERTA, **fields}})

    assert refused["status"] in (409, 422)
    assert name.removeprefix("account.") in refused["fields"] or name in refused["fields"]


def test_a_token_is_made_used_listed_without_its_secret_and_revoked(api: Api, client: FlaskClient):
    answer = api.send(
        "POST", "tokens", json={"token": {"name": "Deploys", "role": "viewer", "expires_in_days": 1}}
    )
    made = answer.get_json()
    assert (answer.status_code, made["owner"]) == (201, "admin@example.com")
    assert made["expires_at"] == wire(24 * 60)
    program = Api(client, api.page_id, made["secret"])
    assert program.get("incidents") == []

    listed = {row["id"]: row for row in api.get("tokens")}
    assert listed[made["id"]] == {key: value for key, value in made.items() if key != "secret"}
    assert api.send("DELETE", f"tokens/{made['id']}").status_code == 204
    assert program.refused("GET", "incidents")["status"] == 401
    assert api.refused("DELETE", f"tokens/{made['id']}")["status"] == 404


def test_a_token_acts_for_a_named_owner_who_must_exist(api: Api):
    token = {"name": "x", "role": "admin", "owner": "viewer@example.com"}

    assert api.send("POST", "tokens", json={"token": token}).get_json()["owner"] == "viewer@example.com"
    refused = api.refused("POST", "tokens", json={"token": {**token, "owner": "nobody@example.com"}})
    assert refused["fields"].keys() == {"owner"}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("tokens", {"token": {"name": "x", "role": "viewer"}}, "secret"),
        ("accounts", {"account": BERTA}, "link"),
    ],
)
def test_a_request_sent_twice_is_done_once_and_its_secret_told_once(
    api: Api, session: Session, path: str, body: dict[str, Any], field: str
):
    first, second = (api.send("POST", path, {"Idempotency-Key": "k"}, json=body).get_json() for _ in range(2))

    assert first[field]
    assert second == {**first, field: None}
    assert first[field] not in session.query(IdempotencyKey).one().answer
