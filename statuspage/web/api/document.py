"""The OpenAPI document, generated from the endpoints and schemas that serve, and its readable form."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from jinja2 import Undefined
from pydantic import TypeAdapter

from statuspage import __version__
from statuspage.web.api.endpoint import ENDPOINTS, Endpoint, pattern_of
from statuspage.web.api.outputs import ConflictAnswer, ErrorAnswer, GateAnswer
from statuspage.web.api.queries import query_parameter
from statuspage.web.security import allow

_REFUSALS = {
    "400": "The request can't be read.",
    "401": "No token, or one that does not hold.",
    "403": "The token's role does not reach.",
    "404": "There is no such thing.",
    "409": "The wrong move at this time, or somebody was faster.",
    "413": "The body is larger than 1 MB.",
    "415": "Neither JSON nor a form.",
    "422": "A rule or a field refuses it.",
    "503": "The database does not answer; nothing was changed.",
}
_PLURALS = {"postmortem": "postmortems"}
_INCIDENT_TAGS = ("deadlines", "incident_updates", "incidents")
_REFUSALS_OF_GET = {"401", "403", "404", "422", "503"}
Schemas = dict[str, Any]


def register(blueprint: Blueprint) -> None:
    """Route the document and its readable form."""
    blueprint.add_url_rule("/openapi.json", "openapi", _openapi)
    blueprint.add_url_rule("/docs", "docs", _docs)
    blueprint.add_url_rule("/docs.css", "docs_style", _docs_style)


@allow("public")
def _openapi() -> Response:
    return jsonify(openapi())


@allow("public")
def _docs() -> Response:
    # A schema has what it needs and leaves out the rest; in the console's pages a missing value is a mistake.
    template = current_app.jinja_env.overlay(undefined=Undefined).get_template("api/docs.html")
    answer = Response(template.render(document=openapi(), tags=_by_tag(), refusals=_REFUSALS))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    return answer


@allow("public")
def _docs_style() -> Response:
    return Response(current_app.jinja_env.get_template("api/docs.css").render(), mimetype="text/css")


def _by_tag() -> dict[str, list[dict[str, Any]]]:
    """Return the operations under their tags, in the order of the table, the aliases under PUT left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in openapi()["paths"].items():
        for method, operation in operations.items():
            if method != "put" or not _is_alias(operations):
                has_put = method == "patch" and _is_alias(operations)
                shown = {**operation, "method": method.upper(), "path": path, "has_put": has_put}
                found.setdefault(operation["tags"][0], []).append(shown)
    return found


def _is_alias(operations: dict[str, Any]) -> bool:
    """Return whether PUT is there, for existing clients, and does what PATCH does."""
    patch, put = operations.get("patch"), operations.get("put")
    return patch is not None and put is not None and patch["summary"] == put["summary"]


