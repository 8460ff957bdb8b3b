"""Times and facts of an incident that change without a notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from statuspage.domain.addresses import masked_address
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.incident import Incident, IncidentStatus
from statuspage.domain.milestones import NO_TIMES, UNSET, Times, Unset, set_times
from statuspage.domain.public import PublicIncident
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.audit import audit
from statuspage.services.commands import NOTHING_SEEN, Seen
from statuspage.services.component_states import checked_states
from statuspage.services.context import Context
from statuspage.services.declare_incident import assign_roles
from statuspage.services.drill_time import acting_on
from statuspage.services.end_incident import commands_or_administers
from statuspage.services.incident_channel import set_channel
from statuspage.services.prepared_texts import ready_title
from statuspage.services.public_incident import public_incident
from statuspage.services.publications import month_of, note_publication
from statuspage.services.publish_notice import check_seen, restate_lateness
from statuspage.services.waive_postmortem import end_lapsed_waiver
from statuspage.store.incident_values import incident_value, states_field, store_value
from statuspage.store.incidents import IncidentRow, components_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What to set; UNSET leaves a fact alone. `states` are the suspected ones of an unannounced incident."""

    name: str | Unset = UNSET
    impact_override: Impact | Unset | None = UNSET
    runbook_url: str | Unset | None = UNSET
    channel_url: str | Unset | None = UNSET
    channel_alert_url: str | Unset | None = UNSET
    permanent_fix: bool | Unset | None = UNSET
    states: Mapping[str, ComponentState] | Unset = UNSET
    times: Times = NO_TIMES
    roles: Mapping[IncidentRole, str | None] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    seen: Seen = NOTHING_SEEN


def set_facts(ctx: Context, row: IncidentRow, facts: Facts) -> None:
    """Set times and facts; readers of an announced incident see them at once, nobody is notified."""
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    check_seen(row, facts.seen)
    before, month = incident_value(row), month_of(ctx, row.started_at)
    old_name, shown_before, old_texts = row.name, _shown(ctx, row), _texts(row)
    after = _with_facts(ctx, row, before, facts)
    if before.is_announced and _concerns_customers(ctx, row, facts):
        ctx.actor.require(SiteRole.COMMUNICATOR)
    _set_texts(ctx, row, facts)
    store_value(ctx.session, row, after)
    restate_lateness(ctx, row, after)
    end_lapsed_waiver(ctx, row)
    assign_roles(ctx, row, facts.roles)
    if _shown(ctx, row) != shown_before:
        note_publication(ctx, "set_facts", row, months={month})
        if row.name != old_name:
            _note_those_that_name(ctx, row)
    changes = _changes(before, after) | _moved_texts(old_texts, _texts(row))
    audit(ctx, "set_facts", row.public_id, reason=facts.reason, **changes)


def _with_facts(ctx: Context, row: IncidentRow, before: Incident, facts: Facts) -> Incident:
    after = set_times(
        before,
        facts.times,
        ctx.now,
        may_move_later=commands_or_administers(ctx, row),
        reason=facts.reason,
    )
    if not isinstance(facts.impact_override, Unset):
        after = replace(after, impact_override=facts.impact_override)
    if not isinstance(facts.permanent_fix, Unset):
        after = after.with_episode(permanent_fix=facts.permanent_fix)
    return after


def _concerns_customers(ctx: Context, row: IncidentRow, facts: Facts) -> bool:
    """Return whether readers would see it. The detection is also the commander's to move (rule 1)."""
    times = facts.times
    touched = [facts.name, facts.impact_override, times.began_at, times.mitigated_at]
    if not commands_or_administers(ctx, row):
        touched.append(times.detected_at)
    if row.status is IncidentStatus.RESOLVED:  # until then the restoration is for staff to know
        touched.append(times.restored_at)
    return any(not isinstance(fact, Unset) for fact in touched)


def _set_texts(ctx: Context, row: IncidentRow, facts: Facts) -> None:
    if not isinstance(facts.name, Unset):
        row.name = ready_title(ctx, row, facts.name)
    if not isinstance(facts.runbook_url, Unset):
        row.runbook_url = facts.runbook_url
    set_channel(row, facts.channel_url, facts.channel_alert_url)
    if not isinstance(facts.states, Unset):
        row.suspected = states_field(checked_states(ctx, facts.states))
    if facts.extra:
        row.extra = {**row.extra, **facts.extra}


def _shown(ctx: Context, row: IncidentRow) -> PublicIncident | None:
    """Return what readers see of the incident; None before its first notice."""
    if not row.updates:
        return None
    ctx.session.flush()
    named = {each.public_id: each for each in components_of(ctx.session, [row.id]).get(row.id, [])}
    return public_incident(row, named, ctx.now)


def _note_those_that_name(ctx: Context, row: IncidentRow) -> None:
    """Incidents merged into this one, or recurring from it, show its name on their own pages."""
    naming = select(IncidentRow).where(
        or_(IncidentRow.merged_into_id == row.id, IncidentRow.recurrence_of_id == row.id)
    )
    for other in ctx.session.scalars(naming):
        if other.status.is_public:
            note_publication(ctx, "linked_name", other)


def _texts(row: IncidentRow) -> dict[str, str | None]:
    return {
        "name": row.name,
        "runbook_url": row.runbook_url,
        "channel_url": row.channel_url,
        "channel_alert_url": row.channel_alert_url,
    }


def _moved_texts(old: dict[str, str | None], new: dict[str, str | None]) -> dict[str, Any]:
    moved = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    if "channel_alert_url" in moved:  # a secret: the record says that it changed, not what it is
        moved["channel_alert_url"] = [url and masked_address(url) for url in moved["channel_alert_url"]]
    return moved


def _changes(before: Incident, after: Incident) -> dict[str, Any]:
    """Return the history of what moved, old and new, for the record."""
    changed: dict[str, Any] = {}
    for name in ("detected_at", "mitigated_at", "restored_at", "permanent_fix"):
        old, new = getattr(before.episode, name), getattr(after.episode, name)
        if old != new:
            changed[name] = [_plain(old), _plain(new)]
    for name in ("began_at", "impact_override"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            changed[name] = [_plain(old), _plain(new)]
    return changed


def _plain(fact: object) -> object:
    return fact.isoformat() if isinstance(fact, datetime) else fact
