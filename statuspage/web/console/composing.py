"""What the composer's form says, as what the verbs of the product take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from statuspage.domain.cadence import PromiseBy, PromiseIn, PromiseRequest, bound_clock_time
from statuspage.domain.component import ComponentState, Impact, impact_of
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.promise_choice import typed_clock_time
from statuspage.services.commands import Declaration, NoticeCommand, Seen
from statuspage.services.context import Context
from statuspage.services.drafts import FINAL_PREFIX as FINAL_PREFIX
from statuspage.services.drafts import STATE_PREFIX as STATE_PREFIX
from statuspage.services.notice_text import NoticeText
from statuspage.store.components import count_components
from statuspage.store.incidents import IncidentRow
from statuspage.store.notice_templates import find_template
from statuspage.web.console.local_time import typed_instant
from statuspage.web.console.refusals import shown_refusal

_CHECKS = ("no_change", "false_alarm", "quiet", "no_component")
Fields = Mapping[str, Any]


@dataclass(slots=True)
class Errors:
    """What has to be mended: sentences with their codes by field, and those that belong to no field."""

    by_field: dict[str, tuple[str, str]]
    general: list[tuple[str, str]]

    @classmethod
    def none(cls) -> "Errors":
        """Return that all is well."""
        return cls({}, [])

    @classmethod
    def of(cls, error: DomainError, known: Fields) -> "Errors":
        """Return a refusal beside its field; raise what no form can answer."""
        shown_refusal(error)
        field = _ALIASES.get(error.field, error.field)
        if field in _FIELDS or field in known:
            return cls({field: (error.message, error.code)}, [])
        return cls({}, [(error.message, error.code)])

    def __bool__(self) -> bool:
        return bool(self.by_field or self.general)


_FIELDS = frozenset(
    {
        "name", "status", "body", "components", "promise", "no_change", "late_reason", "restored_at",
        "mitigated_at", "permanent_fix", "false_alarm", "impact_override", "detected_at", "began_at",
    }
)  # fmt: skip
_ALIASES = {"next_update_in": "promise", "next_update_by": "promise"}


def fields_of(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the form's fields as they are kept in a draft: what people typed, without what carries it."""
    carried = {"csrf_token", "confirmed", "form_key", "act", "version"}
    fields: dict[str, Any] = {name: text for name, text in form.items() if name not in carried}
    return fields | {name: name in form for name in _CHECKS}


def states_of(fields: Fields) -> dict[str, ComponentState] | None:
    """Return what the form says of components; None where it says nothing of any."""
    prefix = FINAL_PREFIX if fields.get("status") == IncidentStatus.RESOLVED else STATE_PREFIX
    states: dict[str, ComponentState] = {}
    for name, state in fields.items():
        if name.startswith(prefix) and state:
            states[name.removeprefix(prefix)] = _one_of(ComponentState, state, "components")
    return states or ({} if fields.get("no_component") else None)


def notice_of(
    ctx: Context, fields: Fields, text: NoticeText | None, row: IncidentRow | None
) -> NoticeCommand:
    """Return the notice to publish, its times read by the incident's own clock."""
    ctx = ctx if row is None else ctx.at_time_of(row)
    status = status_of(fields)
    is_end = status is IncidentStatus.RESOLVED
    is_false_alarm = is_end and bool(fields.get("false_alarm"))
    return NoticeCommand(
        text=text,
        status=status,
        states=states_of(fields),
        promise=None if is_end else promise_of(ctx, fields, row),
        is_no_change=not is_end and bool(fields.get("no_change")),
        late_reason=_text(fields, "late_reason"),
        restored_at=_instant(ctx, fields, "restored_at") if is_end and not is_false_alarm else None,
        mitigated_at=_instant(ctx, fields, "mitigated_at"),
        is_false_alarm=is_false_alarm,
        permanent_fix={"yes": True, "no": False}.get(fields.get("permanent_fix") or "") if is_end else None,
        impact_override=impact_override_of(fields),
        deliver_notifications=not fields.get("quiet"),
        seen=Seen(last_update_id=_text(fields, "last_update_id")),
        content=fields,
    )


