"""Drill time: the clock of a rehearsal, which may run faster than the real one (`cadence.md`, Drills)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
