"""The console's words for action items."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from statuspage.domain.action_item import ItemState
from statuspage.render.zone import full_day
from statuspage.services.action_board import Followed, Happened, Show

SHOW_WORDS: Mapping[Show, str] = {
    Show.OPEN: "Open",
    Show.OVERDUE: "Overdue",
    Show.DONE: "Done",
    Show.DROPPED: "Dropped",
    Show.ALL: "All",
}
GROUP_WORDS: Mapping[str, str] = {
    "owner": "Owner",
    "team": "Team",
    "kind": "Kind",
    "incident": "Postmortem",
}


def when_due(one: Followed) -> str:
    """Return how far off its day is, `3 days overdue`; when it was closed nothing is due any more."""
    if one.item.state is not ItemState.OPEN:
        return "done" if one.item.state is ItemState.DONE else "dropped"
    days = one.days_left
    if days is None:
        return "no day yet"
    if days < 0:
        return "1 day overdue" if days == -1 else f"{-days} days overdue"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def words_of_act(happened: Happened) -> str:
    """Return what somebody did with it, to stand after the name."""
    return _ACTS[happened.verb](happened.details)


def _closed(details: Mapping[str, Any]) -> str:
    how = "as done" if details["state"] == ItemState.DONE else "without doing it"
    return f"closed it {how}: “{details['note']}”"


def _reopened(details: Mapping[str, Any]) -> str:
    return "reopened it" + _because(details.get("note"))


def _handed_over(details: Mapping[str, Any]) -> str:
    return f"handed it from {details['was'] or 'nobody'} to {details['to']}."


def _moved(details: Mapping[str, Any]) -> str:
    was = f" from {_day(details['was'])}" if details["was"] else ""
    return f"moved its day{was} to {_day(details['to'])}" + _because(details.get("reason"))


def _because(words: str | None) -> str:
    return f": “{words}”" if words else "."


def _day(text: str) -> str:
    return full_day(date.fromisoformat(text))


_ACTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "close_item": _closed,
    "reopen_item": _reopened,
    "hand_over_item": _handed_over,
    "move_item": _moved,
}
