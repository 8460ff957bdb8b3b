"""When a message that nobody took is tried again."""

from datetime import datetime, timedelta

# A reminder is worth little once the next is due: soon at first, then in ever longer waits, for three hours.
WAITS = (
    tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 120, 300, 600))
    + (timedelta(minutes=15),) * 11
)
LONGEST_WAIT = max(WAITS)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts; None where it is given up."""
    if attempts > len(WAITS):
        return None
    return now + WAITS[max(attempts, 1) - 1]
