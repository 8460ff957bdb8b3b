"""The types that the API's schemas are made of."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from statuspage.domain.text import forbidden_character

# Older than any status page: a slip of the keyboard would grow the history by a page a month.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _written_out(value: Any) -> Any:
    """Refuse numbers, be they in quotes: nobody can tell seconds from milliseconds."""
    if isinstance(value, str) and _DAY.match(value):
        return value
    raise PydanticCustomError("instant", "Write the time like 2026-11-23T14:40:00Z.")


def _day_written_out(value: Any) -> Any:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("day", "Write the day like 2026-11-23.")


def _in_range(value: datetime) -> datetime:
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        value = _LATEST
    if not _EARLIEST <= value < _LATEST:
        raise PydanticCustomError("instant_range", "Use a time between 1990 and 2200.")
    return value


def _day_in_range(value: date) -> date:
    if not _EARLIEST.date() <= value < _LATEST.date():
        raise PydanticCustomError("day_range", "Use a day between 1990 and 2200.")
    return value


Instant = Annotated[
    datetime,
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_in_range),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[date, BeforeValidator(_day_written_out), AfterValidator(_day_in_range)]
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]{12}$")]


def _printable(value: str) -> str:
    found = forbidden_character(value)
    if found:
        raise PydanticCustomError(
            "control_character", "Remove the control character U+{code}.", {"code": f"{ord(found):04X}"}
        )
    return value


def _no_truth(value: Any) -> Any:
    """Refuse true and false, which are numbers to Python alone."""
    if isinstance(value, bool):
        raise PydanticCustomError("whole_number", "This must be a whole number.")
    return value


WholeNumber = Annotated[int, BeforeValidator(_no_truth)]
ShortText = Annotated[str, Field(max_length=2000), AfterValidator(_printable)]


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(each.isspace() for each in value):
        raise PydanticCustomError("address", "Write a web address that begins with https://.")
    return value


WebAddress = Annotated[
    str,
    Field(max_length=2000, json_schema_extra={"pattern": r"^https?://\S+$"}),
    AfterValidator(_printable),
    AfterValidator(_web_address),
]


# All shapes are made while the application loads. Made when they were first used, they held up readers for
# 50 ms at the first notice after a start, just when everybody looks.
_SHAPE = ConfigDict(frozen=True)


class Input(BaseModel):
    """What a request may say; fields that nobody knows are passed over, as existing clients expect."""

    model_config = ConfigDict(**_SHAPE, extra="ignore")

    def has(self, name: str) -> bool:
        """Return whether the request named the field at all, be it with null."""
        return name in self.model_fields_set


class Output(BaseModel):
    """What an answer says: exactly these keys, null where nothing is known."""

    model_config = ConfigDict(**_SHAPE, extra="forbid")
