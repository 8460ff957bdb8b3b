"""What the postmortem's editor says, as values; whatever can't be read is refused beside its field."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from statuspage.domain.action_item import ItemKind
from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.merge_text import merge_text
from statuspage.domain.postmortem import (
    ACTION_ITEMS,
    ENTRY_LIMIT,
    TIMELINE,
    Content,
    Entry,
    Item,
    Moment,
    Section,
    in_order,
)
from statuspage.domain.postmortem_edits import EditConflictError
from statuspage.domain.text import checked_line
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.services.postmortem_parts import TypedPart
from statuspage.store.accounts import account_with_id
from statuspage.store.action_items import is_taken
from statuspage.store.ids import PUBLIC_ID_LENGTH, new_public_id
from statuspage.store.postmortems import Postmortem, get_revision
from statuspage.web.console.local_time import typed_instant
from statuspage.web.console.postmortem_form import (
    FINAL_BY,
    ItemFields,
    LineFields,
    PostmortemForm,
    fold_of,
)

T = TypeVar("T")


@dataclass(slots=True)
class Reading:
    """The parts of a form that can be read, and by field what can't: `line-<id>-at`, `item-<id>-owner`."""

    typed: dict[str, TypedPart] = field(default_factory=dict)
    errors: dict[str, DomainError] = field(default_factory=dict)


