"""Declaring an incident: recorded, not yet announced."""

from collections.abc import Mapping
from dataclasses import replace

from statuspage.domain.errors import RuleError
from statuspage.domain.milestones import open_incident
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.audit import audit
from statuspage.services.calls import call_people, settle_role
from statuspage.services.commands import Declaration
from statuspage.services.component_states import checked_states
from statuspage.services.context import Context
from statuspage.services.drill_time import acting_on, pause_running_drills, take_part
from statuspage.services.incident_channel import set_channel
from statuspage.services.prepared_texts import Coming, ready_title
from statuspage.store.accounts import Account, find_account
from statuspage.store.drills import Drill
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import states_field, store_value
from statuspage.store.incidents import IncidentRow, RoleRow, find_incident


def declare_incident(ctx: Context, declaration: Declaration, drill: Drill | None = None) -> IncidentRow:
    """Record a new incident as detected. The clock of its initial notice runs from `detected_at` (rule 1).

    With a `drill` it is only rehearsed; a real one pauses the drills that run.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    if drill is None:
        pause_running_drills(ctx)
    detected_at = declaration.detected_at or ctx.now
    value = replace(
        open_incident(detected_at, declaration.began_at, ctx.now),
        impact_override=declaration.impact_override,
    )
    states = checked_states(ctx, declaration.states or {})
    row = IncidentRow(
        public_id=new_public_id(),
        name=ready_title(ctx, None, declaration.name, Coming(states, declaration.impact_override)),
        runbook_url=declaration.runbook_url,
        suspected=states_field(states),
        extra=dict(declaration.extra),
        drill=drill,
        recurrence_of_id=_recurrence_key(ctx, declaration.recurrence_of),
        created_at=ctx.now,
        updated_at=ctx.now,
        episodes=[],
        updates=[],
        absorbed=[],
        roles=[],
    )
    set_channel(row, declaration.channel_url, declaration.channel_alert_url)
    ctx.session.add(row)
    store_value(ctx.session, row, value)
    assign_roles(ctx, row, declaration.roles)
    call_people(ctx, row, detected_at)
    audit(ctx, "declare_incident", row.public_id, detected_at=detected_at.isoformat())
    return row


def assign_roles(ctx: Context, row: IncidentRow, roles: Mapping[IncidentRole, str | None]) -> None:
    """Give the incident's roles to people by mail address; None takes one away.

    Whoever gets a role that they were called for has taken it; a lead given by hand ends every offer of it.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    for role, email in roles.items():
        before = next((holder.account_id for holder in row.roles if holder.role is role), None)
        row.roles = [holder for holder in row.roles if holder.role is not role]
        ctx.session.flush()
        account = _active_account(ctx, role, email)
        if account is not None:
            take_part(ctx, row, account)
            row.roles.append(RoleRow(role=role, account=account, account_id=account.id))
        settle_role(ctx, row, role, account, before)
    if roles:
        audit(ctx, "assign_roles", row.public_id, roles={role.value: email for role, email in roles.items()})


def _active_account(ctx: Context, role: IncidentRole, email: str | None) -> Account | None:
    if email is None:
        return None
    account = find_account(ctx.session, email)
    if account is None or account.disabled_at is not None:
        raise RuleError("unknown_account", f"There is no active account {email}.", f"roles.{role}")
    return account


def _recurrence_key(ctx: Context, public_id: str | None) -> int | None:
    if public_id is None:
        return None
    earlier = find_incident(ctx.session, public_id)
    if earlier is None or not earlier.status.is_public or earlier.drill is not None:
        raise RuleError("unknown_incident", "There is no such announced incident.", "recurrence_of")
    return earlier.id
