"""Templates: words prepared in calm, for those who need them in a hurry."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.errors import DomainError, StaleError
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.placeholders import BY_A_PERSON, BY_THE_PRODUCT
from statuspage.domain.roles import SiteRole
from statuspage.render.words import IMPACT_WORDS, STATUS_WORDS
from statuspage.services.context import Context
from statuspage.services.notice_templates import (
    TemplateFields,
    archive_template,
    change_template,
    create_template,
    move_template,
)
from statuspage.services.notice_text import NoticeText, render_text
from statuspage.services.prepared_texts import example_values, filled_text
from statuspage.store.components import all_components
from statuspage.store.notice_templates import NoticeTemplate, all_templates, get_template
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import STATE_PREFIX
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.screens import acting, done, fragment, looking, screen
from statuspage.web.security import adapters, allow

HERE = "/console/templates"
KIND_WORDS = {
    NoticeKind.INITIAL: "First notice",
    NoticeKind.UPDATE: "Update",
    NoticeKind.RESOLUTION: "Resolution",
    NoticeKind.REOPENING: "Reopening",
}
_KIND_HINTS = {
    NoticeKind.INITIAL: "What to choose from when an incident is declared.",
    NoticeKind.UPDATE: "The first that fits its status stands in the composer before anybody writes.",
    NoticeKind.RESOLUTION: "The first that needs no words of yours stands there when you choose “Resolved”.",
    NoticeKind.REOPENING: "For a problem that has come back.",
}
_ANY = SelectChoice("", "Any")
_STATUSES = [SelectChoice(status.value, label) for status, label in STATUS_WORDS.items()]
_LEFT_OPEN = re.compile(r"(\{\{[^{}\n]{1,64}\}\})")


class TemplateForm(ConsoleForm):
    """A template; its states of components are fields of their own, as in the composer."""

    aliases: ClassVar[Mapping[str, str]] = {"status": "fits_status", "components": "name"}

    name = StringField("Name")
    kind = RadioField(
        "For which notice?", choices=[SelectChoice(kind.value, words) for kind, words in KIND_WORDS.items()]
    )
    fits_status = SelectField("Status", choices=[_ANY, *_STATUSES])
    impact = SelectField(
        "Impact", choices=[_ANY, *(SelectChoice(i.value, IMPACT_WORDS[i] or "No impact") for i in Impact)]
    )
    title = StringField("Title of the incident")
    body = TextAreaField("What customers read")
    runbook_url = StringField("Runbook")
    is_false_alarm = BooleanField("It says that it was a false alarm")
    version = HiddenField()


@blueprint.get("/templates")
@allow(SiteRole.VIEWER)
def templates() -> Response:
    """Show all, by kind."""
    with looking() as ctx:
        known = all_templates(ctx.session)
        return screen(
            ctx,
            "templates.html",
            title="Templates",
            section="templates",
            kinds=[
                (KIND_WORDS[kind], _KIND_HINTS[kind], kind, [one for one in known if one.kind is kind])
                for kind in NoticeKind
            ],
        )


@blueprint.route("/templates/new", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def new_template() -> AnyResponse:
    """Add a template."""

    def save(ctx: Context, fields: TemplateFields, _: int | None) -> str:
        return f"“{create_template(ctx, fields).name}” is ready to be used."

    kind = request.args.get("kind", "")
    start = {"kind": kind if kind in KIND_WORDS else NoticeKind.UPDATE.value}
    return _edit(TemplateForm(data=start), "New template", save, None)


@blueprint.route("/templates/<template_id>", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def edit_template(template_id: str) -> AnyResponse:
    """Change a template, or take it away."""

    def save(ctx: Context, fields: TemplateFields, version: int | None) -> str:
        template = get_template(ctx.session, template_id)
        change_template(ctx, template, fields, version)
        return f"“{template.name}” is saved."

    if request.form.get("act") == "archive":
        return _archive(template_id)
    with looking() as ctx:
        template = get_template(ctx.session, template_id)
        start, name = _shown(template), template.name
        states = {STATE_PREFIX + public_id: state for public_id, state in template.states.items()}
    return _edit(TemplateForm(data=start), f"Change “{name}”", save, template_id, states)


@blueprint.post("/templates/order")
@allow(SiteRole.COMMUNICATOR)
def order_templates() -> AnyResponse:
    """Move one by a step among those of its kind."""
    direction, _, template_id = request.form.get("move", "").partition(":")
    with acting() as ctx:
        template = get_template(ctx.session, template_id)
        kin = [each for each in all_templates(ctx.session) if each.kind is template.kind]
        place = kin.index(template) + (-1 if direction == "up" else 1)
        if 0 <= place < len(kin):
            move_template(ctx, template, place)
        message = f"“{template.name}” is now number {_number(ctx, template)} of {len(kin)}."
    return done(f"{HERE}#{direction}-{template_id}", message)


def _number(ctx: Context, template: NoticeTemplate) -> int:
    return 1 + [one for one in all_templates(ctx.session) if one.kind is template.kind].index(template)


@blueprint.post("/templates/preview")
@allow(SiteRole.COMMUNICATOR)
def preview_template() -> Response:
    """Show how the text would read, filled with an example."""
    html, trouble = Markup(), ""
    try:
        if request.form.get("body", "").strip():
            text = render_text(adapters().markdown, request.form["body"])
            with looking() as ctx:
                html = _example(ctx, text)
    except DomainError as error:
        trouble = error.message
    with looking() as ctx:
        return fragment(ctx, "template_preview.html", html=html, trouble=trouble)


def _example(ctx: Context, text: NoticeText) -> Markup:
    """Return the markup with an example in it; what a person fills in later is marked."""
    filled = filled_text(text, example_values(ctx)).html
    return Markup(_LEFT_OPEN.sub(r"<mark>\1</mark>", filled))  # noqa: S704 - the product's own safe markup


def _archive(template_id: str) -> AnyResponse:
    with acting() as ctx:
        template = get_template(ctx.session, template_id)
        archive_template(ctx, template)
        message = f"“{template.name}” is gone. What was published with it stays."
    return done(HERE, message)


def _shown(template: NoticeTemplate) -> dict[str, Any]:
    return {
        "name": template.name,
        "kind": template.kind.value,
        "fits_status": template.status.value if template.status else "",
        "impact": template.impact.value if template.impact else "",
        "title": template.title or "",
        "body": template.body,
        "runbook_url": template.runbook_url or "",
        "is_false_alarm": template.is_false_alarm,
        "version": str(template.version),
    }


def _fields(form: TemplateForm, text: NoticeText) -> TemplateFields:
    return TemplateFields(
        name=form["name"].data or "",
        kind=NoticeKind(form["kind"].data),
        status=IncidentStatus(form["fits_status"].data) if form["fits_status"].data else None,
        impact=Impact(form["impact"].data) if form["impact"].data else None,
        title=form["title"].data or None,
        body=text,
        runbook_url=form["runbook_url"].data or None,
        is_false_alarm=bool(form["is_false_alarm"].data),
        states=_typed_states(),
    )


def _typed_states() -> dict[str, ComponentState]:
    return {
        name.removeprefix(STATE_PREFIX): ComponentState(state)
        for name, state in request.form.items()
        if name.startswith(STATE_PREFIX) and state in list(ComponentState)
    }


def _edit(
    form: TemplateForm, heading: str, save: Any, template_id: str | None, states: dict[str, str] | None = None
) -> AnyResponse:
    conflict = None
    if form.is_submitted():
        states = {STATE_PREFIX + key: state for key, state in _typed_states().items()}
        conflict = _saved(form, save)
        if isinstance(conflict, str):
            return done(HERE, conflict)
    with looking() as ctx:
        return screen(
            ctx,
            "template.html",
            title=heading,
            section="templates",
            status=409 if conflict else form.status,
            heading=heading,
            form=form,
            template_id=template_id,
            conflict=conflict,
            version=get_template(ctx.session, template_id).version if template_id else None,
            components=all_components(ctx.session),
            states=states or {},
            by_the_product=BY_THE_PRODUCT,
            by_a_person=BY_A_PERSON,
        )


def _saved(form: TemplateForm, save: Any) -> str | StaleError | None:
    """Save what was typed and return what to say; the other's text where somebody was first; else None."""
    if not form.validate():
        return None
    version = form["version"].data or ""
    try:
        text = render_text(adapters().markdown, form["body"].data or "")
        with acting() as ctx:
            message: str = save(ctx, _fields(form, text), int(version) if version.isdecimal() else None)
            return message
    except StaleError as error:
        return error
    except DomainError as error:
        form.refuse(error)
    return None
