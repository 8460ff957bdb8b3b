"""Doing without a postmortem, where the rules allow it (rule 7)."""

from statuspage.domain.errors import ConflictError, ForbiddenError, RuleError
from statuspage.domain.postmortem import may_be_waived
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.public_postmortem import note_promise
from statuspage.services.reasons import checked_reason
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, find_postmortem


def waive_postmortem(ctx: Context, postmortem: Postmortem, reason: str) -> None:
    """Owe it no more; by the incident's commander or a communicator. The report counts it apart.

    Raises `may_not_be_waived` where customers were affected, and `already_published`.
    """
    _require_entitled(ctx, postmortem.incident)
    reason = checked_reason(reason)
    row = postmortem.incident
    if not may_be_waived(incident_value(row), row.highest_impact):
        raise RuleError(
            "may_not_be_waived",
            "Only a false alarm, or an incident whose published impact never was more than none, can do "
            "without a postmortem.",
        )
    if postmortem.published_number is not None:
        raise ConflictError("already_published", "This postmortem is published; unpublish it first.")
    if postmortem.waived_at is not None:
        return
    postmortem.waived_at, postmortem.waived_by_id = ctx.now, ctx.actor.account_id
    postmortem.waived_reason = reason
    _record(ctx, row, "waive_postmortem", reason)
    note_promise(ctx, postmortem)


def revoke_waiver(ctx: Context, postmortem: Postmortem) -> None:
    """Owe it again, from the day that it was due."""
    _require_entitled(ctx, postmortem.incident)
    if postmortem.waived_at is None:
        return
    postmortem.waived_at = postmortem.waived_by_id = postmortem.waived_reason = None
    _record(ctx, postmortem.incident, "revoke_postmortem_waiver")
    note_promise(ctx, postmortem)


def end_lapsed_waiver(ctx: Context, row: IncidentRow) -> None:
    """Owe it again where customers have meanwhile been told of more than a waiver is possible for.

    It is part of the act that tells them, so it asks for no permission.
    """
    postmortem = find_postmortem(ctx.session, row)
    if postmortem is None or postmortem.waived_at is None:
        return
    if may_be_waived(incident_value(row), row.highest_impact):
        return
    postmortem.waived_at = postmortem.waived_by_id = postmortem.waived_reason = None
    _record(ctx, row, "revoke_postmortem_waiver", "Customers were told of an impact since then.")


def may_waive(ctx: Context, row: IncidentRow) -> bool:
    """Return whether whoever acts is the incident's commander, or a communicator."""
    if ctx.actor.role.reaches(SiteRole.COMMUNICATOR):
        return True
    return ctx.actor.role.reaches(SiteRole.RESPONDER) and any(
        holder.role is IncidentRole.INCIDENT_COMMANDER and holder.account_id == ctx.actor.account_id
        for holder in row.roles
    )


def _require_entitled(ctx: Context, row: IncidentRow) -> None:
    ctx.actor.require(SiteRole.RESPONDER)
    if not may_waive(ctx, row):
        raise ForbiddenError("forbidden", "Only the incident's commander or a communicator may decide this.")


def _record(ctx: Context, row: IncidentRow, verb: str, reason: str | None = None) -> None:
    audit(ctx, verb, row.public_id, **({"reason": reason} if reason else {}))
    ctx.session.flush()
