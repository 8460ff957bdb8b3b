"""Who holds the promise: the lead, and offers to hand it over (`cadence.md`, Handover)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ACCEPT_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Offer:
    """The lead is offered to somebody, who may accept. People are account keys."""

    to: int
    offered_at: datetime
    accepted_at: datetime | None = None

    def is_pending(self, at: datetime) -> bool:
        """Return whether it waits for an answer at that instant; at exactly five minutes it still does."""
        is_accepted = self.accepted_at is not None and self.accepted_at <= at
        return self.offered_at <= at <= self.offered_at + ACCEPT_WITHIN and not is_accepted


def holder(lead: int | None, commander: int | None, offers: Sequence[Offer], at: datetime) -> int | None:
    """Return who holds the promise at that instant; the report counts it for whoever held it when due.

    `lead` is whoever held it before the offers, oldest first. Until an offer is accepted, the one who made it
    holds on; after five minutes the promise goes to the commander, where there is one.
    """
    held = lead
    for offer in offers:
        if offer.offered_at > at:
            break
        if offer.accepted_at is not None and offer.accepted_at <= at:
            held = offer.to
        elif not offer.is_pending(at) and commander is not None:
            held = commander
    return held


def leads(lead: int | None, commander: int | None, offers: Sequence[Offer], at: datetime) -> tuple[int, ...]:
    """Return whom to remind as lead: the holder and, while an offer is pending, the one it was made to."""
    found = [holder(lead, commander, offers, at), *(offer.to for offer in offers if offer.is_pending(at))]
    return tuple(dict.fromkeys(person for person in found if person is not None))
