"""Request bodies: JSON or a form, as one nested value; whatever can't be read is refused here."""

import json
import math
import re
from typing import Any
from urllib.parse import parse_qsl

from flask import Request

from statuspage.domain.errors import DomainError, ErrorKind, RuleError

_JSON = ("application/json", "text/json")
_FORM = "application/x-www-form-urlencoded"
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_MOST_FORM_FIELDS = 1000
_DEEPEST = 20
# NUL can't be kept by PostgreSQL, lone surrogates by nobody.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableError(DomainError):
    """A body that is not what its content type says."""

    kind = ErrorKind.UNREADABLE


class MediaTypeError(DomainError):
    """A body of a content type that nobody asked for."""

    kind = ErrorKind.MEDIA_TYPE


def read_body(request: Request) -> dict[str, Any]:
    """Return the request's body as a mapping; an absent body is an empty one.

    Raises `UnreadableError`, `MediaTypeError`, or a `RuleError` for a character that can't be stored.
    """
    raw = request.get_data(cache=True)
    if not raw:
        return {}
    media_type = request.mimetype
    if media_type in _JSON or media_type.endswith("+json"):
        body = _json(raw)
    elif media_type == _FORM:
        body = _form(raw)
    else:
        raise MediaTypeError(
            "unsupported_media_type", "Send JSON (application/json) or a form (x-www-form-urlencoded)."
        )
    _refuse_unstorable(body, ())
    return body


def _json(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise UnreadableError("bad_utf8", f"The body is not UTF-8 (byte {error.start + 1}).") from error
    except RecursionError as error:
        raise UnreadableError("bad_json", "The JSON is nested too deeply.") from error
    except ValueError as error:
        raise UnreadableError("bad_json", f"The body is not valid JSON: {error}.") from error
    if not isinstance(value, dict):
        raise UnreadableError("bad_json", "The body must be a JSON object.")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):  # it could be stored, but never be written as JSON again
        raise ValueError("a number is too large")
    return number


def _form(raw: bytes) -> dict[str, Any]:
    """Return `incident[name]=…&incident[component_ids][]=…` as a nested mapping."""
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FORM_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise UnreadableError("bad_utf8", "The form is not UTF-8.") from error
    except ValueError as error:
        raise UnreadableError("bad_form", "The form has too many fields.") from error
    body: dict[str, Any] = {}
    for key, value in pairs:
        _put(body, key, value)
    return body


def _put(body: dict[str, Any], key: str, value: str) -> None:
    match = _KEY.fullmatch(key)
    if match is None:
        raise UnreadableError("bad_form", f"The form has a field with an unreadable name: {key[:80]!r}.")
    path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    if len(path) > _DEEPEST:
        raise UnreadableError("bad_form", "The form is nested too deeply.")
    is_list = path[-1] == ""
    names = path[:-1] if is_list else path
    place = body
    for name in names[:-1]:
        place = place.setdefault(name, {})
        if not isinstance(place, dict):
            raise UnreadableError("bad_form", f"The form uses {name} twice, in different ways.")
    if is_list:
        place = place.setdefault(names[-1], [])
        if not isinstance(place, list):
            raise UnreadableError("bad_form", f"The form uses {names[-1]} twice, in different ways.")
        place.append(value)
    else:
        place[names[-1]] = value


def _refuse_unstorable(value: object, path: tuple[str, ...], depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise UnreadableError("too_deep", "The body is nested too deeply.")
    if isinstance(value, str) and (found := _UNSTORABLE.search(value)):
        # The fields stand inside their wrapper; errors name them without it.
        field = ".".join(path[1:] or path)
        raise RuleError("control_character", f"Remove the character U+{ord(found[0]):04X}.", field)
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_unstorable(key, path, depth + 1)
            _refuse_unstorable(inner, (*path, key), depth + 1)
    if isinstance(value, list):
        for inner in value:
            _refuse_unstorable(inner, path, depth + 1)
