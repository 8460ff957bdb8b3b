"""Sleeping for a length of time, whatever clocks do meanwhile."""

import select


def pause(seconds: float) -> None:
    """Sleep that long, counted by the kernel.

    `time.sleep` and waits with a timeout compute an instant to wake at, which never comes, or is refused,
    where a test moves the clocks of the whole process.
    """
    select.select((), (), (), seconds)
