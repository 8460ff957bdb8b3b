"""Telling the commander that the lead is theirs, because nobody took it in time (`cadence.md`, Handover)."""

from collections.abc import Iterator

from sqlalchemy import select

from statuspage.domain.handover import Offer
from statuspage.services.context import Context
from statuspage.services.people import leading_of
from statuspage.services.staff_messages import message_key, tell_person
from statuspage.store.incidents import IncidentRow, incidents_under_way
from statuspage.store.involvement import HandoverOffer, offers_by_incident
from statuspage.store.reminders import MessageKind, StaffMessage

LAPSED = "lapsed"


def is_any_lead_to_hand_on(ctx: Context) -> bool:
    """Return whether `hand_leads_on` would tell anybody now; it only reads."""
    return any(_lapsed(ctx))


def hand_leads_on(ctx: Context) -> None:
    """Tell each commander to whom an offer that nobody accepted has given the lead, once for each offer."""
    for row, offer, commander in list(_lapsed(ctx)):
        details = {"offer": offer.public_id, LAPSED: True}
        tell_person(ctx, commander, MessageKind.HANDOVER, _subject(offer), incident=row, details=details)


def _lapsed(ctx: Context) -> Iterator[tuple[IncidentRow, HandoverOffer, int]]:
    rows = incidents_under_way(ctx.session)
    offers = offers_by_incident(ctx.session, [row.id for row in rows])
    for row in rows:
        offer = offers[row.id][-1] if offers[row.id] else None
        if offer is None or _waits(offer, ctx.at_time_of(row)):
            continue
        leading = leading_of(ctx, [row])[row.id]
        commander = leading.commander
        if commander is None or commander == offer.from_id or leading.leads != (commander,):
            continue
        if _takes_part(row, commander) and not _is_told(ctx, offer, commander):
            yield row, offer, commander


def _waits(offer: HandoverOffer, ctx: Context) -> bool:
    return Offer(offer.to_id, offer.offered_at, offer.accepted_at).is_pending(ctx.now)


def _takes_part(row: IncidentRow, account_id: int) -> bool:
    return row.drill is None or account_id in {each.account_id for each in row.drill.participants}


def _is_told(ctx: Context, offer: HandoverOffer, account_id: int) -> bool:
    key = message_key(MessageKind.HANDOVER, _subject(offer), account_id)
    return ctx.session.scalar(select(StaffMessage.id).where(StaffMessage.key == key)) is not None


def _subject(offer: HandoverOffer) -> str:
    return f"{offer.public_id}:{LAPSED}"
