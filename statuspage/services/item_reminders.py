"""Reminding of action items: a due step becomes a row, once, and each person gets one message a day.

Spoken of are the open items of postmortems that were published, to whomever, and of those that are still
being written 48 hours after the resolution: what was agreed on should not wait for the last sentence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from statuspage.domain.item_reminders import may_remind, newest_step
from statuspage.services.context import Context
from statuspage.services.remind import zone_of
from statuspage.services.staff_messages import message_key, tell_person
from statuspage.store.accounts import Account
from statuspage.store.action_items import ActionItem, ActionItemReminder
from statuspage.store.item_reminders import is_told, items_due_by, reminded_steps
from statuspage.store.reminders import MessageKind

SPOKEN_OF_AFTER = timedelta(hours=48)
_A_WEEK_AND_A_DAY = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class DueItem:
    """An item of which its person is to be told today."""

    item: ActionItem
    due_on: date
    step: int


def due_items(ctx: Context) -> dict[tuple[int, date], list[DueItem]]:
    """Return what is to be told now, by person and by the day in their zone. Writes nothing.

    State alone decides, so that late ticks, restarts and a clock that is set do no harm: only the newest step
    of an item is told, and none twice. Whoever was told today hears of what has come since tomorrow.
    """
    found: dict[tuple[int, date], list[DueItem]] = {}
    items = items_due_by(ctx.session, (ctx.now + _A_WEEK_AND_A_DAY).date())
    told = reminded_steps(ctx.session, items)
    zones: dict[int, ZoneInfo] = {}
    for item in items:
        person = person_for(item)
        if person is None:
            continue
        if person.id not in zones:
            zones[person.id] = zone_of(ctx, person.id)
        zone = zones[person.id]
        due = _due(ctx, item, zone, told)
        if due is not None:
            found.setdefault((person.id, ctx.now.astimezone(zone).date()), []).append(due)
    return {whom: due for whom, due in found.items() if not is_told(ctx.session, _key(*whom))}


def remind_of_items(ctx: Context) -> int:
    """Create the due steps with their messages, in this transaction; return how many messages that were.

    Writers exclude each other (services/context.py), so two workers never create the same step.
    """
    found = due_items(ctx)
    for (account_id, day), due in found.items():
        for each in due:
            ctx.session.add(
                ActionItemReminder(
                    item_id=each.item.id, due_on=each.due_on, step=each.step, created_at=ctx.now
                )
            )
        told = [{"item": each.item.public_id, "due_on": each.due_on.isoformat()} for each in due]
        tell_person(ctx, account_id, MessageKind.ACTION_ITEM, day.isoformat(), details={"items": told})
    return len(found)


def person_for(item: ActionItem) -> Account | None:
    """Return who is told of an item: its owner; where that one has left or nobody is, the postmortem's."""
    for account in (item.owner, item.postmortem.owner):
        if account is not None and account.disabled_at is None:
            return account
    return None


def spoken_of_since(item: ActionItem) -> datetime | None:
    """Return from when on its owner is reminded of it; None while there is no such time."""
    postmortem, resolved_at = item.postmortem, item.postmortem.incident.resolved_at
    times = [resolved_at + SPOKEN_OF_AFTER] if resolved_at is not None else []
    if postmortem.published_number is not None and postmortem.published_at is not None:
        times.append(postmortem.published_at)
    return min(times, default=None)


def _due(
    ctx: Context, item: ActionItem, zone: ZoneInfo, told: Mapping[int, Iterable[tuple[date, int]]]
) -> DueItem | None:
    since = spoken_of_since(item)
    if since is None or since > ctx.now or item.due_on is None or not may_remind(ctx.now, zone):
        return None
    step = newest_step(item.due_on, ctx.now.astimezone(zone).date(), since.astimezone(zone).date())
    if step is None or (item.due_on, step) in told.get(item.id, ()):
        return None
    return DueItem(item, item.due_on, step)


def _key(account_id: int, day: date) -> str:
    return message_key(MessageKind.ACTION_ITEM, day.isoformat(), account_id)
