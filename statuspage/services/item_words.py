"""The words of a reminder of action items: one message for all that a person has to hear of on a day."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from statuspage.domain.action_item import ItemState
from statuspage.render.staff_messages import StaffWords
from statuspage.render.zone import full_day
from statuspage.services.item_reminders import person_for
from statuspage.services.telling import Obsolete, Telling, quoted
from statuspage.store.action_items import ActionItem

BOARD = "/console/action-items"


def item_words(telling: Telling) -> StaffWords | Obsolete:
    """Remind somebody of their action items: of those that are still theirs, open, and due on that day."""
    items = _still_due(telling)
    if not items:
        return Obsolete("It was closed, moved or handed over.")
    today = telling.zone.day(telling.ctx.now)
    lines = [_line(item, today, telling) for item in items]
    if len(items) == 1:
        subject = f"{when_words(items[0].due_on, today)}: “{items[0].title}”"
        return StaffWords(subject, tuple(lines), "Open the action item", _address(telling, items[0]))
    linked = (f"{line} {_address(telling, item)}" for line, item in zip(lines, items, strict=True))
    subject = f"{len(items)} action items: {_counted(items, today)}"
    return StaffWords(subject, tuple(linked), "All your action items", f"{telling.base_url}{BOARD}?owner=me")


def when_words(due_on: date | None, today: date) -> str:
    """Return how far off a day is: `Due in 7 days`, `Due today`, `3 days overdue`."""
    assert due_on is not None
    days = (due_on - today).days
    if days < 0:
        return "1 day overdue" if days == -1 else f"{-days} days overdue"
    return {0: "Due today", 1: "Due tomorrow"}.get(days, f"Due in {days} days")


def _still_due(telling: Telling) -> list[ActionItem]:
    named = {str(each["item"]): str(each["due_on"]) for each in telling.message.details["items"]}
    query = select(ActionItem).where(ActionItem.public_id.in_(named), ActionItem.removed_at.is_(None))
    return [
        item
        for item in telling.ctx.session.scalars(query.order_by(ActionItem.due_on, ActionItem.id))
        if item.state is ItemState.OPEN and _is_as_told(item, named[item.public_id], telling)
    ]


def _is_as_told(item: ActionItem, due_on: str, telling: Telling) -> bool:
    person = person_for(item)
    is_theirs = person is not None and person.id == telling.message.account_id
    return is_theirs and item.due_on is not None and item.due_on.isoformat() == due_on


def _line(item: ActionItem, today: date, telling: Telling) -> str:
    assert item.due_on is not None
    after = quoted(item.postmortem.incident)
    line = f"“{item.title}”, due on {full_day(item.due_on)}, after {after}: {_lower(item.due_on, today)}."
    if item.owner_id == telling.message.account_id:
        return line
    missing = f"{item.owner.name}, who has it, has left" if item.owner else "Nobody has it"
    return f"{line} {missing}: give it to somebody."


def _lower(due_on: date, today: date) -> str:
    words = when_words(due_on, today)
    return words[0].lower() + words[1:]


def _counted(items: Sequence[ActionItem], today: date) -> str:
    days = [item.due_on for item in items if item.due_on is not None]
    counts = (
        (sum(day < today for day in days), "overdue"),
        (sum(day == today for day in days), "due today"),
        (sum(day > today for day in days), "due soon"),
    )
    return ", ".join(_said(counts))


def _said(counts: Iterable[tuple[int, str]]) -> list[str]:
    return [f"{count} {words}" for count, words in counts if count]


def _address(telling: Telling, item: ActionItem) -> str:
    return f"{telling.base_url}{BOARD}/{item.public_id}"