class Reader:
    """Reads one form against the revisions from which its parts began."""

    def __init__(self, ctx: Context, postmortem: Postmortem, form: PostmortemForm) -> None:
        self._ctx, self._postmortem, self._form = ctx, postmortem, form
        self._zone = ctx.page.time_zone
        self._found = Reading()

    def read(self) -> Reading:
        """Return what the form says of each part."""
        for section in Section:
            self._part(section, lambda section=section: self._section(section))  # type: ignore[misc]
        self._part(TIMELINE, self._timeline)
        self._part(ACTION_ITEMS, self._action_items)
        self._part(FINAL_BY, self._final_by)
        return self._found

    def _part(self, name: str, read: Callable[[], Callable[[Content], Content] | None]) -> None:
        change = self._tried(name, read)
        if change is not None:
            self._found.typed[name] = TypedPart(self._form.bases[name], change)

    def _tried(self, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except DomainError as error:
            self._found.errors[name] = error
            return None

    def _base(self, part: str) -> Content:
        return get_revision(self._ctx.session, self._postmortem, self._form.bases[part]).value

    def _section(self, section: Section) -> Callable[[Content], Content]:
        text = self._form.texts[section]
        if section in self._form.ancestors:
            base = self._base(section).text_of(section)
            joined = merge_text(self._form.ancestors[section], base, text)
            if joined is None:
                raise EditConflictError(section.value, base, text)
            text = joined
        if text.strip() == self._base(section).text_of(section).strip():
            return lambda content: content  # who has changed nothing has written nothing
        return lambda content: content.with_section(section, text)

    def _timeline(self) -> Callable[[Content], Content] | None:
        known = {entry.id: entry for entry in self._base(TIMELINE).timeline}
        rows = [line for line in self._form.lines if not line.is_blank]
        read = [self._entry(line, known.get(line.id)) for line in rows]
        entries = tuple(entry for entry in read if entry is not None)
        return _timeline_of(in_order(entries)) if len(entries) == len(rows) else None

    def _entry(self, line: LineFields, was: Entry | None) -> Entry | None:
        name = f"line-{line.id}"
        at = self._tried(f"{name}-at", lambda: self._instant(line, was))
        text = self._tried(f"{name}-text", lambda: _kept(line.text, was.text if was else "", f"{name}-text"))
        if at is None or text is None:
            return None
        moment = Moment(line.moment) if line.moment in set(Moment) else None
        return Entry(line.id, at, text, line.is_public, moment, was.source if was else None)

    def _instant(self, line: LineFields, was: Entry | None) -> datetime:
        """A form has minutes, milestones have seconds: what was not touched stays exactly as it is."""
        zone = Zone(self._zone)
        if was is not None and line.at == zone.typed(was.at) and line.fold in ("", fold_of(was.at, zone)):
            return was.at
        at = typed_instant(line.at, line.fold, self._zone, f"line-{line.id}-at")
        if at is None:
            raise RuleError("blank", "Say when this was.", f"line-{line.id}-at")
        if at > self._ctx.now:
            raise RuleError("time_to_come", "This is still to come; type when it was.", f"line-{line.id}-at")
        return at

    def _action_items(self) -> Callable[[Content], Content] | None:
        known = {item.id: item for item in self._base(ACTION_ITEMS).items}
        rows = [item for item in self._form.items if not item.is_blank]
        read = [self._item(item, known.get(item.id)) for item in rows]
        items = tuple(item for item in read if item is not None)
        return _items_of(items) if len(items) == len(rows) else None

    def _item(self, row: ItemFields, was: Item | None) -> Item | None:
        name, before = f"item-{row.id}", len(self._found.errors)
        known = was.title if was else ""
        title = self._tried(f"{name}-title", lambda: _kept(row.title, known, f"{name}-title", 255))
        team = self._tried(
            f"{name}-team", lambda: _one_line(row.team, f"{name}-team") if row.team.strip() else ""
        )
        owner = self._tried(f"{name}-owner", lambda: self._owner(row, was))
        due_on = self._tried(f"{name}-due_on", lambda: self._due_on(row, was))
        tracker = self._tried(f"{name}-tracker_url", lambda: _address(row))
        if len(self._found.errors) > before or title is None:
            return None
        kind = ItemKind(row.kind) if row.kind in set(ItemKind) else ItemKind.FIX
        key = row.id if was is not None else self._own_id(row.id)
        return Item(key, title, kind, owner, team or "", due_on, tracker)

    def _own_id(self, key: str) -> str:
        """Return the row's name where it can name an action item of this postmortem, else a new one."""
        is_usable = len(key) == PUBLIC_ID_LENGTH and key.isalnum() and key == key.lower()
        if is_usable and not is_taken(self._ctx.session, self._postmortem, key):
            return key
        return new_public_id()

    def _owner(self, row: ItemFields, was: Item | None) -> str | None:
        if not row.owner or (was is not None and row.owner == was.owner):
            return row.owner or None
        name = f"item-{row.id}-owner"
        account = account_with_id(self._ctx.session, row.owner)
        if account is None:
            raise RuleError("invalid", "Choose one of those offered.", name)
        if account.disabled_at is not None:
            sentence = f"The account of {account.name} is disabled; choose somebody else."
            raise RuleError("account_disabled", sentence, name)
        return account.public_id

    def _due_on(self, row: ItemFields, was: Item | None) -> date | None:
        if not row.due_on.strip():
            return None
        name = f"item-{row.id}-due_on"
        try:
            due_on = date.fromisoformat(row.due_on.strip())
        except ValueError:
            raise RuleError("invalid_date", "Type a day, like 2026-11-17.", name) from None
        if was is not None and due_on == was.due_on:
            return due_on
        began = self._postmortem.incident.started_at.date()
        if due_on < began:
            raise RuleError("due_before_incident", "This day was before the incident began.", name)
        if due_on.year > began.year + 20:
            raise RuleError("invalid_date", "Type a day, like 2026-11-17.", name)
        return due_on

    def _final_by(self) -> Callable[[Content], Content]:
        form, was = self._form, self._base(FINAL_BY).final_by
        if not form.is_preliminary:
            return _final_by_of(None)
        if was is not None and form.final_by == Zone(self._zone).typed(was):
            return _final_by_of(was)
        at = typed_instant(form.final_by, form.final_by_fold, self._zone, FINAL_BY)
        if at is None:
            raise RuleError("blank", "Promise by when the final text will be there.", FINAL_BY)
        if at <= self._ctx.now:
            sentence = "Promise the final postmortem for a time that is still to come."
            raise RuleError("final_date_passed", sentence, FINAL_BY)
        return _final_by_of(at)


def _kept(text: str, was: str, name: str, limit: int = ENTRY_LIMIT) -> str:
    """Return a line as it was where nothing but white space differs, else as it was typed."""
    return was if was and text.split() == was.split() else _one_line(text, name, limit)


def _one_line(text: str, name: str, limit: int = 255) -> str:
    return checked_line(" ".join(text.split()), name, limit)


def _address(row: ItemFields) -> str | None:
    name = f"item-{row.id}-tracker_url"
    if not row.tracker_url.strip():
        return None
    text = checked_line(row.tracker_url, name, 2000)
    if not text.startswith(("https://", "http://")):
        raise RuleError("invalid_address", "Type an address that begins with https://.", name)
    return text


def _timeline_of(entries: tuple[Entry, ...]) -> Callable[[Content], Content]:
    return lambda content: replace(content, timeline=entries)


def _items_of(items: tuple[Item, ...]) -> Callable[[Content], Content]:
    return lambda content: replace(content, items=items)


def _final_by_of(final_by: datetime | None) -> Callable[[Content], Content]:
    return lambda content: replace(content, final_by=final_by)
