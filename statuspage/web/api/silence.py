"""Warnings of the silence detector."""

from typing import Any

from statuspage.domain.roles import SiteRole
from statuspage.domain.silence import WarningKind
from statuspage.render.v2 import moment
from statuspage.services.silence import dismiss_warning
from statuspage.services.silence_words import name_of, words_of
from statuspage.store.silence import SilenceWarning, all_warnings, get_warning
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Moment, Output
from statuspage.web.api.lists import one_page_of


class WarningAnswer(Output):
    """Something that goes on, or went on, without a word. `dismissed_by` is a mail address."""

    id: Id
    kind: WarningKind
    incident_id: Id | None
    component_id: Id | None
    name: str
    message: str
    since_at: Moment
    noted_at: Moment
    ended_at: Moment | None
    dismissed_at: Moment | None
    dismissed_by: str | None


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page."""
    path, answer = f"{page}/silence_warnings", WarningAnswer
    some: Any = list[WarningAnswer]
    return [
        Endpoint(
            "GET", path, SiteRole.VIEWER, "List what goes on without a word", some, list_warnings,
            query=("page", "per_page", "limit"),
        ),
        Endpoint(
            "POST", f"{path}/<warning_id>/dismiss", SiteRole.RESPONDER, "Dismiss a warning", answer, dismiss
        ),
    ]  # fmt: skip


def list_warnings(call: Call) -> list[WarningAnswer]:
    """Return every warning outside of drills, newest first, those that are over among them."""
    return [_answer(warning) for warning in one_page_of(all_warnings(call.session))]


def dismiss(call: Call, warning_id: str) -> WarningAnswer:
    """Take a warning off the screens."""
    warning = get_warning(call.session, warning_id)
    dismiss_warning(call.ctx, warning)
    return _answer(warning)


def _answer(warning: SilenceWarning) -> WarningAnswer:
    return WarningAnswer(
        id=warning.public_id,
        kind=warning.kind,
        incident_id=warning.incident.public_id if warning.incident else None,
        component_id=warning.component.public_id if warning.component else None,
        name=name_of(warning),
        message=words_of(warning),
        since_at=moment(warning.since_at),
        noted_at=moment(warning.noted_at),
        ended_at=moment(warning.ended_at) if warning.ended_at else None,
        dismissed_at=moment(warning.dismissed_at) if warning.dismissed_at else None,
        dismissed_by=warning.dismissed_by.email if warning.dismissed_by else None,
    )
