"""Who is to be told of an incident: its roles, who was called from the rota, and the staff around it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from statuspage.domain.handover import Offer, leads
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.reminders import People
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.context import Context
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.incidents import IncidentRow
from statuspage.store.involvement import (
    Answer,
    HandoverOffer,
    RoleCall,
    acknowledgements_of,
    calls_by_incident,
    calls_of,
    offers_by_incident,
    offers_of,
)
from statuspage.store.postmortem_clock import owners_by_incident

Accounts = Mapping[int, Account]


@dataclass(frozen=True, slots=True)
class Leading:
    """Who leads an incident, by account key. `leads` are several while a handover is offered.

    `is_taken` says that the first of them took the lead or was given it, and is not only called.
    """

    lead: int | None
    commander: int | None
    leads: tuple[int, ...]
    is_taken: bool


def people_of(ctx: Context, row: IncidentRow) -> People:
    """Return who is what in the incident at `ctx.now`, disabled accounts left out.

    The lead is the person assigned, else the one on the rota when it was detected; a change of the rota never
    moves an open incident, because the calls are a copy of it.
    """
    accounts = active_accounts(ctx)
    calls = [call for call in calls_of(ctx.session, row.id) if call.account_id in accounts]
    offers = [offer for offer in offers_of(ctx.session, row.id) if offer.closed_at is None]
    leading = _leading(row, accounts, calls, offers, ctx.now)
    participants = None
    if row.drill is not None:
        participants = frozenset(each.account_id for each in row.drill.participants)
    return People(
        leads=leading.leads,
        deputy=_called(calls, IncidentRole.COMMUNICATIONS_LEAD, is_deputy=True),
        commander=leading.commander,
        owner=_owner(ctx, row, accounts) or leading.commander,
        communicators=_reaching(accounts.values(), SiteRole.COMMUNICATOR),
        admins=_reaching(accounts.values(), SiteRole.ADMIN),
        drill_participants=participants,
    )


def leading_of(ctx: Context, rows: Iterable[IncidentRow]) -> dict[int, Leading]:
    """Return who leads each of these incidents now, by the rules of `people_of`; each by its own clock."""
    rows = list(rows)
    if not rows:
        return {}
    accounts, keys = active_accounts(ctx), [row.id for row in rows]
    calls = calls_by_incident(ctx.session, keys)
    offers = offers_by_incident(ctx.session, keys)
    return {
        row.id: _leading(
            row,
            accounts,
            [call for call in calls[row.id] if call.account_id in accounts],
            offers[row.id],
            ctx.at_time_of(row).now,
        )
        for row in rows
    }


def postmortem_owners(ctx: Context, rows: Iterable[IncidentRow]) -> dict[int, int | None]:
    """Return who sees to the postmortem of each incident: who was given it, else who commands."""
    rows = list(rows)
    if not rows:
        return {}
    accounts, named = active_accounts(ctx), owners_by_incident(ctx.session, [row.id for row in rows])
    leading = leading_of(ctx, rows)
    return {
        row.id: key if (key := named.get(row.id)) in accounts else leading[row.id].commander for row in rows
    }


def active_accounts(ctx: Context) -> dict[int, Account]:
    """Return the accounts that may act, by key."""
    return {account.id: account for account in all_accounts(ctx.session) if not account.disabled_at}


def _owner(ctx: Context, row: IncidentRow, accounts: Accounts) -> int | None:
    if row.status is not IncidentStatus.RESOLVED:
        return None
    key = owners_by_incident(ctx.session, [row.id]).get(row.id)
    return key if key in accounts else None


def _leading(
    row: IncidentRow,
    accounts: Accounts,
    calls: list[RoleCall],
    offers: Sequence[HandoverOffer],
    now: datetime,
) -> Leading:
    assigned = {one.role: one.account_id for one in row.roles if one.account_id in accounts}
    commander = assigned.get(IncidentRole.INCIDENT_COMMANDER) or _called(
        calls, IncidentRole.INCIDENT_COMMANDER, is_deputy=False
    )
    lead = assigned.get(IncidentRole.COMMUNICATIONS_LEAD) or _called(
        calls, IncidentRole.COMMUNICATIONS_LEAD, is_deputy=False
    )
    made = [Offer(offer.to_id, offer.offered_at, offer.accepted_at) for offer in offers]
    found = tuple(key for key in leads(lead, commander, made, now) if key in accounts)
    return Leading(
        lead=lead,
        commander=commander,
        leads=found,
        is_taken=bool(found) and (IncidentRole.COMMUNICATIONS_LEAD in assigned or found[0] != lead),
    )


def acknowledged_at(ctx: Context, row: IncidentRow) -> datetime | None:
    """Return when one who leads the incident last said "I have it"; None where nobody did."""
    leading = people_of(ctx, row).leads
    for acknowledgement in acknowledgements_of(ctx.session, row.id):
        if not leading or acknowledgement.account_id in leading:
            return acknowledgement.at
    return None


def _called(calls: list[RoleCall], role: IncidentRole, *, is_deputy: bool) -> int | None:
    for call in calls:
        if call.role is role and call.is_deputy is is_deputy and call.answer is not Answer.DECLINED:
            return call.account_id
    return None


def _reaching(accounts: Iterable[Account], role: SiteRole) -> tuple[int, ...]:
    return tuple(account.id for account in accounts if account.role.reaches(role))
