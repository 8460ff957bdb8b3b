"""What a notice will do, or has done: for the view beside the composer, and for the last question before."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.incident import NoticeKind
from statuspage.domain.obligations import open_deadlines
from statuspage.domain.public import PublicIncident
from statuspage.domain.warnings import warnings_about
from statuspage.services.context import Context
from statuspage.services.postmortem_clock import times_of
from statuspage.services.public_incident import public_incident
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, components_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """The incident as customers read it after its newest notice, and what that notice brings with it."""

    incident: PublicIncident
    kind: NoticeKind
    promise: datetime | None
    late_by_minutes: int
    is_no_change: bool
    warnings: tuple[str, ...]
    postmortem_due_at: datetime | None


def outcome_of(ctx: Context, row: IncidentRow) -> Outcome:
    """Return what the newest notice of an announced incident amounts to."""
    ctx.session.flush()
    value, update = incident_value(row), row.updates[-1]
    due = [
        deadline.due_at
        for deadline in open_deadlines(value, ctx.page.limits, times_of(ctx.session, row))
        if deadline.kind is DeadlineKind.POSTMORTEM
    ]
    return Outcome(
        incident=seen_by_customers(ctx, row),
        kind=update.kind,
        promise=update.next_update_by,
        late_by_minutes=update.late_by_minutes,
        is_no_change=update.is_no_change,
        warnings=warnings_about(value, ZoneInfo(ctx.page.time_zone)),
        postmortem_due_at=due[0] if due else None,
    )


def seen_by_customers(ctx: Context, row: IncidentRow) -> PublicIncident:
    """Return an announced incident as customers see it."""
    named = components_of(ctx.session, [row.id]).get(row.id, [])
    return public_incident(
        row, {component.public_id: component for component in named}, ctx.at_time_of(row).now
    )
