"""What stands in the postmortem's editor: from the saved text, or as somebody sent it."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Content, Entry, Item, Section, in_order
from statuspage.render.zone import Zone
from statuspage.store.ids import new_public_id

FINAL_BY = "final_by"
PARTS: tuple[str, ...] = (*Section, TIMELINE, ACTION_ITEMS, FINAL_BY)
# What a row may be called: wherever it was drafted, imported or sent from, no saved row may get lost.
_ROW_ID = re.compile(r"[^\x00-\x1f\x7f]{1,300}")
_MOST_ROWS = 700


@dataclass(frozen=True, slots=True)
class LineFields:
    """A line of the timeline as it stands in the form."""

    id: str
    at: str = ""
    fold: str = ""
    text: str = ""
    is_public: bool = True
    moment: str = ""

    @property
    def is_blank(self) -> bool:
        """Return whether nobody has filled it in."""
        return not self.at.strip() and not self.text.strip()


@dataclass(frozen=True, slots=True)
class ItemFields:
    """An action item as it stands in the form."""

    id: str
    title: str = ""
    kind: str = "fix"
    owner: str = ""
    team: str = ""
    due_on: str = ""
    tracker_url: str = ""

    @property
    def is_blank(self) -> bool:
        """Return whether nobody has filled it in."""
        return not any(
            text.strip() for text in (self.title, self.owner, self.team, self.due_on, self.tracker_url)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemForm:
    """All fields of the editor. `bases` says for each part from which revision its author began; an ancestor
    is the text from which a section's text came where that is no revision."""

    bases: dict[str, int]
    texts: dict[Section, str]
    ancestors: dict[Section, str] = field(default_factory=dict)
    lines: tuple[LineFields, ...] = ()
    items: tuple[ItemFields, ...] = ()
    is_preliminary: bool = False
    final_by: str = ""
    final_by_fold: str = ""

    @classmethod
    def of(cls, content: Content, number: int, zone: Zone) -> "PostmortemForm":
        """Return the form of a saved text."""
        return cls(
            bases=dict.fromkeys(PARTS, number),
            texts={section: content.text_of(section) for section in Section},
            lines=lines_of(content, zone),
            items=items_of(content),
            is_preliminary=content.final_by is not None,
            final_by=zone.typed(content.final_by) if content.final_by else "",
        )

    @classmethod
    def sent(cls, sent: Any, newest: int) -> "PostmortemForm":
        """Return what a request says; bases that can't be are taken for the newest revision."""
        return cls(
            bases={part: _base(sent.get(f"base-{part}", ""), newest) for part in PARTS},
            texts={section: _text(sent.get(f"text-{section}", "")) for section in Section},
            ancestors={
                section: _text(sent[f"ancestor-{section}"])
                for section in Section
                if f"ancestor-{section}" in sent
            },
            lines=tuple(_line(sent, key) for key in _row_ids(sent.getlist("line"))),
            items=tuple(_item(sent, key) for key in _row_ids(sent.getlist("item"))),
            is_preliminary="preliminary" in sent,
            final_by=sent.get("final_by", ""),
            final_by_fold=sent.get("final_by-fold", ""),
        )

    def with_text(self, section: Section, text: str) -> "PostmortemForm":
        """Return the form with that text in a section."""
        return replace(self, texts={**self.texts, section: text})

    def with_base(self, part: str, number: int) -> "PostmortemForm":
        """Return the form with a part that begins from that revision."""
        return replace(self, bases={**self.bases, part: number})


def lines_of(content: Content, zone: Zone) -> tuple[LineFields, ...]:
    """Return the timeline as fields, oldest first."""
    return tuple(_line_of(entry, zone) for entry in in_order(content.timeline))


def items_of(content: Content) -> tuple[ItemFields, ...]:
    """Return the action items as fields."""
    return tuple(_item_of(item) for item in content.items)


def new_line() -> LineFields:
    """Return an empty line."""
    return LineFields(new_public_id())


def new_item() -> ItemFields:
    """Return an empty action item."""
    return ItemFields(new_public_id())


def moved(items: tuple[ItemFields, ...], key: str, by: int) -> tuple[ItemFields, ...]:
    """Return the items with one of them moved up (-1) or down (1), where there is room."""
    order = list(items)
    at = next((place for place, item in enumerate(order) if item.id == key), None)
    if at is not None and 0 <= at + by < len(order):
        order.insert(at + by, order.pop(at))
    return tuple(order)


def _line_of(entry: Entry, zone: Zone) -> LineFields:
    moment = entry.moment.value if entry.moment else ""
    return LineFields(
        entry.id, zone.typed(entry.at), fold_of(entry.at, zone), entry.text, entry.is_public, moment
    )


def fold_of(instant: datetime, zone: Zone) -> str:
    """Return which of two it is where the clock shows that time twice, empty elsewhere."""
    local = zone.local(instant)
    other = local.replace(fold=1 - local.fold)
    return str(local.fold) if local.utcoffset() != other.utcoffset() else ""


def _item_of(item: Item) -> ItemFields:
    due_on = item.due_on.isoformat() if item.due_on else ""
    return ItemFields(
        item.id, item.title, item.kind.value, item.owner or "", item.team, due_on, item.tracker_url or ""
    )


def _line(sent: Any, key: str) -> LineFields:
    def get(name: str) -> str:
        return str(sent.get(f"line-{key}-{name}", ""))

    is_public = f"line-{key}-public" in sent
    return LineFields(key, get("at"), get("fold"), get("text"), is_public, get("moment"))


def _item(sent: Any, key: str) -> ItemFields:
    names = ("title", "kind", "owner", "team", "due_on", "tracker_url")
    return ItemFields(key, *(str(sent.get(f"item-{key}-{name}", "")) for name in names))


def _row_ids(keys: list[str]) -> list[str]:
    """Return each row's name once; more rows than anybody has are not read."""
    return [key for key in dict.fromkeys(keys[:_MOST_ROWS]) if _ROW_ID.fullmatch(key)]


def _base(text: str, newest: int) -> int:
    number = int(text) if text.isdecimal() and len(text) < 9 else newest
    return number if 1 <= number <= newest else newest


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
