"""When owners of action items are reminded: by day, in their own zone, seldom, and never twice.

A step is counted in days from the due day: a week before, the day before, the day itself, then once a week.
"""

from datetime import date, datetime, tzinfo

from statuspage.domain.reminders import DAY_BEGINS, DAY_ENDS

BEFORE = (-7, -1)
WEEK = 7


def may_remind(now: datetime, zone: tzinfo) -> bool:
    """Return whether it is between 09:00 and 18:00 in that zone, both included."""
    return DAY_BEGINS <= now.astimezone(zone).time() <= DAY_ENDS


def newest_step(due_on: date, today: date, since: date) -> int | None:
    """Return the newest step that has come by `today`, none of them from before `since`.

    Older ones are passed over, so that after an outage only the newest is told. `since` is the day from which
    the item is spoken of at all; None where no step has come since then.
    """
    days = (today - due_on).days
    found = [step for step in (*BEFORE, 0) if step <= days]
    if not found:
        return None
    step = days // WEEK * WEEK if days >= 0 else found[-1]
    return step if step >= (since - due_on).days else None
