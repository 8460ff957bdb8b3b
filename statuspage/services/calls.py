"""Calling people into an incident: whoever was on duty when it was detected."""

from collections.abc import Iterator
from datetime import datetime

from statuspage.domain.handover import Offer
from statuspage.domain.roles import IncidentRole
from statuspage.services.context import Context
from statuspage.services.rotas import on_duty
from statuspage.services.staff_messages import tell_person
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.incidents import IncidentRow
from statuspage.store.involvement import Answer, RoleCall, RoleTerm, calls_of, offers_of
from statuspage.store.reminders import MessageKind
from statuspage.store.rotas import all_rotas


def call_people(ctx: Context, row: IncidentRow, detected_at: datetime) -> list[RoleCall]:
    """Call who was on duty for each role when it was detected, and the lead's deputy; return the calls.

    Nobody is called for a role that somebody was given, and in a drill only those who take part.
    """
    ctx.session.flush()
    called = [
        RoleCall(
            incident_id=row.id,
            role=role,
            account_id=account_id,
            is_deputy=is_deputy,
            called_at=ctx.at_time_of(row).now,
        )
        for role, account_id, is_deputy in _due(ctx, row, detected_at)
    ]
    for call in called:
        ctx.session.add(call)
        tell_person(
            ctx,
            call.account_id,
            MessageKind.CALL,
            f"{row.public_id}:{call.role}",
            incident=row,
            details={"role": call.role.value, "is_deputy": call.is_deputy},
        )
    return called


def settle_role(
    ctx: Context, row: IncidentRow, role: IncidentRole, account: Account | None, before: int | None
) -> None:
    """Keep who has the role from now on, and settle what that settles: their call, and offers of the lead.

    `before` is who had it. Given to the same person again, the lead comes back from the commander.
    """
    now, key = ctx.at_time_of(row).now, account.id if account else None
    if key != before:
        ctx.session.add(RoleTerm(incident_id=row.id, role=role, account_id=key, from_at=now))
    for call in calls_of(ctx.session, row.id):
        if (call.role, call.account_id) == (role, key) and call.answer is not Answer.ACCEPTED:
            call.answer, call.answered_at = Answer.ACCEPTED, now
    if role is IncidentRole.COMMUNICATIONS_LEAD:
        for offer in offers_of(ctx.session, row.id):
            waits = Offer(offer.to_id, offer.offered_at, offer.accepted_at).is_pending(now)
            if offer.closed_at is None and (key != before or not waits):
                offer.closed_at = now


def _due(ctx: Context, row: IncidentRow, detected_at: datetime) -> Iterator[tuple[IncidentRole, int, bool]]:
    rotas, people = all_rotas(ctx.session), all_accounts(ctx.session)
    allowed = None if row.drill is None else {each.account_id for each in row.drill.participants}
    held = {holder.role: holder.account_id for holder in row.roles}
    for role in (role for role in IncidentRole if role in rotas):
        duty = on_duty(rotas[role], people, detected_at)
        if duty.person is not None and role not in held and (allowed is None or duty.person in allowed):
            yield role, duty.person, False
        deputy = duty.deputy if role is IncidentRole.COMMUNICATIONS_LEAD else None
        if deputy is not None and deputy != held.get(role) and (allowed is None or deputy in allowed):
            yield role, deputy, True
