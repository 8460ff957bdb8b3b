"""What was refused, as an HTTP answer. The one table from the domain's errors to status codes."""

import logging
import math
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import DataError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, ErrorKind, StaleError, ThrottledError
from statuspage.domain.postmortem_edits import EditConflictError
from statuspage.domain.postmortem_gate import GateError, Unmet
from statuspage.store.sessions import is_unready, unready_sentence
from statuspage.web.plain_screens import plain_screen
from statuspage.web.security import adapters, is_console, is_for_people

log = logging.getLogger(__name__)

STATUS: Mapping[ErrorKind, HTTPStatus] = {
    ErrorKind.RULE: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorKind.CONFLICT: HTTPStatus.CONFLICT,
    ErrorKind.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    ErrorKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorKind.UNREADABLE: HTTPStatus.BAD_REQUEST,
    ErrorKind.MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ErrorKind.THROTTLED: HTTPStatus.TOO_MANY_REQUESTS,
}
_HTTP: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "This request can't be read."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "This request is too large; send at most 1 MB."),
    415: ("unsupported_media_type", "Send JSON or a form."),
}
_TITLES: Mapping[int, str] = {
    403: "Your role does not reach this",
    404: "Page not found",
    409: "Somebody was faster",
    413: "This is too large",
    429: "Please wait a little",
    500: "Something went wrong",
    503: "The database does not answer",
}
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_JSON_ROOTS = ("/v1", "/healthz", "/metrics", "/hooks")


def init_errors(app: Flask) -> None:
    """Answer every error in the words of its reader: JSON for programs, a sentence for people."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def error_answer(
    status: int, code: str, sentence: str, fields: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Return an error in the product's one shape; people get a page, parts of a page get a sentence."""
    if request.path.startswith(_JSON_ROOTS):
        answer = jsonify({"error": sentence, "code": code, "fields": dict(fields or {}), **more})
    elif is_for_people() and "HX-Request" not in request.headers:
        title = _TITLES.get(status, "This did not work")
        has_database = status != HTTPStatus.SERVICE_UNAVAILABLE
        answer = plain_screen(
            "error.html", title=title, sentence=sentence, status=status, has_database=has_database
        )
    else:
        answer = Response(f"{sentence}\n", mimetype="text/plain")
    answer.status_code = status
    return answer


def _refused(error: DomainError) -> Response | AnyResponse:
    if error.kind is ErrorKind.UNAUTHORIZED and is_console():
        from statuspage.web.sign_in_pages import ask_to_sign_in

        return ask_to_sign_in(error.message)
    answer = error_answer(STATUS[error.kind], error.code, error.message, error.fields, **_more(error))
    if isinstance(error, ThrottledError):
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.free_within.total_seconds())))
    return answer


def _more(error: DomainError) -> dict[str, Any]:
    """Return what a program needs beside the sentence: the texts of both, or all that is still missing."""
    if isinstance(error, StaleError):
        latest = {"id": error.latest_update_id, "body": error.latest_text}
        more = {"latest_update": latest if error.latest_update_id else None, "body": error.own_text}
        if error.latest_update_id is None and error.latest_text is not None:
            more["latest_text"] = error.latest_text
        return more
    if isinstance(error, EditConflictError):
        return {"latest_text": error.latest_text, "own_text": error.own_text}
    if isinstance(error, GateError):
        return {"unmet": [unmet_field(each) for each in error.unmet]}
    return {}


def unmet_field(unmet: Unmet) -> dict[str, str | None]:
    """Return a requirement that fails as programs read it; `part` and `item` say what it is about."""
    return {"code": unmet.code, "sentence": unmet.sentence, "part": unmet.part or None, "item": unmet.item}


def _overtaken(_error: StaleDataError) -> Response:
    sentence = "Somebody else changed this at the same time; look again and repeat what still applies."
    return error_answer(HTTPStatus.CONFLICT, "stale", sentence)


def _database(error: SQLAlchemyError) -> Response:
    if isinstance(error, DataError) and _holds_zero():
        sentence = "Remove the character U+0000."
        return error_answer(HTTPStatus.UNPROCESSABLE_ENTITY, "control_character", sentence)
    if not is_unready(error):
        return _unexpected(error)
    log.warning(unready_sentence(error, adapters().settings.database_url))
    sentence = "The database does not answer; nothing was changed. Try again in a moment."
    answer = error_answer(HTTPStatus.SERVICE_UNAVAILABLE, "database_unavailable", sentence)
    answer.headers["Retry-After"] = "5"
    return answer


def _holds_zero() -> bool:
    """Return whether a value of the request has a zero byte, for which PostgreSQL refuses even to look."""
    return any("\0" in value for values in request.values.listvalues() for value in values)


def _http(error: HTTPException) -> Response | HTTPException:
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if code < HTTPStatus.BAD_REQUEST:  # a redirect
        return error
    name, sentence = _HTTP.get(code, (error.name.lower().replace(" ", "_"), error.description or error.name))
    answer = error_answer(code, name, sentence)
    answer.headers.extend(
        (key, value)
        for key, value in error.get_headers()
        if key in ("Allow", "Retry-After", "WWW-Authenticate")
    )
    return answer


def _unexpected(error: Exception) -> Response:
    reference = secrets.token_hex(6)
    log.error("unexpected error %s at %s %s", reference, request.method, request.url_rule, exc_info=error)
    sentence = f"Something went wrong on our side; the log has it under {reference}."
    return error_answer(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", sentence, reference=reference)
