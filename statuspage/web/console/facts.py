"""Times, facts and people of an incident."""

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.addresses import masked_address
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.milestones import UNSET, Times, Unset
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.domain.text import checked_line
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.services.set_facts import Facts, set_facts
from statuspage.store.accounts import Account
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.web.alert_addresses import known_service
from statuspage.web.console.acts import act_page, carry_out
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import Errors, Fields, fields_of, impact_override_of
from statuspage.web.console.local_time import typed_instant
from statuspage.web.security import allow

_TIMES = ("detected_at", "began_at", "mitigated_at", "restored_at")


@blueprint.route("/incidents/<incident_id>/facts", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def facts(incident_id: str) -> AnyResponse:
    """Set the name, the times and the other facts, without a notice."""

    def page(fields: Fields | None = None, errors: Errors | None = None) -> Response:
        return act_page(incident_id, "facts_form.html", "Times and facts", fields, errors, _starting)

    if request.method == "GET":
        return page()

    typed = fields_of(request.form)
    try:
        if isinstance(_channel(typed), str):
            known_service(str(typed["channel_alert_url"]), "channel_alert_url")
    except DomainError as error:
        return page(typed, Errors.of(error, typed))

    def act(ctx: Context, row: IncidentRow) -> None:
        set_facts(ctx, row, _changed(ctx, row, fields_of(request.form)))

    return carry_out(incident_id, act, "Saved. What was moved stands in the timeline, old and new.", page)


def _starting(ctx: Context, row: IncidentRow) -> dict[str, Any]:
    return {"fields": _present(ctx, row), "masked": masked_address}


def _present(ctx: Context, row: IncidentRow) -> dict[str, Any]:
    place, value = Zone(ctx.page.time_zone), incident_value(row)
    fix = {True: "yes", False: "no", None: "unknown"}[value.episode.permanent_fix]
    found = {
        "detected_at": value.episode.detected_at,
        "began_at": value.began_at,
        "mitigated_at": value.episode.mitigated_at,
        "restored_at": value.episode.restored_at,
    }
    return {
        "name": row.name,
        "impact_override": row.impact_override.value if row.impact_override else "",
        "runbook_url": row.runbook_url or "",
        "channel_url": row.channel_url or "",
        "permanent_fix": fix,
        **{name: place.typed(at) if at else "" for name, at in found.items()},
    }


def _changed(ctx: Context, row: IncidentRow, fields: Fields) -> Facts:
    """Return only what differs from what stands there: a form has minutes, milestones have seconds."""
    present = _present(ctx, row)

    def is_changed(name: str) -> bool:
        return name in fields and str(fields[name]).strip() != str(present[name])

    def instant(name: str) -> Any:
        if not is_changed(name):
            return UNSET
        return typed_instant(fields[name], fields.get(f"{name}-fold"), ctx.page.time_zone, name)

    times = {name: instant(name) for name in _TIMES}
    if times["detected_at"] is None:
        times["detected_at"] = UNSET
    fix: bool | Unset | None = UNSET
    if is_changed("permanent_fix"):
        fix = {"yes": True, "no": False}.get(str(fields["permanent_fix"]))
    return Facts(
        name=str(fields["name"]) if is_changed("name") else UNSET,
        impact_override=impact_override_of(fields) if is_changed("impact_override") else UNSET,
        runbook_url=_address(fields) if is_changed("runbook_url") else UNSET,
        channel_url=str(fields["channel_url"]).strip() or None if is_changed("channel_url") else UNSET,
        channel_alert_url=_channel(fields),
        permanent_fix=fix,
        times=Times(**times),
        reason=str(fields.get("reason") or "").strip() or None,
    )


def _channel(fields: Fields) -> str | Unset | None:
    """Return the address to post to. What is set is a secret and is never shown, so empty means: keep it."""
    if fields.get("channel_forget"):
        return None
    return str(fields.get("channel_alert_url") or "").strip() or UNSET


def _address(fields: Fields) -> str | None:
    text = str(fields["runbook_url"]).strip()
    if not text:
        return None
    text = checked_line(text, "runbook_url", 2000)
    if not text.startswith(("https://", "http://")):
        raise RuleError("invalid_address", "Type an address that begins with https://.", "runbook_url")
    return text


@blueprint.post("/incidents/<incident_id>/roles")
@allow(SiteRole.RESPONDER)
def roles(incident_id: str) -> AnyResponse:
    """Give the incident's roles to people."""

    def act(ctx: Context, row: IncidentRow) -> None:
        held = {holder.role: holder.account.email for holder in row.roles}
        asked = {role: request.form.get(role.value, "") or None for role in IncidentRole}
        changed = {role: email for role, email in asked.items() if held.get(role) != email}
        set_facts(ctx, row, Facts(roles=changed))

    return carry_out(incident_id, act, "The roles are as you set them.", _refused(incident_id))


@blueprint.post("/incidents/<incident_id>/roles/mine")
@allow(SiteRole.RESPONDER)
def take_lead(incident_id: str) -> AnyResponse:
    """Become the communications lead."""

    def act(ctx: Context, row: IncidentRow) -> None:
        account = ctx.session.get(Account, ctx.actor.account_id)
        assert account is not None
        set_facts(ctx, row, Facts(roles={IncidentRole.COMMUNICATIONS_LEAD: account.email}))

    return carry_out(incident_id, act, "You have it.", _refused(incident_id))


def _refused(incident_id: str) -> Any:
    from statuspage.web.console.incident import show_incident

    def again(_fields: Fields, errors: Errors) -> Response:
        return show_incident(incident_id, None, errors)

    return again
