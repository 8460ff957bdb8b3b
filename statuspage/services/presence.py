"""Who has an incident's screen open, so that two people at it see each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from statuspage.services.context import Context
from statuspage.store.drafts import Presence, presences_since
from statuspage.store.incidents import IncidentRow

HERE_FOR = timedelta(seconds=30)
WRITING_FOR = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else at the same incident."""

    name: str
    is_writing: bool


def note_presence(ctx: Context, row: IncidentRow, *, is_writing: bool) -> None:
    """Note that the actor looks at the incident, or writes."""
    account_id = ctx.actor.account_id
    if account_id is None:
        return
    seen = ctx.session.get(Presence, (row.id, account_id))
    if seen is None:
        seen = Presence(incident_id=row.id, account_id=account_id, seen_at=ctx.real_now)
        ctx.session.add(seen)
    seen.seen_at = ctx.real_now
    if is_writing:
        seen.writing_at = ctx.real_now
    ctx.session.flush()


def others_here(ctx: Context, row: IncidentRow) -> list[Colleague]:
    """Return who else is at the incident, by name."""
    return [
        Colleague(seen.account.name, _is_within(seen.writing_at, ctx.real_now, WRITING_FOR))
        for seen in presences_since(ctx.session, row.id, ctx.real_now - HERE_FOR)
        if seen.account_id != ctx.actor.account_id
    ]


def _is_within(at: datetime | None, now: datetime, span: timedelta) -> bool:
    return at is not None and now - at <= span
