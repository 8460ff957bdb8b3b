"""Imports asked for in the console or over the API: kept, then taken in by a worker, part by part.

Whoever takes one holds a lease. A worker that dies leaves it at the part it had reached, and the next goes on
from there.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from statuspage.domain.errors import DomainError, NotFoundError, RuleError
from statuspage.domain.roles import Actor, SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.import_history import Prepared, Report, import_part, note_import
from statuspage.services.import_source import LeftOut, Source
from statuspage.store.ids import new_public_id
from statuspage.store.imports import HistoryImport, ImportState, count_unfinished, find_import, next_import

LARGEST_UNPACKED = 128 * 1024 * 1024
PART = 50
LEASED_FOR = timedelta(minutes=2)
_WAITING_AT_MOST = 5
_LEFT_OUT_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Leased:
    """An import that one worker holds. `address` is where its history is still to be fetched from."""

    key: int
    lease: str
    actor: Actor
    done: int
    address: str | None
    content: bytes | None
    components: bytes | None


def ask_import(
    ctx: Context, name: str, content: bytes | None, components: bytes | None = None
) -> HistoryImport:
    """Keep a history to be taken in; without `content`, `name` is the address it is fetched from."""
    ctx.actor.require(SiteRole.ADMIN)
    name = checked_line(name, "address" if content is None else "history", 2000)
    if content is None and not name.startswith(("https://", "http://")):
        raise RuleError("invalid_address", "Give an address that begins with https:// or http://.", "address")
    for field, given in (("history", content), ("components", components)):
        if given is not None and not given.strip():
            raise RuleError("empty", "This file is empty.", field)
    if count_unfinished(ctx.session) >= _WAITING_AT_MOST:
        raise RuleError("too_many_imports", "Several imports are waiting already. Let one of them end first.")
    asked = HistoryImport(
        public_id=new_public_id(),
        name=name,
        state=ImportState.WAITING,
        content=content,
        components=components,
        asked_by_id=ctx.actor.account_id,
        asked_at=ctx.now,
    )
    ctx.session.add(asked)
    ctx.session.flush()
    audit(ctx, "ask_import", asked.public_id, name=name)
    return asked


def the_import(ctx: Context, public_id: str) -> HistoryImport:
    """Return an import by its public id; for admins. Raises `not_found`."""
    ctx.actor.require(SiteRole.ADMIN)
    found = find_import(ctx.session, public_id)
    if found is None:
        raise NotFoundError("not_found", "There is no such import.")
    return found


def take_import(ctx: Context) -> Leased | None:
    """Take the import that waits longest, or one whose worker has died; None where there is none."""
    found = next_import(ctx.session, ctx.now)
    if found is None:
        return None
    found.state = ImportState.RUNNING
    lease = _lease(ctx, found)
    return Leased(
        key=found.id,
        lease=lease,
        actor=Actor(found.asked_by_id, SiteRole.ADMIN),
        done=found.done,
        address=found.name if found.content is None else None,
        content=found.content,
        components=found.components,
    )


def keep_content(ctx: Context, leased: Leased, content: bytes) -> Leased:
    """Keep what was fetched, so that it is fetched once."""
    found = _held(ctx, leased)
    found.content = content
    return replace(leased, content=content, address=None, lease=_lease(ctx, found))


def note_total(ctx: Context, leased: Leased, total: int) -> Leased:
    """Note how many incidents the history has."""
    found = _held(ctx, leased)
    found.total = total
    return replace(leased, lease=_lease(ctx, found))


def take_in(ctx: Context, leased: Leased, prepared: Prepared) -> Leased:
    """Take in one part, and note how far that is; both or neither."""
    found = _held(ctx, leased)
    part = import_part(ctx, prepared)
    found.report = _kept(_sum(report_of(found), part), left_out_count(found) + len(part.left_out))
    found.done += len(prepared.source.incidents)
    return replace(leased, done=found.done, lease=_lease(ctx, found))


def end_import(ctx: Context, leased: Leased, error: DomainError | None = None) -> None:
    """End the import, well or with the sentence why not; what was handed over is forgotten."""
    found = _held(ctx, leased)
    note_import(ctx, report_of(found))
    found.state = ImportState.FAILED if error else ImportState.DONE
    found.error = error.message if error else None
    found.content = found.components = found.leased_until = None
    found.ended_at = ctx.now


def parts_of(source: Source, done: int) -> Iterator[Source]:
    """Return the parts of a history that are left, each with all components that the whole one knows."""
    named = {one.id: one for one in source.components}
    for incident in source.incidents:
        for one in incident.components:
            named.setdefault(one.id, one)
    every = tuple(named.values())
    if not source.incidents and not done:
        yield Source((), every, source.unreadable)
    for start in range(done, len(source.incidents), PART):
        unreadable = source.unreadable if start == 0 else ()
        yield Source(source.incidents[start : start + PART], every, unreadable)


def report_of(found: HistoryImport) -> Report:
    """Return what the import has done so far."""
    kept = dict(found.report)
    left_out = [LeftOut(one["what"], one["why"]) for one in kept.pop("left_out", [])]
    kept.pop("left_out_count", None)
    return Report(**kept, left_out=left_out)


def left_out_count(found: HistoryImport) -> int:
    """Return how many entries were left out; only so many of them are kept by name."""
    return int(found.report.get("left_out_count", len(found.report.get("left_out", []))))


class LeaseLostError(Exception):
    """Another worker has taken the import over."""


def _held(ctx: Context, leased: Leased) -> HistoryImport:
    found = ctx.session.get_one(HistoryImport, leased.key)
    if found.leased_until is None or found.leased_until.isoformat() != leased.lease:
        raise LeaseLostError
    return found


def _lease(ctx: Context, found: HistoryImport) -> str:
    found.leased_until = ctx.now + LEASED_FOR
    return found.leased_until.isoformat()


def _sum(one: Report, other: Report) -> Report:
    return Report(
        incidents=one.incidents + other.incidents,
        notices=one.notices + other.notices,
        changed=one.changed + other.changed,
        unchanged=one.unchanged + other.unchanged,
        components=one.components + other.components,
        left_out=[*one.left_out, *other.left_out],
    )


def _kept(report: Report, left_out_count: int) -> dict[str, Any]:
    kept = asdict(report)
    kept["left_out"] = kept["left_out"][:_LEFT_OUT_KEPT]
    return kept | {"left_out_count": left_out_count}
