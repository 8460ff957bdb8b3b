"""Action items as people write them in Markdown: lists with or without fields below, and tables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from statuspage.domain.action_item import ItemKind
from statuspage.domain.errors import RuleError
from statuspage.domain.markdown_headings import Block, other_heading
from statuspage.domain.markdown_tables import cells_of, is_rule, plain
from statuspage.domain.postmortem import ACTION_ITEMS
from statuspage.domain.text import TITLE_LIMIT
from statuspage.domain.written_times import day_in

_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$")
_FIELD = re.compile(
    r"\s*(?:[-*+]\s+)?(?:\*\*|__)?([A-Za-z][A-Za-z /-]{1,20}?)(?:\*\*|__)?\s*:(?:\*\*|__)?\s*(.*)$"
)
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\((https?://[^\s()]{1,2000})\)|<?(https?://[^\s<>()|]{1,2000})>?")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_TRAIL = re.compile(r"^(.*\S)\s*[(\[]([^()\[\]]*)[)\]]\s*\.?$")
_PARTS = re.compile(r"\s*(?:·|;|,(?!\s*\d{4})|\|)\s*")
_BY = re.compile(r"(?:due|by|until|deadline)(?:\s+(?:by|on|date))?\s*:?\s+(.*)$", re.IGNORECASE)
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("action item", "action", "title", "task", "item", "description", "what", "todo", "follow up"),
    "owner": ("owner", "assignee", "assigned to", "responsible", "who", "dri", "contact", "person"),
    "team": ("team", "group", "squad", "owning team", "department"),
    "due": ("due", "due date", "due on", "deadline", "by", "when", "target date", "date", "by when"),
    "kind": ("kind", "type", "category"),
    "link": ("link", "tracker", "ticket", "issue", "url", "bug", "jira", "tracking", "tracking issue"),
    "state": ("state", "status", "priority"),
}
_FIELD_OF = {name: key for key, names in _NAMES.items() for name in names}
_KINDS: Mapping[ItemKind, tuple[str, ...]] = {
    ItemKind.FIX: ("fix", "fixing", "repair", "corrective", "correct", "remediate", "remediation"),
    ItemKind.PREVENT: ("prevent", "prevention", "preventive", "preventative"),
    ItemKind.DETECT: ("detect", "detect sooner", "detection", "detective", "monitoring", "alerting"),
    ItemKind.MITIGATE: ("mitigate", "mitigate faster", "mitigation", "mitigative"),
    ItemKind.PROCESS: ("process", "documentation", "docs", "training", "communication", "investigate"),
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}


@dataclass(slots=True)
class ReadItem:
    """An action item as it was written; what the file doesn't say of it is None."""

    title: str
    number: int
    owner: str | None = None
    team: str | None = None
    due_on: date | None = None
    kind: ItemKind | None = None
    link: str | None = None
    has_fields: bool = False
    unread: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ReadItems:
    """The items in order, and what stood among them that is none: it belongs to the text."""

    items: list[ReadItem] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)


def read_items(block: Block) -> ReadItems:
    """Return what the block says; raise `too_long` naming the line of a title that is too long."""
    found, head = ReadItems(), list[str | None]()
    level = block.heading.level if block.heading else 0
    lines = iter(enumerate(block.lines, block.start))
    for number, line in lines:
        heading = other_heading(line)
        if heading is not None and heading[0] <= level:
            found.prose += [line, *(rest for _, rest in lines)]
            break
        if line.lstrip().startswith("|"):
            head = _take_row(found, head, number, line)
        elif heading is not None or not _take_line(found, number, line):
            found.prose.append(line)
    for item in found.items:
        _finish(item)
    return found


def _take_row(found: ReadItems, head: list[str | None], number: int, line: str) -> list[str | None]:
    if is_rule(line):
        return head
    cells = cells_of(line)
    if not head:
        names = [_FIELD_OF.get(plain(cell).strip(" *_").casefold()) for cell in cells]
        if any(names):
            return names
        names = ["title", *[None] * (len(cells) - 1)]
    else:
        names = head
    item = ReadItem("", number, has_fields=True)
    for name, cell in zip(names, cells, strict=False):
        _set(item, name or "", plain(cell))
    if item.title:
        found.items.append(item)
    return names


