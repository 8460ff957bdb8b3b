"""A notice that is out: corrected, withdrawn, or explained when it came late."""

import re
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from flask import Response, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.component import ComponentState
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.correct_notice import correct_notice, explain_lateness, find_update, retract_notice
from statuspage.store.components import find_components
from statuspage.store.incidents import IncidentRow, IncidentUpdate
from statuspage.web.console.acts import act_page, carry_out
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import rendered
from statuspage.web.console.composing import STATE_PREFIX, Errors, Fields, fields_of, states_of
from statuspage.web.security import allow

_ADDRESS = "/incidents/<incident_id>/notices/<update_id>"


@blueprint.route(f"{_ADDRESS}/correct", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def correct(incident_id: str, update_id: str) -> AnyResponse:
    """Correct what a notice says; customers see that it was edited."""

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        return act_page(
            incident_id,
            "correct.html",
            "Correct a notice",
            fields,
            errors,
            lambda ctx, row: _correction(ctx, find_update(row, update_id), fields),
        )

    if request.method == "GET":
        return page()
    fields = fields_of(request.form)
    if request.form.get("act") == "compare":
        return page(fields)
    try:
        text = rendered(fields)
        if text is None:
            raise RuleError(
                "blank", "Write a message; it is empty. To take it back, withdraw the notice.", "body"
            )
    except DomainError as error:
        return page(fields, Errors.of(error, fields))

    def act(ctx: Context, row: IncidentRow) -> None:
        update = find_update(row, update_id)
        correct_notice(ctx, row, update, text, _changed_states(update, fields))

    return carry_out(incident_id, act, "Corrected. Customers see that it was edited, and when.", page)


def _correction(ctx: Context, update: IncidentUpdate, typed: Fields | None) -> dict[str, Any]:
    components = find_components(ctx.session, update.states)
    start: dict[str, Any] = {"body": update.body}
    start |= {STATE_PREFIX + public_id: state for public_id, state in update.states.items()}
    return {
        "update": update,
        "components": sorted(components.values(), key=lambda component: component.position),
        "difference": difference(update.body, str(typed.get("body") or "")) if typed is not None else None,
        "fields": start,
    }


def _changed_states(update: IncidentUpdate, fields: Fields) -> dict[str, ComponentState] | None:
    stated = states_of({**fields, "status": ""})
    same = stated is None or {key: state.value for key, state in stated.items()} == dict(update.states)
    return None if same else stated


@blueprint.route(f"{_ADDRESS}/withdraw", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def withdraw(incident_id: str, update_id: str) -> AnyResponse:
    """Take back a notice's text; a line stays that says so."""

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        return act_page(
            incident_id,
            "withdraw.html",
            "Withdraw a notice",
            fields,
            errors,
            lambda _ctx, row: {"update": find_update(row, update_id)},
        )

    if request.method == "GET":
        return page()
    return carry_out(
        incident_id,
        lambda ctx, row: retract_notice(ctx, row, find_update(row, update_id)),
        "Withdrawn. In its place customers read “This update was withdrawn.”",
        page,
    )


@blueprint.route(f"{_ADDRESS}/late", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def lateness(incident_id: str, update_id: str) -> AnyResponse:
    """Say why a notice came late."""

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        def more(_ctx: Context, row: IncidentRow) -> dict[str, Any]:
            update = find_update(row, update_id)
            return {"update": update, "fields": {"late_reason": update.late_reason or ""}}

        return act_page(incident_id, "late.html", "Why it came late", fields, errors, more)

    if request.method == "GET":
        return page()

    def act(ctx: Context, row: IncidentRow) -> None:
        explain_lateness(ctx, row, find_update(row, update_id), request.form.get("late_reason", ""))

    return carry_out(incident_id, act, "The reason is on record.", page)


def difference(old: str, new: str) -> Markup:
    """Return the words taken out and put in, marked, within the text."""
    before, after = _words(old), _words(new)
    parts: list[Markup] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(escape("".join(before[a1:a2])))
            continue
        if a2 > a1:
            parts.append(Markup("<del>{}</del>").format("".join(before[a1:a2])))
        if b2 > b1:
            parts.append(Markup("<ins>{}</ins>").format("".join(after[b1:b2])))
    return Markup("").join(parts)


def _words(text: str) -> list[str]:
    """Return words and what stands between them; never so many that comparing them takes long."""
    found = re.findall(r"\s+|[^\s]+", text)
    if len(found) <= 4000:
        return found
    step = len(found) // 4000 + 1
    edges = [*range(0, len(found), step), len(found)]
    return ["".join(found[a:b]) for a, b in pairwise(edges)]
