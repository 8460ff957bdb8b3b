"""Following up action items: closed with a note, reopened, handed over, moved.

While nothing of a postmortem is published, its text is where an item's owner and day are written: changing
them here saves the text, so that the gate judges what is true, an approval of the older text ends, and who
changed it counts as an editor. Once it is published the text stays as customers read it, and owner, day and
state are followed up in the item's row alone.
"""

from dataclasses import replace
from datetime import date

from statuspage.domain.action_item import ItemState
from statuspage.domain.errors import ConflictError, RuleError, StaleError
from statuspage.domain.postmortem import Item
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_text
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.postmortems import save_postmortem
from statuspage.services.public_postmortem import note_progress
from statuspage.store.accounts import Account
from statuspage.store.action_items import ActionItem
from statuspage.store.postmortems import head_of

NOTE_LIMIT = 2_000


def close_item(
    ctx: Context,
    item: ActionItem,
    note: str,
    *,
    state: ItemState = ItemState.DONE,
    version: int | None = None,
) -> None:
    """Close an item as done, or dropped; the note says what was done, or why it will not be.

    `version` is the row's that the caller has seen; all verbs here raise `stale` where it moved on.
    """
    _require(ctx, item, version)
    if item.state is not ItemState.OPEN:
        raise ConflictError("item_closed", f"“{item.title[:60]}” is closed already.", "state")
    if state is ItemState.OPEN:
        raise RuleError("not_a_closing_state", "Close it as done or as dropped.", "state")
    note = checked_text(note, "note", NOTE_LIMIT)
    if not note:
        question = "what was done" if state is ItemState.DONE else "why it will not be done"
        raise RuleError("note_missing", f"Say {question}, in a sentence.", "note")
    item.closing_note = note
    item.state, item.closed_at, item.closed_by_id = state, ctx.now, ctx.actor.account_id
    audit(
        ctx,
        "close_item",
        item.postmortem.public_id,
        item=item.public_id,
        state=state.value,
        note=note,
    )
    _show_progress(ctx, item)


def reopen_item(ctx: Context, item: ActionItem, note: str = "", *, version: int | None = None) -> None:
    """Take up again what was closed; what was said when it was closed stays in the record."""
    _require(ctx, item, version)
    if item.state is ItemState.OPEN:
        raise ConflictError("item_open", f"“{item.title[:60]}” is open already.", "state")
    audit(
        ctx,
        "reopen_item",
        item.postmortem.public_id,
        item=item.public_id,
        was=item.state.value,
        note=checked_text(note, "note", NOTE_LIMIT) or None,
    )
    item.state = ItemState.OPEN
    item.closed_at = item.closed_by_id = item.closing_note = None
    _show_progress(ctx, item)


def hand_over_item(ctx: Context, item: ActionItem, account: Account, *, version: int | None = None) -> None:
    """Give an open item to another person, whose account is in use."""
    _require(ctx, item, version)
    _require_open(item)
    if account.disabled_at is not None:
        raise RuleError("account_disabled", f"The account of {account.name} is disabled.", "owner")
    before = item.owner
    _write_into_text(ctx, item, owner=account.public_id)
    if before is not None and before.id == account.id:
        return
    item.owner_id = account.id
    audit(
        ctx,
        "hand_over_item",
        item.postmortem.public_id,
        item=item.public_id,
        was=before.email if before else None,
        to=account.email,
    )
    ctx.session.flush()
    ctx.session.refresh(item, ["owner"])


def move_item(
    ctx: Context, item: ActionItem, due_on: date, reason: str = "", *, version: int | None = None
) -> None:
    """Promise an open item for another day, never one before the incident.

    What was published was promised, so that moving its day takes a reason; both days stay in the record.
    """
    _require(ctx, item, version)
    _require_open(item)
    if due_on < item.postmortem.incident.started_at.date():
        raise RuleError(
            "due_before_incident", "Choose a day that is not before the incident began.", "due_on"
        )
    reason = checked_text(reason, "reason", NOTE_LIMIT)
    if not reason and not is_in_text(item):
        raise RuleError("reason_missing", "Say why the day moves; it was published.", "reason")
    before = item.due_on
    _write_into_text(ctx, item, due_on=due_on)
    if before == due_on:
        return
    item.due_on = due_on
    audit(
        ctx,
        "move_item",
        item.postmortem.public_id,
        item=item.public_id,
        was=before.isoformat() if before else None,
        to=due_on.isoformat(),
        reason=reason or None,
    )
    ctx.session.flush()


def is_in_text(item: ActionItem) -> bool:
    """Return whether owner and day are still written in the text, for nothing of it is published."""
    return item.postmortem.published_number is None


def may_follow_up(ctx: Context, item: ActionItem) -> bool:
    """Return whether who acts may close, reopen, hand over and move it: a responder, or its owner in person.

    A token that may only look stays one that may only look, whoever it belongs to.
    """
    actor = ctx.actor
    is_owner = actor.account_id is not None and actor.account_id == item.owner_id
    return actor.role.reaches(SiteRole.RESPONDER) or (is_owner and actor.token_id is None)


def _require(ctx: Context, item: ActionItem, version: int | None) -> None:
    if not may_follow_up(ctx, item):
        ctx.actor.require(SiteRole.RESPONDER)
    if version is not None and version != item.version:
        raise StaleError(
            "Somebody else has changed this action item meanwhile. Look at it as it is now, then decide.",
            None,
        )


def _require_open(item: ActionItem) -> None:
    if item.state is not ItemState.OPEN:
        raise ConflictError("item_closed", f"“{item.title[:60]}” is closed; reopen it first.", "state")


def _write_into_text(
    ctx: Context, item: ActionItem, *, owner: str | None = None, due_on: date | None = None
) -> None:
    """Change the item in the text too, while that is where it is written."""
    if not is_in_text(item):
        return
    head = head_of(ctx.session, item.postmortem)
    content = head.value
    items = tuple(
        _changed(each, owner, due_on) if each.id == item.public_id else each for each in content.items
    )
    save_postmortem(ctx, item.postmortem, replace(content, items=items), head.number)


def _changed(item: Item, owner: str | None, due_on: date | None) -> Item:
    return replace(item, owner=owner or item.owner, due_on=due_on or item.due_on)


def _show_progress(ctx: Context, item: ActionItem) -> None:
    """Have customers read how far it is, where the site shows them that."""
    ctx.session.flush()
    note_progress(ctx, item.postmortem)
