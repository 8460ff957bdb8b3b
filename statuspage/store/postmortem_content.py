"""The text of a postmortem from what is kept of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from statuspage.domain.action_item import ItemKind
from statuspage.domain.postmortem import Content, Entry, Item, Moment, Section


def content_from(stored: Mapping[str, Any]) -> Content:
    """Return the value of what `content_field` made."""
    final_by = stored.get("final_by")
    return Content(
        sections={Section(name): text for name, text in stored.get("sections", {}).items()},
        timeline=tuple(_entry(entry) for entry in stored.get("timeline", ())),
        items=tuple(_item(item) for item in stored.get("items", ())),
        final_by=datetime.fromisoformat(final_by) if final_by else None,
    )


def _entry(stored: Mapping[str, Any]) -> Entry:
    return Entry(
        id=stored["id"],
        at=datetime.fromisoformat(stored["at"]),
        text=stored["text"],
        is_public=stored["is_public"],
        moment=Moment(stored["moment"]) if stored["moment"] else None,
        source=stored["source"],
    )


def _item(stored: Mapping[str, Any]) -> Item:
    return Item(
        id=stored["id"],
        title=stored["title"],
        kind=ItemKind(stored["kind"]),
        owner=stored["owner"],
        team=stored["team"],
        due_on=date.fromisoformat(stored["due_on"]) if stored["due_on"] else None,
        tracker_url=stored["tracker_url"],
    )
