"""Publishing a notice: initial notice, update, resolution notice and reopening."""

from datetime import datetime

from statuspage.domain.default_texts import default_text
from statuspage.domain.errors import StaleError
from statuspage.domain.incident import Incident, IncidentStatus, NoticeKind, last_step
from statuspage.domain.notices import Draft, final_states, publish, reopen
from statuspage.domain.obligations import lateness_of
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.approvals import NOT_ASKED, Approval, approval_for, use_up_reviews
from statuspage.services.audit import audit
from statuspage.services.commands import NoticeCommand, Seen
from statuspage.services.component_states import checked_states, set_by_hand
from statuspage.services.context import Context
from statuspage.services.drill_time import acting_on, end_with_its_incident, pause_running_drills
from statuspage.services.incident_channel import post_to_channel
from statuspage.services.notice_text import NoticeText, plain_text
from statuspage.services.postmortem_clock import times_of
from statuspage.services.postmortems import create_postmortem
from statuspage.services.prepared_texts import Coming, ready_text, suggest
from statuspage.services.publications import month_of, note_publication
from statuspage.store.components import count_components, find_components
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import incident_value, new_update_row, store_value
from statuspage.store.incidents import IncidentRow, IncidentUpdate, states_from


def publish_notice(ctx: Context, row: IncidentRow, command: NoticeCommand) -> IncidentUpdate:
    """Publish the incident's next notice, whichever its state and the command make it (rules 2 to 6).

    Raises `approval_needed` where a second person is asked and the author may not go ahead alone (rule 11).
    """
    _require_role(ctx, command)
    ctx = acting_on(ctx, row)
    check_seen(row, command.seen, command.text)
    before = incident_value(row)
    coming = _coming(ctx, row, before, command)
    text = ready_text(ctx, row, _text(ctx, row, before, command, coming), coming)
    after = publish(before, _draft(ctx, row, before, command, text), ctx.now, ctx.page.limits)
    approval = NOT_ASKED if command.is_preview else approval_for(ctx, row, command.content)
    return store_notice(ctx, row, after, command, text, approval)


def reopen_incident(
    ctx: Context, row: IncidentRow, command: NoticeCommand, detected_at: datetime | None
) -> IncidentUpdate:
    """Begin the incident's next episode with a notice; `detected_at` is the episode's own, default now."""
    _require_role(ctx, command)
    ctx = acting_on(ctx, row)
    check_seen(row, command.seen, command.text)
    before = incident_value(row)
    status = command.status or IncidentStatus.INVESTIGATING
    coming = Coming(command.states, command.impact_override, detected_at=detected_at or ctx.now)
    text = (
        command.text
        or suggest(ctx, row, NoticeKind.REOPENING, status, row.impact, coming=coming)
        or plain_text(default_text(NoticeKind.REOPENING, status))
    )
    text = ready_text(ctx, row, text, coming)
    draft = _draft(ctx, row, before, command, text)
    after = reopen(
        before,
        draft,
        detected_at or ctx.now,
        ctx.now,
        ctx.page.limits,
        postmortem_at=times_of(ctx.session, row).public_since,
    )
    pause_running_drills(ctx)
    return store_notice(ctx, row, after, command, text)


def _require_role(ctx: Context, command: NoticeCommand) -> None:
    """Who may write drafts may see how they would look; to publish takes more."""
    ctx.actor.require(SiteRole.RESPONDER if command.is_preview else SiteRole.COMMUNICATOR)


def check_seen(row: IncidentRow, seen: Seen, own_text: NoticeText | None = None) -> None:
    """Raise `stale` when the incident has moved on from what the caller says it has seen (rule 15)."""
    latest = row.updates[-1] if row.updates else None
    latest_id = latest.public_id if latest else None
    has_missed_notice = seen.last_update_id is not None and seen.last_update_id != latest_id
    if has_missed_notice or (seen.version is not None and seen.version != row.version):
        raise StaleError(
            "Somebody else has changed this incident. Look at the latest notice, then publish yours.",
            latest_id,
            latest.body if latest else None,
            own_text.body if own_text else None,
        )


