"""An outside watcher hears of us only while all jobs are well."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.services.ports import WatcherError
from statuspage.settings import Settings
from statuspage.store.records import last_heartbeat
from statuspage.web.health import WATCHER, is_watcher_behind
from statuspage.worker.jobs import Job, fixed_jobs
from statuspage.worker.survival import Survival
from statuspage.worker.tools import Tools, make_tools
from statuspage.worker.watching import Pinger
from tests.fakes import NOON, FakeClock


class FakeWatcher:
    """Somebody outside, who answers as the test says."""

    def __init__(self) -> None:
        self.pings, self.refusal = 0, ""

    def ping(self) -> None:
        if self.refusal:
            raise WatcherError(self.refusal)
        self.pings += 1


@pytest.fixture
def watcher() -> FakeWatcher:
    return FakeWatcher()


@pytest.fixture
def tools(settings: Settings, clock: FakeClock, watcher: FakeWatcher) -> Iterator[Tools]:
    made = make_tools(settings, clock)
    yield replace(made, adapters=replace(made.adapters, watcher=watcher))
    made.sessions.kw["bind"].dispose()


def test_a_ping_is_noted_with_its_time(tools: Tools, watcher: FakeWatcher, session: Session):
    Pinger(tools, lambda: True).run()

    assert watcher.pings == 1
    assert last_heartbeat(session, WATCHER) == NOON


def test_jobs_in_trouble_are_not_covered_up(tools: Tools, watcher: FakeWatcher, session: Session):
    survival = Survival(tools.adapters.settings.database_url)
    pinger = Pinger(tools, survival.is_well)

    def fail() -> None:
        raise ZeroDivisionError

    survival.run(Job("remind", timedelta(seconds=1), fail))
    pinger.run()
    assert (watcher.pings, last_heartbeat(session, WATCHER)) == (0, None)

    survival.run(Job("remind", timedelta(seconds=1), lambda: None))
    pinger.run()
    assert watcher.pings == 1


def test_a_watcher_that_is_not_reached_is_told_once_and_again_when_it_is(
    tools: Tools, watcher: FakeWatcher, session: Session, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "statuspage.worker.watching")
    pinger = Pinger(tools, lambda: True)
    watcher.refusal = "The outside watcher answered 500."
    pinger.run()
    pinger.run()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert last_heartbeat(session, WATCHER) is None

    watcher.refusal = ""
    pinger.run()
    pinger.run()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_without_a_watcher_nothing_is_done(tools: Tools, session: Session):
    Pinger(replace(tools, adapters=replace(tools.adapters, watcher=None)), lambda: True).run()

    assert last_heartbeat(session, WATCHER) is None


def test_the_worker_pings_each_minute(tools: Tools):
    (job,) = [job for job in fixed_jobs(tools) if job.name == "ping_watcher"]

    assert job.every == timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "is_behind"), [(5, False), (5.1, True), (-5.1, True)])
def test_a_watcher_that_hears_nothing_for_five_minutes_is_behind(minutes: float, is_behind: bool):
    assert is_watcher_behind(NOON, NOON + timedelta(minutes=minutes)) is is_behind
    assert is_watcher_behind(None, NOON)
