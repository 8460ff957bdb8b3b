"""The technical lead's question: what changed, what comes next? One line, typed on a phone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import NotFoundError
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.open_questions import (
    answer_question,
    next_question_at,
    question_now,
    technical_lead_of,
)
from statuspage.store.incidents import IncidentRow
from statuspage.store.involvement import OpenQuestion
from statuspage.web.console.acts import act_page, carry_out
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import Errors, Fields, fields_of
from statuspage.web.security import allow


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of whom. `is_mine` for the technical lead; `next_at` is when the next one comes."""

    question: OpenQuestion | None
    lead: str | None
    is_mine: bool
    next_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Return whether somebody should answer."""
        return self.question is not None and self.question.answered_at is None


def asked(ctx: Context, row: IncidentRow) -> Asked:
    """Return where the question for the next update stands."""
    lead = technical_lead_of(ctx, row)
    is_mine = lead is not None and lead.id == ctx.actor.account_id
    question = question_now(ctx, row)
    next_at = next_question_at(row) if question is None else None
    return Asked(question, lead.name if lead else None, is_mine, next_at)


@blueprint.route("/incidents/<incident_id>/question", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def question(incident_id: str) -> AnyResponse:
    """Show the question on a small screen, or take its answer."""

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        return act_page(
            incident_id, "question.html", "What changed, what comes next?", fields, errors, _starting
        )

    if request.method == "GET":
        return page()

    def act(ctx: Context, row: IncidentRow) -> None:
        answer_question(ctx.at_time_of(row), row, request.form.get("answer", ""))

    def again(fields: Fields, errors: Errors) -> Response:
        return page(fields, errors)

    try:
        return carry_out(incident_id, act, "Thank you. It stands in the draft of the update.", again)
    except NotFoundError as error:  # a notice went out while somebody was typing: what they typed stays
        if error.code != "not_asked":
            raise
        return page(fields_of(request.form), Errors({}, [(error.message, error.code)]))


def _starting(ctx: Context, row: IncidentRow) -> dict[str, Any]:
    return {"fields": {}, "asked": asked(ctx, row)}
