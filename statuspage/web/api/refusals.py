"""What a schema refuses, in sentences that stand beside the field."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from statuspage.domain.errors import DomainError

_SENTENCES: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "This is required.",
    "string_type": lambda _: "This must be text.",
    "bool_type": lambda _: "This must be true or false.",
    "bool_parsing": lambda _: "This must be true or false.",
    "int_type": lambda _: "This must be a whole number.",
    "int_parsing": lambda _: "This must be a whole number.",
    "int_from_float": lambda _: "This must be a whole number.",
    "enum": lambda context: f"Use {context.get('expected', 'a known word')}.",
    "too_long": lambda context: f"Send at most {context.get('max_length')}.",
    "list_type": lambda _: "This must be a list.",
    "dict_type": lambda _: "This must be an object.",
    "model_type": lambda _: "This must be an object.",
    "model_attributes_type": lambda _: "This must be an object.",
    "string_too_long": lambda context: f"Shorten this to {context.get('max_length')} characters.",
    "greater_than_equal": lambda context: f"Use {context.get('ge')} or more.",
    "less_than_equal": lambda context: f"Use {context.get('le')} or less.",
    "timezone_aware": lambda _: "Add the time zone, like 2026-11-23T14:40:00Z.",
    "datetime_parsing": lambda _: "Write the time like 2026-11-23T14:40:00Z.",
    "datetime_from_date_parsing": lambda _: "Write the time like 2026-11-23T14:40:00Z.",
    "date_from_datetime_parsing": lambda _: "Write the day like 2026-11-23.",
    "date_parsing": lambda _: "Write the day like 2026-11-23.",
}


class InvalidError(DomainError):
    """Fields of the wrong shape; `fields` has a sentence for each."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        first, sentence = next(iter(fields.items()))
        super().__init__("invalid", f"{first}: {sentence}")
        self._fields = fields

    @property
    def fields(self) -> Mapping[str, str]:
        """Return the sentence for each input it concerns."""
        return self._fields


def refuse_invalid(error: ValidationError, wrapper: str) -> NoReturn:
    """Raise what the schema found wrong, a sentence for each field; `wrapper` is the field around all."""
    fields: dict[str, str] = {}
    for detail in error.errors(include_url=False, include_input=False):
        parts = [str(part) for part in detail["loc"] if part != "[key]"]
        fields.setdefault(".".join(parts) or wrapper, _sentence(detail))
    raise InvalidError(fields) from error


def _sentence(detail: ErrorDetails) -> str:
    words = _SENTENCES.get(detail["type"])
    return words(detail.get("ctx", {})) if words else f"{detail['msg'].rstrip('.')}."