def _take_line(found: ReadItems, number: int, line: str) -> bool:
    """Take an item, a field of the last one or more of its title; return whether it was any of these."""
    if not line.strip():
        return True
    item = _ITEM.match(line)
    if item is not None:
        found.items.append(ReadItem(item[1].strip(), number))
        return True
    if not found.items or not line[:1].isspace():
        return False
    last, named = found.items[-1], _FIELD.match(line)
    name = _FIELD_OF.get(named[1].strip().casefold()) if named else None
    if named and name:
        last.has_fields = True
        _set(last, name, named[2].strip() if name == "link" else plain(named[2].strip()))
    else:
        last.title = f"{last.title} {line.strip()}"
    return True


def _set(item: ReadItem, name: str, said: str) -> None:
    if name == "title":
        item.title = said
    elif name == "owner" and said:
        item.owner = said
    elif name == "team":
        item.team = said or None
    elif name == "due" and said:
        item.due_on = day_in(said)
        item.unread += [] if item.due_on else [said]
    elif name == "kind" and said:
        item.kind = _KIND_OF.get(said.casefold())
        item.unread += [] if item.kind else [said]
    elif name == "link" and said:
        item.link = _address(said)
    elif not name and said:
        item.unread.append(said)


def _address(said: str) -> str:
    if said.startswith("http") and not any(character.isspace() for character in said):
        return said
    link = _LINK.search(said)
    return (link[2] or link[3]) if link else said


def _finish(item: ReadItem) -> None:
    """Look into the title of one that has no fields of its own, and check its length."""
    if item.has_fields:
        item.title = plain(_unmarked(item.title))
    else:
        _read_inline(item)
    if len(item.title) > TITLE_LIMIT:
        raise RuleError(
            "too_long",
            f"Line {item.number}: shorten the action item to {TITLE_LIMIT} characters; "
            f"it has {len(item.title)}.",
            ACTION_ITEMS,
        )


def _read_inline(item: ReadItem) -> None:
    """Take what stands in brackets behind the title: `(Fix · Storage team · by December 3, 2026)`."""
    title = item.title
    link = _LINK.search(title)
    if link:
        item.link = link[2] or link[3]
        title = f"{title[: link.start()]}{link[1] or ''}{title[link.end() :]}"
    trail = _TRAIL.match(" ".join(title.split()))
    if trail and _reads(trail[2]):
        title = trail[1]
        for part in _PARTS.split(trail[2]):
            _read_part(item, part.strip())
    mail = _MAIL.search(title)
    if mail and not item.owner:
        item.owner = mail[0]
        title = f"{title[: mail.start()]}{title[mail.end() :]}"
    item.title = plain(_unmarked(" ".join(title.split()).rstrip(" -–—:,;(@").strip()))


def _reads(text: str) -> bool:
    """Return whether brackets say who, what kind or by when; else they are part of the title."""
    parts = [part.strip() for part in _PARTS.split(text)]
    return any(_is_field(part) for part in parts) and len(parts) < 8


def _is_field(part: str) -> bool:
    name = part.partition(":")[0].strip().casefold()
    return (
        part.casefold() in _KIND_OF
        or bool(_BY.match(part) and day_in(part))
        or bool(_MAIL.fullmatch(part))
        or (":" in part and name in _FIELD_OF)
    )


def _read_part(item: ReadItem, part: str) -> None:
    name, colon, said = part.partition(":")
    by = _BY.match(part)
    if part.casefold() in _KIND_OF:
        item.kind = _KIND_OF[part.casefold()]
    elif by and day_in(by[1]):
        item.due_on = day_in(by[1])
    elif _MAIL.fullmatch(part):
        item.owner = part
    elif colon and name.strip().casefold() in _FIELD_OF:
        _set(item, _FIELD_OF[name.strip().casefold()], plain(said.strip()))
    elif part and item.team is None:
        item.team = plain(part)
    elif part:
        item.unread.append(part)


def _unmarked(title: str) -> str:
    """Return a title without marks around the whole of it."""
    for mark in ("**", "__"):
        if title.startswith(mark) and title.endswith(mark) and title.count(mark) == 2:
            return title[2:-2].strip()
    return title
