"""What the words of a message are made from."""

from dataclasses import dataclass
from datetime import datetime

from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.store.incidents import IncidentRow
from statuspage.store.reminders import StaffMessage


@dataclass(frozen=True, slots=True)
class Obsolete:
    """There is nothing to say any more, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A message that is about to be sent. `ctx.now` is the incident's own time, `zone` the reader's."""

    ctx: Context
    message: StaffMessage
    zone: Zone
    base_url: str

    @property
    def incident(self) -> IncidentRow:
        """Return the incident that it is about."""
        assert self.message.incident is not None
        return self.message.incident

    def clock(self, instant: datetime) -> str:
        """Return an instant as the reader needs it, with its day where that is not today."""
        return self.zone.text(instant, self.zone.day(self.ctx.now))


def quoted(row: IncidentRow) -> str:
    """Return the incident's name in quotation marks."""
    return f"“{row.name}”"


def incident_link(base_url: str, row: IncidentRow, where: str = "") -> str:
    """Return the address of the incident's screen, or of a part of it."""
    return f"{base_url}/console/incidents/{row.public_id}{where}"
