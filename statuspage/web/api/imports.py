"""Importing history: asked for here, taken in by a worker, its report read here."""

import json
from typing import Any

from flask import request

from statuspage.domain.errors import RuleError
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.imports import ask_import, left_out_count, report_of, the_import
from statuspage.store.imports import HistoryImport, ImportState, recent_imports
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Moment, Output, ShortText, WebAddress
from statuspage.web.api.lists import one_page_of

# As much as the web server lets through at all.
MOST_BYTES = 16 * 1024 * 1024
_LISTED = 100


class ImportCreate(Input):
    """A history: the address of an incidents.json, or its incidents themselves; components if need be."""

    address: WebAddress | None = None
    name: ShortText | None = None
    incidents: list[dict[str, Any]] | None = None
    components: list[dict[str, Any]] | None = None


class LeftOutAnswer(Output):
    """Something that was not taken, and why."""

    what: str
    why: str


class ImportAnswer(Output):
    """How far an import has come, and what it did. `left_out` names the first 1000 of them."""

    id: Id
    name: str
    state: ImportState
    done: int
    total: int
    incidents: int
    notices: int
    changed: int
    unchanged: int
    components: int
    left_out: list[LeftOutAnswer]
    left_out_count: int
    error: str | None
    asked_at: Moment
    ended_at: Moment | None


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page. All are for admins."""
    path, admin, answer = f"{page}/imports", SiteRole.ADMIN, ImportAnswer
    some: Any = list[ImportAnswer]
    return [
        Endpoint(
            "GET", path, admin, "List imports", some, list_imports, query=("page", "per_page", "limit")
        ),
        Endpoint("POST", path, admin, "Import history", answer, new_import, "import", ImportCreate, 201),
        Endpoint("GET", f"{path}/<import_id>", admin, "Get an import", answer, show_import),
    ]  # fmt: skip


def make_room(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a history be larger than all other bodies, before anything reads it."""
    if request.method == "POST" and request.path.removesuffix(".json").endswith("/imports"):
        request.max_content_length = MOST_BYTES


def list_imports(call: Call) -> list[ImportAnswer]:
    """Return the imports asked for last, newest first."""
    return [_answer(one) for one in one_page_of(recent_imports(call.session, _LISTED))]


def new_import(call: Call, body: ImportCreate) -> ImportAnswer:
    """Keep a history for the worker."""
    if (body.address is None) == (body.incidents is None):
        raise RuleError("invalid", "Send address or incidents, one of them.", "address")
    content = None if body.incidents is None else _packed("incidents", body.incidents)
    components = None if body.components is None else _packed("components", body.components)
    name = body.address or body.name or "sent over the API"
    return _answer(ask_import(call.ctx, name, content, components))


def show_import(call: Call, import_id: str) -> ImportAnswer:
    """Return one import."""
    return _answer(the_import(call.ctx, import_id))


def _packed(key: str, entries: list[dict[str, Any]]) -> bytes:
    return json.dumps({key: entries}).encode()


def _answer(found: HistoryImport) -> ImportAnswer:
    report = report_of(found)
    return ImportAnswer(
        id=found.public_id,
        name=found.name,
        state=found.state,
        done=found.done,
        total=found.total,
        incidents=report.incidents,
        notices=report.notices,
        changed=report.changed,
        unchanged=report.unchanged,
        components=report.components,
        left_out=[LeftOutAnswer(what=one.what, why=one.why) for one in report.left_out],
        left_out_count=left_out_count(found),
        error=found.error,
        asked_at=moment(found.asked_at),
        ended_at=moment(found.ended_at) if found.ended_at else None,
    )
