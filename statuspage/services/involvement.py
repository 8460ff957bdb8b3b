"""What people say about their part in an incident: "I take it", "I have it", "will you take over?"."""

from statuspage.domain.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RuleError,
    UnauthorizedError,
)
from statuspage.domain.handover import Offer
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.declare_incident import assign_roles
from statuspage.services.drill_time import acting_on, take_part
from statuspage.services.people import leading_of
from statuspage.services.staff_messages import tell_person
from statuspage.store.accounts import Account, find_account
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow
from statuspage.store.involvement import (
    Acknowledgement,
    Answer,
    HandoverOffer,
    RoleCall,
    calls_of,
    offers_of,
)
from statuspage.store.reminders import MessageKind

LEAD = IncidentRole.COMMUNICATIONS_LEAD


def answer_call(ctx: Context, row: IncidentRow, role: IncidentRole, *, accepts: bool) -> RoleCall:
    """Take the role that one was called for, or say that one can't; who can't may think better of it.

    Taking the lead says "I have it", too. Raises `not_called`, `role_taken` where somebody else has it by
    now, `call_accepted` for a second thought after taking it: that is a handover.
    """
    ctx, me = _myself_at(ctx, row)
    call = next(
        (one for one in calls_of(ctx.session, row.id) if (one.role, one.account_id) == (role, me.id)), None
    )
    if call is None:
        raise NotFoundError("not_called", "You were not called for this role.", "role")
    if accepts:
        taken_by = holder_of(row, role)
        if taken_by is not None and taken_by.id != me.id:
            raise ConflictError("role_taken", f"{taken_by.name} has this role by now.", "role")
        assign_roles(ctx, row, {role: me.email})
    elif call.answer is Answer.ACCEPTED:
        raise ConflictError(
            "call_accepted", "You took this role; hand it over, or give it to somebody.", "role"
        )
    call.answer = Answer.ACCEPTED if accepts else Answer.DECLINED
    call.answered_at = ctx.now
    if accepts and role is LEAD:
        _note_acknowledged(ctx, row, me)
    audit(ctx, "answer_call", row.public_id, role=role.value, accepted=accepts)
    return call


def acknowledge(ctx: Context, row: IncidentRow) -> Acknowledgement:
    """Say "I have it": it spares the others the reminders before what is due, never those after.

    Who was called for the lead has taken it with that, and so has whoever says it while nobody leads.
    """
    ctx, me = _myself_at(ctx, row)
    leading = leading_of(ctx, [row])[row.id].leads
    if holder_of(row, LEAD) is None and (not leading or me.id == leading[0]):
        assign_roles(ctx, row, {LEAD: me.email})
    audit(ctx, "acknowledge", row.public_id)
    return _note_acknowledged(ctx, row, me)


def offer_handover(ctx: Context, row: IncidentRow, email: str) -> HandoverOffer:
    """Offer the communications lead to somebody, by whoever leads, the commander or an admin.

    Until it is accepted the old lead holds the promise; an earlier offer that still waits is withdrawn.
    """
    ctx, me = _myself_at(ctx, row)
    leading = leading_of(ctx, [row])[row.id]
    holds = leading.leads[0] if leading.leads else None
    if me.id not in {holds, leading.commander} and not ctx.actor.role.reaches(SiteRole.ADMIN):
        raise ForbiddenError("not_your_lead", "Only who leads, the commander or an admin may hand it over.")
    to = _able_to_lead(ctx, email)
    if to.id == holds:
        raise RuleError("leads_already", f"{to.name} leads already.", "to")
    for earlier in standing_offers(ctx, row):
        if _is_pending(ctx, earlier):
            earlier.closed_at = ctx.now
    take_part(ctx, row, to)
    offer = HandoverOffer(
        public_id=new_public_id(),
        incident_id=row.id,
        from_id=holds,
        to_account=to,
        offered_by_id=me.id,
        offered_at=ctx.now,
    )
    ctx.session.add(offer)
    ctx.session.flush()
    details = {"offer": offer.public_id}
    tell_person(ctx, to.id, MessageKind.HANDOVER, offer.public_id, incident=row, details=details)
    audit(ctx, "offer_handover", row.public_id, to=to.name)
    return offer