def declaration_of(ctx: Context, fields: Fields) -> Declaration:
    """Return the incident to declare."""
    return Declaration(
        name=_text(fields, "name") or "",
        detected_at=_instant(ctx, fields, "detected_at"),
        began_at=_instant(ctx, fields, "began_at"),
        impact_override=impact_override_of(fields),
        states=states_of(fields),
        runbook_url=_runbook_of(ctx, fields),
        recurrence_of=_text(fields, "recurrence_of"),
    )


def _runbook_of(ctx: Context, fields: Fields) -> str | None:
    """Return what the chosen situation says to do; the incident keeps it whatever becomes of the template."""
    template = find_template(ctx.session, _text(fields, "situation") or "")
    return template.runbook_url if template else None


def detected_at_of(ctx: Context, fields: Fields) -> datetime | None:
    """Return when it was noticed, None for now."""
    return _instant(ctx, fields, "detected_at")


def status_of(fields: Fields) -> IncidentStatus | None:
    """Return the status the notice is to have."""
    status = fields.get("status") or None
    return None if status is None else _one_of(IncidentStatus, status, "status")


def impact_override_of(fields: Fields) -> Impact | None:
    """Return the impact set by hand; None leaves it to the components."""
    impact = fields.get("impact_override") or None
    return None if impact is None else _one_of(Impact, impact, "impact_override")


def promise_of(ctx: Context, fields: Fields, row: IncidentRow | None) -> PromiseRequest | None:
    """Return the promise that was chosen; a clock time that slipped below the window has moved (rule 3)."""
    ctx = ctx if row is None else ctx.at_time_of(row)
    chosen = fields.get("promise") or ""
    if chosen == "at":
        return PromiseBy(_clock_time(ctx, fields, row))
    if chosen in {"", "preset"}:
        return None
    if not chosen.isdecimal() or len(chosen) > 4:
        raise RuleError("invalid", "Choose one of the promises offered.", "promise")
    return PromiseIn(int(chosen))


def _clock_time(ctx: Context, fields: Fields, row: IncidentRow | None) -> datetime:
    impact = likely_impact(ctx, fields, row)
    opened_at = min(_opened_at(fields) or ctx.now, ctx.now)
    limits = ctx.page.limits.for_impact(impact)
    # What was typed is read from the moment the form was opened: it meant a time of the window then.
    chosen = typed_clock_time(_text(fields, "next_update_by") or "", ctx.page.time_zone, opened_at, limits)
    if chosen < ctx.now:
        chosen = typed_clock_time(_text(fields, "next_update_by") or "", ctx.page.time_zone, ctx.now, limits)
    return bound_clock_time(chosen, opened_at, ctx.now, impact, ctx.page.limits)


def likely_impact(ctx: Context, fields: Fields, row: IncidentRow | None) -> Impact:
    """Return the impact that the notice would have, for the limits that depend on it."""
    chosen = impact_override_of(fields) or (row.impact_override if row else None)
    if chosen is not None:
        return chosen
    states = states_of(fields) or {}
    impacts = [impact_of(states.values(), count_components(ctx.session)), row.impact if row else Impact.NONE]
    return max(impacts, key=lambda impact: impact.severity)


def _opened_at(fields: Fields) -> datetime | None:
    try:
        opened_at = datetime.fromisoformat(_text(fields, "opened_at") or "")
    except ValueError:
        return None
    return opened_at.astimezone(UTC) if opened_at.tzinfo else None


def _instant(ctx: Context, fields: Fields, name: str) -> datetime | None:
    return typed_instant(fields.get(name), fields.get(f"{name}-fold"), ctx.page.time_zone, name)


def _text(fields: Fields, name: str) -> str | None:
    text = str(fields.get(name) or "").strip()
    return text or None


def _one_of(states: Any, value: str, field: str) -> Any:
    try:
        return states(value)
    except ValueError:
        raise RuleError("invalid", "Choose one of those offered.", field) from None
