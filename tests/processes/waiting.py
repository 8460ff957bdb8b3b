"""Waiting for a condition, never longer than a bound."""

import time
from collections.abc import Callable

PAUSE = 0.02


def eventually(is_true: Callable[[], object], within: float = 60.0) -> bool:
    """Return whether it became true within so many seconds."""
    deadline = time.monotonic() + within
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def wait_for(is_true: Callable[[], object], what: str, within: float = 60.0) -> None:
    """Return as soon as it is true; AssertionError naming `what` when it does not become so in time."""
    assert eventually(is_true, within), f"within {within:g} s it did not come to this: {what}"
