"""What the team owes its customers now: open deadlines with who has them, and what waits for somebody."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from statuspage.domain.cadence import Deadline, DeadlineKind
from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.obligations import deadlines, open_deadlines
from statuspage.domain.postmortem import PostmortemState
from statuspage.services.context import Context
from statuspage.services.people import active_accounts, leading_of, postmortem_owners
from statuspage.services.postmortem_clock import postmortem_times, times_of
from statuspage.store.accounts import Account
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, unfinished_incidents
from statuspage.store.postmortem_clock import (
    count_owing_postmortems,
    incidents_owing_postmortems,
    latest_owing_postmortems,
    postmortems_by_incident,
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
class OwedPostmortem:
    """A postmortem that is owed, who sees to it, None for nobody, and how far its text is.

    `is_final` tells the one that a preliminary postmortem has promised.
    """

    incident_id: str
    incident_name: str
    deadline: Deadline
    owner: str | None
    state: PostmortemState
    is_final: bool

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
    postmortems: tuple[OwedPostmortem, ...]
    more_postmortems: int

    @property
    def unannounced(self) -> tuple[Owed, ...]:
        """Return the detections that no customer knows of yet."""
        return tuple(owed for owed in self.notices if owed.status is IncidentStatus.DETECTED)


def what_is_owed(ctx: Context) -> Desk:
    """Return what is owed now. Its cost follows what is open, not how long history is."""
    postmortems = _postmortems(ctx, latest_owing_postmortems(ctx.session, POSTMORTEMS_SHOWN))
    total = count_owing_postmortems(ctx.session)
    return Desk(promises_owed(ctx), postmortems, max(0, total - POSTMORTEMS_SHOWN))


def promises_owed(ctx: Context) -> tuple[Owed, ...]:
    """Return the notices that are owed, soonest first."""
    return _owed(ctx, unfinished_incidents(ctx.session))


def owed_by(ctx: Context, row: IncidentRow) -> tuple[Owed, ...]:
    """Return what one incident owes, soonest first."""
    return _owed(ctx, [row])


def everything_owed(ctx: Context) -> list[tuple[IncidentRow, Deadline]]:
    """Return all that is owed now, soonest first, drills left out.

    Postmortems are those that the home screen counts: of incidents resolved since there are postmortems, and
    of older ones that somebody has begun one for.
    """
    rows = [*unfinished_incidents(ctx.session), *ctx.session.scalars(incidents_owing_postmortems())]
    times = postmortem_times(ctx.session, rows)
    owed = [
        (row, deadline)
        for row in rows
        for deadline in open_deadlines(incident_value(row), ctx.page.limits, times[row.id])
    ]
    return sorted(owed, key=lambda pair: (pair[1].due_at, pair[0].id))


def ever_owed(ctx: Context, row: IncidentRow) -> list[tuple[IncidentRow, Deadline]]:
    """Return what one incident owes and owed, in the order it arose."""
    found = deadlines(incident_value(row), ctx.page.limits, times_of(ctx.session, row))
    return [(row, deadline) for deadline in found if _is_earnest(row, deadline)]


def _is_earnest(row: IncidentRow, deadline: Deadline) -> bool:
    """A drill ends with its incident, and its score card is the look back."""
    return row.drill is None or deadline.kind is not DeadlineKind.POSTMORTEM


def _owed(ctx: Context, rows: Iterable[IncidentRow]) -> tuple[Owed, ...]:
    rows = list(rows)
    times, has_it = postmortem_times(ctx.session, rows), holders_of(ctx, rows)
    leading = leading_of(ctx, rows)
    found = [
        Owed(
            row.public_id,
            row.name,
            row.status,
            row.impact,
            deadline,
            account.name if (account := has_it(row, deadline.kind)) else None,
            leading[row.id].is_taken,
        )
        for row in rows
        for deadline in open_deadlines(incident_value(row), ctx.page.limits, times[row.id])
        if _is_earnest(row, deadline)
    ]
    return tuple(sorted(found, key=lambda owed: owed.due_at))


def _postmortems(ctx: Context, rows: Sequence[IncidentRow]) -> tuple[OwedPostmortem, ...]:
    times, has_it = postmortem_times(ctx.session, rows), holders_of(ctx, rows)
    written = postmortems_by_incident(ctx.session, [row.id for row in rows])
    found = []
    for row in rows:
        postmortem, digest = written[row.id]
        owner = has_it(row, DeadlineKind.POSTMORTEM)
        found += [
            OwedPostmortem(
                row.public_id,
                row.name,
                deadline,
                owner.name if owner else None,
                postmortem.state_with(digest),
                is_final=times[row.id].public_since is not None,
            )
            for deadline in open_deadlines(incident_value(row), ctx.page.limits, times[row.id])
        ]
    return tuple(sorted(found, key=lambda owed: owed.due_at))


Holder = Callable[[IncidentRow, DeadlineKind], Account | None]


def holders_of(ctx: Context, rows: Iterable[IncidentRow]) -> Holder:
    """Return what tells who has something that one of these incidents owes: a postmortem is its owner's,
    everything else the lead's."""
    rows = list(rows)
    leading, accounts = leads_of(ctx, rows), active_accounts(ctx)
    owners = postmortem_owners(ctx, [row for row in rows if row.status is IncidentStatus.RESOLVED])

    def holder(row: IncidentRow, kind: DeadlineKind) -> Account | None:
        if kind is not DeadlineKind.POSTMORTEM:
            return leading.get(row.id)
        owner = owners.get(row.id)
        return None if owner is None else accounts[owner]

    return holder


def leads_of(ctx: Context, rows: Iterable[IncidentRow]) -> dict[int, Account]:
    """Return who holds the promise of each incident, where somebody does: assigned, or from the rota."""
    accounts = active_accounts(ctx)
    found = leading_of(ctx, rows)
    return {key: accounts[leading.leads[0]] for key, leading in found.items() if leading.leads}


def lead_of(ctx: Context, row: IncidentRow) -> Account | None:
    """Return who holds the incident's promise; None for nobody yet."""
    return leads_of(ctx, [row]).get(row.id)
