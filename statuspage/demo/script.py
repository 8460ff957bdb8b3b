"""What the demonstration is written in: acts, each at its minute, and the incidents they concern."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from statuspage.services.context import Context
from statuspage.services.notice_text import NoticeText, render_text
from statuspage.services.ports import MarkdownRenderer
from statuspage.store.components import all_components
from statuspage.store.incidents import IncidentRow, get_incident


@dataclass(slots=True)
class Stage:
    """What an act has at hand: its transaction, and what earlier acts have made, by their names in the story."""

    ctx: Context
    renderer: MarkdownRenderer
    incidents: dict[str, str]

    def render(self, text: str) -> NoticeText:
        """Return a text with its markup."""
        return render_text(self.renderer, text)

    def incident(self, story: str) -> IncidentRow:
        """Return the incident of a story."""
        return get_incident(self.ctx.session, self.incidents[story])

    def component(self, name: str) -> str:
        """Return the public id of a component."""
        return next(one.public_id for one in all_components(self.ctx.session) if one.name == name)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does at a certain moment; `who` is a mail address, None the command line."""

    at: datetime
    who: str | None
    do: Callable[[Stage], None]


@dataclass(slots=True)
class Script:
    """Acts, written story by story and played in order of time."""

    now: datetime
    acts: list[Act] = field(default_factory=list)

    def add(self, minutes_ago: float, who: str | None, do: Callable[[Stage], None]) -> None:
        """Have somebody do something so many minutes before now."""
        self.acts.append(Act(self.now - timedelta(minutes=minutes_ago), who, do))

    def in_order(self) -> list[Act]:
        """Return the acts as they happened; of two at one moment the one that was written first."""
        return sorted(self.acts, key=lambda act: act.at)
