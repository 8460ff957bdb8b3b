"""Correcting and withdrawing a published notice: a revision, marked in public (rule 8)."""

from collections.abc import Mapping
from html import escape

from statuspage.domain.component import ComponentState
from statuspage.domain.errors import NotFoundError, RuleError
from statuspage.domain.incident import Incident
from statuspage.domain.placeholders import refuse_unfilled
from statuspage.domain.revisions import correct, find_notice, retract
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import WITHDRAWN, checked_line
from statuspage.services.audit import audit
from statuspage.services.commands import NOTHING_SEEN, Seen
from statuspage.services.component_states import checked_states
from statuspage.services.context import Context
from statuspage.services.drill_time import acting_on
from statuspage.services.incident_channel import post_to_channel
from statuspage.services.notice_text import NoticeText
from statuspage.services.publications import note_publication
from statuspage.services.publish_notice import check_seen
from statuspage.services.waive_postmortem import end_lapsed_waiver
from statuspage.store.incident_values import incident_value, states_field, store_value
from statuspage.store.incidents import IncidentRow, IncidentUpdate, NoticeRevision


def find_update(row: IncidentRow, update_id: str) -> IncidentUpdate:
    """Return the incident's notice of that public id; raise `not_found` where it has none."""
    for update in row.updates:
        if update.public_id == update_id:
            return update
    raise NotFoundError("not_found", "This incident has no such update.")


def correct_notice(
    ctx: Context,
    row: IncidentRow,
    update: IncidentUpdate,
    text: NoticeText | None,
    states: Mapping[str, ComponentState] | None,
    seen: Seen = NOTHING_SEEN,
) -> None:
    """Replace a notice's text or what it says of components; nothing else about it moves.

    A correction that changes nothing leaves no trace.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    ctx = acting_on(ctx, row)
    check_seen(row, seen, text)
    if text is not None:
        refuse_unfilled(text.body)
    before = incident_value(row)
    if states is not None:
        states = checked_states(ctx, states, already=find_notice(before, update.public_id).states)
    after = correct(before, update.public_id, text.body if text else None, states)
    if after == before:
        return
    corrected = find_notice(after, update.public_id)
    _keep_revision(ctx, update)
    if text is not None:
        update.body, update.html = text.body, text.html
    update.states = states_field(corrected.states)
    update.edited_at = ctx.now
    _store(ctx, row, update, after, "correct_notice")


def retract_notice(ctx: Context, row: IncidentRow, update: IncidentUpdate) -> None:
    """Take back a notice's text, leaving a tombstone; its status, claims and promise still stand."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    ctx = acting_on(ctx, row)
    after = retract(incident_value(row), update.public_id)
    _keep_revision(ctx, update)
    update.body, update.html = WITHDRAWN, f"<p>{escape(WITHDRAWN)}</p>"
    update.retracted_at = ctx.now
    _store(ctx, row, update, after, "retract_notice")


def explain_lateness(ctx: Context, row: IncidentRow, update: IncidentUpdate, reason: str) -> None:
    """Record why a notice came late, at any later time (rule 5)."""
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    if not update.late_by_minutes:
        raise RuleError("not_late", "This notice did not come late.", "late_reason")
    update.late_reason = checked_line(reason, "late_reason", 2000)
    audit(ctx, "explain_lateness", row.public_id, update=update.public_id, reason=reason)


def _keep_revision(ctx: Context, update: IncidentUpdate) -> None:
    update.revisions.append(
        NoticeRevision(
            ordinal=len(update.revisions),
            body=update.body,
            html=update.html,
            states=dict(update.states),
            replaced_at=ctx.now,
            replaced_by_id=ctx.actor.account_id,
        )
    )


def _store(ctx: Context, row: IncidentRow, update: IncidentUpdate, after: Incident, verb: str) -> None:
    update.updated_at = ctx.now
    store_value(ctx.session, row, after)
    end_lapsed_waiver(ctx, row)
    note_publication(ctx, verb, row, update)
    post_to_channel(ctx, row, update, "withdrawn" if update.retracted_at else "corrected")
    audit(ctx, verb, row.public_id, update=update.public_id, revision=len(update.revisions))
