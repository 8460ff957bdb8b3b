"""Writing a postmortem over the API: what may be said of its text, and how one saves it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from statuspage.domain.action_item import ItemKind
from statuspage.domain.errors import NotFoundError, RuleError, StaleError
from statuspage.domain.postmortem import ENTRY_LIMIT, SECTION_LIMIT, Content, Entry, Item
from statuspage.domain.postmortem import Moment as Milestone
from statuspage.domain.text import TITLE_LIMIT
from statuspage.services.postmortems import save_postmortem
from statuspage.store.accounts import Account, find_account
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.store.postmortems import (
    Postmortem,
    PostmortemRevision,
    get_postmortem,
    get_revision,
    head_of,
)
from statuspage.web.api.endpoint import Call
from statuspage.web.api.fields import Day, Input, Instant, WebAddress, WholeNumber
from statuspage.web.api.inputs import Title

SectionText = Annotated[str, Field(json_schema_extra={"maxLength": SECTION_LIMIT})]
LineText = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": ENTRY_LIMIT})]
Team = Annotated[str, Field(json_schema_extra={"maxLength": TITLE_LIMIT})]
Email = Annotated[str, Field(json_schema_extra={"maxLength": 254})]
RevisionNumber = Annotated[WholeNumber, Field(ge=1, le=999_999)]


class LineCreate(Input):
    """A line of the timeline. Customers read it unless `is_public` is false; `moment` marks a milestone."""

    at: Instant
    text: LineText
    is_public: bool = True
    moment: Milestone | None = None


class LineChange(Input):
    """A change of a line; what is left out stays."""

    at: Instant | None = None
    text: LineText | None = None
    is_public: bool | None = None
    moment: Milestone | None = None
    last_revision: RevisionNumber | None = None


class LineInput(LineCreate):
    """A line of a whole timeline; one that is there already is named by its `id`."""

    id: str | None = None


class ItemCreate(Input):
    """An action item. `owner` is a mail address, `team` what customers read in its place."""

    title: Title
    kind: ItemKind = ItemKind.FIX
    owner: Email | None = None
    team: Team = ""
    due_on: Day | None = None
    tracker_url: WebAddress | None = None


class ItemChange(Input):
    """A change of what the text says of an action item; what is left out stays."""

    title: Title | None = None
    kind: ItemKind | None = None
    owner: Email | None = None
    team: Team | None = None
    due_on: Day | None = None
    tracker_url: WebAddress | None = None
    last_revision: RevisionNumber | None = None


class ItemInput(ItemCreate):
    """An action item of a whole list; one that is there already is named by its `id`."""

    id: str | None = None


def the_postmortem(call: Call, incident_id: str) -> tuple[IncidentRow, Postmortem]:
    """Return an incident and its postmortem; raise `not_found` where either is missing."""
    row = get_incident(call.session, incident_id)
    return row, get_postmortem(call.session, row)


def save(
    call: Call,
    postmortem: Postmortem,
    change: Callable[[Content], Content],
    last_revision: int | None = None,
    note: str | None = None,
) -> PostmortemRevision:
    """Save a change of the revision that the caller has seen; of the newest where they do not say."""
    base = base_of(call, postmortem, last_revision)
    return save_postmortem(call.ctx, postmortem, change(base.value), base.number, note)


def base_of(call: Call, postmortem: Postmortem, last_revision: int | None) -> PostmortemRevision:
    """Return the revision that the caller has read, the newest where they do not say; raise `stale` where it
    is none that there ever was."""
    seen = call.seen.version if last_revision is None else last_revision
    head = head_of(call.session, postmortem)
    if seen is None or seen == head.number:
        return head
    try:
        return get_revision(call.session, postmortem, seen)
    except NotFoundError as error:
        raise StaleError(
            f"This postmortem has no revision {seen}; the newest is {head.number}. Read it again.", None
        ) from error


def account_named(call: Call, email: str, field: str) -> Account:
    """Return the account of that mail address; refuse one that nobody has, beside the field."""
    found = find_account(call.session, email)
    if found is None:
        raise RuleError("unknown_account", f"There is no account for {email[:254]}.", field)
    return found


def owner_key(call: Call, email: str | None) -> str | None:
    """Return the public id by which an action item names its owner."""
    return account_named(call, email, "owner").public_id if email else None


def timeline_from(lines: list[LineInput], base: Content) -> tuple[Entry, ...]:
    """Return a whole timeline; lines that stay keep what they were drafted from."""
    _refuse_twice([line.id for line in lines], "timeline")
    known = {entry.id: entry for entry in base.timeline}
    return tuple(_line(line, known) for line in lines)


def _line(line: LineInput, known: dict[str, Entry]) -> Entry:
    if line.id is None:
        return new_line(line)
    if line.id not in known:
        raise RuleError("unknown_line", f"The timeline has no line {line.id[:120]}.", "timeline")
    return replace(known[line.id], at=line.at, text=line.text, is_public=line.is_public, moment=line.moment)


def new_line(line: LineCreate) -> Entry:
    """Return a line that somebody adds."""
    return Entry(new_public_id(), line.at, line.text, line.is_public, line.moment)


def items_from(call: Call, items: list[ItemInput], base: Content) -> tuple[Item, ...]:
    """Return a whole list of action items, in its order."""
    _refuse_twice([item.id for item in items], "action_items")
    known = {item.id for item in base.items}
    for item in items:
        if item.id is not None and item.id not in known:
            raise RuleError(
                "unknown_action_item", f"There is no action item {item.id[:120]}.", "action_items"
            )
    return tuple(new_item(call, item, item.id) for item in items)


def new_item(call: Call, item: ItemCreate, public_id: str | None = None) -> Item:
    """Return an action item as it was sent."""
    return Item(
        public_id or new_public_id(),
        item.title,
        item.kind,
        owner_key(call, item.owner),
        item.team,
        item.due_on,
        item.tracker_url,
    )


def _refuse_twice(ids: list[str | None], field: str) -> None:
    named = [each for each in ids if each is not None]
    if len(set(named)) != len(named):
        raise RuleError("named_twice", "Name each id once.", field)
