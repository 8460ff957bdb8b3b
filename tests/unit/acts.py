"""Incidents and acts on them, for tests of the rules: plain functions with keywords.

Unless a test says otherwise, an incident is detected at noon, is announced ten minutes later with a major
outage of the API, and the page has three components.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from statuspage.domain.cadence import Deadline, DeadlineKind, Policy
from statuspage.domain.component import ComponentState
from statuspage.domain.errors import DomainError
from statuspage.domain.incident import Incident, IncidentStatus
from statuspage.domain.merging import merge
from statuspage.domain.milestones import Times, open_incident, set_times
from statuspage.domain.notices import Draft, publish, reopen
from statuspage.domain.obligations import PostmortemTimes, deadlines
from tests.fakes import NOON

OPERATIONAL = ComponentState.OPERATIONAL
MAINTENANCE = ComponentState.UNDER_MAINTENANCE
DEGRADED = ComponentState.DEGRADED_PERFORMANCE
PARTIAL = ComponentState.PARTIAL_OUTAGE
MAJOR = ComponentState.MAJOR_OUTAGE

DETECTED = IncidentStatus.DETECTED
INVESTIGATING = IncidentStatus.INVESTIGATING
IDENTIFIED = IncidentStatus.IDENTIFIED
MONITORING = IncidentStatus.MONITORING
RESOLVED = IncidentStatus.RESOLVED
DISMISSED = IncidentStatus.DISMISSED
INTERNAL = IncidentStatus.INTERNAL

POLICY = Policy()
_numbers = itertools.count(1)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def at(minute: float = 0, *, second: float = 0) -> datetime:
    """Return the instant that many minutes after noon."""
    return NOON + timedelta(minutes=minute, seconds=second)


def make_draft(**fields: Any) -> Draft:
    fields = {"notice_id": f"notice{next(_numbers)}", "text": "We are on it.", "component_total": 3, **fields}
    return Draft(**fields)


def make_incident(
    *,
    detected_at: datetime = NOON,
    began_at: datetime | None = None,
    recorded_at: datetime | None = None,
    **fields: Any,
) -> Incident:
    """Make an unannounced incident, entered when it was detected."""
    return open_incident(detected_at, began_at, recorded_at or detected_at, **fields)


def say(incident: Incident, now: datetime, *, policy: Policy = POLICY, **fields: Any) -> Incident:
    """Publish a notice; the first one says by default that the API is down."""
    if not incident.is_announced:
        fields = {"status": INVESTIGATING, "states": {"api": MAJOR}, **fields}
    return publish(incident, make_draft(**fields), now, policy)


def make_announced(
    *,
    detected_at: datetime = NOON,
    began_at: datetime | None = None,
    announced_at: datetime | None = None,
    **fields: Any,
) -> Incident:
    incident = make_incident(detected_at=detected_at, began_at=began_at)
    return say(incident, announced_at or detected_at + minutes(10), **fields)


def resolve(
    incident: Incident, now: datetime, *, restored_at: datetime | None = None, **fields: Any
) -> Incident:
    return say(incident, now, status=RESOLVED, restored_at=restored_at, **fields)


def make_resolved(
    *, restored_at: datetime | None = None, resolved_at: datetime | None = None, **fields: Any
) -> Incident:
    """Make an incident that was over at 13:00 and said to be at 13:10."""
    return resolve(make_announced(**fields), resolved_at or at(70), restored_at=restored_at or at(60))


def reopened(
    incident: Incident,
    now: datetime,
    *,
    detected_at: datetime | None = None,
    policy: Policy = POLICY,
    postmortem_at: datetime | None = None,
    **fields: Any,
) -> Incident:
    fields = {"status": INVESTIGATING, "states": {"api": MAJOR}, **fields}
    draft = make_draft(**fields)
    return reopen(incident, draft, detected_at or now, now, policy, postmortem_at=postmortem_at)


def merged(one: Incident, other: Incident, now: datetime) -> tuple[Incident, Incident]:
    """Merge the one into the other; return both, the merged one first."""
    return merge(one, other, make_draft(text="Part of the other."), "survivor", now)


def moved(
    incident: Incident,
    now: datetime,
    *,
    may_move_later: bool = False,
    reason: str | None = None,
    **times: Any,
) -> Incident:
    return set_times(incident, Times(**times), now, may_move_later=may_move_later, reason=reason)


def owed(
    incident: Incident, kind: DeadlineKind, *, policy: Policy = POLICY, **postmortem: datetime
) -> list[Deadline]:
    """Return the incident's deadlines of one kind, met or open, as they arose; `postmortem` are its times."""
    times = PostmortemTimes(**postmortem)
    return [found for found in deadlines(incident, policy, times) if found.kind is kind]


@contextmanager
def refused(code: str, field: str | None = None) -> Iterator[None]:
    """Expect the rules to refuse with this code, and beside this input where one is named."""
    with pytest.raises(DomainError) as refusal:
        yield
    assert refusal.value.code == code
    assert refusal.value.message
    if field is not None:
        assert refusal.value.field == field