@cache
def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of every endpoint."""
    schemas: dict[str, Any] = {}
    errors = {
        "409": _schema(ConflictAnswer, "serialization", schemas),
        "": _schema(ErrorAnswer, "serialization", schemas),
        "gate": _schema(GateAnswer, "serialization", schemas),
    }
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        path = "/v1" + re.sub(r"<(\w+)>", r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, errors, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Status page manage API",
            "version": __version__,
            "description": "Say what happens, when it happens, under the rules of incident communication.",
            "license": {"name": "MIT", "identifier": "MIT"},
            "contact": {"name": "The maintainers of your status page"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": f"Everything about {name}."} for name in _tags()],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of `statuspage token add`; `OAuth` works like `Bearer`.",
                }
            },
        },
    }


def _tags() -> list[str]:
    return sorted({_tag(endpoint) for endpoint in ENDPOINTS})


def _tag(endpoint: Endpoint) -> str:
    found = [
        name
        for name in (
            *("postmortem", "action_items", "learning"),
            *("compliance", "drills", "drill_scenarios", "rota", "contacts", "silence_warnings"),
            *_INCIDENT_TAGS,
            *("component-groups", "components"),
        )
        if f"/{name}" in endpoint.path
    ]
    return _PLURALS.get(found[0], found[0]) if found else "pages"


def _operation(endpoint: Endpoint, errors: Schemas, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(endpoint),
        "summary": endpoint.summary,
        "description": f"{(endpoint.view.__doc__ or '').strip()} Needs the role {endpoint.needs}.",
        "tags": [_tag(endpoint)],
        "parameters": _parameters(endpoint),
        "responses": {str(endpoint.status): _success(endpoint, schemas), **_refusals(endpoint, errors)},
    }
    if endpoint.body is not None:
        operation["requestBody"] = _request(endpoint, schemas)
    return operation


def _operation_id(endpoint: Endpoint) -> str:
    words = re.sub(r"[^a-z]+", "_", f"{endpoint.method} {endpoint.path}".lower()).strip("_")
    return words.replace("_pages_page_id", "") if words != "get_pages_page_id" else "get_page"


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^({pattern_of(name)})$"},
        }
        for name in re.findall(r"<(\w+)>", endpoint.path)
    ]
    found += [query_parameter(name) for name in endpoint.query]
    if endpoint.method in {"POST", "PATCH", "PUT"}:
        found.append(_header("Idempotency-Key", "The same key with the same request is done once.", 1))
    if endpoint.method in {"PATCH", "PUT"} and (seen := _seen_header(endpoint)):
        found.append(_header("If-Match", seen, 0))
    return found


def _seen_header(endpoint: Endpoint) -> str | None:
    if (
        "/postmortem" in endpoint.path
        and endpoint.body is not None
        and "last_revision" in endpoint.body.model_fields
    ):
        return "The `revision` that you have read, like `last_revision` in the body."
    if endpoint.wrapper.startswith(
        ("incident", "template", "scenario", "postmortem_template", "action_item")
    ):
        thing = next((each for each in ("incident",) if endpoint.wrapper.startswith(each)), "")
        thing = thing or endpoint.wrapper.replace("_", " ")
        return f"The {thing}'s `version` that you have seen; 409 if it moved on."
    return None


def _header(name: str, description: str, shortest: int) -> dict[str, Any]:
    schema = {"type": "string", "minLength": shortest, "maxLength": 255}
    return {"name": name, "in": "header", "schema": schema, "description": description}


def _success(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    description = HTTPStatus(endpoint.status).phrase
    if endpoint.answer is None:
        return {"description": description}
    schema = _schema(endpoint.answer, "serialization", schemas)
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _refusals(endpoint: Endpoint, errors: Schemas) -> dict[str, Any]:
    return {
        code: {
            "description": words,
            "content": {"application/json": {"schema": _error(endpoint, code, errors)}},
        }
        for code, words in _REFUSALS.items()
        if endpoint.method != "GET" or code in _REFUSALS_OF_GET
    }


def _error(endpoint: Endpoint, code: str, errors: Schemas) -> dict[str, Any]:
    is_at_the_gate = code == "422" and endpoint.path.endswith("/publish") and "/postmortem" in endpoint.path
    found: dict[str, Any] = errors["gate" if is_at_the_gate else code if code in errors else ""]
    return found


def _request(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    inner = _schema(endpoint.body, "validation", schemas)
    schema = {"type": "object", "properties": {endpoint.wrapper: inner}, "required": [endpoint.wrapper]}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _schema(kind: Any, mode: Any, schemas: Schemas) -> dict[str, Any]:
    """Return a reference to the schema of a type, adding it and what it needs to `schemas`."""
    schema = TypeAdapter(kind).json_schema(mode=mode, ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    if "title" in schema and schema.get("type") == "object":
        schemas[schema["title"]] = schema
        return {"$ref": f"#/components/schemas/{schema['title']}"}
    return schema
