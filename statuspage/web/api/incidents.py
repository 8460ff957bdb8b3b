"""Incidents: what exists, and every act on them."""

from collections.abc import Collection

from statuspage.domain.component import Impact
from statuspage.domain.errors import ConflictError, RuleError
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus
from statuspage.domain.milestones import UNSET, Times
from statuspage.services.backfill_incident import backfill_incident
from statuspage.services.correct_notice import explain_lateness
from statuspage.services.declare_incident import declare_incident
from statuspage.services.end_incident import dismiss_incident, end_incident_internally, revive_incident
from statuspage.services.merge_incident import merge_incident
from statuspage.services.publish_notice import publish_notice, reopen_incident
from statuspage.services.set_facts import Facts, set_facts
from statuspage.store.incident_search import Search, found_incidents
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.web.alert_addresses import known_service
from statuspage.web.api.endpoint import Call
from statuspage.web.api.incident_commands import (
    backfill_from,
    declaration_from,
    facts_from,
    notice_from,
    refuse_notice_fields,
    refuse_other_resources,
    refuse_shown_time,
    says_components,
    sent_with_a_notice,
)
from statuspage.web.api.inputs import IncidentChange, IncidentCreate, IncidentFields
from statuspage.web.api.lists import asked_choice, asked_slice, asked_text, asked_words
from statuspage.web.api.outputs import IncidentAnswer

_FACTS = (
    "name",
    "impact_override",
    "runbook_url",
    "channel_url",
    "channel_alert_url",
    "permanent_fix",
    "detected_at",
    "began_at",
    "mitigated_at",
    "restored_at",
    "roles",
    "metadata",
)
_OF_THE_NOTICE = ("permanent_fix", "mitigated_at", "restored_at")


def with_known_channel(body: IncidentFields) -> IncidentFields:
    """Return the request as it is, its channel's address known to be one of a service; asks outside."""
    if body.channel_alert_url:
        known_service(body.channel_alert_url, "channel_alert_url")
    return body


def list_incidents(call: Call) -> list[IncidentAnswer]:
    """Return incidents in any state, newest first."""
    status = asked_choice("status", IncidentStatus)
    return _listed(call, None if status is None else (status,))


def list_unresolved(call: Call) -> list[IncidentAnswer]:
    """Return the announced incidents that are not resolved, newest first."""
    return _listed(call, OPEN_STATUSES)


def list_maintenances(call: Call) -> list[IncidentAnswer]:
    """Return scheduled maintenances: the product keeps none yet, clients ask all the same."""
    return _listed(call, ())


def _listed(call: Call, statuses: Collection[IncidentStatus] | None) -> list[IncidentAnswer]:
    part = asked_slice()
    search = Search(
        words=asked_words(),
        statuses=statuses,
        impact=asked_choice("impact", Impact),
        component_id=asked_text("component_id"),
        month=asked_text("month"),
        time_zone=call.ctx.page.time_zone,
    )
    rows = found_incidents(call.session, search, part.limit, part.offset)
    return call.answers.incidents(rows)


def show_incident(call: Call, incident_id: str) -> IncidentAnswer:
    """Return an incident."""
    return call.answers.incident(get_incident(call.session, incident_id))


def create_incident(call: Call, body: IncidentCreate) -> IncidentAnswer:
    """Declare an incident: detected only, or announced with its first notice."""
    refuse_other_resources(body)
    if body.backfilled:
        return call.answers.incident(backfill_incident(call.ctx, backfill_from(call, body)))
    refuse_shown_time(body)
    if body.status in {IncidentStatus.DISMISSED, IncidentStatus.INTERNAL}:
        raise RuleError("invalid", "Declare with detected, an open status or resolved.", "status")
    if body.status is IncidentStatus.DETECTED:
        refuse_notice_fields(body)
    row = declare_incident(call.ctx, declaration_from(call, body))
    if body.status is not IncidentStatus.DETECTED:
        publish_notice(call.ctx, row, notice_from(call, row, body, body.status))
    elif body.restored_at or body.mitigated_at:
        times = Times(restored_at=body.restored_at or UNSET, mitigated_at=body.mitigated_at or UNSET)
        set_facts(call.ctx, row, Facts(times=times))
    return call.answers.incident(row)


def change_incident(call: Call, body: IncidentChange, incident_id: str) -> IncidentAnswer:
    """Act on an incident, or set times and facts of it."""
    refuse_other_resources(body)
    refuse_shown_time(body)
    row = call.incident_as_seen(incident_id)
    _act(call, row, body)
    return call.answers.incident(row)


def delete_incident(call: Call, incident_id: str) -> IncidentAnswer:
    """Dismiss an unannounced incident; what was announced stays."""
    row = call.incident_as_seen(incident_id)
    if row.updates:
        raise ConflictError("already_announced", "What was announced is never deleted; resolve it.")
    dismiss_incident(call.ctx, row, "deleted over the API")
    return call.answers.incident(row)


def _act(call: Call, row: IncidentRow, body: IncidentChange) -> None:
    ctx = call.ctx
    if body.merge_into is not None:
        merge_incident(ctx, row, body.merge_into, notice_from(call, row, body, None))
    elif body.status is IncidentStatus.DISMISSED:
        dismiss_incident(ctx, row, body.reason)
    elif body.status is IncidentStatus.INTERNAL:
        end_incident_internally(ctx, row, body.reason)
    elif body.status is IncidentStatus.DETECTED:
        revive_incident(ctx, row, body.reason)
    elif body.reopen:
        reopen_incident(ctx, row, notice_from(call, row, body, body.status), body.detected_at)
        _set_facts_beside(call, row, body, {"detected_at", *_OF_THE_NOTICE})
    elif body.status is not None or call.text is not None:
        _publish(call, row, body)
    else:
        _set_facts_only(call, row, body)


def _publish(call: Call, row: IncidentRow, body: IncidentChange) -> None:
    """Publish a notice; facts sent with it are set first, in the same transaction."""
    _set_facts_beside(call, row, body, {name for name in _OF_THE_NOTICE if getattr(body, name) is not None})
    publish_notice(call.ctx, row, notice_from(call, row, body, body.status))


def _set_facts_beside(call: Call, row: IncidentRow, body: IncidentChange, without: Collection[str]) -> None:
    """Set the facts sent with a notice but those that the notice itself takes."""
    if any(body.has(name) for name in _FACTS if name not in without):
        set_facts(call.ctx, row, facts_from(call, body, {*without, "components"}))


def _set_facts_only(call: Call, row: IncidentRow, body: IncidentChange) -> None:
    if row.updates and (body.has("components") or body.has("component_ids")):
        raise RuleError(
            "notice_needed", "Components change with a notice: send status or body too.", "components"
        )
    for name in sent_with_a_notice(body):
        raise RuleError("notice_needed", "This goes with a notice: send status or body too.", name)
    if body.late_reason is not None:
        _explain(call, row, body.late_reason)
    if says_components(body) or any(body.has(name) for name in _FACTS):
        set_facts(call.ctx, row, facts_from(call, body))


def _explain(call: Call, row: IncidentRow, reason: str) -> None:
    late = [update for update in row.updates if update.late_by_minutes]
    if not late:
        raise RuleError("not_late", "No notice of this incident came late.", "late_reason")
    explain_lateness(call.ctx, row, late[-1], reason)
