"""The score card of a drill: how the promises would have looked to a customer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from statuspage.domain.cadence import Deadline, DeadlineKind, Policy
from statuspage.domain.incident import Incident, NoticeKind
from statuspage.domain.obligations import deadlines

LONGEST_GAP = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Score:
    """What counts, all in drill time. Minutes have one decimal; None where nothing of the kind was owed or
    done. A promise that was not due yet at the end is neither kept nor broken."""

    first_notice_minutes: float | None
    is_first_notice_on_time: bool
    promises_kept: int
    promises_broken: int
    promises_open: int
    gaps: int
    longest_gap_minutes: float | None
    gaps_too_long: int
    resolution_minutes: float | None
    is_resolution_on_time: bool | None


def score_of(incident: Incident, policy: Policy, now: datetime) -> Score:
    """Return the figures as they stand at `now` on the drill's own clock.

    A gap runs from one notice to the next; after the last notice that left the incident open, until now.
    """
    owed = deadlines(incident, policy)
    first = _of(owed, DeadlineKind.INITIAL_NOTICE)[:1]
    promises = _of(owed, DeadlineKind.UPDATE)
    ends = _of(owed, DeadlineKind.RESOLUTION_NOTICE)[-1:]
    gaps = list(_gaps(incident, now))
    announced_at, resolved_at = incident.episodes[0].announced_at, incident.episode.resolved_at
    restored_at = incident.episode.restored_at
    return Score(
        first_notice_minutes=_minutes(announced_at - incident.episodes[0].detected_at)
        if announced_at
        else None,
        is_first_notice_on_time=any(one.was_met_in_time() for one in first),
        promises_kept=sum(one.was_met_in_time() for one in promises),
        promises_broken=sum(_is_broken(one, now) for one in promises),
        promises_open=sum(one.is_open and not one.is_overdue(now) for one in promises),
        gaps=len(gaps),
        longest_gap_minutes=_minutes(max(gaps)) if gaps else None,
        gaps_too_long=sum(gap > LONGEST_GAP for gap in gaps),
        resolution_minutes=_minutes(resolved_at - max(restored_at, incident.episode.detected_at))
        if resolved_at and restored_at
        else None,
        is_resolution_on_time=ends[0].was_met_in_time() if ends else None,
    )


def _of(owed: Sequence[Deadline], kind: DeadlineKind) -> list[Deadline]:
    return [one for one in owed if one.kind is kind]


def _is_broken(deadline: Deadline, now: datetime) -> bool:
    return deadline.is_overdue(now) if deadline.is_open else not deadline.was_met_in_time()


def _gaps(incident: Incident, now: datetime) -> Iterator[timedelta]:
    """A reopening begins anew: nobody waited for word between resolution and reopening."""
    notices = incident.notices
    for before, after in pairwise(notices):
        if after.kind is not NoticeKind.REOPENING:
            yield after.published_at - before.published_at
    if notices and incident.episode.resolved_at is None:
        yield now - notices[-1].published_at


def _minutes(span: timedelta) -> float:
    return round(span / timedelta(minutes=1), 1)
