"""What the team owes its customers now: open deadlines with who has them, and what waits for somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from statuspage.domain.cadence import Deadline, DeadlineKind
from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.obligations import open_deadlines
from statuspage.services.context import Context
from statuspage.services.people import Leading, leading_of
from statuspage.store.accounts import Account
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import (
    IncidentRow,
    count_resolved_in_earnest,
    resolved_in_earnest,
    unfinished_incidents,
)

POSTMORTEMS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Owed:
    """One open deadline of one incident. `lead` is the name of whoever has it, None for nobody yet.

    `is_taken` tells a lead who said so, or was given it, from one who is only called.
    """

    incident_id: str
    incident_name: str
    status: IncidentStatus
    impact: Impact
    deadline: Deadline
    lead: str | None
    is_taken: bool

    @property
    def kind(self) -> DeadlineKind:
        """Return what is owed."""
        return self.deadline.kind

    @property
    def due_at(self) -> datetime:
        """Return by when."""
        return self.deadline.due_at


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the home screen answers: notices owed, soonest first; then postmortems, soonest first.

    `more_postmortems` counts those that are owed beyond the ones listed.
    """

    notices: tuple[Owed, ...]
    postmortems: tuple[Owed, ...]
    more_postmortems: int

    @property
    def unannounced(self) -> tuple[Owed, ...]:
        """Return the detections that no customer knows of yet."""
        return tuple(owed for owed in self.notices if owed.status is IncidentStatus.DETECTED)


def what_is_owed(ctx: Context) -> Desk:
    """Return what is owed now. Its cost follows what is open, not how long history is."""
    notices = _owed(ctx, unfinished_incidents(ctx.session))
    postmortems = _owed(ctx, resolved_in_earnest(ctx.session, POSTMORTEMS_SHOWN))
    total = count_resolved_in_earnest(ctx.session)
    return Desk(notices, postmortems, max(0, total - POSTMORTEMS_SHOWN))


def promises_owed(ctx: Context) -> tuple[Owed, ...]:
    """Return the notices that are owed, soonest first."""
    return _owed(ctx, unfinished_incidents(ctx.session))


def owed_by(ctx: Context, row: IncidentRow) -> tuple[Owed, ...]:
    """Return what one incident owes, soonest first."""
    return _owed(ctx, [row])


def _owed(ctx: Context, rows: Iterable[IncidentRow]) -> tuple[Owed, ...]:
    rows = list(rows)
    leading = leading_of(ctx, rows)
    names = {key: lead.name for key, lead in _first_of(ctx, leading).items()}
    found = [
        Owed(
            row.public_id,
            row.name,
            row.status,
            row.impact,
            deadline,
            names.get(row.id),
            leading[row.id].is_taken,
        )
        for row in rows
        for deadline in open_deadlines(incident_value(row), ctx.page.limits)
        # A drill ends with its incident, and its score card is the look back.
        if row.drill is None or deadline.kind is not DeadlineKind.POSTMORTEM
    ]
    return tuple(sorted(found, key=lambda owed: owed.due_at))


def leads_of(ctx: Context, rows: Iterable[IncidentRow]) -> dict[int, Account]:
    """Return who holds the promise of each incident, where somebody does: assigned, or from the rota."""
    return _first_of(ctx, leading_of(ctx, rows))


def _first_of(ctx: Context, leading: Mapping[int, Leading]) -> dict[int, Account]:
    return {
        key: ctx.session.get_one(Account, found.leads[0]) for key, found in leading.items() if found.leads
    }


def lead_of(ctx: Context, row: IncidentRow) -> Account | None:
    """Return who holds the incident's promise; None for nobody yet."""
    return leads_of(ctx, [row]).get(row.id)
