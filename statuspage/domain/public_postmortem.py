"""A postmortem as customers read it: what may be said in public, and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime

from statuspage.domain.action_item import ItemKind, ItemState


@dataclass(frozen=True, slots=True)
class PublicSection:
    """A written part: `body` as Markdown, `html` the same as safe markup."""

    key: str
    title: str
    body: str
    html: str


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """A line of the timeline that is public; `html` is safe markup."""

    at: datetime
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class PublicItem:
    """What will be done and by which team; `state` is None where the site keeps it to itself.

    `id` is for asking after the state; nothing shows it.
    """

    id: str
    title: str
    kind: ItemKind
    team: str
    due_on: date | None
    state: ItemState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPostmortem:
    """A published postmortem. `id` names it among its incident's notices for ever.

    `body` is all of it as Markdown. `final_by` makes it a preliminary one; `is_final_overdue`: the final one
    is still not there after that.
    """

    id: str
    sections: tuple[PublicSection, ...]
    timeline: tuple[PublicEntry, ...]
    items: tuple[PublicItem, ...]
    body: str
    published_at: datetime
    edited_at: datetime | None = None
    final_by: datetime | None = None
    is_final_overdue: bool = False
    deliver_notifications: bool = True

    @property
    def is_preliminary(self) -> bool:
        """Return whether a final one is to follow."""
        return self.final_by is not None

    @property
    def updated_at(self) -> datetime:
        """Return when its text last changed."""
        return self.edited_at or self.published_at

    def section(self, key: str) -> PublicSection | None:
        """Return the written part of that name, None where it has none."""
        return next((section for section in self.sections if section.key == key), None)
