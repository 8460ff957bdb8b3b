"""Every refusal has the one shape, whatever its status."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from statuspage.web.api import endpoint as endpoints
from tests.web.callers import Api


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "incidents", {"data": b"{", "content_type": "application/json"}, 400, "bad_json"),
        ("GET", "incidents/000000000000", {}, 404, "not_found"),
        ("GET", "nothing/here", {}, 404, "not_found"),
        ("PUT", "incidents", {}, 405, "method_not_allowed"),
        (
            "POST",
            "incidents",
            {"data": b"x" * 1_100_000, "content_type": "application/json"},
            413,
            "too_large",
        ),
        ("POST", "incidents", {"data": b"x", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ("POST", "incidents", {"json": {"incident": {"name": ""}}}, 422, "blank"),
    ],
)
def test_a_refusal_is_a_sentence_a_code_and_fields(
    api: Api, method: str, path: str, body: dict[str, object], status: int, code: str
):
    answer = api.send(method, path, **body)

    error = answer.get_json()
    assert (answer.status_code, error["code"]) == (status, code)
    assert set(error) == {"error", "code", "fields"}
    assert error["error"].endswith((".", "?"))
    assert all(sentence for sentence in error["fields"].values())
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/json"


def test_a_refusal_for_want_of_a_token_says_which_scheme(client: FlaskClient):
    answer = client.get("/v1/pages")

    assert (answer.status_code, set(answer.get_json())) == (401, {"error", "code", "fields"})
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_mistake_of_ours_shows_a_reference_and_no_trace(
    api: Api, app: Flask, monkeypatch: pytest.MonkeyPatch, nothing_changes
):
    def stumble(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(endpoints, "_dump", stumble)
    with nothing_changes():
        answer = api.send("POST", "incidents", json={"incident": {"name": "Requests fail"}})

    assert answer.status_code == 500
    assert set(answer.get_json()) == {"error", "code", "fields", "reference"}
    assert "Traceback" not in answer.text
    assert "a secret detail" not in answer.text


def test_a_database_that_does_not_answer_is_tried_again_in_a_moment(
    api: Api, monkeypatch: pytest.MonkeyPatch, nothing_changes
):
    def stumble(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    monkeypatch.setattr(endpoints, "_dump", stumble)
    with nothing_changes():
        answer = api.send("POST", "incidents", json={"incident": {"name": "Requests fail"}})

    assert (answer.status_code, answer.get_json()["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"]
