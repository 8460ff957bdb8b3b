"""The internal timeline: what the team notes, decides and does, for itself."""

from datetime import datetime

from statuspage.domain.errors import ForbiddenError, RuleError
from statuspage.domain.milestones import Times
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_message
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.drill_time import acting_on
from statuspage.services.set_facts import Facts, set_facts
from statuspage.store.drafts import EntryKind, TimelineEntry
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow

ENTRY_LIMIT = 5_000


def add_entry(
    ctx: Context,
    row: IncidentRow,
    kind: EntryKind,
    text: str,
    at: datetime | None = None,
    *,
    sets_mitigated_at: bool = False,
) -> TimelineEntry:
    """Note what happened at `at`, default now. A mitigation may set the incident's milestone too."""
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    entry = TimelineEntry(
        public_id=new_public_id(),
        incident_id=row.id,
        kind=kind,
        body=_checked(text),
        at=_checked_instant(ctx, at),
        created_at=ctx.now,
        author_id=ctx.actor.account_id,
    )
    ctx.session.add(entry)
    ctx.session.flush()
    audit(ctx, "add_entry", row.public_id, entry=entry.public_id, kind=kind)
    if sets_mitigated_at:
        if kind is not EntryKind.MITIGATION:
            raise RuleError("not_a_mitigation", "Only a mitigation sets the time of mitigation.", "kind")
        set_facts(ctx, row, Facts(times=Times(mitigated_at=entry.at)))
    return entry


def change_entry(
    ctx: Context,
    row: IncidentRow,
    entry: TimelineEntry,
    text: str,
    kind: EntryKind | None = None,
    at: datetime | None = None,
) -> None:
    """Change an entry; by its author or an admin. What it said before stays in the record."""
    _require_own(ctx, entry)
    ctx = acting_on(ctx, row)
    old = {"text": entry.body, "kind": entry.kind.value, "at": entry.at.isoformat()}
    entry.body = _checked(text)
    entry.kind = kind or entry.kind
    entry.at = _checked_instant(ctx, at) if at else entry.at
    entry.edited_at = ctx.now
    audit(ctx, "change_entry", row.public_id, entry=entry.public_id, old=old)


def remove_entry(ctx: Context, row: IncidentRow, entry: TimelineEntry) -> None:
    """Take an entry off the timeline; by its author or an admin. The record keeps what it said."""
    _require_own(ctx, entry)
    ctx = acting_on(ctx, row)
    old = {"text": entry.body, "kind": entry.kind.value, "at": entry.at.isoformat()}
    audit(ctx, "remove_entry", row.public_id, entry=entry.public_id, old=old)
    ctx.session.delete(entry)


def _require_own(ctx: Context, entry: TimelineEntry) -> None:
    ctx.actor.require(SiteRole.RESPONDER)
    if entry.author_id != ctx.actor.account_id and not ctx.actor.role.reaches(SiteRole.ADMIN):
        raise ForbiddenError("not_your_entry", "Only who wrote an entry, or an admin, may change it.")


def _checked(text: str) -> str:
    text = checked_message(text, "text").strip()
    if len(text) > ENTRY_LIMIT:
        raise RuleError(
            "too_long", f"Shorten this to {ENTRY_LIMIT:,} characters; it has {len(text):,}.", "text"
        )
    return text


def _checked_instant(ctx: Context, at: datetime | None) -> datetime:
    if at is not None and at > ctx.now:
        raise RuleError("entry_in_future", "What is noted can't lie in the future.", "at")
    return at or ctx.now
