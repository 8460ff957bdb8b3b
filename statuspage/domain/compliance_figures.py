"""The compliance report's figures: judged incidents added up."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.compliance import Duty, Hidden, Judged, Outcome
from statuspage.domain.incident import NoticeKind

LONG_GAP, SHORT_GAP = timedelta(minutes=60), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of something owed came in time, late, or not at all; the rest is not due yet."""

    owed: int
    on_time: int
    late: int
    missing: int

    @property
    def settled(self) -> int:
        """Return how many can be judged by now."""
        return self.on_time + self.late + self.missing

    @property
    def pending(self) -> int:
        """Return how many are not due yet."""
        return self.owed - self.settled


@dataclass(frozen=True, slots=True)
class AllGaps:
    """How many incidents had a promise come due, and how many of these kept every one."""

    incidents: int
    kept: int


@dataclass(frozen=True, slots=True)
class BackfillGaps:
    """Incidents entered afterwards with more than one notice, and the times between their notices."""

    incidents: int
    gaps: int
    gaps_within_60: int
    all_gaps_within_60: int
    all_gaps_within_30: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Half of all were no longer than `p50`, nine of ten no longer than `p90` (nearest rank)."""

    p50: timedelta
    p90: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of duties, and what stands hidden beside them. In `promises`, on time means kept; `waived`
    postmortems are not among those owed."""

    initial_notice: Tally
    promises: Tally
    resolution_notice: Tally
    postmortem: Tally
    waived: int
    hidden: dict[Hidden, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of some incidents together. Spreads are None where nothing was to be measured.

    `incidents` and all but `kept.hidden` and `backfill` leave out what was entered afterwards.
    """

    incidents: int
    kept: Kept
    initial_as_reported: Tally
    all_gaps: AllGaps
    assumed: int
    backfill: BackfillGaps
    first_notice: Spread | None
    first_notice_lateness: Spread | None
    promise_lateness: Spread | None
    resolution_delay: Spread | None
    notices: int
    by_token: int
    updates: int
    no_change: int
    late_notices: int
    explained: int


def add_up(judged: Iterable[Judged]) -> Figures:
    """Return the figures of these incidents together."""
    judged = list(judged)
    real = [each for each in judged if not each.incident.is_backfill]
    duties = [duty for each in real for duty in each.duties]
    notices = [notice for each in real for notice in each.incident.notices]
    updates = [notice for notice in notices if notice.kind is NoticeKind.UPDATE]
    kept_all = [each.are_all_gaps_kept for each in real]
    reasons = [reason for each in real for reason in each.late_reasons]
    return Figures(
        incidents=len(real),
        kept=kept_of(duties, (each.hidden for each in judged), sum(each.is_waived for each in real)),
        initial_as_reported=_tally(_initial_as_reported(real)),
        all_gaps=AllGaps(sum(kept is not None for kept in kept_all), sum(kept is True for kept in kept_all)),
        assumed=sum(each.assumed for each in real),
        backfill=_backfill([each for each in judged if each.incident.is_backfill and each.gaps]),
        first_notice=spread(span for each in real for span in each.first_notices),
        first_notice_lateness=spread(_lateness(duties, DeadlineKind.INITIAL_NOTICE)),
        promise_lateness=spread(_lateness(duties, DeadlineKind.UPDATE)),
        resolution_delay=spread(span for each in real for span in each.resolution_delays),
        notices=len(notices),
        by_token=sum(each.case.by_token for each in real),
        updates=len(updates),
        no_change=sum(notice.is_no_change for notice in updates),
        late_notices=len(reasons),
        explained=sum(reason is not None for reason in reasons),
    )


def _initial_as_reported(judged: Iterable[Judged]) -> Iterator[Duty]:
    for each in judged:
        first, *others = each.of(DeadlineKind.INITIAL_NOTICE) or (None,)
        yield from (duty for duty in (each.reported_initial or first, *others) if duty is not None)


def kept_of(duties: Iterable[Duty], hidden: Iterable[Hidden | None], waived: int) -> Kept:
    """Return what became of these duties, with what is hidden or waived beside them."""
    by_kind: dict[DeadlineKind, list[Duty]] = {kind: [] for kind in DeadlineKind}
    for duty in duties:
        by_kind[duty.kind].append(duty)
    counted = list(hidden)
    return Kept(
        _tally(by_kind[DeadlineKind.INITIAL_NOTICE]),
        _tally(by_kind[DeadlineKind.UPDATE]),
        _tally(by_kind[DeadlineKind.RESOLUTION_NOTICE]),
        _tally(by_kind[DeadlineKind.POSTMORTEM]),
        waived,
        {each: counted.count(each) for each in Hidden},
    )


def kept_by(judged: Iterable[Judged], is_theirs: Callable[[int | None], bool]) -> Kept:
    """Return what became of the duties that these people held when due, whoever has them now."""
    judged = list(judged)
    return kept_of(
        (duty for each in judged for duty in each.duties if is_theirs(duty.held_by)),
        (each.hidden for each in judged if each.hidden and is_theirs(each.hidden_held_by)),
        sum(each.is_waived and is_theirs(each.waiver_held_by) for each in judged),
    )


def _tally(duties: Iterable[Duty]) -> Tally:
    outcomes = [duty.outcome for duty in duties]
    return Tally(
        len(outcomes),
        outcomes.count(Outcome.ON_TIME),
        outcomes.count(Outcome.LATE),
        outcomes.count(Outcome.MISSING),
    )


def _lateness(duties: Iterable[Duty], kind: DeadlineKind) -> Iterator[timedelta]:
    for duty in duties:
        if duty.kind is kind and duty.late:
            yield duty.late


def _backfill(judged: Sequence[Judged]) -> BackfillGaps:
    gaps = [gap for each in judged for gap in each.gaps]
    return BackfillGaps(
        incidents=len(judged),
        gaps=len(gaps),
        gaps_within_60=sum(gap <= LONG_GAP for gap in gaps),
        all_gaps_within_60=sum(max(each.gaps) <= LONG_GAP for each in judged),
        all_gaps_within_30=sum(max(each.gaps) <= SHORT_GAP for each in judged),
    )


def spread(spans: Iterable[timedelta]) -> Spread | None:
    """Return median, ninth decile and longest by nearest rank, so that each is a time that really was."""
    ordered = sorted(spans)
    if not ordered:
        return None
    # The rank is the count × share, rounded up; in whole numbers, where nothing is inexact.
    return Spread(*(ordered[-(-len(ordered) * share // 10) - 1] for share in (5, 9, 10)))
