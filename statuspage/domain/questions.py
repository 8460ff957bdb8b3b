"""What the technical lead is asked before a promise is due: what changed, what comes next?"""

from datetime import datetime, timedelta

from statuspage.domain.incident import Incident

ASKED_BEFORE = timedelta(minutes=15)
ANSWER_LIMIT = 500


def asked_at(incident: Incident) -> datetime | None:
    """Return when the question for the next update is asked; None where no update is owed.

    As with every step of the clock, one that lies before the promise was given is left out: a site may allow
    promises so short that there is nothing to ask yet.
    """
    promise = incident.promise
    if promise is None:
        return None
    at = promise - ASKED_BEFORE
    return at if at >= incident.notices[-1].published_at else None


def is_asked(incident: Incident, now: datetime) -> bool:
    """Return whether the question for the next update is open by now; it stays so until the next notice."""
    at = asked_at(incident)
    return at is not None and now >= at
