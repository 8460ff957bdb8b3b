"""People in an incident: who was called and what they said, who has it, and handing over the lead."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.handover import ACCEPT_WITHIN
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.render.v2 import moment
from statuspage.services.involvement import (
    accept_handover,
    acknowledge,
    answer_call,
    decline_handover,
    offer_handover,
    standing_offers,
    withdraw_handover,
)
from statuspage.services.owed import lead_of
from statuspage.services.people import acknowledged_at
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.store.involvement import Answer, HandoverOffer, calls_of
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Moment, Output

Email = Annotated[str, Field(json_schema_extra={"maxLength": 254})]


class HandoverCreate(Input):
    """Whom to offer the lead; a mail address."""

    to: Email


class CallAnswerInput(Input):
    """What one says to being called for a role."""

    role: IncidentRole
    answer: Answer


class CalledAnswer(Output):
    """Somebody who was called; `answer` is null while they have not said anything."""

    role: IncidentRole
    account: str
    is_deputy: bool
    called_at: Moment
    answer: Answer | None
    answered_at: Moment | None


class OfferAnswer(Output):
    """An offer of the lead; after `accept_by` the commander has it until somebody takes it."""

    id: Id
    from_account: str | None
    to: str
    offered_at: Moment
    accept_by: Moment


class PeopleAnswer(Output):
    """Who has what. `lead` is who holds the promise now: assigned, from the rota, or by a handover."""

    incident_id: Id
    roles: dict[IncidentRole, str]
    lead: str | None
    acknowledged_at: Moment | None
    calls: list[CalledAnswer]
    handover: OfferAnswer | None


def endpoints(incident: str) -> list[Endpoint]:
    """Return the endpoints under the path of an incident."""
    responder, answer, handover = SiteRole.RESPONDER, PeopleAnswer, f"{incident}/handover"
    return [
        Endpoint(
            "GET", f"{incident}/people", SiteRole.VIEWER, "Who has what in an incident", answer, show_people
        ),
        Endpoint("POST", f"{incident}/acknowledge", responder, "Say “I have it”", answer, say_acknowledged),
        Endpoint(
            "POST", f"{incident}/calls", responder, "Answer being called", answer, say_called, "call",
            CallAnswerInput,
        ),
        Endpoint(
            "POST", handover, responder, "Offer the lead to somebody", answer, say_handover, "handover",
            HandoverCreate, 201, may_be_bare=True,
        ),
        Endpoint("POST", f"{handover}/accept", responder, "Take over the lead", answer, say_accepted),
        Endpoint("POST", f"{handover}/decline", responder, "Decline the lead", answer, say_declined),
        Endpoint(
            "DELETE", handover, responder, "Take the offer of the lead back", None, say_withdrawn, status=204
        ),
    ]  # fmt: skip


def show_people(call: Call, incident_id: str) -> PeopleAnswer:
    """Return who was called, who has which role, and what they said."""
    return _people(call, get_incident(call.session, incident_id))


def say_acknowledged(call: Call, incident_id: str) -> PeopleAnswer:
    """Say that one has it: the others are spared the reminders before what is due."""
    row = get_incident(call.session, incident_id)
    acknowledge(call.ctx, row)
    return _people(call, row)


def say_called(call: Call, body: CallAnswerInput, incident_id: str) -> PeopleAnswer:
    """Take the role one was called for, or say that one can't."""
    row = get_incident(call.session, incident_id)
    answer_call(call.ctx, row, body.role, accepts=body.answer is Answer.ACCEPTED)
    return _people(call, row)


def say_handover(call: Call, body: HandoverCreate, incident_id: str) -> PeopleAnswer:
    """Offer the lead; until it is accepted the old lead holds the promise."""
    row = get_incident(call.session, incident_id)
    offer_handover(call.ctx, row, body.to)
    return _people(call, row)


def say_accepted(call: Call, incident_id: str) -> PeopleAnswer:
    """Take over the lead that one was offered."""
    row = get_incident(call.session, incident_id)
    accept_handover(call.ctx, row)
    return _people(call, row)


def say_declined(call: Call, incident_id: str) -> PeopleAnswer:
    """Say that one can't take over."""
    row = get_incident(call.session, incident_id)
    decline_handover(call.ctx, row)
    return _people(call, row)


def say_withdrawn(call: Call, incident_id: str) -> None:
    """Take the offer back."""
    withdraw_handover(call.ctx, get_incident(call.session, incident_id))


def _people(call: Call, row: IncidentRow) -> PeopleAnswer:
    call.session.flush()
    ctx = call.ctx.at_time_of(row)
    lead, offers = lead_of(ctx, row), standing_offers(ctx, row)
    return PeopleAnswer(
        incident_id=row.public_id,
        roles={holder.role: holder.account.email for holder in row.roles},
        lead=lead.email if lead else None,
        acknowledged_at=moment(acknowledged_at(ctx, row)),
        calls=[
            CalledAnswer(
                role=one.role,
                account=one.account.email,
                is_deputy=one.is_deputy,
                called_at=_moment(one.called_at),
                answer=one.answer,
                answered_at=moment(one.answered_at),
            )
            for one in calls_of(call.session, row.id)
        ],
        handover=_offer(offers[-1]) if offers else None,
    )


def _offer(offer: HandoverOffer) -> OfferAnswer:
    return OfferAnswer(
        id=offer.public_id,
        from_account=_email(offer.from_account),
        to=offer.to_account.email,
        offered_at=_moment(offer.offered_at),
        accept_by=_moment(offer.offered_at + ACCEPT_WITHIN),
    )


def _email(account: Account | None) -> str | None:
    return account.email if account else None


def _moment(at: Any) -> str:
    return moment(at) or ""
