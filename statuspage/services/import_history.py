"""Importing history: incidents of the past, with their own ids, times and texts, once and for all.

They are backfills: nobody is notified, nothing is owed. Importing the same file again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.errors import DomainError
from statuspage.domain.incident import Episode, Incident, IncidentStatus, Notice, NoticeKind
from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.import_components import Imported, import_components
from statuspage.services.import_source import LeftOut, Source, SourceIncident, SourceUpdate
from statuspage.services.notice_text import plain_text
from statuspage.services.ports import MarkdownRenderer
from statuspage.services.public_ids import public_id_for
from statuspage.services.publications import note_everything_changed
from statuspage.store.incident_values import new_update_row, store_value
from statuspage.store.incidents import IncidentRow, find_incident, find_updates, link_components

_STATUSES: Mapping[str, IncidentStatus] = {
    "investigating": IncidentStatus.INVESTIGATING,
    "identified": IncidentStatus.IDENTIFIED,
    "monitoring": IncidentStatus.MONITORING,
    "resolved": IncidentStatus.RESOLVED,
    # Published with the incident over: its text belongs to history like any other.
    "postmortem": IncidentStatus.RESOLVED,
}
_ENDED = {"resolved", "postmortem"}
_IMPACTS: Mapping[str, Impact] = {impact.value: impact for impact in Impact}
_STATES: Mapping[str | None, ComponentState] = {state.value: state for state in ComponentState}


@dataclass(slots=True)
class Report:
    """What an import did. `changed` counts incidents whose history had grown at the source since."""

    incidents: int = 0
    notices: int = 0
    changed: int = 0
    unchanged: int = 0
    components: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source whose texts are rendered, so that the transaction has no slow work left."""

    source: Source
    html: Mapping[str, str]


def prepare(source: Source, renderer: MarkdownRenderer) -> Prepared:
    """Render every text of the source, in batches; one that is too complex stays plain text."""
    texts = list(
        dict.fromkeys(update.body for incident in source.incidents for update in incident.incident_updates)
    )
    html = {}
    for text, result in zip(texts, renderer.render_many(texts), strict=True):
        html[text] = plain_text(text).html if isinstance(result, DomainError) else result
    return Prepared(source, html)


def import_history(ctx: Context, prepared: Prepared) -> Report:
    """Add the source's ended incidents to history; report what was left out and why."""
    report = import_part(ctx, prepared)
    note_import(ctx, report)
    return report


def import_part(ctx: Context, prepared: Prepared) -> Report:
    """Do the same for a part of a history, whose end `note_import` has to follow."""
    ctx.actor.require(SiteRole.ADMIN)
    report = Report(left_out=list(prepared.source.unreadable))
    components = import_components(ctx, prepared.source)
    report.components = components.added
    for incident in prepared.source.incidents:
        reason = _unsuitable(incident, ctx.now)
        if reason:
            report.left_out.append(LeftOut(f"incident {incident.id}", reason))
        else:
            _import_incident(ctx, incident, prepared.html, components, report)
    return report


def note_import(ctx: Context, report: Report) -> None:
    """Have every page built anew where anything was imported, and write it into the record."""
    if report.incidents or report.changed or report.components:
        note_everything_changed(ctx, "import")
        audit(ctx, "import_history", ctx.page.public_id, incidents=report.incidents, notices=report.notices)


def _unsuitable(incident: SourceIncident, now: datetime) -> str | None:
    if incident.is_maintenance:
        return "maintenance: this version keeps incidents only"
    if incident.status not in _ENDED:
        return f"still open ({incident.status}): declare it here instead"
    if not incident.incident_updates:
        return "it has no notice"
    if _latest(incident) > now:
        return "it ends in the future"
    unknown = {update.status for update in incident.incident_updates} - _STATUSES.keys()
    return f"unknown status {', '.join(sorted(unknown))}" if unknown else None


def _latest(incident: SourceIncident) -> datetime:
    """Return the last instant that the pages would show of it."""
    notices = incident.incident_updates
    told = [instant for each in notices for instant in (each.created_at, each.display_at) if instant]
    milestones = (incident.created_at, incident.started_at, incident.resolved_at)
    return max(told + [instant for instant in milestones if instant])


