"""The board: all action items over all postmortems, and what has become of one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from statuspage.domain.action_item import ItemKind, ItemState, is_overdue
from statuspage.domain.roles import SiteRole
from statuspage.services.action_items import may_follow_up
from statuspage.services.context import Context
from statuspage.store.accounts import Account
from statuspage.store.action_items import ActionItem
from statuspage.store.item_rows import IncidentName, all_items_with_postmortems, incident_names
from statuspage.store.records import AuditEntry

_VERBS = ("close_item", "reopen_item", "hand_over_item", "move_item")


class Show(StrEnum):
    """Which items are shown."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    DROPPED = "dropped"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """An item as it is followed up, by the page's calendar.

    `age_days` is counted from when it was written until it was closed, or until today; `days_left` is
    negative when it is overdue. `is_published` says whether its postmortem is.
    """

    item: ActionItem
    incident: IncidentName
    is_overdue: bool
    age_days: int
    days_left: int | None
    has_owner_left: bool
    is_published: bool
    may_follow_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What the board shows: `items` are those asked for, the most urgent first; the counts are of all that
    the filters beside the state leave."""

    items: tuple[Followed, ...]
    counts: Mapping[Show, int]
    owners: tuple[Account, ...]
    teams: tuple[str, ...]
    incidents: tuple[IncidentName, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of the board; an empty filter lets everything through. `owner` is a public id."""

    show: Show = Show.OPEN
    owner: str = ""
    team: str = ""
    kind: ItemKind | None = None
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One act on an item: `verb` and `details` as they were recorded; `by` is None for the command line."""

    at: datetime
    verb: str
    by: Account | None
    details: Mapping[str, Any]


def board(ctx: Context, wanted: Wanted) -> Board:
    """Return the items that are asked for: overdue first, then by day, those closed last first."""
    ctx.actor.require(SiteRole.VIEWER)
    items = all_items_with_postmortems(ctx.session)
    names = incident_names(ctx.session, {item.postmortem.incident_id for item in items})
    everything = [followed(ctx, item, names[item.postmortem.incident_id]) for item in items]
    left = [each for each in everything if _passes(each, wanted)]
    return Board(
        items=tuple(sorted((each for each in left if _is_shown(each, wanted.show)), key=_urgency)),
        counts={show: sum(_is_shown(each, show) for each in left) for show in Show},
        owners=_owners(items),
        teams=tuple(sorted({item.team for item in items if item.team}, key=str.casefold)),
        incidents=tuple(names.values()),
        total=len(items),
    )


def followed(ctx: Context, item: ActionItem, incident: IncidentName) -> Followed:
    """Return an item as it stands today, by the page's calendar."""
    today = today_of(ctx)
    end = item.closed_at.astimezone(ZoneInfo(ctx.page.time_zone)).date() if item.closed_at else today
    owner = item.owner
    return Followed(
        item=item,
        incident=incident,
        is_overdue=is_overdue(item.state, item.due_on, today),
        age_days=max(0, (end - item.created_at.astimezone(ZoneInfo(ctx.page.time_zone)).date()).days),
        days_left=(item.due_on - today).days if item.due_on else None,
        has_owner_left=item.state is ItemState.OPEN and owner is not None and owner.disabled_at is not None,
        is_published=item.postmortem.published_number is not None,
        may_follow_up=may_follow_up(ctx, item),
    )


def name_of_incident(ctx: Context, item: ActionItem) -> IncidentName:
    """Return the name of the incident that an item comes from."""
    key = item.postmortem.incident_id
    return incident_names(ctx.session, {key})[key]


def history_of(ctx: Context, item: ActionItem) -> list[Happened]:
    """Return what was done with an item, the newest first."""
    query = (
        select(AuditEntry, Account)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.subject == item.postmortem.public_id, AuditEntry.verb.in_(_VERBS))
        .order_by(AuditEntry.id.desc())
    )
    return [
        Happened(entry.at, entry.verb, account, entry.details)
        for entry, account in ctx.session.execute(query)
        if entry.details.get("item") == item.public_id
    ]


def today_of(ctx: Context) -> date:
    """Return the day by the page's calendar."""
    return ctx.now.astimezone(ZoneInfo(ctx.page.time_zone)).date()


def _passes(each: Followed, wanted: Wanted) -> bool:
    item = each.item
    owner = item.owner.public_id if item.owner else ""
    return (
        (not wanted.owner or wanted.owner == owner)
        and (not wanted.team or wanted.team == item.team)
        and (wanted.kind is None or wanted.kind is item.kind)
        and (not wanted.incident or wanted.incident == each.incident.id)
    )


def _is_shown(each: Followed, show: Show) -> bool:
    if show is Show.ALL:
        return True
    return each.is_overdue if show is Show.OVERDUE else each.item.state == show.value


def _urgency(each: Followed) -> tuple[bool, float, int]:
    item = each.item
    if item.state is not ItemState.OPEN:
        return (True, -item.closed_at.timestamp() if item.closed_at else 0, -item.id)
    return (False, item.due_on.toordinal() if item.due_on else float("inf"), item.id)


def _owners(items: Iterable[ActionItem]) -> tuple[Account, ...]:
    found = {item.owner.id: item.owner for item in items if item.owner is not None}
    return tuple(sorted(found.values(), key=lambda account: account.name.casefold()))
