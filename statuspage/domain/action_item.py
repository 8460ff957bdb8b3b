"""Action items: what will be done so that it does not happen again, by whom and until when."""

from datetime import date
from enum import StrEnum


class ItemKind(StrEnum):
    """What an action item is good for."""

    FIX = "fix"
    PREVENT = "prevent"
    DETECT = "detect"
    MITIGATE = "mitigate"
    PROCESS = "process"


class ItemState(StrEnum):
    """How far an action item is. `dropped`: it will not be done, with a note that says why."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


def is_overdue(state: ItemState, due_on: date | None, today: date) -> bool:
    """Return whether it is open after its day is over; `today` is the day in the owner's zone."""
    return state is ItemState.OPEN and due_on is not None and due_on < today
