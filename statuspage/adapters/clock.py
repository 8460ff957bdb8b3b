"""The system clock: the only place where the product asks for the time."""

from datetime import UTC, datetime


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC, in whole milliseconds.

        The wire carries no more; so an instant that a client sends back is the one it was given.
        """
        now = datetime.now(UTC)  # noqa: TID251
        return now.replace(microsecond=now.microsecond // 1000 * 1000)
