"""Settings: what a new postmortem asks, by impact."""

from datetime import datetime

from flask import request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, TextAreaField

from statuspage.domain.component import Impact
from statuspage.domain.errors import DomainError, NotFoundError, StaleError
from statuspage.domain.postmortem import NEEDED, Section, form_for
from statuspage.domain.postmortem_gate import SECTION_NAMES
from statuspage.domain.roles import SiteRole
from statuspage.render.words import IMPACT_WORDS
from statuspage.services.context import Context
from statuspage.services.postmortem_templates import (
    change_postmortem_template,
    prompts_for,
    reset_postmortem_template,
)
from statuspage.store.postmortems import templates
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.postmortem_settings import HERE, add_part
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import allow
from statuspage.web.sign_in import confirmed


class PromptsForm(ConsoleForm):
    """The questions for each section."""

    summary = TextAreaField(SECTION_NAMES[Section.SUMMARY])
    impact = TextAreaField(SECTION_NAMES[Section.IMPACT])
    root_cause = TextAreaField(SECTION_NAMES[Section.ROOT_CAUSE])
    systemic_issues = TextAreaField(SECTION_NAMES[Section.SYSTEMIC_ISSUES])
    went_well = TextAreaField(SECTION_NAMES[Section.WENT_WELL])
    went_wrong = TextAreaField(SECTION_NAMES[Section.WENT_WRONG])
    version = HiddenField()


@blueprint.route("/settings/postmortems/templates/<impact>", methods=["GET", "POST"])
@allow(SiteRole.ADMIN)
@confirmed
def postmortem_template(impact: str) -> AnyResponse:
    """Show the questions for one impact, change them, or go back to the built-in ones."""
    if impact not in list(Impact):
        raise NotFoundError("not_found", "There is nothing here.")
    chosen = Impact(impact)
    if request.method == "GET":
        with looking() as ctx:
            return _show(chosen, _form_with(ctx, chosen))
    if request.form.get("act") == "reset":
        with acting() as ctx:
            reset_postmortem_template(ctx, chosen)
        return done(HERE, f"{_name(chosen)}: the built-in questions are asked again.")
    return _save(chosen, PromptsForm())


def _save(impact: Impact, form: PromptsForm) -> AnyResponse:
    version = form["version"].data or ""
    try:
        with acting() as ctx:
            prompts = {section: form[section.value].data or "" for section in Section}
            change_postmortem_template(ctx, impact, prompts, int(version) if version.isdecimal() else None)
    except StaleError as error:
        return _show(impact, form, error)
    except DomainError as error:
        form.refuse(error)
        return _show(impact, form)
    return done(HERE, f"{_name(impact)}: the questions are saved.")


def _form_with(ctx: Context, impact: Impact) -> PromptsForm:
    asked = prompts_for(ctx.session, impact)
    return PromptsForm(None, **{section.value: asked.get(section, "") for section in Section})


def _show(impact: Impact, form: PromptsForm, conflict: StaleError | None = None) -> AnyResponse:
    needed = NEEDED[form_for(impact)]
    with looking() as ctx:
        known = templates(ctx.session).get(impact)
        return screen(
            ctx,
            "settings_postmortem_template.html",
            title=f"Postmortem questions: {_name(impact)}",
            section="settings",
            status=409 if conflict else form.status,
            heading=f"What a postmortem asks: {_name(impact).lower()}",
            form=form,
            conflict=conflict,
            version=known.version if known else 0,
            is_changed=known is not None and known.is_changed,
            sections=[(section.value, section in needed) for section in Section],
        )


def _listed(ctx: Context) -> list[tuple[str, str, datetime | None]]:
    known = templates(ctx.session)
    return [
        (
            each.value,
            _name(each),
            known[each].updated_at if each in known and known[each].is_changed else None,
        )
        for each in reversed(Impact)
    ]


def _name(impact: Impact) -> str:
    return IMPACT_WORDS[impact] or "No impact"


add_part("templates", "settings_postmortem_templates.html", _listed)
