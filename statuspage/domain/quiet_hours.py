"""Hours in which a person wants to be left alone."""

from datetime import datetime, time, tzinfo


def is_quiet(quiet_from: str | None, quiet_until: str | None, now: datetime, zone: tzinfo) -> bool:
    """Return whether it is between both clock times of the zone, like `22:00` and `07:00`.

    The first is quiet, the second no longer is. Nothing is where one is missing, or both are the same.
    """
    if not quiet_from or not quiet_until:
        return False
    begins, ends = time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)
    clock = now.astimezone(zone).time()
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends
