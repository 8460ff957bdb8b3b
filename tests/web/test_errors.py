"""Errors in the words of their reader, and never a trace of our insides."""

import logging
from datetime import timedelta

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError

from statuspage.domain.errors import (
    ConflictError,
    ErrorKind,
    ForbiddenError,
    NotFoundError,
    RuleError,
    StaleError,
    ThrottledError,
    UnauthorizedError,
)
from statuspage.web.errors import STATUS
from statuspage.web.security import allow
from statuspage.web.sign_in import csrf


@pytest.fixture
def raising(app: Flask):
    """Register an address that raises what it is told to."""

    def register(error: Exception, path: str = "/v1/raise") -> FlaskClient:
        @allow("public")
        def view() -> str:
            raise error

        app.add_url_rule(path, f"raise-{path}", view)
        return app.test_client()

    return register


def test_every_kind_of_refusal_has_a_status():
    assert set(STATUS) == set(ErrorKind)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuleError("promise_out_of_window", "Choose 12:30 to 13:00.", "next_update_by"), 422),
        (ConflictError("wrong_move", "It is resolved.", "status"), 409),
        (UnauthorizedError("Who are you?"), 401),
        (ForbiddenError("forbidden", "Not you."), 403),
        (NotFoundError("not_found", "No such thing."), 404),
    ],
)
def test_a_refusal_is_a_sentence_a_code_and_the_field_it_belongs_beside(raising, error, status):
    answer = raising(error).get("/v1/raise")

    assert answer.status_code == status
    fields = {error.field: error.message} if error.field else {}
    assert answer.json == {"error": error.message, "code": error.code, "fields": fields}


def test_who_is_not_known_learns_how_to_say_who_they_are(raising):
    answer = raising(UnauthorizedError("Who are you?")).get("/v1/raise")

    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_lost_race_names_what_was_not_seen(raising):
    answer = raising(StaleError("Somebody was faster.", "k8x2m9q4w7zr")).get("/v1/raise")

    assert (answer.status_code, answer.json["code"]) == (409, "stale")
    assert answer.json["latest_update"]["id"] == "k8x2m9q4w7zr"


def test_two_writers_of_one_row_are_a_conflict(raising):
    answer = raising(StaleDataError("UPDATE … matched 0 rows")).get("/v1/raise")

    assert (answer.status_code, answer.json["code"]) == (409, "stale")
    assert "UPDATE" not in answer.text


def test_an_absent_database_is_said_so_with_when_to_try_again(raising):
    answer = raising(OperationalError("SELECT secret", {}, Exception("geheim"))).get("/v1/raise")

    assert (answer.status_code, answer.json["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"]
    assert "geheim" not in answer.text


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("geheim"), ProgrammingError("SELECT geheim", {}, Exception())]
)
def test_the_unexpected_shows_a_reference_that_the_log_has_and_nothing_else(raising, caplog, error):
    with caplog.at_level(logging.ERROR):
        answer = raising(error).get("/v1/raise")

    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "geheim" not in answer.text
    assert answer.json["reference"] in caplog.text
    assert type(error).__name__ in caplog.text


def test_unknown_addresses_and_methods_of_the_api_answer_in_json(client: FlaskClient):
    unknown, wrong_method = client.get("/v1/nothing/here"), client.delete("/healthz/live")

    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found")
    assert (wrong_method.status_code, wrong_method.json["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong_method.headers["Allow"]


def test_a_person_gets_a_sentence(raising):
    answer = raising(NotFoundError("not_found", "No such thing."), "/console/raise").get("/console/raise")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<p>No such thing.</p>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_part_of_a_page_gets_the_sentence_alone(raising):
    client = raising(NotFoundError("not_found", "No such thing."), "/console/raise")

    answer = client.get("/console/raise", headers={"HX-Request": "true"})

    assert (answer.mimetype, answer.text) == ("text/plain", "No such thing.\n")


@pytest.mark.parametrize("path", ["/v1/raise", "/console/raise"])
def test_who_tries_too_often_learns_when_to_come_back(raising, path: str):
    error = ThrottledError("Wait 2 minutes, then try again.", timedelta(seconds=61.2))

    answer = raising(error, path).get(path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "62")
    assert "Wait 2 minutes" in answer.text


@pytest.mark.parametrize(("length", "status"), [(1024 * 1024, 200), (1024 * 1024 + 1, 413)])
def test_a_body_of_more_than_a_megabyte_is_refused(app: Flask, length: int, status: int):
    @csrf.exempt
    @allow("public")
    def view() -> str:
        return str(len(request.get_data()))

    app.add_url_rule("/v1/take", "take", view, methods=["POST"])

    answer = app.test_client().post("/v1/take", data=b"x" * length)

    assert answer.status_code == status
