"""The clock of communication: limits, promises, deadlines (`cadence.md`, The rules)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import partial

from statuspage.domain.component import Impact
from statuspage.domain.errors import RuleError

ONE_MINUTE = timedelta(minutes=1)


class DeadlineKind(StrEnum):
    """What is owed."""

    INITIAL_NOTICE = "initial_notice"
    UPDATE = "update"
    RESOLUTION_NOTICE = "resolution_notice"
    POSTMORTEM = "postmortem"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much time each act of communication has."""

    initial_notice_within: timedelta = timedelta(minutes=15)
    promise_earliest: timedelta = timedelta(minutes=30)
    promise_latest: timedelta = timedelta(minutes=60)
    resolution_notice_within: timedelta = timedelta(minutes=15)
    postmortem_within: timedelta = timedelta(hours=48)


LAXEST = Limits()
_PRESETS: Mapping[Impact, timedelta] = {
    Impact.CRITICAL: timedelta(minutes=30),
    Impact.MAJOR: timedelta(minutes=30),
    Impact.MINOR: timedelta(minutes=60),
    Impact.NONE: timedelta(minutes=60),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's limits, and its stricter ones for some impacts (rule 13)."""

    limits: Limits = LAXEST
    by_impact: Mapping[Impact, Limits] = field(default_factory=dict)

    def for_impact(self, impact: Impact) -> Limits:
        """Return the limits that hold for incidents of this impact."""
        return self.by_impact.get(impact, self.limits)

    def preset(self, impact: Impact) -> timedelta:
        """Return the length of a promise nobody chose, clamped into the site's window (rule 3)."""
        limits = self.for_impact(impact)
        return min(max(_PRESETS[impact], limits.promise_earliest), limits.promise_latest)


def checked_policy(policy: Policy) -> Policy:
    """Return the policy; refuse one that is laxer than the product's or contradicts itself (rule 13)."""
    for mistake in policy_mistakes(policy):
        raise mistake
    return policy


def policy_mistakes(policy: Policy) -> Iterator[RuleError]:
    """Yield a refusal for each limit that is laxer than the product's or contradicts another (rule 13)."""
    yield from _mistakes(policy.limits, "policy")
    for impact, limits in policy.by_impact.items():
        yield from _mistakes(limits, f"policy.by_impact.{impact}")


def _mistakes(limits: Limits, where: str) -> Iterator[RuleError]:
    for name in Limits.__dataclass_fields__:
        allowed: timedelta = getattr(LAXEST, name)
        chosen: timedelta = getattr(limits, name)
        if not ONE_MINUTE <= chosen <= allowed:
            yield RuleError(
                "policy_too_lax",
                f"Choose between 1 and {allowed // ONE_MINUTE} minutes; a site may be stricter, never laxer.",
                f"{where}.{name}",
            )
    if limits.promise_earliest > limits.promise_latest:
        yield RuleError(
            "policy_contradiction",
            "The earliest promise must not lie after the latest.",
            f"{where}.promise_earliest",
        )


@dataclass(frozen=True, slots=True)
class PromiseIn:
    """A promise as a length, bound at the instant of publishing."""

    minutes: int


@dataclass(frozen=True, slots=True)
class PromiseBy:
    """A promise as an instant."""

    at: datetime


PromiseRequest = PromiseIn | PromiseBy


def whole_minute(instant: datetime) -> datetime:
    """Return the instant without its seconds, in UTC: within one zone Python counts wall time (rule 14)."""
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def clock_time(instant: datetime, zone: tzinfo = UTC) -> str:
    """Return the instant as the product's sentences name it: `14:40:05 UTC`."""
    return f"{instant.astimezone(zone):%H:%M:%S %Z}"


def bound_promise(
    request: PromiseRequest | None, published_at: datetime, impact: Impact, policy: Policy
) -> datetime:
    """Return the instant of the next update that a notice published now promises (rule 3).

    Nothing requested means the preset for the impact. Raises `promise_out_of_window`.
    """
    limits = policy.for_impact(impact)
    start = whole_minute(published_at)
    earliest, latest = start + limits.promise_earliest, start + limits.promise_latest
    if request is None:
        return start + policy.preset(impact)
    try:
        if isinstance(request, PromiseIn):
            promise = start + timedelta(minutes=request.minutes)
        else:
            promise = whole_minute(request.at)
    except OverflowError:
        promise = datetime.max.replace(tzinfo=UTC)
    if not earliest <= promise <= latest:
        sentence = partial(_allowed_times, earliest, latest, limits)
        raise RuleError("promise_out_of_window", sentence, promise_field(request))
    return promise


def promise_field(request: PromiseRequest) -> str:
    """Return the name of the input that a promise came in."""
    return "next_update_in" if isinstance(request, PromiseIn) else "next_update_by"


def bound_clock_time(
    chosen: datetime, written_from: datetime, now: datetime, impact: Impact, policy: Policy
) -> datetime:
    """Return the promise for a clock time typed into a form that was opened at `written_from` (rule 3).

    One that was allowed then and slipped below the window while somebody wrote moves to the nearest allowed
    minute; where the answer differs from what was chosen, the confirmation says so. Any other clock time must
    lie in the window now. Raises `promise_out_of_window`.
    """
    earliest = whole_minute(now) + policy.for_impact(impact).promise_earliest
    allowed_then = whole_minute(written_from) + policy.for_impact(impact).promise_earliest
    if allowed_then <= chosen < earliest:
        return earliest
    return bound_promise(PromiseBy(chosen), now, impact, policy)


def _allowed_times(earliest: datetime, latest: datetime, limits: Limits, zone: tzinfo) -> str:
    earliest, latest = earliest.astimezone(zone), latest.astimezone(zone)
    days = "" if earliest.date() == latest.date() else f" ({latest:%b} {latest.day})"
    return (
        f"The next update must be promised between {earliest:%H:%M} and {latest:%H:%M}{days} {latest:%Z}, "
        f"{limits.promise_earliest // ONE_MINUTE} to {limits.promise_latest // ONE_MINUTE} minutes from now."
    )


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant by which something is owed. It arose at `arose_at` and was met at `met_at`, if it was."""

    kind: DeadlineKind
    arose_at: datetime
    due_at: datetime
    met_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Return whether it is still owed."""
        return self.met_at is None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it is owed and its instant has passed; at the very instant it has not."""
        return self.met_at is None and now > self.due_at

    def was_met_in_time(self) -> bool:
        """Return whether what was owed came at the due instant or before."""
        return self.met_at is not None and self.met_at <= self.due_at

    def late_by_minutes(self, now: datetime) -> int:
        """Return the minutes it is, or was met, late, rounded up; 0 when in time (rule 5)."""
        lateness = (self.met_at or now) - self.due_at
        return max(0, -(-lateness // ONE_MINUTE))
