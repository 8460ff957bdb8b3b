"""A postmortem written elsewhere: a Markdown file or a text, shown first, then taken over."""

from typing import Any

from flask import Response, request
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, HiddenField, TextAreaField

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.postmortem_edits import EditConflictError
from statuspage.domain.postmortem_markdown import MARKDOWN_LIMIT
from statuspage.domain.roles import SiteRole
from statuspage.services.postmortem_import import Foreseen, foresee_import, import_markdown
from statuspage.store.incidents import get_incident
from statuspage.store.postmortems import get_postmortem, head_of
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.postmortem_desk import address_of, shared_values
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import allow

_FATES = {"new": "new", "changed": "changed", "same": "as it stands", "gone": "taken away"}


class PostmortemImportForm(ConsoleForm):
    """A text to take over. `base` is the revision that it was last shown against."""

    file = FileField("Markdown file")
    body = TextAreaField("Or its text")
    replaces = BooleanField("Take away lines and action items that the file leaves out")
    base = HiddenField()

    def take_file(self) -> None:
        """Put what stands in a chosen file into the text; raise `invalid` for what is no text."""
        file = request.files.get("file")
        if file is None or not file.filename:
            return
        try:
            self["body"].data = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise RuleError(
                "invalid",
                "This is no text. Save it as Markdown, in UTF-8, then choose it again.",
                "file",
            ) from None

    @property
    def text(self) -> str:
        """Return the text as it is now."""
        return str(self["body"].data or "")

    @property
    def base_number(self) -> int | None:
        """Return the revision that its author has seen, None for the newest."""
        base = str(self["base"].data or "")
        return int(base) if base.isdecimal() and len(base) < 9 else None


@blueprint.route("/incidents/<incident_id>/postmortem/import", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def import_postmortem(incident_id: str) -> AnyResponse:
    """Show what a file would change, then take it over."""
    if request.method == "GET":
        return _show(incident_id, PostmortemImportForm(None))
    form = PostmortemImportForm()
    try:
        form.take_file()
        if request.form.get("act") == "save":
            return _take_over(incident_id, form)
        return _show(incident_id, form, _foreseen(incident_id, form, form.base_number))
    except EditConflictError as error:
        form.refuse(error)
        return _show(incident_id, form, _foreseen(incident_id, form, None), status=409)
    except DomainError as error:
        form.refuse(error)
        return _show(incident_id, form)


def _take_over(incident_id: str, form: PostmortemImportForm) -> AnyResponse:
    with acting() as ctx:
        postmortem = get_postmortem(ctx.session, get_incident(ctx.session, incident_id))
        import_markdown(ctx, postmortem, form.text, form.base_number, replaces=bool(form["replaces"].data))
    return done(address_of(incident_id), "The file is taken over; what stood there is in the revisions.")


def _foreseen(incident_id: str, form: PostmortemImportForm, base: int | None) -> Foreseen:
    with looking() as ctx:
        postmortem = get_postmortem(ctx.session, get_incident(ctx.session, incident_id))
        return foresee_import(ctx, postmortem, form.text, base, replaces=bool(form["replaces"].data))


def _show(
    incident_id: str, form: PostmortemImportForm, foreseen: Foreseen | None = None, status: int | None = None
) -> Response:
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        postmortem = get_postmortem(ctx.session, row)
        newest = head_of(ctx.session, postmortem).number
        values: dict[str, Any] = shared_values(ctx, row, postmortem)
        return screen(
            ctx,
            "postmortem_import.html",
            title=f"Import a postmortem: {row.name}",
            section="postmortems",
            status=status or form.status,
            form=form,
            foreseen=foreseen,
            base=newest if status == 409 else (form.base_number or newest),
            fates=_FATES,
            limit=MARKDOWN_LIMIT,
            **values,
        )
