"""Incidents as customers see them: built once for a look at the database, remembered for the next."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock

from sqlalchemy.orm import Session

from statuspage.domain.component import ComponentState
from statuspage.domain.public import PublicIncident
from statuspage.services.public_incident import component_view, public_incident
from statuspage.store.components import Component
from statuspage.store.incidents import IncidentRow, components_of
from statuspage.store.public_incidents import Stamp, incidents_by_keys

_REMEMBERED = 1024
# Longer ones are rare; a thousand of the longest would fill the memory.
_LONGEST_REMEMBERED = 10_000


class IncidentViews:
    """The incidents of one look at the database, each built once."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self._built: dict[int, PublicIncident] = {}

    def of(self, rows: Iterable[IncidentRow]) -> list[PublicIncident]:
        """Return the incidents as customers see them, in the order of the rows."""
        rows = list(rows)
        missing = [row for row in rows if row.id not in self._built]
        named = components_of(self.session, [row.id for row in missing])
        for row in missing:
            self._built[row.id] = self._build(row, named.get(row.id, ()))
        return [self._built[row.id] for row in rows]

    def stamped(self, stamps: Iterable[Stamp]) -> list[PublicIncident]:
        """Return the same for incidents of which only stamps were read, in their order.

        Those that have not changed since an earlier look are not read again: a notice changes one incident,
        and the pages that it changes show hundreds.
        """
        stamps = list(stamps)
        missing = {stamp.key: stamp for stamp in stamps if stamp.key not in self._built}
        named = components_of(self.session, missing)
        shown = {key: _memory_key(stamp, named.get(key, ())) for key, stamp in missing.items()}
        self._built |= {key: known for key in missing if (known := _memory.get(shown[key]))}
        for row in incidents_by_keys(self.session, [key for key in missing if key not in self._built]):
            self._built[row.id] = self._build(row, named.get(row.id, ()))
            _memory.put(shown[row.id], self._built[row.id])
        return [self._built[stamp.key] for stamp in stamps]

    def _build(self, row: IncidentRow, named: Sequence[Component]) -> PublicIncident:
        return public_incident(row, {component.public_id: component for component in named}, self.now)


class _Memory:
    """The incidents that were asked for last, by all that their look depends on."""

    def __init__(self) -> None:
        self._known: OrderedDict[object, PublicIncident] = OrderedDict()
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
        length = sum(len(notice.body) + len(notice.html) for notice in incident.notices)
        if incident.is_open or is_linked or length > _LONGEST_REMEMBERED:
            return
        with self._lock:
            self._known[key] = incident
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


_memory = _Memory()


def _memory_key(stamp: Stamp, named: Sequence[Component]) -> object:
    """Return what the look of an ended incident follows from: its own rows, and what its components are."""
    return stamp, tuple(
        component_view(component, ComponentState.OPERATIONAL, component.created_at) for component in named
    )
