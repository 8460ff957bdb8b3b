"""Importing history: a file or an address, a bar that moves, and what was left out and why."""

from typing import Any

from flask import Response, render_template, request
from flask_wtf.file import FileField
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, StringField

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import without_forbidden
from statuspage.services.context import Context
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.imports import ask_import, left_out_count, report_of, the_import
from statuspage.store.imports import HistoryImport, ImportState, recent_imports
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import fresh_key
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.home import digest_of, if_changed
from statuspage.web.console.screens import acting, common, done, go_to, looking, person_of, screen
from statuspage.web.security import allow

LIST = "/console/incidents/import"
# As much as the web server lets through at all.
MOST_BYTES = 16 * 1024 * 1024


class ImportForm(ConsoleForm):
    """A history to take over."""

    history = FileField("History file")
    address = StringField("Or the address it lies at")
    components = FileField("Components file")
    form_key = HiddenField()


@blueprint.url_value_preprocessor
def _make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let this one form be larger than all others, before anything reads it."""
    if endpoint == "console.import_history" and request.method == "POST":
        request.max_content_length = MOST_BYTES


@blueprint.route("/incidents/import", methods=["GET", "POST"])
@allow(SiteRole.ADMIN)
def import_history() -> AnyResponse:
    """Hand over a history."""
    form = ImportForm()
    if request.method == "GET":
        form.form_key.data = fresh_key()
        return _form(form)
    try:
        with acting() as ctx:
            known = sent_before(ctx, form.form_key.data or "")
            if known:
                return go_to(known)
            location = f"{LIST}/{_ask(ctx, form).public_id}"
            note_sent(ctx, form.form_key.data or "", location)
    except DomainError as error:
        form.refuse(error)
        return _form(form)
    return done(location)


@blueprint.get("/incidents/import/<import_id>")
@allow(SiteRole.ADMIN)
def import_state(import_id: str) -> Response:
    """Show how far an import has come, and at its end what it did."""
    with looking() as ctx:
        found = the_import(ctx, import_id)
        html = _progress(ctx, found)
        title = f"Import: {found.name}"
        return screen(
            ctx, "import.html", title=title, section="incidents", found=found, html=html,
            digest=digest_of(html), is_running=_is_running(found),
        )  # fmt: skip


@blueprint.get("/incidents/import/<import_id>/progress")
@allow(SiteRole.ADMIN)
def import_progress(import_id: str) -> Response:
    """Answer how far it has come, where that has changed; at its end nobody asks again."""
    with looking() as ctx:
        found = the_import(ctx, import_id)
        answer = if_changed(_progress(ctx, found))
        if not _is_running(found):
            answer.headers["HX-Redirect"] = f"{LIST}/{import_id}"
        return answer


def _ask(ctx: Context, form: ImportForm) -> HistoryImport:
    name, content = _content(form.history.data, "history")
    _, components = _content(form.components.data, "components")
    address = (form.address.data or "").strip()
    if content is None and not address:
        raise RuleError("nothing_given", "Choose a file, or give the address it lies at.", "history")
    if content is not None and address:
        raise RuleError("both_given", "Give a file or an address, not both.", "address")
    return ask_import(ctx, name if content is not None else address, content, components)


def _content(file: FileStorage | None, field: str) -> tuple[str, bytes | None]:
    """Return a file's name and content; None where none was chosen."""
    if file is None or not file.filename:
        return "", None
    content = file.read()
    if not content.strip():
        raise RuleError("empty", "This file is empty.", field)
    if content.lstrip()[:1] not in {b"{", b"\x1f", b"\xef"}:
        raise RuleError(
            "not_json", "This is not a JSON file, such as /api/v2/incidents.json, nor a .gz of one.", field
        )
    return without_forbidden(file.filename).strip()[:255] or "a file", content


def _form(form: ImportForm) -> Response:
    with looking() as ctx:
        return screen(
            ctx,
            "import_new.html",
            title="Import history",
            section="incidents",
            status=form.status,
            form=form,
            imports=recent_imports(ctx.session),
            IMPORT_WORDS=IMPORT_WORDS,
        )


def _progress(ctx: Context, found: HistoryImport) -> Markup:
    html = render_template(
        "console/import_progress.html",
        found=found,
        report=report_of(found),
        left_out=left_out_count(found),
        is_running=_is_running(found),
        person=person_of(ctx),
        **common(ctx),
    )
    return Markup(html)  # noqa: S704 - our own template


def _is_running(found: HistoryImport) -> bool:
    return found.state in {ImportState.WAITING, ImportState.RUNNING}


IMPORT_WORDS = {
    ImportState.WAITING: "Waiting",
    ImportState.RUNNING: "Running",
    ImportState.DONE: "Done",
    ImportState.FAILED: "Failed",
}
