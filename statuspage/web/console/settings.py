"""Settings: the page itself, its look and texts, the clock, and who approves."""

import json
from typing import Any
from zoneinfo import available_timezones

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FileField

from statuspage.domain.changes import Merge, merged
from statuspage.domain.errors import DomainError, NotFoundError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.render.colour import shades
from statuspage.services.context import Context
from statuspage.services.logo import remove_logo, set_logo
from statuspage.services.page_settings import change_page, checked_colour
from statuspage.services.public_view import public_logo
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.policy_form import CLOCK, IMPACTS, LIMITS, MistakesError, PolicyForm, presets
from statuspage.web.console.screens import acting, done, fragment, looking, screen
from statuspage.web.console.settings_forms import (
    APPROVALS,
    LOOK,
    NAMES,
    REPORT,
    TEXTS,
    Section,
    SectionForm,
    Values,
)
from statuspage.web.security import adapters, allow
from statuspage.web.sign_in import confirmed

HERE = "/console/settings"
_SECTIONS = {section.name: section for section in (NAMES, LOOK, TEXTS, CLOCK, APPROVALS, REPORT)}
_MOST_SEEN = 20_000


class LogoForm(ConsoleForm):
    """A file to upload."""

    logo = FileField("Picture")


class _OvertakenError(Exception):
    """Somebody else has set some of the same fields meanwhile."""

    def __init__(self, present: Values, merge: Merge[str]) -> None:
        self.present, self.merge = present, merge


@blueprint.get("/settings")
@allow(SiteRole.ADMIN)
@confirmed
def settings() -> Response:
    """Show the first section."""
    return _open(NAMES)


@blueprint.get("/settings/<name>")
@allow(SiteRole.ADMIN)
@confirmed
def settings_section(name: str) -> Response:
    """Show another section."""
    return _open(_section(name))


@blueprint.post("/settings/<name>")
@allow(SiteRole.ADMIN)
@confirmed
def save_settings(name: str) -> AnyResponse:
    """Save one section. What it left alone stays as it is now, whoever has changed it meanwhile."""
    section = _section(name)
    form = section.form()
    try:
        with acting() as ctx:
            _save(ctx, section, form.values())
    except MistakesError as error:
        assert isinstance(form, PolicyForm)
        form.refuse_all(error.mistakes)
    except DomainError as error:
        form.refuse(error)
    except _OvertakenError as error:
        form = section.form(None, **{**error.present, **error.merge.changes})
        form.clash(error.merge.clashes)
        return _show(section, form, seen=error.present, status=409)
    else:
        return done(_path(section), section.saved)
    return _show(section, form, seen=_seen(), status=form.status)


def _save(ctx: Context, section: Section, own: Values) -> None:
    present = section.shown(ctx.page)
    merge = merged(_seen(), own, present)
    if merge.clashes:
        raise _OvertakenError(present, merge)
    change_page(ctx, section.fields({**present, **merge.changes}))


def _seen() -> Values:
    """Return what the form showed when it was opened; nothing where that can't be told."""
    sent = request.form.get("seen", "")
    try:
        seen = json.loads(sent) if len(sent) <= _MOST_SEEN else {}
    except (ValueError, RecursionError):
        seen = {}
    if not isinstance(seen, dict):
        return {}
    return {str(name): value for name, value in seen.items() if isinstance(value, str)}


@blueprint.get("/settings/look/contrast")
@allow(SiteRole.ADMIN)
@confirmed
def accent_contrast() -> Response:
    """Say how a colour reads, while it is being chosen."""
    with looking() as ctx:
        return fragment(ctx, "settings_contrast.html", **_contrast(request.args.get("accent_color", "")))


def _contrast(colour: str) -> dict[str, Any]:
    try:
        colour = checked_colour(colour)
    except RuleError:
        return {"colour": None, "shades": ()}
    return {"colour": colour, "shades": tuple(zip(("light", "dark"), shades(colour), strict=True))}


@blueprint.post("/settings/logo")
@allow(SiteRole.ADMIN)
@confirmed
def upload_logo() -> AnyResponse:
    """Draw the picture anew and show it on every page; or take the logo off."""
    if request.form.get("act") == "remove":
        with acting() as ctx:
            remove_logo(ctx)
        return done(_path(LOOK), "The logo is off the page; the name stands there again.")
    form = LogoForm()
    file = request.files.get("logo")
    try:
        picture = adapters().pictures.encode(file.read() if file else b"")
        with acting() as ctx:
            set_logo(ctx, picture)
    except DomainError as error:
        form.refuse(error)
        return _open(LOOK, logo=form)
    return done(_path(LOOK), "The logo is on every page.")


def _open(section: Section, logo: LogoForm | None = None) -> Response:
    with looking() as ctx:
        shown = section.shown(ctx.page)
    form = section.form(None, **shown)
    return _show(section, form, seen=shown, status=logo.status if logo else 200, logo=logo)


def _show(
    section: Section, form: SectionForm, *, seen: Values, status: int, logo: LogoForm | None = None
) -> Response:
    with looking() as ctx:
        return screen(
            ctx,
            f"settings_{section.name}.html",
            title=f"Settings: {section.title}",
            section="settings",
            status=status,
            current=section,
            form=form,
            seen=json.dumps(seen),
            **_more(ctx, section, form, logo),
        )


def _more(ctx: Context, section: Section, form: SectionForm, logo: LogoForm | None) -> dict[str, Any]:
    """Return what one section alone shows beside its form."""
    if section is NAMES:
        return {"zones": sorted(available_timezones())}
    if section is CLOCK:
        return {"limits": LIMITS, "impacts": IMPACTS, "presets": presets(ctx.page.limits)}
    if section is LOOK:
        found = _contrast(form["accent_color"].data or "")
        return {**found, "logo": public_logo(ctx.page), "logo_form": logo or LogoForm(None)}
    return {}


def _section(name: str) -> Section:
    section = _SECTIONS.get(name)
    if section is None:
        raise NotFoundError("not_found", "There is nothing here.")
    return section


def _path(section: Section) -> str:
    return HERE if section is NAMES else f"{HERE}/{section.name}"
