"""Deny by default: who may call what."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.web.security import adapters, allow
from tests.conftest import MakeApp
from tests.factories import make_account, make_token
from tests.fakes import FakeClock


@pytest.fixture
def guarded(app: Flask) -> FlaskClient:
    """An address for communicators, and one that does not say for whom it is."""

    @allow(SiteRole.COMMUNICATOR)
    def for_communicators() -> str:
        return "come in"

    app.add_url_rule("/v1/guarded", "guarded", for_communicators)
    app.add_url_rule("/v1/silent", "silent", lambda: "open")
    return app.test_client()


def ask(client: FlaskClient, header: str | None = None) -> int:
    return client.get("/v1/guarded", headers={"Authorization": header} if header else {}).status_code


def test_an_address_that_says_nothing_is_closed_to_everybody(guarded: FlaskClient, session: Session):
    make_token(session, secret="s")
    session.commit()

    assert guarded.get("/v1/silent").status_code == 403
    assert guarded.get("/v1/silent", headers={"Authorization": "Bearer s"}).status_code == 403


@pytest.mark.parametrize("header", ["Bearer s", "OAuth s", "oauth  s ", 'bearer "s"'])
def test_a_token_opens_in_the_ways_that_clients_send_it(guarded: FlaskClient, session: Session, header: str):
    make_token(session, role=SiteRole.COMMUNICATOR, secret="s")
    session.commit()

    assert ask(guarded, header) == 200


@pytest.mark.parametrize(
    "header", [None, "", "s", "Bearer", "Bearer ", "Basic s", "Bearer other", "Bearer s t"]
)
def test_nobody_is_let_in_without_a_token_that_holds(
    guarded: FlaskClient, session: Session, header: str | None
):
    make_token(session, role=SiteRole.ADMIN, secret="s")
    session.commit()

    assert ask(guarded, header) == 401


@pytest.mark.parametrize(
    ("role", "status"),
    [(SiteRole.VIEWER, 403), (SiteRole.RESPONDER, 403), (SiteRole.COMMUNICATOR, 200), (SiteRole.ADMIN, 200)],
)
def test_each_role_may_do_what_those_before_it_may(
    guarded: FlaskClient, session: Session, role: SiteRole, status: int
):
    make_token(session, role=role, secret="s")
    session.commit()

    assert ask(guarded, "Bearer s") == status


def test_a_token_stops_working_when_it_expires_or_its_owner_leaves(
    guarded: FlaskClient, session: Session, clock: FakeClock
):
    owner = make_account(session)
    make_token(session, owner=owner, secret="short", expires_at=clock.now() + timedelta(hours=1))
    make_token(session, owner=owner, secret="long")
    session.commit()

    assert (ask(guarded, "Bearer short"), ask(guarded, "Bearer long")) == (200, 200)
    clock.advance(hours=1)
    assert (ask(guarded, "Bearer short"), ask(guarded, "Bearer long")) == (401, 200)
    owner.disabled_at = clock.now()
    session.commit()
    assert ask(guarded, "Bearer long") == 401


def test_answers_are_neither_cached_nor_framed_nor_guessed_at(client: FlaskClient):
    headers = client.get("/v1/nothing").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("proxies", "client_address"), [("0", "127.0.0.1"), ("1", "203.0.113.9"), ("2", "198.51.100.7")]
)
def test_a_forwarded_address_is_believed_from_as_many_proxies_as_there_are(
    environment: dict[str, str], make_app: MakeApp, proxies: str, client_address: str
):
    from flask import request

    app = make_app({**environment, "STATUSPAGE_TRUSTED_PROXIES": proxies})

    @allow("public")
    def view() -> str:
        return str(request.remote_addr)

    app.add_url_rule("/v1/whence", "whence", view)

    answer = app.test_client().get("/v1/whence", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})

    assert answer.text == client_address


def test_a_test_may_bring_its_own_clock(app: Flask, clock: FakeClock):
    with app.app_context():
        assert adapters().clock is clock
