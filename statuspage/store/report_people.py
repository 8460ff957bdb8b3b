"""Who had which role, and which postmortem, when: for the report, which asks whose a duty was when due."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from statuspage.domain.handover import Offer
from statuspage.domain.roles import IncidentRole
from statuspage.store.incidents import RoleRow
from statuspage.store.involvement import Answer, HandoverOffer, RoleCall, RoleTerm
from statuspage.store.postmortems import Postmortem, PostmortemTerm
from statuspage.store.report_rows import keys_of_period


@dataclass(frozen=True, slots=True)
class Term:
    """From then on that account had the role; nobody where it is None."""

    from_at: datetime
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody was called for a role from the rota, and said at `declined_at` that they can't."""

    account_id: int
    called_at: datetime
    declined_at: datetime | None

    def stands(self, at: datetime) -> bool:
        """Return whether they were called by then and had not declined."""
        return self.called_at <= at and (self.declined_at is None or self.declined_at > at)


@dataclass(frozen=True, slots=True)
class TermOffer:
    """An offer to hand over the lead, and when it was closed without being accepted."""

    offer: Offer
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Involvement:
    """Who had which role when, by incident; `calls` count where nobody had it, deputies left out.

    `assigned` is who has it now, for incidents of which no terms were kept. `owners` are those of
    postmortems.
    """

    terms: Mapping[tuple[int, IncidentRole], list[Term]]
    calls: Mapping[tuple[int, IncidentRole], list[Called]]
    assigned: Mapping[tuple[int, IncidentRole], int]
    offers: Mapping[int, list[TermOffer]]
    owners: Mapping[int, list[Term]]


def involvement(session: Session, start: datetime, end: datetime) -> Involvement:
    """Return who had the lead and the command of the incidents detected in that time."""
    keys = keys_of_period(start, end, is_announced=False)
    terms: dict[tuple[int, IncidentRole], list[Term]] = defaultdict(list)
    query = select(RoleTerm.incident_id, RoleTerm.role, RoleTerm.from_at, RoleTerm.account_id)
    in_order = query.where(RoleTerm.incident_id.in_(keys)).order_by(RoleTerm.from_at, RoleTerm.id)
    for key, role, from_at, account_id in session.execute(in_order):
        terms[key, role].append(Term(from_at, account_id))
    return Involvement(
        terms, _calls(session, keys), _assigned(session, keys), _offers(session, keys), _owners(session, keys)
    )


def _owners(session: Session, keys: Select[Any]) -> dict[int, list[Term]]:
    query = (
        select(Postmortem.incident_id, PostmortemTerm.from_at, PostmortemTerm.account_id)
        .join(Postmortem, Postmortem.id == PostmortemTerm.postmortem_id)
        .where(Postmortem.incident_id.in_(keys))
        .order_by(PostmortemTerm.from_at, PostmortemTerm.id)
    )
    found: dict[int, list[Term]] = defaultdict(list)
    for key, from_at, account_id in session.execute(query):
        found[key].append(Term(from_at, account_id))
    return found


def _calls(session: Session, keys: Select[Any]) -> dict[tuple[int, IncidentRole], list[Called]]:
    row = RoleCall
    query = select(row.incident_id, row.role, row.account_id, row.called_at, row.answer, row.answered_at)
    query = query.where(row.incident_id.in_(keys), row.is_deputy.is_(False)).order_by(row.id)
    found: dict[tuple[int, IncidentRole], list[Called]] = defaultdict(list)
    for key, role, account_id, called_at, answer, answered_at in session.execute(query):
        declined_at = answered_at if answer is Answer.DECLINED else None
        found[key, role].append(Called(account_id, called_at, declined_at))
    return found


def _assigned(session: Session, keys: Select[Any]) -> dict[tuple[int, IncidentRole], int]:
    query = select(RoleRow.incident_id, RoleRow.role, RoleRow.account_id).where(RoleRow.incident_id.in_(keys))
    return {(key, role): account_id for key, role, account_id in session.execute(query)}


def _offers(session: Session, keys: Select[Any]) -> dict[int, list[TermOffer]]:
    row = HandoverOffer
    query = select(row.incident_id, row.to_id, row.offered_at, row.accepted_at, row.closed_at).where(
        row.incident_id.in_(keys)
    )
    found: dict[int, list[TermOffer]] = defaultdict(list)
    for key, to, offered_at, accepted_at, closed_at in session.execute(
        query.order_by(row.offered_at, row.id)
    ):
        found[key].append(TermOffer(Offer(to, offered_at, accepted_at), closed_at))
    return found
