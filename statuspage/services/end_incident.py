"""Ending an incident that was never announced, and reviving it."""

from statuspage.domain.incident import Incident
from statuspage.domain.milestones import dismiss, end_internally, revive
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.drill_time import acting_on, end_with_its_incident, pause_running_drills
from statuspage.store.incident_values import incident_value, store_value
from statuspage.store.incidents import IncidentRow


def dismiss_incident(ctx: Context, row: IncidentRow, reason: str | None) -> None:
    """End it because nothing was wrong."""
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    _store(ctx, row, dismiss(incident_value(row), reason), "dismiss_incident", reason)


def end_incident_internally(ctx: Context, row: IncidentRow, reason: str | None) -> None:
    """End it as real without affecting any customer; by the commander or an admin."""
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    value = end_internally(incident_value(row), reason, may_end=commands_or_administers(ctx, row))
    _store(ctx, row, value, "end_incident_internally", reason)


def revive_incident(ctx: Context, row: IncidentRow, reason: str | None) -> None:
    """Take it up again, with its first `detected_at`."""
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    _store(ctx, row, revive(incident_value(row), reason), "revive_incident", reason)
    pause_running_drills(ctx)


def commands_or_administers(ctx: Context, row: IncidentRow) -> bool:
    """Return whether the actor is the incident's commander or an admin."""
    if ctx.actor.role.reaches(SiteRole.ADMIN):
        return True
    return any(
        holder.role is IncidentRole.INCIDENT_COMMANDER and holder.account_id == ctx.actor.account_id
        for holder in row.roles
    )


def _store(ctx: Context, row: IncidentRow, value: Incident, verb: str, reason: str | None) -> None:
    row.ended_reason = reason
    row.updated_at = ctx.now
    store_value(ctx.session, row, value)
    audit(ctx, verb, row.public_id, reason=reason)
    end_with_its_incident(ctx, row)
