"""What every call of the manage API has in common, from the request to the published page.

An endpoint says in one place who may call it, what it takes and what it answers; the route, the validation
and the OpenAPI document all follow from that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from statuspage.domain.errors import NotFoundError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services.commands import Seen
from statuspage.services.context import Context, reading, unit_of_work
from statuspage.services.notice_text import NoticeText, render_text
from statuspage.services.publish_notice import check_seen
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.web.api.answers import Answers
from statuspage.web.api.bodies import read_body
from statuspage.web.api.fields import Input
from statuspage.web.api.idempotency import remembered
from statuspage.web.api.refusals import refuse_invalid
from statuspage.web.database import db
from statuspage.web.publish import publish_now
from statuspage.web.security import adapters, allow, authenticate_request

View = Callable[..., Any]
_ID = "[a-z0-9]{12}"
# What stands in an address and is no id: a line drafted from a milestone is named after it,
# one from a change of a component after its instant.
_OTHERS = {
    "number": "[1-9][0-9]{0,5}",
    "line_id": "[A-Za-z0-9_:.+-]{1,120}",
    "impact": "none|minor|major|critical",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation: enough to route it, to validate it and to document it."""

    method: str
    path: str
    needs: SiteRole
    summary: str
    answer: Any
    view: View
    wrapper: str = ""
    body: type[Input] | None = None
    status: int = HTTPStatus.OK
    query: tuple[str, ...] = ()
    # The field of the answer that nobody is told twice, and that is not kept for a repeated request either.
    once: str = ""
    # Where the message comes from when not from the request: it is rendered before anything is locked.
    message: Callable[[dict[str, str]], str | None] | None = None
    # What is made of the request before anything is locked; the view gets it in place of the request.
    prepare: Callable[[Any], Any] | None = None
    # Whether the fields may also stand in the body by themselves, without their wrapper.
    may_be_bare: bool = False
    # What is read and made before anything is locked, from the ids in the address: `made` of the call.
    make: Callable[[dict[str, str]], Any] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, inside its transaction. `text` is the rendered message of the body, if it has one; `made`
    what the endpoint made before the transaction."""

    ctx: Context
    answers: Answers
    seen: Seen
    text: NoticeText | None = None
    made: Any = None

    @property
    def session(self) -> Session:
        """Return the session of the transaction."""
        return self.ctx.session

    def incident_as_seen(self, incident_id: str) -> IncidentRow:
        """Return the incident to act on; raise `stale` where it moved on from what the request has seen."""
        row = get_incident(self.session, incident_id)
        check_seen(row, self.seen, self.text)
        return row


ENDPOINTS: list[Endpoint] = []


def register(blueprint: Blueprint, endpoint: Endpoint) -> None:
    """Route an endpoint, with and without `.json` at the end of its path."""
    ENDPOINTS.append(endpoint)

    @allow(endpoint.needs)
    def view(**ids: str) -> Response:
        return _answer(endpoint, ids)

    name = f"{endpoint.method} {endpoint.path}".replace(".", "_")
    for suffix in ("", ".json"):
        blueprint.add_url_rule(
            endpoint.path + suffix, name + suffix.replace(".", "_"), view, methods=[endpoint.method]
        )


def _answer(endpoint: Endpoint, ids: dict[str, str]) -> Response:
    if endpoint.method == "GET":
        with reading(db.session(), adapters().clock, authenticate_request) as ctx:
            status, text = _run(endpoint, ctx, ids, None)
    else:
        status, text = _write(endpoint, ids)
    answer = Response(text, status=status, mimetype="application/json")
    if text == "":
        del answer.headers["Content-Type"]
    return answer


def _write(endpoint: Endpoint, ids: dict[str, str]) -> tuple[int, str]:
    wired = adapters()
    body = _body(endpoint)
    message = endpoint.message(ids) if endpoint.message else getattr(body, "body", None)
    text = None if message is None else render_text(wired.markdown, message)
    body = endpoint.prepare(body) if endpoint.prepare else body
    made = endpoint.make(ids) if endpoint.make else None
    with unit_of_work(db.session(), wired.clock, authenticate_request) as ctx:
        status, answer = remembered(ctx, lambda: _run(endpoint, ctx, ids, body, text, made), endpoint.once)
        published = ctx.page.publication
    # Not only after an act that publishes: this may repeat one that a crash kept from being built.
    if (wired.site.number or 0) < published:
        publish_now()
    return status, answer


def _run(
    endpoint: Endpoint,
    ctx: Context,
    ids: dict[str, str],
    body: Any,
    text: NoticeText | None = None,
    made: Any = None,
) -> tuple[int, str]:
    if ids.pop("page_id", ctx.page.public_id) != ctx.page.public_id:
        raise NotFoundError("not_found", "There is no such page.")
    _refuse_impossible(ids)
    call = Call(ctx, Answers(ctx, adapters().settings.base_url), _seen(body), text, made)
    result = endpoint.view(call, *([body] if body is not None else []), **ids)
    ctx.session.flush()
    return endpoint.status, _dump(result)


def pattern_of(name: str) -> str:
    """Return what may stand in an address at the place of that name."""
    return _OTHERS.get(name, _ID)


def _refuse_impossible(ids: dict[str, str]) -> None:
    for name, value in ids.items():
        if re.fullmatch(pattern_of(name), value) is None:
            more = "" if name in _OTHERS else ": an id has 12 characters of a-z and 0-9"
            raise NotFoundError("not_found", f"There is no such thing{more}.")


def _dump(result: Any) -> str:
    if result is None:
        return ""
    if isinstance(result, list):
        return "[" + ",".join(one.model_dump_json(by_alias=True) for one in result) + "]"
    assert isinstance(result, BaseModel)
    return result.model_dump_json(by_alias=True)


def _body(endpoint: Endpoint) -> Input | None:
    if endpoint.body is None:
        return None
    sent = read_body(request)
    if endpoint.wrapper not in sent and not endpoint.may_be_bare:
        raise RuleError("invalid", f"Wrap the fields in “{endpoint.wrapper}”.", endpoint.wrapper)
    try:
        return endpoint.body.model_validate(sent.get(endpoint.wrapper, sent))
    except ValidationError as error:
        refuse_invalid(error, endpoint.wrapper)


def _seen(body: Any) -> Seen:
    last_update_id = getattr(body, "last_update_id", None)
    tag = request.headers.get("If-Match", "").strip()
    if not tag or tag == "*":
        return Seen(None, last_update_id)
    number = tag.removeprefix("W/").strip('"')
    # A tag that we never gave is one that does not match.
    return Seen(int(number) if number.isdecimal() and len(number) < 18 else -1, last_update_id)
