"""The rota: who is on duty for the four roles, now and next; each rota's form, overrides, one's calendar."""

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from statuspage.domain.errors import DomainError, NotFoundError, RuleError
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.domain.rota import gaps
from statuspage.render.words import ROLE_NAMES
from statuspage.services.calendars import has_calendar, renew_calendar, withdraw_calendar
from statuspage.services.context import Context
from statuspage.services.rotas import (
    RotaFields,
    add_override,
    remove_override,
    rosters,
    set_rota,
    whose_turn_it_is,
)
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.rotas import Rota, RotationLength, all_rotas
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import Errors, Fields, fields_of
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.local_time import typed_instant
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import adapters, allow

HERE = "/console/rota"
WEEKS = 4
SUGGESTED = 5
SPARE_PLACES = 3
_ROLE = "<any(incident_commander,communications_lead,technical_lead,scribe):name>"


class RotaForm(ConsoleForm):
    """How one role's duty goes round."""

    length = RadioField(
        "Each is on duty for",
        choices=[
            SelectChoice(RotationLength.WEEKLY.value, "A week"),
            SelectChoice(RotationLength.DAILY.value, "A day"),
        ],
        default=RotationLength.WEEKLY.value,
    )
    handover_at = StringField("Duty changes at")
    time_zone = StringField("Time zone")
    starts_on = DateField("First day")
    members = SelectMultipleField("Members", validate_choice=False)
    deputy = SelectField("Deputy", validate_choice=False)
    version = HiddenField()


@blueprint.get("/rota")
@allow(SiteRole.VIEWER)
def rota() -> Response:
    """Show who is on duty for the four roles, and the weeks ahead."""
    with looking() as ctx:
        found = rosters(ctx, WEEKS)
        return screen(
            ctx,
            "rota.html",
            title="Rota",
            section="rota",
            rosters=found,
            holes=[(roster, gap) for roster in found for gap in gaps(roster.coming)],
            suggested=whose_turn_it_is(ctx)[:SUGGESTED],
            weeks=WEEKS,
        )


@blueprint.route(f"/rota/{_ROLE}", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def edit_rota(name: str) -> AnyResponse:
    """Plan one role's rota."""
    role = IncidentRole(name)
    with looking() as ctx:
        start = _starting(ctx, all_rotas(ctx.session).get(role))
    form = RotaForm(data=start)
    if form.is_submitted() and form.validate():
        try:
            with acting() as ctx:
                version = form.version.data or ""
                set_rota(ctx, role, _typed(form), int(version) if version.isdecimal() else None)
            return done(HERE, f"The rota of the {ROLE_NAMES[role]} is saved.")
        except DomainError as error:
            form.refuse(error)
    with looking() as ctx:
        present = all_rotas(ctx.session).get(role)
        return screen(
            ctx,
            "rota_edit.html",
            title=f"Rota of the {ROLE_NAMES[role]}",
            section="rota",
            status=form.status,
            form=form,
            # Who looked at the refusal has seen what stands there now: sending again is a decision.
            version=present.version if present else 0,
            accounts=_choices(ctx, present),
            place_count=len(form.members.data or []) + SPARE_PLACES,
        )


def _starting(ctx: Context, present: Rota | None) -> dict[str, Any]:
    if present is None:
        return {
            "length": RotationLength.WEEKLY.value,
            "handover_at": "09:00",
            "time_zone": ctx.page.time_zone,
            "starts_on": ctx.now.date(),
            "members": [],
            "deputy": "",
            "version": "0",
        }
    return {
        "length": present.length.value,
        "handover_at": present.handover_at,
        "time_zone": present.time_zone,
        "starts_on": present.starts_on,
        "members": [member.account.email for member in present.members],
        "deputy": present.deputy.email if present.deputy else "",
        "version": str(present.version),
    }


def _typed(form: RotaForm) -> RotaFields:
    return RotaFields(
        length=RotationLength(form.length.data),
        handover_at=form.handover_at.data or "",
        time_zone=(form.time_zone.data or "").strip(),
        starts_on=form.starts_on.data,
        members=[email for email in form.members.data or [] if email],
        deputy=form.deputy.data or None,
    )


def _choices(ctx: Context, present: Rota | None) -> list[Account]:
    """Return whom a rota can have, and those it has though they can't act."""
    members = {member.account_id for member in present.members} if present else set()
    return [
        account
        for account in all_accounts(ctx.session)
        if account.id in members or (not account.disabled_at and account.role.reaches(SiteRole.RESPONDER))
    ]


@blueprint.route(f"/rota/{_ROLE}/override", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def override_rota(name: str) -> AnyResponse:
    """Put somebody else on duty for a while."""
    role = IncidentRole(name)
    if request.method == "GET":
        return _override_page(role, {}, Errors.none())
    fields = fields_of(request.form)
    try:
        with acting() as ctx:
            from_at, to_at = (_instant(ctx, fields, each) for each in ("from_at", "to_at"))
            who = add_override(ctx, role, str(fields.get("account") or ""), from_at, to_at).account.name
    except DomainError as error:
        return _override_page(role, fields, Errors.of(error, fields))
    return done(HERE, f"{who} is on duty for that time. Open incidents stay as they are.")


def _instant(ctx: Context, fields: Fields, name: str) -> Any:
    at = typed_instant(fields.get(name), fields.get(f"{name}-fold"), ctx.page.time_zone, name)
    if at is None:
        raise RuleError("invalid_time", "Type a date and a time.", name)
    return at


def _override_page(role: IncidentRole, fields: Fields, errors: Errors) -> Response:
    with looking() as ctx:
        present = all_rotas(ctx.session).get(role)
        if present is None:
            raise NotFoundError("not_found", "This role has no rota yet.")
        return screen(
            ctx,
            "rota_override.html",
            title=f"Somebody else as {ROLE_NAMES[role]}",
            section="rota",
            status=422 if errors else 200,
            fields=dict(fields),
            errors=errors,
            accounts=_choices(ctx, None),
        )


@blueprint.post("/rota/overrides/<override_id>/remove")
@allow(SiteRole.RESPONDER)
def drop_override(override_id: str) -> AnyResponse:
    """Let the rotation hold again."""
    with acting() as ctx:
        remove_override(ctx, override_id)
    return done(HERE, "The override is removed; the rotation holds again.")


@blueprint.get("/rota/calendar")
@allow(SiteRole.VIEWER)
def own_calendar() -> Response:
    """Offer one's turns to one's own calendar program."""
    with looking() as ctx:
        return _calendar_page(ctx, None)


@blueprint.post("/rota/calendar")
@allow(SiteRole.VIEWER)
def change_calendar() -> AnyResponse:
    """Make the address of one's calendar, renew it, or withdraw it."""
    if request.form.get("act") == "withdraw":
        with acting() as ctx:
            withdraw_calendar(ctx)
        return done(f"{HERE}/calendar", "The address leads nowhere any more.")
    with acting() as ctx:
        secret = renew_calendar(ctx)
    with looking() as ctx:
        return _calendar_page(ctx, f"{adapters().settings.base_url}/console/calendar/{secret}.ics")


def _calendar_page(ctx: Context, address: str | None) -> Response:
    return screen(
        ctx,
        "rota_calendar.html",
        title="Your turns in your calendar",
        section="rota",
        address=address,
        has_one=has_calendar(ctx),
    )
