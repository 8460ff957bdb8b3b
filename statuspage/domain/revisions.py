"""Correcting and withdrawing what was published: no time, promise or deadline moves (rule 8)."""

from dataclasses import replace

from statuspage.domain.errors import ConflictError, NotFoundError
from statuspage.domain.incident import Incident, Notice, States


def correct(incident: Incident, notice_id: str, text: str | None, states: States | None) -> Incident:
    """Return the incident with one notice's text or components corrected (rule 8).

    No `published_at`, promise or deadline changes. `states` replaces all that the notice said of components.
    """
    notice = find_notice(incident, notice_id)
    if notice.is_retracted:
        raise ConflictError("notice_withdrawn", "This update was withdrawn; it can't be corrected.")
    corrected = replace(
        notice,
        text=notice.text if text is None else text,
        states=notice.states if states is None else dict(states),
    )
    return _with_replaced(incident, corrected)


def retract(incident: Incident, notice_id: str) -> Incident:
    """Return the incident with one notice's text withdrawn; its status, claims and promise still stand."""
    notice = find_notice(incident, notice_id)
    if notice.is_retracted:
        raise ConflictError("notice_withdrawn", "This update was withdrawn already.")
    return _with_replaced(incident, replace(notice, is_retracted=True))


def find_notice(incident: Incident, notice_id: str) -> Notice:
    """Return the incident's notice of that public id; raise `not_found` where it has none."""
    for notice in incident.notices:
        if notice.id == notice_id:
            return notice
    raise NotFoundError("not_found", "This incident has no such update.")


def _with_replaced(incident: Incident, changed: Notice) -> Incident:
    notices = tuple(changed if notice.id == changed.id else notice for notice in incident.notices)
    return replace(incident, notices=notices)
