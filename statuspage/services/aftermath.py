"""What follows on a resolved incident: its postmortem, or when it is due."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemState
from statuspage.domain.cadence import DeadlineKind, Policy
from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.obligations import deadlines
from statuspage.domain.public import PublicIncident
from statuspage.domain.public_postmortem import PublicPostmortem
from statuspage.services.public_postmortem import postmortem_document, with_states
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.pages import Page
from statuspage.store.public_postmortems import (
    final_dates,
    item_states,
    owing_postmortems,
    owing_since,
    public_postmortems,
)

# More than anybody resolves within two days; it only bounds the work after a start.
MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The public postmortem, or by when customers were promised it."""

    postmortem: PublicPostmortem | None = None
    due_at: datetime | None = None


NOTHING = Aftermath()


def aftermath_of(session: Session, page: Page, rows: Iterable[IncidentRow]) -> Mapping[int, Aftermath]:
    """Return what follows on these incidents, by key; those on which nothing does are left out."""
    resolved = {row.id: row for row in rows if row.status is IncidentStatus.RESOLVED}
    if not resolved:
        return {}
    public = public_postmortems(session, resolved)
    found = {key: Aftermath(postmortem_document(*pair)) for key, pair in public.items()}
    if page.has_postmortem_promise:
        for key in owing_postmortems(session, resolved.keys() - public.keys()):
            found[key] = Aftermath(due_at=due_at(resolved[key], page.limits))
    return found


def due_at(row: IncidentRow, policy: Policy) -> datetime | None:
    """Return when the postmortem of that incident is due, None where none is owed."""
    owed = deadlines(incident_value(row), policy)
    return next((each.due_at for each in owed if each.kind is DeadlineKind.POSTMORTEM), None)


def promised_as(page: Page) -> object:
    """Return all settings of the page that `aftermath_of` depends on."""
    return json.dumps(page.policy, sort_keys=True) if page.has_postmortem_promise else None


def as_of_now(
    session: Session, page: Page, incidents: Mapping[int, PublicIncident], now: datetime
) -> dict[int, PublicIncident]:
    """Return the incidents with what has become of them without any public act: what time has made of a
    promise, and how far the action items are where the site shows that."""
    states: Mapping[str, ItemState] = {}
    if page.has_action_progress:
        shown = [incident.postmortem for incident in incidents.values() if incident.postmortem]
        states = item_states(session, [item.id for postmortem in shown for item in postmortem.items])
    return {
        key: _as_of_now(incident, states if page.has_action_progress else None, now)
        for key, incident in incidents.items()
    }


def _as_of_now(
    incident: PublicIncident, states: Mapping[str, ItemState] | None, now: datetime
) -> PublicIncident:
    postmortem, due = incident.postmortem, incident.postmortem_by
    if due is not None and now > due:
        return replace(incident, is_postmortem_overdue=True)
    if postmortem is None:
        return incident
    if states is not None:
        postmortem = with_states(postmortem, states)
    if postmortem.final_by is not None and now > postmortem.final_by:
        postmortem = replace(postmortem, is_final_overdue=True)
    return incident if postmortem is incident.postmortem else replace(incident, postmortem=postmortem)


def turned_postmortems(session: Session, page: Page, since: datetime | None, now: datetime) -> set[int]:
    """Return the incidents whose promise of a postmortem has run out since then, or came back into the
    future (a clock step); all that may have while nobody looked, where nobody knows since when."""
    promises = list(final_dates(session).items())
    if page.has_postmortem_promise:
        policy = page.limits
        # Whichever of them holds for an incident: rendering it once too often changes nothing.
        allowed = {policy.for_impact(impact).postmortem_within for impact in Impact}
        first = None if since is None else min(since, now) - max(allowed)
        owing = owing_since(session, first, MOST_LOOKED_AT)
        promises += [(key, resolved_at + within) for key, resolved_at in owing.items() for within in allowed]
    return {key for key, due in promises if _has_turned(due, since, now)}


def _has_turned(due: datetime, since: datetime | None, now: datetime) -> bool:
    return now > due if since is None else (since > due) != (now > due)