def store_notice(
    ctx: Context,
    row: IncidentRow,
    after: Incident,
    command: NoticeCommand,
    text: NoticeText,
    approval: Approval = NOT_ASKED,
) -> IncidentUpdate:
    """Write the newest notice of `after` and all that follows from it: claims, publication, audit."""
    notice = after.notices[-1]
    month = month_of(ctx, row.started_at)
    update = new_update_row(row, notice)
    update.html = text.html
    update.late_by_minutes = lateness_of(after, notice, ctx.page.limits)
    update.deliver_notifications = command.deliver_notifications
    update.author_id, update.token_id = ctx.actor.account_id, ctx.actor.token_id
    update.approved_by, update.is_unapproved = approval.approved_by, approval.is_unapproved
    use_up_reviews(ctx, row)
    store_value(ctx.session, row, after)
    if row.drill is None:
        _touch_components(ctx, after)
        _leave_final_states(ctx, after)
    note_publication(ctx, f"{notice.kind}_notice", row, update, {month})
    post_to_channel(ctx, row, update, "published")
    audit(
        ctx,
        f"publish_{notice.kind}_notice",
        row.public_id,
        update=update.public_id,
        status=notice.status,
        next_update_by=notice.promise.isoformat() if notice.promise else None,
        late_by_minutes=update.late_by_minutes,
        **approval.details,
    )
    end_with_its_incident(ctx, row)
    if after.status is IncidentStatus.RESOLVED and not after.merged_into:
        create_postmortem(ctx, row)
    return update


def restate_lateness(ctx: Context, row: IncidentRow, value: Incident) -> None:
    """Record anew how late each notice came, after a time that decides it has moved (rule 1)."""
    for update, notice in zip(row.updates, value.notices, strict=True):
        update.late_by_minutes = lateness_of(value, notice, ctx.page.limits)


def _draft(
    ctx: Context, row: IncidentRow, before: Incident, command: NoticeCommand, text: NoticeText
) -> Draft:
    states = command.states
    if states is None and not before.is_announced:
        states = states_from(row.suspected)
    if states is not None:
        states = checked_states(ctx, states, already=before.states)
    reason = command.late_reason
    return Draft(
        notice_id=new_public_id(),
        text=text.body,
        status=command.status,
        states=states,
        component_total=count_components(ctx.session),
        promise=command.promise,
        is_no_change=command.is_no_change,
        late_reason=checked_line(reason, "late_reason", 2000) if reason else None,
        restored_at=command.restored_at,
        mitigated_at=command.mitigated_at,
        is_false_alarm=command.is_false_alarm,
        permanent_fix=command.permanent_fix,
        impact_override=command.impact_override,
    )


def _coming(ctx: Context, row: IncidentRow, before: Incident, command: NoticeCommand) -> Coming:
    """Return what the notice brings, for the placeholders of its text."""
    is_end = (command.status or before.status) is IncidentStatus.RESOLVED and not command.is_false_alarm
    restored_at = command.restored_at or before.episode.restored_at
    return Coming(
        command.states,
        command.impact_override or row.impact,
        restored_at=restored_at or (ctx.now if is_end and before.is_announced else None),
    )


def _text(
    ctx: Context, row: IncidentRow, before: Incident, command: NoticeCommand, coming: Coming
) -> NoticeText:
    if command.text is not None:
        return command.text
    status = command.status or before.status
    kind = NoticeKind.UPDATE if before.is_announced else NoticeKind.INITIAL
    if not status.is_public:
        return NoticeText("", "")  # the rules refuse it in a moment, with their own words
    said = {"is_no_change": command.is_no_change, "is_false_alarm": command.is_false_alarm}
    is_end = status is IncidentStatus.RESOLVED and (before.is_announced or command.is_false_alarm)
    kept_as = NoticeKind.RESOLUTION if is_end else kind
    kept = suggest(ctx, row, kept_as, status, coming.impact, coming=coming, **said)
    return kept or plain_text(default_text(kind, status, **said))


def _touch_components(ctx: Context, after: Incident) -> None:
    step = last_step(after)
    for component in find_components(ctx.session, step.states if step else {}).values():
        component.updated_at = ctx.now


def _leave_final_states(ctx: Context, after: Incident) -> None:
    """A resolution withdraws the incident's claims; what a person confirmed otherwise stays, set by hand."""
    if after.status is not IncidentStatus.RESOLVED:
        return
    left = final_states(after)
    for public_id, component in find_components(ctx.session, left).items():
        set_by_hand(ctx, component, left[public_id], "confirmed with the resolution notice")
