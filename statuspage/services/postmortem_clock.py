"""The clock of postmortems: what became of them in time, for everything that asks what is owed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from statuspage.domain.obligations import NO_POSTMORTEM, PostmortemTimes
from statuspage.domain.postmortem import Content
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortem_clock import times_by_incident
from statuspage.store.postmortems import Postmortem


def postmortem_times(session: Session, rows: Iterable[IncidentRow]) -> dict[int, PostmortemTimes]:
    """Return what became of the postmortem of each incident by now, by the incidents' keys.

    Every one of them has an entry. It costs one query for some thousand incidents.
    """
    keys = [row.id for row in rows]
    known = times_by_incident(session, keys)
    return {key: known.get(key, NO_POSTMORTEM) for key in keys}


def times_of(session: Session, row: IncidentRow) -> PostmortemTimes:
    """Return the same for one incident."""
    return postmortem_times(session, [row])[row.id]


def begin_public_time(postmortem: Postmortem, content: Content, now: datetime) -> None:
    """Note that customers can read that text from now on; the first instant of each is what counts.

    A date promised for the final text is a promise: a later preliminary text may bring it forward, never put
    it off (rule 8).
    """
    postmortem.public_since = postmortem.public_since or now
    if content.final_by is None:
        postmortem.final_since = postmortem.final_since or now
        return
    postmortem.final_by = min(content.final_by, postmortem.final_by or content.final_by)


def end_public_time(postmortem: Postmortem) -> None:
    """Note that customers can't read it any more: it is owed again as if it had never been public."""
    postmortem.public_since = postmortem.final_since = postmortem.final_by = None
