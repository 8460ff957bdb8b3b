"""What a request about an incident says, as what the verbs of the product take."""

from collections.abc import Collection
from datetime import UTC, datetime, time

from statuspage.domain.cadence import PromiseBy, PromiseIn, PromiseRequest
from statuspage.domain.component import ComponentState
from statuspage.domain.errors import RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.milestones import UNSET, Times, Unset
from statuspage.services.backfill_incident import Backfill
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.set_facts import Facts
from statuspage.store.components import find_components
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.web.api.endpoint import Call
from statuspage.web.api.inputs import IncidentChange, IncidentCreate, IncidentFields

_WITH_A_NOTICE = ("body", "next_update_by", "next_update_in", "no_change", "false_alarm")


def facts_from(call: Call, body: IncidentChange, without: Collection[str] = ()) -> Facts:
    """Return the times and facts that the request names, but those `without`."""

    def sent(name: str) -> bool:
        return name not in without and body.has(name)

    return Facts(
        name=body.name if body.name is not None else UNSET,
        impact_override=body.impact_override if sent("impact_override") else UNSET,
        runbook_url=body.runbook_url if sent("runbook_url") else UNSET,
        channel_url=body.channel_url if sent("channel_url") else UNSET,
        channel_alert_url=body.channel_alert_url if sent("channel_alert_url") else UNSET,
        permanent_fix=body.permanent_fix if sent("permanent_fix") else UNSET,
        states=_suspected(call, body) if "components" not in without else UNSET,
        times=Times(
            detected_at=body.detected_at if sent("detected_at") and body.detected_at else UNSET,
            began_at=body.began_at if sent("began_at") else UNSET,
            mitigated_at=body.mitigated_at if sent("mitigated_at") else UNSET,
            restored_at=body.restored_at if sent("restored_at") else UNSET,
        ),
        roles=body.roles,
        extra=body.metadata or {},
        reason=body.reason,
    )


def _suspected(call: Call, body: IncidentChange) -> dict[str, ComponentState] | Unset:
    states = states_from(call, body)
    return UNSET if states is None else states


def says_components(body: IncidentFields) -> bool:
    """Return whether the request says anything of components."""
    return body.components is not None or body.component_ids is not None


def declaration_from(call: Call, body: IncidentCreate) -> Declaration:
    """Return the new incident, not yet announced."""
    return Declaration(
        name=body.name,
        detected_at=body.detected_at,
        began_at=body.began_at,
        impact_override=body.impact_override,
        states=states_from(call, body),
        roles=body.roles,
        runbook_url=body.runbook_url,
        channel_url=body.channel_url,
        channel_alert_url=body.channel_alert_url,
        recurrence_of=body.recurrence_of,
        extra=body.metadata or {},
    )


def backfill_from(call: Call, body: IncidentCreate) -> Backfill:
    """Return the incident of the past; all that is known may be the day."""
    if body.status is not IncidentStatus.RESOLVED and body.has("status"):
        raise RuleError("invalid", "History is entered as resolved.", "status")
    began_at = body.began_at or body.detected_at or body.restored_at
    if body.backfill_date is not None and began_at is None:
        began_at = datetime.combine(body.backfill_date, time(), UTC)
    if began_at is None:
        raise RuleError("invalid", "Say when it began, or on which day.", "backfill_date")
    return Backfill(
        name=body.name,
        began_at=began_at,
        restored_at=body.restored_at or began_at,
        display_at=body.display_at,
        text=call.text,
        states=states_from(call, body),
        impact_override=body.impact_override,
    )


def notice_from(
    call: Call, row: IncidentRow, body: IncidentFields, status: IncidentStatus | None
) -> NoticeCommand:
    """Return the notice to publish."""
    return NoticeCommand(
        text=call.text,
        status=status,
        states=states_from(call, body, row),
        promise=_promise(body),
        is_no_change=body.no_change,
        late_reason=body.late_reason,
        restored_at=body.restored_at,
        mitigated_at=body.mitigated_at,
        is_false_alarm=body.false_alarm,
        permanent_fix=body.permanent_fix,
        impact_override=body.impact_override,
        deliver_notifications=body.deliver_notifications,
    )


def _promise(body: IncidentFields) -> PromiseRequest | None:
    if body.next_update_by is not None and body.next_update_in is not None:
        raise RuleError("invalid", "Send next_update_by or next_update_in, not both.", "next_update_in")
    if body.next_update_in is not None:
        return PromiseIn(body.next_update_in)
    return PromiseBy(body.next_update_by) if body.next_update_by is not None else None


def states_from(
    call: Call, body: IncidentFields, row: IncidentRow | None = None
) -> dict[str, ComponentState] | None:
    """Return what is said of components, or None where nothing is."""
    if not says_components(body):
        return None
    stated = dict(body.components or {})
    listed = [public_id for public_id in body.component_ids or [] if public_id not in stated]
    known = find_components(call.session, listed)
    # A list says which, not how they are: the incident claims nothing new of them.
    claimed = incident_value(row).states if row else {}
    for public_id in listed:
        if public_id not in known:
            raise RuleError("unknown_component", f"There is no component {public_id}.", "component_ids")
        if public_id not in claimed:
            stated[public_id] = ComponentState.OPERATIONAL
    return stated


def refuse_other_resources(body: IncidentFields) -> None:
    """Never announce what was meant to be something else."""
    if body.is_drill:
        raise RuleError("drill_unsupported", "Drills are not part of this version.", "is_drill")
    for name in ("scheduled_for", "scheduled_until"):
        if getattr(body, name) is not None:
            raise RuleError("maintenance_unsupported", "Maintenances are not part of this version.", name)


def refuse_shown_time(body: IncidentFields) -> None:
    """Refuse a time of the caller's own choice (rule 8)."""
    if body.display_at is not None:
        raise RuleError(
            "display_at_not_allowed",
            "A notice carries the server's time; only backfills choose.",
            "display_at",
        )


def refuse_notice_fields(body: IncidentCreate) -> None:
    """Refuse what only a notice can say."""
    sentence = "A detected incident publishes nothing: leave this for its first notice."
    for name in sent_with_a_notice(body):
        raise RuleError("not_a_notice", sentence, name)


def sent_with_a_notice(body: IncidentFields) -> list[str]:
    """Return the fields that the request fills and that go with a notice alone."""
    return [
        name
        for name in _WITH_A_NOTICE
        if getattr(body, name) is not None and getattr(body, name) is not False
    ]