def accept_handover(ctx: Context, row: IncidentRow) -> HandoverOffer:
    """Take over the lead that one was offered, be it late, which says "I have it", too."""
    ctx, me = _myself_at(ctx, row)
    offer = _offer_to(ctx, row, me)
    offer.accepted_at = ctx.now
    audit(ctx, "accept_handover", row.public_id)
    assign_roles(ctx, row, {LEAD: me.email})
    offer.closed_at = ctx.now
    _note_acknowledged(ctx, row, me)
    return offer


def decline_handover(ctx: Context, row: IncidentRow) -> HandoverOffer:
    """Say that one can't take over: the old lead goes on."""
    ctx, me = _myself_at(ctx, row)
    offer = _offer_to(ctx, row, me)
    _require_pending(ctx, row, offer)
    offer.closed_at = ctx.now
    audit(ctx, "decline_handover", row.public_id)
    return offer


def withdraw_handover(ctx: Context, row: IncidentRow) -> HandoverOffer:
    """Take the offer back, by whoever made it, the old lead, the commander or an admin."""
    ctx, me = _myself_at(ctx, row)
    offers = standing_offers(ctx, row)
    if not offers:
        raise ConflictError("no_offer", "No offer of the lead is waiting.")
    offer, commander = offers[-1], leading_of(ctx, [row])[row.id].commander
    may = {offer.offered_by_id, offer.from_id, commander}
    if me.id not in may and not ctx.actor.role.reaches(SiteRole.ADMIN):
        raise ForbiddenError("not_your_lead", "Only who made the offer, the commander or an admin may.")
    _require_pending(ctx, row, offer)
    offer.closed_at = ctx.now
    audit(ctx, "withdraw_handover", row.public_id)
    return offer


def standing_offers(ctx: Context, row: IncidentRow) -> list[HandoverOffer]:
    """Return the offers of the lead that nobody has answered or taken back, oldest first."""
    return [offer for offer in offers_of(ctx.session, row.id) if offer.closed_at is None]


def holder_of(row: IncidentRow, role: IncidentRole) -> Account | None:
    """Return who has the role and may act; whose account is disabled holds nothing up."""
    found = (one.account for one in row.roles if one.role is role and one.account.disabled_at is None)
    return next(found, None)


def is_running(row: IncidentRow) -> bool:
    """Return whether anybody has a part in it still; a drill may end before its incident does."""
    is_over = row.drill is not None and row.drill.ended_at is not None
    return not is_over and (row.status in OPEN_STATUSES or row.status is IncidentStatus.DETECTED)


def _myself_at(ctx: Context, row: IncidentRow) -> tuple[Context, Account]:
    """Return the act by the incident's own clock, and who acts; refuse where there is nothing left to do."""
    ctx.actor.require(SiteRole.RESPONDER)
    if ctx.actor.account_id is None:
        raise UnauthorizedError("Only a person can say this.")
    ctx = acting_on(ctx, row)
    if not is_running(row):
        raise ConflictError("incident_over", "This incident is over.")
    return ctx, ctx.session.get_one(Account, ctx.actor.account_id)


def _note_acknowledged(ctx: Context, row: IncidentRow, me: Account) -> Acknowledgement:
    said = Acknowledgement(incident_id=row.id, account_id=me.id, account=me, at=ctx.now)
    ctx.session.add(said)
    return said


def _able_to_lead(ctx: Context, email: str) -> Account:
    account = find_account(ctx.session, email)
    if account is None or account.disabled_at is not None:
        raise RuleError("unknown_account", f"There is no active account {email}.", "to")
    if not account.role.reaches(SiteRole.COMMUNICATOR):
        raise RuleError("cannot_lead", f"{account.name} may not publish, and could not keep a promise.", "to")
    return account


def _offer_to(ctx: Context, row: IncidentRow, me: Account) -> HandoverOffer:
    offers = [offer for offer in standing_offers(ctx, row) if offer.to_id == me.id]
    if not offers:
        raise ConflictError("no_offer", "No offer of the lead is waiting for you.")
    return offers[-1]


def _is_pending(ctx: Context, offer: HandoverOffer) -> bool:
    return Offer(offer.to_id, offer.offered_at, offer.accepted_at).is_pending(ctx.now)


def _require_pending(ctx: Context, row: IncidentRow, offer: HandoverOffer) -> None:
    if leading_of(ctx, [row])[row.id].commander is not None and not _is_pending(ctx, offer):
        sentence = "Nobody accepted within five minutes, so that the lead went to the commander."
        raise ConflictError("offer_lapsed", sentence)
