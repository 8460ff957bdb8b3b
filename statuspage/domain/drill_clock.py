"""Drill time: the clock of a rehearsal, which may run faster than the real one (`cadence.md`, Drills)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from statuspage.domain.errors import RuleError

SLOWEST, FASTEST = 1, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillClock:
    """Start + elapsed × speed. It stands still while the drill is paused and once it has ended.

    `paused` is how long it stood still before; all instants are real ones.
    """

    started_at: datetime
    speed: int
    paused: timedelta = timedelta()
    paused_at: datetime | None = None
    ended_at: datetime | None = None

    def drill_time(self, now: datetime) -> datetime:
        """Return the drill's own instant at a real one, in whole milliseconds; never before its start."""
        stopped = [at for at in (self.paused_at, self.ended_at) if at is not None]
        elapsed = max(timedelta(), min([now, *stopped]) - self.started_at - self.paused)
        passed = elapsed * self.speed
        return self.started_at + passed - timedelta(microseconds=passed.microseconds % 1000)

    def real_time(self, instant: datetime) -> datetime:
        """Return the real instant at which the drill's clock shows `instant`, as long as it runs on."""
        return self.started_at + self.paused + (instant - self.started_at) / self.speed

    def first_real_time(self, instant: datetime) -> datetime:
        """Return the earliest real instant that a drill's instant can stand for, pauses left out.

        What lies before the start is real time already.
        """
        if instant <= self.started_at:
            return instant
        return self.started_at + (instant - self.started_at) / self.speed


def checked_speed(speed: int) -> int:
    """Return how much faster than real time a drill runs; refuse what is not possible."""
    if not SLOWEST <= speed <= FASTEST:
        raise RuleError(
            "speed_out_of_range",
            f"A drill runs at {SLOWEST} to {FASTEST} times real time; {speed} is not possible.",
            "speed",
        )
    return speed
