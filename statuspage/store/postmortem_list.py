"""What a list of all postmortems needs of each, in a few queries whatever their number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from statuspage.domain.action_item import ItemState
from statuspage.domain.incident import IncidentStatus
from statuspage.store.accounts import Account
from statuspage.store.action_items import ActionItem
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, PostmortemRevision

# Databases take so many parameters at least.
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """A newest revision without its text. `author` is a name, None where a program or the product wrote."""

    digest: str
    number: int
    created_at: datetime
    author: str | None


def read_stories(session: Session, rows: Iterable[IncidentRow]) -> None:
    """Read episodes, notices and whatever else these bare incidents consist of, for all of them at once."""
    keys = [row.id for row in rows]
    for start in range(0, len(keys), _AT_ONCE):
        session.scalars(select(IncidentRow).where(IncidentRow.id.in_(keys[start : start + _AT_ONCE]))).all()


def heads(session: Session) -> dict[int, Head]:
    """Return the newest revision of every postmortem, by the postmortem's key."""
    newest = (
        select(PostmortemRevision.postmortem_id, func.max(PostmortemRevision.number).label("number"))
        .group_by(PostmortemRevision.postmortem_id)
        .subquery()
    )
    one, author = aliased(PostmortemRevision), aliased(Account)
    query = (
        select(one.postmortem_id, one.digest, one.number, one.created_at, author.name)
        .join(newest, (newest.c.postmortem_id == one.postmortem_id) & (newest.c.number == one.number))
        .outerjoin(author, author.id == one.author_id)
    )
    return {row[0]: Head(row[1], row[2], row[3], row[4]) for row in session.execute(query)}


def open_items(session: Session) -> dict[int, int]:
    """Return how many action items are still to be done, by the postmortem's key."""
    query = (
        select(ActionItem.postmortem_id, func.count(ActionItem.id))
        .where(ActionItem.removed_at.is_(None), ActionItem.state == ItemState.OPEN)
        .group_by(ActionItem.postmortem_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def resolved_without(session: Session, limit: int) -> list[IncidentRow]:
    """Return resolved incidents that have no postmortem, those resolved last first."""
    query = (
        select(IncidentRow)
        .outerjoin(Postmortem, Postmortem.incident_id == IncidentRow.id)
        .where(
            Postmortem.id.is_(None),
            IncidentRow.status == IncidentStatus.RESOLVED,
            IncidentRow.drill_id.is_(None),
            IncidentRow.merged_into_id.is_(None),
        )
        .order_by(IncidentRow.resolved_at.desc(), IncidentRow.id.desc())
    )
    return list(session.scalars(query.limit(limit)))


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision without its text."""

    number: int
    created_at: datetime
    author: str | None
    note: str | None
    is_by_program: bool
    digest: str


def revision_list(session: Session, postmortem: Postmortem) -> list[RevisionLine]:
    """Return every revision of a postmortem, the newest first."""
    one, author = aliased(PostmortemRevision), aliased(Account)
    query = (
        select(one.number, one.created_at, author.name, one.note, one.token_id.is_not(None), one.digest)
        .outerjoin(author, author.id == one.author_id)
        .where(one.postmortem_id == postmortem.id)
        .order_by(one.number.desc())
    )
    return [RevisionLine(*row) for row in session.execute(query)]
