"""Everything that happened in and around one incident, in one line of time: for the staff alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from statuspage.services.context import Context
from statuspage.services.history_words import ONESELF, SILENT, says_nothing, sentence_of
from statuspage.store.accounts import Account
from statuspage.store.drafts import EntryKind, TimelineEntry, entries_of_incident
from statuspage.store.incidents import IncidentRow, IncidentUpdate, NoticeRevision
from statuspage.store.records import AuditEntry, audit_of


class HappeningKind(StrEnum):
    """Where a line of the timeline comes from."""

    NOTICE = "notice"
    ENTRY = "entry"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline. `update` and `entry` are the rows behind it, for what may be done with them.

    `who` is None where nobody in particular did it; `revisions` are what a notice read before, oldest first.
    """

    at: datetime
    kind: HappeningKind
    who: str | None
    text: str
    update: IncidentUpdate | None = None
    entry: TimelineEntry | None = None
    revisions: tuple[NoticeRevision, ...] = ()

    @property
    def entry_kind(self) -> EntryKind | None:
        """Return what sort of entry it is, None for notices and records."""
        return self.entry.kind if self.entry else None


def incident_history(ctx: Context, row: IncidentRow) -> list[Happening]:
    """Return the incident's timeline, newest first: notices, entries and the record of every act."""
    found = [*_notices(row), *_entries(ctx, row), *_records(ctx, row)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _notices(row: IncidentRow) -> Iterator[Happening]:
    for update in row.updates:
        yield Happening(
            update.published_at,
            HappeningKind.NOTICE,
            update.author.name if update.author else None,
            update.body,
            update=update,
            revisions=tuple(update.revisions),
        )


def _entries(ctx: Context, row: IncidentRow) -> Iterator[Happening]:
    for entry in entries_of_incident(ctx.session, row.id):
        who = entry.author.name if entry.author else None
        yield Happening(entry.at, HappeningKind.ENTRY, who, entry.body, entry=entry)


def _records(ctx: Context, row: IncidentRow) -> Iterator[Happening]:
    records = [
        record
        for record in audit_of(ctx.session, row.public_id)
        if record.verb not in SILENT and not says_nothing(record.verb, record.details)
    ]
    people, names = _people(ctx, records), _names_by_email(ctx, records)
    for record in records:
        who, email = people.get(record.account_id, ("Somebody at the command line", ""))
        token = " (over the API)" if record.token_id else ""
        details = _with_names(record.details, {**names, email: ONESELF})
        text = sentence_of(record.verb, details, ctx.page.time_zone)
        yield Happening(record.at, HappeningKind.RECORD, who + token, text)


def _people(ctx: Context, records: list[AuditEntry]) -> Mapping[int | None, tuple[str, str]]:
    keys = {record.account_id for record in records if record.account_id is not None}
    query = select(Account.id, Account.name, Account.email).where(Account.id.in_(keys))
    return {row.id: (row.name, row.email) for row in ctx.session.execute(query)}


def _names_by_email(ctx: Context, records: list[AuditEntry]) -> Mapping[str, str]:
    emails = {email for record in records for email in record.details.get("roles", {}).values() if email}
    query = select(Account.email, Account.name).where(Account.email.in_(emails))
    return {row.email: row.name for row in ctx.session.execute(query)}


def _with_names(details: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the record with people's names for the mail addresses it keeps."""
    if "roles" not in details:
        return details
    roles = {role: names.get(email or "", email) for role, email in details["roles"].items()}
    return {**details, "roles": roles}