def _import_incident(
    ctx: Context,
    incident: SourceIncident,
    html: Mapping[str, str],
    components: Imported,
    report: Report,
) -> None:
    row = find_incident(ctx.session, public_id_for(incident.id))
    value = _value(incident, components)
    if row is not None and _is_same(row, incident, value):
        report.unchanged += 1
        return
    refusal = _refusal(ctx, row, value)
    if refusal:
        report.left_out.append(LeftOut(f"incident {incident.id}", refusal))
        return
    if row is None:
        row = _new_row(public_id_for(incident.id))
        ctx.session.add(row)
        report.incidents += 1
    else:
        row.updates.clear()
        flag_modified(row, "updated_at")  # its notices change, and with them its version
        ctx.session.flush()
        report.changed += 1
    _fill(row, incident, value, html)
    store_value(ctx.session, row, value)
    # A group's row has no key: what an incident touches are components.
    keys = [components.keys[one.id] for one in incident.components if one.id in components.keys]
    link_components(ctx.session, row, keys)
    report.notices += len(value.notices)


def _new_row(public_id: str) -> IncidentRow:
    return IncidentRow(public_id=public_id, is_backfill=True, episodes=[], updates=[], absorbed=[], roles=[])


def _refusal(ctx: Context, row: IncidentRow | None, value: Incident) -> str | None:
    if row is not None and not row.is_backfill:
        return "an incident declared here has that id"
    if row is not None and any(update.edited_at or update.retracted_at for update in row.updates):
        return "its notices were corrected here since the last import"
    for other in find_updates(ctx.session, [notice.id for notice in value.notices]):
        if row is None or other.incident_id != row.id:
            return f"another incident has a notice with the id {other.public_id}"
    return None


def _is_same(row: IncidentRow, incident: SourceIncident, value: Incident) -> bool:
    theirs = [(notice.id, notice.status, notice.text, notice.published_at) for notice in value.notices]
    ours = [(update.public_id, update.status, update.body, update.published_at) for update in row.updates]
    return theirs == ours and row.name == incident.name and row.impact is value.impact


def _fill(row: IncidentRow, incident: SourceIncident, value: Incident, html: Mapping[str, str]) -> None:
    row.name = incident.name
    row.created_at = incident.created_at
    row.updated_at = incident.updated_at or value.notices[-1].published_at
    for notice, update in zip(value.notices, _oldest_first(incident), strict=True):
        new = new_update_row(row, notice)
        new.html = html[update.body]
        new.updated_at = update.updated_at or update.created_at
        new.display_at = update.display_at
        new.deliver_notifications = False


def _value(incident: SourceIncident, components: Imported) -> Incident:
    updates = _oldest_first(incident)
    started_at = min(incident.started_at or incident.created_at, updates[0].created_at)
    ends = [update.created_at for update in updates if update.status in _ENDED]
    resolved_at = incident.resolved_at or (ends[0] if ends else updates[-1].created_at)
    restored_at = max(resolved_at, started_at)
    return Incident(
        status=IncidentStatus.RESOLVED,
        episodes=(
            Episode(
                detected_at=started_at,
                recorded_at=started_at,
                announced_at=updates[0].created_at,
                restored_at=restored_at,
                restored_known_at=restored_at,
                resolved_at=restored_at,
            ),
        ),
        notices=tuple(_notice(number, update, components) for number, update in enumerate(updates)),
        impact_override=_IMPACTS.get(incident.impact or "", Impact.NONE),
        is_backfill=True,
    )


def _oldest_first(incident: SourceIncident) -> Sequence[SourceUpdate]:
    """The source lists newest first; its order decides between equal times."""
    updates = list(reversed(incident.incident_updates))
    return sorted(updates, key=lambda update: update.created_at)


def _notice(number: int, update: SourceUpdate, components: Imported) -> Notice:
    status = _STATUSES[update.status]
    kind = NoticeKind.RESOLUTION if update.status == "resolved" else NoticeKind.UPDATE
    return Notice(
        id=public_id_for(update.id),
        kind=NoticeKind.INITIAL if number == 0 else kind,
        status=status,
        published_at=update.created_at,
        text=update.body,
        states={
            components.public_ids[affected.code]: _STATES[affected.new_status]
            for affected in update.affected_components or []
            if affected.code in components.public_ids and affected.new_status in _STATES
        },
    )
