"""Local times from forms, in the page's zone."""

from datetime import datetime

from statuspage.domain.local_time import instant_of, typed_local_time


def typed_instant(text: object, fold: object, zone: str, field: str) -> datetime | None:
    """Return the instant of a `datetime-local` input, None where it is empty.

    `fold` is what was chosen where the time occurs twice: `0` the first, `1` the second.
    """
    if not str(text or "").strip():
        return None
    side = {"0": 0, "1": 1}.get(str(fold or ""))
    return instant_of(typed_local_time(str(text), field), zone, field, side)
