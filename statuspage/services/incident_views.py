"""Incidents as customers see them: built once for a look at the database, remembered for the next."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from threading import Lock

from sqlalchemy.orm import Session

from statuspage.domain.component import ComponentState
from statuspage.domain.public import PublicIncident
from statuspage.services.aftermath import NOTHING, aftermath_of, as_of_now, promised_as
from statuspage.services.public_incident import component_view, public_incident
from statuspage.store.components import Component
from statuspage.store.incidents import IncidentRow, components_of
from statuspage.store.pages import Page
from statuspage.store.public_incidents import Stamp, incidents_by_keys

_REMEMBERED = 512
# In characters: a thousand of the longest would fill the memory.
_ROOM = 10_000_000
_LONGEST_REMEMBERED = 500_000


class IncidentViews:
    """The incidents of one look at the database, each built once; `page` says what is told of them."""

    def __init__(self, session: Session, now: datetime, page: Page) -> None:
        self.session = session
        self.now = now
        self._page = page
        self._built: dict[int, PublicIncident] = {}

    def of(self, rows: Iterable[IncidentRow]) -> list[PublicIncident]:
        """Return the incidents as customers see them, in the order of the rows."""
        rows = list(rows)
        missing = [row for row in rows if row.id not in self._built]
        named = components_of(self.session, [row.id for row in missing])
        self._add(self._read(missing, named))
        return [self._built[row.id] for row in rows]

    def stamped(self, stamps: Iterable[Stamp]) -> list[PublicIncident]:
        """Return the same for incidents of which only stamps were read, in their order.

        Those that have not changed since an earlier look are not read again: a notice changes one incident,
        and the pages that it changes show hundreds.
        """
        stamps = list(stamps)
        missing = {stamp.key: stamp for stamp in stamps if stamp.key not in self._built}
        named = components_of(self.session, missing)
        promised = promised_as(self._page)
        shown = {key: _memory_key(stamp, named.get(key, ()), promised) for key, stamp in missing.items()}
        found = {key: known for key in missing if (known := _memory.get(shown[key]))}
        rows = incidents_by_keys(self.session, [key for key in missing if key not in found])
        for key, incident in self._read(rows, named).items():
            _memory.put(shown[key], incident)
            found[key] = incident
        self._add(found)
        return [self._built[stamp.key] for stamp in stamps]

    def _read(
        self, rows: Sequence[IncidentRow], named: Mapping[int, Sequence[Component]]
    ) -> dict[int, PublicIncident]:
        """Return the incidents by key, as they are until the next public act."""
        followed = aftermath_of(self.session, self._page, rows)
        return {
            row.id: public_incident(
                row,
                {component.public_id: component for component in named.get(row.id, ())},
                self.now,
                followed.get(row.id, NOTHING),
            )
            for row in rows
        }

    def _add(self, incidents: Mapping[int, PublicIncident]) -> None:
        self._built |= as_of_now(self.session, self._page, incidents, self.now)


class _Memory:
    """The incidents that were asked for last, by all that their look depends on."""

    def __init__(self) -> None:
        self._known: OrderedDict[object, PublicIncident] = OrderedDict()
        self._taken = 0
        self._lock = Lock()

    def get(self, key: object) -> PublicIncident | None:
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
            return found

    def put(self, key: object, incident: PublicIncident) -> None:
        """Remember an incident, unless time or another incident may change how it looks."""
        is_linked = incident.merged_into is not None or incident.recurrence_of is not None
        if incident.is_open or is_linked or _length(incident) > _LONGEST_REMEMBERED:
            return
        with self._lock:
            if key in self._known:
                return
            self._known[key] = incident
            self._taken += _length(incident)
            while len(self._known) > _REMEMBERED or self._taken > _ROOM:
                self._taken -= _length(self._known.popitem(last=False)[1])


_memory = _Memory()


def _length(incident: PublicIncident) -> int:
    notices = sum(len(notice.body) + len(notice.html) for notice in incident.notices)
    # All of it, its sections once more, and their markup.
    return notices + (3 * len(incident.postmortem.body) if incident.postmortem else 0)


def _memory_key(stamp: Stamp, named: Sequence[Component], promised: object) -> object:
    """Return what the look of an ended incident follows from: its own rows, what its components are, and what
    the page tells."""
    views = (
        component_view(component, ComponentState.OPERATIONAL, component.created_at) for component in named
    )
    return stamp, tuple(views), promised
