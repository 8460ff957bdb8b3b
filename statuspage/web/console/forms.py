"""Forms: what was typed stays, and every refusal stands beside its field."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm

from statuspage.domain.errors import DomainError
from statuspage.web.console.refusals import shown_refusal


class ConsoleForm(FlaskForm):  # type: ignore[misc]
    """A form of the console.

    `aliases` maps names that the rules know a field by to the form's own. `refusals` are sentences that
    belong to no field.
    """

    aliases: ClassVar[Mapping[str, str]] = {}

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """The token is checked for all requests at once, before any view runs."""

        csrf = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[Refusal] = []
        self.codes: dict[str, str] = {}

    def refuse(self, error: DomainError) -> None:
        """Put a refusal beside its field, or on top; raise what no form can answer."""
        shown_refusal(error)
        for name in self._names(error.field):
            if name in self:
                self[name].errors = [*self[name].errors, error.message]
                self.codes[name] = error.code
                return
        self.refusals.append(Refusal(error.message, error.code))

    def _names(self, field: str) -> list[str]:
        parts = field.split(".")
        candidates = [".".join(parts[: end + 1]) for end in reversed(range(len(parts)))]
        return [self.aliases.get(name, name) for name in [*candidates, parts[-1]] if name]

    @property
    def is_refused(self) -> bool:
        """Return whether anything in it has to be mended."""
        return bool(self.refusals or self.errors or self.codes)

    @property
    def status(self) -> int:
        """Return the status of the page that shows the form: 422 where something has to be mended."""
        return 422 if self.is_refused else 200


class Refusal:
    """A sentence on top of a form, with the code that leads to its help page."""

    def __init__(self, message: str, code: str) -> None:
        self.message, self.code = message, code
