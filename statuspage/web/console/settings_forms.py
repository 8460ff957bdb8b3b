"""The sections of the settings: what each shows of the page, and what it makes of what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import BooleanField, StringField, TextAreaField

from statuspage.services.page_settings import PageFields
from statuspage.store.pages import Page
from statuspage.web.console.forms import ConsoleForm

Values = Mapping[str, str]
YES, NO = "y", ""


class SectionForm(ConsoleForm):
    """The form of one section. Its values are texts, so that they can be compared with what it showed."""

    aliases: ClassVar[Mapping[str, str]] = {}

    def values(self) -> dict[str, str]:
        """Return what was typed, as `shown` would show it."""
        return {field.name: _as_text(field.data) for field in self}

    def clash(self, present: Values) -> None:
        """Say beside each field what somebody else has saved there meanwhile."""
        for name, value in present.items():
            self[name].errors = [
                *self[name].errors,
                f"Somebody else saved {_quoted(self[name], value)} here meanwhile. "
                "What you entered is still here; save again to put it in that place.",
            ]
            self.codes[name] = "stale"


def _as_text(data: Any) -> str:
    if isinstance(data, bool):
        return YES if data else NO
    return str(data or "").replace("\r\n", "\n").strip()


def _quoted(field: Any, value: str) -> str:
    if isinstance(field, BooleanField):
        return "this as ticked" if value else "this as not ticked"
    return f"“{value}”" if value else "nothing"


class NamesForm(SectionForm):
    """Who the page belongs to."""

    name = StringField("Name")
    home_url = StringField("Your home page")
    support_url = StringField("Where customers get help")
    time_zone = StringField("Time zone")


class LookForm(SectionForm):
    """What gives the page its look, but the logo."""

    accent_color = StringField("Accent colour")
    has_powered_by = BooleanField("Say “Powered by statuspage” at the foot of each page")


class TextsForm(SectionForm):
    """The page's own texts."""

    description = TextAreaField("Introduction")
    footer_note = TextAreaField("Note at the foot of each page")


class ApprovalsForm(SectionForm):
    """Whether a second person is asked."""

    asks_approval = BooleanField("Ask a second person before later notices of critical incidents")


class ReportForm(SectionForm):
    """Whether customers read how well they were kept informed."""

    has_public_report = BooleanField("Publish “How well we kept you informed”")


_FLAGS = frozenset({"has_powered_by", "asks_approval", "has_public_report"})


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the settings; `form` names attributes of the page and nothing else."""

    name: str
    title: str
    form: type[SectionForm]
    saved: str

    def shown(self, page: Page) -> dict[str, str]:
        """Return what the form shows of the page."""
        return {name: _as_text(getattr(page, name)) for name in self._names()}

    def fields(self, values: Values) -> PageFields:
        """Return what to set of the page; raise what the form can't mean."""
        chosen: dict[str, Any] = {
            name: value == YES if name in _FLAGS else value for name, value in values.items()
        }
        return PageFields(**chosen)

    def _names(self) -> list[str]:
        return [name for name in PageFields.__dataclass_fields__ if hasattr(self.form, name)]


NAMES = Section("page", "Page", NamesForm, "The page is saved.")
LOOK = Section("look", "Look", LookForm, "The look is saved.")
TEXTS = Section("texts", "Texts", TextsForm, "The texts are saved.")
APPROVALS = Section("approvals", "Approvals", ApprovalsForm, "Approvals are saved.")
REPORT = Section("report", "Public report", ReportForm, "The public report is saved.")
