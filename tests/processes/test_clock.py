"""The clock of all processes is stepped from outside; the worker goes on and the pages follow."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from statuspage.adapters.clock import SystemClock
from tests.needs import faketime_library
from tests.processes.http_client import Access, admit
from tests.processes.pages import commit_only, publish, read
from tests.processes.product import Product, running
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.needs("faketime")


class SteppedClock:
    """The clock of the processes under test; it begins at noon of the coming day and goes on from there."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        now = SystemClock().now()
        noon = datetime(now.year, now.month, now.day, 12, tzinfo=UTC) + timedelta(days=1)
        self._offset = noon - now
        self._show()

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process look at this clock; real intervals and the dates of files stay real."""
        return {
            "LD_PRELOAD": str(faketime_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def now(self) -> datetime:
        """What the clock shows."""
        return SystemClock().now() + self._offset

    def step(self, **length: float) -> None:
        """Set the clock forward, or back by a negative length."""
        self._offset += timedelta(**length)
        self._show()

    def _show(self) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{self._offset.total_seconds():+.0f}\n")
        os.replace(draft, self._file)


@pytest.fixture
def clock(tmp_path: Path) -> SteppedClock:
    return SteppedClock(tmp_path)


def require_following(product: Product, access: Access, url: str, clock: SteppedClock, text: str) -> None:
    """What is published now, here and elsewhere, appears; the worker shows that it lives."""
    commit_only(url, f"elsewhere {text}", clock)
    wait_for(lambda: f"elsewhere {text}" in read(product), f"the worker builds what is published {text}")
    assert publish(product, access, f"here {text}")
    wait_for(lambda: f"here {text}" in read(product), f"what is published {text} appears")
    wait_for(lambda: "ok" in worker_health(product, access), f"the worker shows that it lives {text}")


def worker_health(product: Product, access: Access) -> str:
    return read(product, "/healthz/worker")


def test_the_site_follows_through_steps_of_the_clock_and_the_turn_of_the_day(clock, sqlite_url, tmp_path):
    access = admit(sqlite_url)
    with running(Product(tmp_path / "instance", sqlite_url, environment=clock.environment)) as product:
        wait_for(lambda: publish(product, access, "at noon"), "a notice is published")
        assert f"{clock.now():%Y-%m-%dT12:0}" in read(product), "the processes look at this clock"

        clock.step(hours=-1)

        require_following(product, access, sqlite_url, clock, "after a step back")
        assert "Update was due" not in read(product)

        clock.step(hours=2)

        wait_for(lambda: "Update was due" in read(product), "the page says that a promise has run out")
        require_following(product, access, sqlite_url, clock, "after a step forward")

        clock.step(hours=11)

        midnight = f'<time datetime="{clock.now():%Y-%m-%d}">'
        wait_for(lambda: midnight in read(product), "the page begins with the new day")
        require_following(product, access, sqlite_url, clock, "after midnight")
