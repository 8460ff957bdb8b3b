"""People at an incident: who has which role, who was called and said what, and what each role needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import RuleError
from statuspage.domain.handover import ACCEPT_WITHIN
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.context import Context
from statuspage.services.involvement import (
    accept_handover,
    acknowledge,
    answer_call,
    decline_handover,
    holder_of,
    is_running,
    offer_handover,
    standing_offers,
    withdraw_handover,
)
from statuspage.services.people import acknowledged_at, active_accounts, leading_of
from statuspage.store.accounts import Account
from statuspage.store.drafts import EntryKind, TimelineEntry, entries_of_incident
from statuspage.store.incidents import IncidentRow
from statuspage.store.involvement import Answer, HandoverOffer, RoleCall, calls_of
from statuspage.web.console.acts import carry_out
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.facts import refused_at
from statuspage.web.security import allow

DECISIONS_SHOWN = 3
LEAD = IncidentRole.COMMUNICATIONS_LEAD


@dataclass(frozen=True, slots=True)
class Part:
    """One role: who has it, and the calls that matter while nobody does."""

    role: IncidentRole
    holder: Account | None
    calls: tuple[RoleCall, ...]

    @property
    def is_open(self) -> bool:
        """Return whether nobody has it and nobody's answer is awaited."""
        return self.holder is None and not any(call.answer is None for call in self.calls)


@dataclass(frozen=True, slots=True)
class Panel:
    """The people of an incident as whoever looks sees them.

    `lead` holds the promise now, be it by a handover that nobody accepted (`has_lapsed`). `mine` are the
    calls that wait for an answer of whoever looks.
    """

    parts: tuple[Part, ...]
    lead: Account | None
    acknowledged_at: datetime | None
    offer: HandoverOffer | None
    has_lapsed: bool
    mine: tuple[RoleCall, ...]
    is_mine_to_hand_over: bool

    @property
    def accept_by(self) -> datetime:
        """Return until when the offer can be accepted before the commander has it."""
        assert self.offer is not None
        return self.offer.offered_at + ACCEPT_WITHIN

    @property
    def is_taken(self) -> bool:
        """Return whether the lead is somebody's who said so, not only of who is called."""
        return self.has_lapsed or any(part.role is LEAD and part.holder for part in self.parts)

    def is_acknowledged(self, arose_at: datetime) -> bool:
        """Return whether the lead said “I have it” of something that arose then."""
        return self.acknowledged_at is not None and arose_at <= self.acknowledged_at


def panel_of(ctx: Context, row: IncidentRow) -> Panel | None:
    """Return the people of a running incident; None for one that is over."""
    if not is_running(row):
        return None
    ctx = ctx.at_time_of(row)
    calls, leading, accounts = (
        calls_of(ctx.session, row.id),
        leading_of(ctx, [row])[row.id],
        active_accounts(ctx),
    )
    held = {role: holder for role in IncidentRole if (holder := holder_of(row, role)) is not None}
    offers, me = standing_offers(ctx, row), ctx.actor.account_id
    lead = accounts.get(leading.leads[0]) if leading.leads else None
    return Panel(
        parts=tuple(
            Part(role, held.get(role), tuple(call for call in calls if call.role is role))
            for role in IncidentRole
        ),
        lead=lead,
        acknowledged_at=acknowledged_at(ctx, row),
        offer=offers[-1] if offers else None,
        # Where nobody commands, nobody has it in place of the old lead.
        has_lapsed=bool(offers)
        and leading.commander is not None
        and ctx.now > offers[-1].offered_at + ACCEPT_WITHIN,
        mine=tuple(
            call for call in calls if call.account_id == me and call.answer is None and call.role not in held
        ),
        is_mine_to_hand_over=lead is not None
        and (LEAD in held or bool(offers))
        and (me in {lead.id, leading.commander} or ctx.actor.role.reaches(SiteRole.ADMIN)),
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """What whoever looks needs for their roles; the technical lead's question stands apart."""

    roles: frozenset[IncidentRole]
    decisions: tuple[TimelineEntry, ...]
    unanswered: tuple[RoleCall, ...]
    successors: tuple[Account, ...]

    def has(self, role: str) -> bool:
        """Return whether whoever looks has that role, or is called for it."""
        return IncidentRole(role) in self.roles


def needs_of(ctx: Context, row: IncidentRow, panel: Panel | None) -> Needs | None:
    """Return what the roles of whoever looks need; None where nobody needs anything any more."""
    if panel is None:
        return None
    me, held = ctx.actor.account_id, {one.role: one.account_id for one in row.roles}
    roles = {role for role, account_id in held.items() if account_id == me} | {
        call.role for call in panel.mine
    }
    entries = entries_of_incident(ctx.session, row.id)
    return Needs(
        roles=frozenset(roles),
        decisions=tuple(one for one in entries if one.kind is EntryKind.DECISION)[:DECISIONS_SHOWN],
        unanswered=tuple(
            call for part in panel.parts if part.holder is None for call in part.calls if call.answer is None
        ),
        successors=tuple(
            account
            for account in active_accounts(ctx).values()
            if account.role.reaches(SiteRole.COMMUNICATOR) and account is not panel.lead
        ),
    )


@blueprint.post("/incidents/<incident_id>/acknowledge")
@allow(SiteRole.RESPONDER)
def say_acknowledged(incident_id: str) -> AnyResponse:
    """Say “I have it”."""
    return carry_out(incident_id, acknowledge, "You have it. The others see it.", refused_at(incident_id))


@blueprint.post("/incidents/<incident_id>/calls/<role>")
@allow(SiteRole.RESPONDER)
def say_called(incident_id: str, role: str) -> AnyResponse:
    """Take the role that one was called for, or say that one can't."""
    said = request.form.get("answer", "")
    accepts = said == Answer.ACCEPTED
    message = "You have it. The others see it." if accepts else "The others see that you can't."

    def act(ctx: Context, row: IncidentRow) -> Any:
        if role not in list(IncidentRole):
            raise RuleError("invalid", "There is no such role.", "role")
        if said not in list(Answer):
            raise RuleError("invalid", "Say whether you take it.", "role")
        return answer_call(ctx, row, IncidentRole(role), accepts=accepts)

    return carry_out(incident_id, act, message, refused_at(incident_id))


@blueprint.post("/incidents/<incident_id>/handover")
@allow(SiteRole.RESPONDER)
def say_handover(incident_id: str) -> AnyResponse:
    """Offer the lead to somebody."""
    return carry_out(
        incident_id,
        lambda ctx, row: offer_handover(ctx, row, request.form.get("to", "")),
        "The lead is offered. Until it is accepted, nothing changes.",
        refused_at(incident_id),
    )


_ANSWERS = {
    "accept": (accept_handover, "You lead now."),
    "decline": (decline_handover, "The old lead goes on."),
    "withdraw": (withdraw_handover, "The offer is taken back."),
}


@blueprint.post("/incidents/<incident_id>/handover/<any(accept,decline,withdraw):said>")
@allow(SiteRole.RESPONDER)
def answer_handover(incident_id: str, said: str) -> AnyResponse:
    """Accept or decline the lead, or take its offer back."""
    verb, message = _ANSWERS[said]
    return carry_out(incident_id, verb, message, refused_at(incident_id))
