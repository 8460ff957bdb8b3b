"""What load balancers and monitoring learn."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from statuspage.store.records import beat
from tests.conftest import MakeApp
from tests.fakes import FakeClock


@pytest.fixture
def without_database(environment: dict[str, str], make_app: MakeApp) -> FlaskClient:
    environment["STATUSPAGE_DATABASE_URL"] = "postgresql://nobody:geheim@127.0.0.1:9/nowhere"
    environment["STATUSPAGE_METRICS_TOKEN"] = "figures"
    return make_app(environment).test_client()


def test_a_process_that_answers_is_alive_whatever_the_database_does(without_database: FlaskClient):
    assert without_database.get("/healthz/live").json == {"status": "ok"}


def test_a_migrated_database_makes_ready(client: FlaskClient):
    answer = client.get("/healthz/ready")

    assert (answer.status_code, answer.json) == (200, {"status": "ok", "reasons": []})
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_database_the_answer_gives_a_reason_and_no_secret(without_database: FlaskClient):
    answer = without_database.get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "reasons": ["The database does not answer."]}


def test_a_database_that_was_not_migrated_is_not_ready(
    environment: dict[str, str], empty_database_url: str, make_app: MakeApp
):
    environment["STATUSPAGE_DATABASE_URL"] = empty_database_url
    client = make_app(environment).test_client()

    for path in ("/healthz/ready", "/healthz/worker"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "statuspage migrate" in answer.json["reasons"][0]


def test_a_worker_that_never_ran_is_missed(client: FlaskClient):
    answer = client.get("/healthz/worker")

    assert answer.status_code == 503
    assert "never run" in answer.json["reasons"][0]


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (60, 200), (61, 503), (-60, 200), (-61, 503)])
def test_a_worker_counts_as_dead_after_a_minute_without_heartbeat(
    client: FlaskClient, session: Session, clock: FakeClock, seconds: int, status: int
):
    beat(session, "worker", clock.now() - timedelta(seconds=seconds))
    session.commit()

    assert client.get("/healthz/worker").status_code == status


def test_without_a_token_there_are_no_figures(client: FlaskClient):
    assert client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404


class TestFigures:
    """With a token set."""

    @pytest.fixture
    def environment(self, environment: dict[str, str]) -> dict[str, str]:
        return {**environment, "STATUSPAGE_METRICS_TOKEN": "figures"}

    @pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", "Basic figures", "Bearer figureß"])
    def test_they_need_the_token(self, client: FlaskClient, header: str | None):
        answer = client.get("/metrics", headers={"Authorization": header} if header else {})

        assert answer.status_code == 401

    def test_they_tell_what_is_published_and_when_the_worker_was_seen(
        self, client: FlaskClient, session: Session, clock: FakeClock
    ):
        beat(session, "worker", clock.now() - timedelta(seconds=7))
        session.commit()

        answer = client.get("/metrics", headers={"Authorization": "Bearer figures"})

        lines = answer.text.splitlines()
        assert answer.content_type.startswith("text/plain; version=0.0.4")
        assert 'statuspage_incidents{state="investigating"} 0' in lines
        assert "statuspage_publication 0" in lines
        assert "statuspage_worker_heartbeat_age_seconds 7" in lines
        assert "statuspage_database_up 1" in lines

    def test_they_tell_that_the_database_is_away(self, without_database: FlaskClient):
        answer = without_database.get("/metrics", headers={"Authorization": "Bearer figures"})

        assert answer.status_code == 200
        assert "statuspage_database_up 0" in answer.text.splitlines()


def test_the_application_starts_without_touching_the_database(app: Flask):
    from statuspage.web.database import db

    with app.app_context():
        assert db.engine.pool.checkedout() == 0
        assert db.engine.pool.checkedin() == 0
