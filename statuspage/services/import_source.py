"""Reading somebody else's history: the shape of `/api/v2/incidents.json`, taken as it is found."""

import gzip
import io
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from statuspage.domain.errors import DomainError
from statuspage.domain.text import without_forbidden

_GZIP = b"\x1f\x8b"
_LARGEST = 512 * 1024 * 1024
# Older than any status page: history has a page for each month, so one wrong century would make 1,200.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_FAULTS = {
    "missing": "it is missing",
    "string_type": "it is not text",
    "list_type": "it is not a list",
    "model_type": "it is not an object",
    "bool_type": "it is not true or false",
    "bool_parsing": "it is not true or false",
}


class SourceError(DomainError):
    """A file that can't be imported at all."""


def _utc(value: datetime) -> datetime:
    # Feeds without a zone mean UTC; nothing else could be meant.
    try:
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        value = datetime.min.replace(tzinfo=UTC)
    if value < _EARLIEST:
        raise PydanticCustomError("too_early", "it lies before 1990")
    return value


def _cut_to(limit: int) -> Callable[[str], str]:
    """Return what shortens a text to the columns that keep it; a history is not lost over a long label."""
    return lambda text: text if len(text) <= limit else text[: limit - 1] + "…"


def _place(number: int) -> int:
    return min(max(number, 0), 1_000_000)


Instant = Annotated[datetime, AfterValidator(_utc)]
Text = Annotated[str, AfterValidator(without_forbidden)]


class _Source(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SourceAffected(_Source):
    """What a notice said of a component."""

    code: Text
    new_status: str | None = None


class SourceUpdate(_Source):
    """A notice."""

    id: Text
    status: str
    body: Text
    created_at: Instant
    updated_at: Instant | None = None
    display_at: Instant | None = None
    affected_components: list[SourceAffected] | None = None
    deliver_notifications: bool | None = None


class SourceComponent(_Source):
    """A component or a group row."""

    id: Text
    name: Annotated[Text, AfterValidator(_cut_to(255))]
    description: Annotated[Text, AfterValidator(_cut_to(2000))] | None = None
    position: Annotated[int, AfterValidator(_place)] | None = None
    showcase: bool | None = None
    start_date: str | None = None
    group: bool | None = None
    group_id: str | None = None
    only_show_if_degraded: bool | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class SourceIncident(_Source):
    """An incident, or a maintenance, which has `scheduled_for` or says so by its impact."""

    id: Text
    name: Text
    status: str
    impact: str | None = None
    created_at: Instant
    updated_at: Instant | None = None
    started_at: Instant | None = None
    resolved_at: Instant | None = None
    scheduled_for: Instant | None = None
    incident_updates: list[SourceUpdate] = []
    components: list[SourceComponent] = []

    @property
    def is_maintenance(self) -> bool:
        """Return whether this is a maintenance."""
        return self.impact == "maintenance" or self.scheduled_for is not None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not taken, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Source:
    """A history that could be read, and those of its entries that could not."""

    incidents: tuple[SourceIncident, ...]
    components: tuple[SourceComponent, ...]
    unreadable: tuple[LeftOut, ...]


def read_source(history: bytes, components: bytes | None = None, largest: int = _LARGEST) -> Source:
    """Return what two files say; raise `SourceError` for one that is broken or of another shape.

    `largest` is how many bytes either may have unpacked.
    """
    entries = _entries(history, "incidents", largest)
    incidents, unreadable = _validated(SourceIncident, entries, "incident")
    known: list[SourceComponent] = []
    if components is not None:
        known, more = _validated(SourceComponent, _entries(components, "components", largest), "component")
        unreadable += more
    return Source(tuple(incidents), tuple(known), tuple(unreadable))


def _entries(raw: bytes, key: str, largest: int) -> list[Any]:
    if not raw.strip():
        raise SourceError("bad_json", "The file is empty.")
    try:
        value = json.loads(_unpacked(raw, largest).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SourceError("bad_utf8", f"The file is not UTF-8 text (byte {error.start + 1}).") from error
    except RecursionError as error:
        raise SourceError("bad_json", "The JSON is nested too deeply.") from error
    except ValueError as error:
        raise SourceError("bad_json", f"The file is not whole, valid JSON: {error}.") from error
    if not isinstance(value, dict) or not isinstance(value.get(key), list):
        raise SourceError("wrong_shape", f"The file has no list “{key}”, as /api/v2/{key}.json has it.")
    found: list[Any] = value[key]
    return found


def _unpacked(raw: bytes, largest: int) -> bytes:
    if not raw.startswith(_GZIP):
        return raw
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            content = packed.read(largest + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError("bad_gzip", "The compressed file is broken or not whole.") from error
    if len(content) > largest:
        raise SourceError("too_large", f"The file is larger than {largest // 1024 // 1024} MB unpacked.")
    return content


def _validated(model: type[Any], entries: list[Any], word: str) -> tuple[list[Any], list[LeftOut]]:
    taken, left_out = [], []
    for number, entry in enumerate(entries, 1):
        try:
            taken.append(model.model_validate(entry))
        except ValidationError as error:
            name = entry.get("id") if isinstance(entry, dict) else None
            left_out.append(LeftOut(f"{word} {name or f'number {number}'}", _first_fault(error)))
    return taken, left_out


def _first_fault(error: ValidationError) -> str:
    detail = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in detail["loc"])
    fault = _fault(detail["type"], detail["msg"])
    return f"{place}: {fault}" if place else fault


def _fault(kind: str, message: str) -> str:
    if kind.startswith("datetime"):
        return "it is not a time"
    if kind.startswith("int"):
        return "it is not a whole number"
    return _FAULTS.get(kind, message.rstrip(".").lower())
