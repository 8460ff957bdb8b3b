"""Which postmortems are owed, and since when they are public: queries whose cost follows what is open."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.obligations import PostmortemTimes
from statuspage.store.postmortems import Postmortem

# Databases take so many parameters at least.
_AT_ONCE = 10_000
_TIMES = (Postmortem.public_since, Postmortem.final_by, Postmortem.final_since, Postmortem.waived_at)


def times_by_incident(session: Session, keys: Sequence[int]) -> dict[int, PostmortemTimes]:
    """Return what became of the postmortems of these incidents, where they have one."""
    found: dict[int, PostmortemTimes] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        query = select(Postmortem.incident_id, *_TIMES).where(Postmortem.incident_id.in_(some))
        found |= {key: PostmortemTimes(*times) for key, *times in session.execute(query)}
    return found
