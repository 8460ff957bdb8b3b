"""Drafts between the API's words and the fields of the console's form, which is how they are kept.

So what a program wrote lies in the composer when a person opens the incident, and the other way round.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from statuspage.domain.cadence import PromiseBy, PromiseIn, whole_minute
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.promise_choice import typed_clock_time
from statuspage.render.v2 import moment
from statuspage.services.context import Context
from statuspage.services.next_words import starting_fields
from statuspage.store.incidents import IncidentRow
from statuspage.web.api.fields import Input, Instant, Moment, Output, ShortText
from statuspage.web.api.inputs import Message, Minutes, States
from statuspage.web.console.composing import FINAL_PREFIX, STATE_PREFIX, Fields, promise_of
from statuspage.web.console.local_time import typed_instant

_TIMES = ("restored_at", "mitigated_at", "detected_at")
_FIX = {True: "yes", False: "no", None: "unknown"}


class DraftInput(Input):
    """A notice that is being written; what is left out is as the composer would begin."""

    body: Message | None = None
    status: IncidentStatus | None = None
    components: States | None = None
    next_update_by: Instant | None = None
    next_update_in: Minutes | None = None
    no_change: bool = False
    late_reason: ShortText | None = None
    restored_at: Instant | None = None
    mitigated_at: Instant | None = None
    detected_at: Instant | None = None
    false_alarm: bool = False
    permanent_fix: bool | None = None
    impact_override: Impact | None = None
    deliver_notifications: bool = True
    last_update_id: str | None = None


class DraftContent(Output):
    """What a draft says; null where nothing, or nothing that can be read yet, stands in the form."""

    body: str | None
    status: IncidentStatus | None
    components: dict[str, ComponentState]
    next_update_by: Moment | None
    next_update_in: int | None
    no_change: bool
    late_reason: str | None
    restored_at: Moment | None
    mitigated_at: Moment | None
    detected_at: Moment | None
    false_alarm: bool
    permanent_fix: bool | None
    impact_override: Impact | None
    deliver_notifications: bool
    last_update_id: str | None


def fields_from(ctx: Context, row: IncidentRow, body: DraftInput) -> dict[str, Any]:
    """Return the form's fields for what the request says."""
    fields = starting_fields(ctx, row)
    status = body.status or IncidentStatus(fields["status"])
    prefix = FINAL_PREFIX if status is IncidentStatus.RESOLVED else STATE_PREFIX
    fields |= {"status": status.value, "no_change": body.no_change, "false_alarm": body.false_alarm}
    fields |= {prefix + public_id: state.value for public_id, state in (body.components or {}).items()}
    fields |= {"permanent_fix": _FIX[body.permanent_fix], "quiet": not body.deliver_notifications}
    for name in ("body", "late_reason", "impact_override", "last_update_id"):
        if getattr(body, name) is not None:
            fields[name] = str(getattr(body, name))
    for name in _TIMES:
        fields |= _typed(name, getattr(body, name), ctx.page.time_zone)
    return fields | _promise(ctx, row, body)


def content_from(ctx: Context, row: IncidentRow, fields: Fields) -> dict[str, Any]:
    """Return what a draft says in the API's words."""
    status = str(fields.get("status") or "")
    prefix = FINAL_PREFIX if status == IncidentStatus.RESOLVED else STATE_PREFIX
    stated = {name.removeprefix(prefix): state for name, state in fields.items() if name.startswith(prefix)}
    impact = fields.get("impact_override")
    return {
        "body": _text(fields, "body"),
        "status": status if status in set(IncidentStatus) else None,
        "components": {key: state for key, state in stated.items() if state in set(ComponentState)},
        **_said_promise(ctx, row, fields),
        **{name: _instant(ctx, fields, name) for name in _TIMES},
        **{name: bool(fields.get(name)) for name in ("no_change", "false_alarm")},
        "permanent_fix": {"yes": True, "no": False}.get(str(fields.get("permanent_fix"))),
        "late_reason": _text(fields, "late_reason"),
        "impact_override": impact if impact in set(Impact) else None,
        "deliver_notifications": not fields.get("quiet"),
        "last_update_id": _text(fields, "last_update_id"),
    }


def _promise(ctx: Context, row: IncidentRow, body: DraftInput) -> dict[str, str]:
    if body.next_update_by is not None and body.next_update_in is not None:
        raise RuleError("invalid", "Send next_update_by or next_update_in, not both.", "next_update_in")
    if body.next_update_in is not None:
        if not 0 < body.next_update_in <= 9999:
            raise RuleError("invalid", "Promise the next update in so many minutes.", "next_update_in")
        return {"promise": str(body.next_update_in)}
    if body.next_update_by is None:
        return {}
    at = whole_minute(body.next_update_by)
    clock = f"{at.astimezone(ZoneInfo(ctx.page.time_zone)):%H:%M}"
    limits = ctx.page.limits.for_impact(row.impact)
    if typed_clock_time(clock, ctx.page.time_zone, ctx.at_time_of(row).now, limits) != at:
        raise RuleError("invalid", "Promise a time within the next hours.", "next_update_by")
    return {"promise": "at", "next_update_by": clock}


def _typed(name: str, at: datetime | None, zone: str) -> dict[str, str]:
    """Return a local time as it is typed, and which one is meant where it occurs twice."""
    if at is None:
        return {}
    local = at.astimezone(ZoneInfo(zone)).replace(microsecond=0)
    typed = {name: f"{local:%Y-%m-%dT%H:%M:%S}".removesuffix(":00")}
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        typed[f"{name}-fold"] = str(local.fold)
    return typed


def _said_promise(ctx: Context, row: IncidentRow, fields: Fields) -> dict[str, Any]:
    try:
        promise = promise_of(ctx, fields, row)
    except DomainError:
        promise = None
    return {
        "next_update_in": promise.minutes if isinstance(promise, PromiseIn) else None,
        "next_update_by": moment(promise.at) if isinstance(promise, PromiseBy) else None,
    }


def _instant(ctx: Context, fields: Fields, name: str) -> str | None:
    try:
        at = typed_instant(fields.get(name), fields.get(f"{name}-fold"), ctx.page.time_zone, name)
    except DomainError:
        return None
    return None if at is None else moment(at)


def _text(fields: Fields, name: str) -> str | None:
    return str(fields.get(name) or "") or None
