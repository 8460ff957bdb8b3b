"""The OpenAPI document says what the manage API really takes and answers."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from markupsafe import escape
from pydantic import BaseModel
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from statuspage.web.api.document import openapi
from statuspage.web.api.endpoint import ENDPOINTS, Endpoint
from statuspage.web.api.fields import Input, Output
from tests.contracts.conftest import Described
from tests.fakes import FakeClock
from tests.web.callers import Api
from tests.web.postmortem_desk import Desk

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CALM = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def description(described: Described) -> schemathesis.BaseSchema:
    """The description as a program reads it from the application."""
    return schemathesis.openapi.from_wsgi("/v1/openapi.json", described.app)


OPERATIONS = [pytest.param(each, id=f"{each.method} {each.path}") for each in ENDPOINTS]


def explore(
    description: schemathesis.BaseSchema, described: Described, endpoint: Endpoint, examples: int
) -> None:
    """Send what the description allows, then what it forbids, to things that exist."""
    operation = description[_path(endpoint)][endpoint.method]
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        # The very same examples in every ordinary run.
        how = settings(
            max_examples=examples, derandomize=True, deadline=None, suppress_health_check=CALM, database=None
        )

        @how
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Case) -> None:
            _send(case, described)

        send()


def _send(case: Case, described: Described) -> None:
    if case.method != "DELETE":  # what is gone could not be sent the next request
        ids = described.ids_for(case.path)
        case.path_parameters.update({name: ids[name] for name in case.path_parameters})
    headers = {"Authorization": f"Bearer {described.secret}"}
    case.validate_response(case.call(headers=headers), checks=CHECKS)


def _path(endpoint: Endpoint) -> str:
    return "/v1" + endpoint.path.replace("<", "{").replace(">", "}")


@pytest.mark.parametrize("endpoint", OPERATIONS)
def test_what_is_sent_by_the_description_is_answered_by_it(
    description: schemathesis.BaseSchema, described: Described, endpoint: Endpoint
):
    explore(description, described, endpoint, 4)


@pytest.mark.soak
@pytest.mark.parametrize("endpoint", OPERATIONS)
def test_whatever_is_sent_by_the_description_is_answered_by_it(
    description: schemathesis.BaseSchema, described: Described, endpoint: Endpoint
):
    explore(description, described, endpoint, 300)


def test_every_endpoint_is_described_and_nothing_else(client: FlaskClient):
    document = client.get("/v1/openapi.json").get_json()

    described = {(path, method) for path, operations in document["paths"].items() for method in operations}
    assert described == {(_path(endpoint), endpoint.method.lower()) for endpoint in ENDPOINTS}
    assert document["openapi"].startswith("3.1")


def test_every_operation_has_a_name_of_its_own():
    names = [one["operationId"] for operations in openapi()["paths"].values() for one in operations.values()]

    assert len(set(names)) == len(names)


def models_of(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Return every schema that is made from this one."""
    for model in base.__subclasses__():
        yield model
        yield from models_of(model)


def test_every_schema_has_a_name_of_its_own():
    models = {model for base in (Input, Output) for model in models_of(base)}

    names = [model.__name__ for model in models]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def differences(value: Any, name: str) -> list[str]:
    """Return where a value is not what the description calls by that name."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": openapi()["components"]}
    found = jsonschema_rs.Draft202012Validator(schema).iter_errors(value)
    return [f"{each.instance_path}: {each.message}" for each in found]


def test_a_lost_race_is_described(api: Api):
    incident = api.declare()
    refused = api.refused_change(incident, {"If-Match": "7"}, body="Mine.")
    del refused["status"]

    assert differences(refused, "ConflictAnswer") == []
    assert differences({**refused, "more": 1}, "ConflictAnswer") != []


def test_what_the_gate_and_a_lost_race_of_authors_say_is_described(api: Api, clock: FakeClock):
    desk = Desk.opened(api, clock)
    at_the_gate = desk.refused("PUT", "/publish")
    desk.write(sections={"summary": "Theirs."})
    lost = desk.refused("PATCH", "", sections={"summary": "Mine."}, last_revision=1)

    for refused, name in ((at_the_gate, "GateAnswer"), (lost, "ConflictAnswer")):
        assert len(refused.keys() - {"status", "error", "code", "fields"}) > 0
        del refused["status"]
        assert differences(refused, name) == []
    assert differences(desk.postmortem(), "PostmortemWithText") == []


def test_an_incident_in_each_state_is_described(api: Api, component: str):
    detected = api.detect(components={component: "major_outage"}, metadata={"a": [1]})
    announced = api.change(detected, status="identified")
    resolved = api.change(announced, status="resolved")
    backfilled = api.declare(backfilled=True, backfill_date="2026-01-02")

    for incident in (detected, announced, resolved, backfilled):
        assert differences(incident, "IncidentAnswer") == []


def test_the_readable_form_names_every_operation(client: FlaskClient):
    answer = client.get("/v1/docs")

    for endpoint in ENDPOINTS:
        assert escape(endpoint.summary) in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert "<script" not in answer.text
    assert client.get("/v1/docs.css").mimetype == "text/css"
