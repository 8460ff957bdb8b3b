"""Ticks may be late, double or lost, clocks may jump, databases may go away: the worker goes on."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy.exc import OperationalError

from statuspage.adapters.clock import SystemClock
from statuspage.worker.jobs import Job
from statuspage.worker.scheduler import TickingScheduler, add_jobs
from statuspage.worker.survival import Survival
from tests.fakes import FakeClock

URL = "postgresql+psycopg://ann:geheim@db.example.com/status"


def job(run: Callable[[], None], name: str = "a_job") -> Job:
    return Job(name, timedelta(seconds=1), run)


def failing(error: Exception, name: str = "a_job") -> Job:
    def fail() -> None:
        raise error

    return job(fail, name)


def eventually(condition: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = monotonic() + seconds
    while not condition() and monotonic() < deadline:
        sleep(0.01)
    return condition()


@contextmanager
def running(scheduler: TickingScheduler) -> Iterator[None]:
    thread = threading.Thread(target=scheduler.start)
    thread.start()
    try:
        yield
    finally:
        scheduler.shutdown()
        thread.join()


@pytest.fixture
def scheduler() -> TickingScheduler:
    return TickingScheduler(SystemClock())


def test_a_job_runs_at_once_and_then_in_its_interval(scheduler: TickingScheduler):
    ran = []
    add_jobs(scheduler, [job(lambda: ran.append(1))], Survival(URL), SystemClock())

    with running(scheduler):
        assert eventually(lambda: len(ran) == 1)
        assert eventually(lambda: len(ran) == 2)


def test_a_job_that_is_hours_late_runs_once(scheduler: TickingScheduler):
    ran = []
    hourly = Job("hourly", timedelta(hours=1), lambda: ran.append(1))
    add_jobs(scheduler, [hourly], Survival(URL), SystemClock())
    scheduler.get_jobs()[0].modify(next_run_time=SystemClock().now() - timedelta(hours=3, minutes=30))

    with running(scheduler):
        assert eventually(lambda: len(ran) == 1)
        sleep(0.5)
        assert len(ran) == 1


def test_a_job_never_runs_twice_at_a_time(scheduler: TickingScheduler):
    started, release = [], threading.Event()

    def slow() -> None:
        started.append(1)
        release.wait(5)

    add_jobs(scheduler, [job(slow, "slow"), job(lambda: None, "other")], Survival(URL), SystemClock())
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    with running(scheduler):
        sleep(1.5)
        most = len(started)
        release.set()

    assert most == 1


def test_after_the_clock_was_set_back_every_job_is_due_at_once():
    """Otherwise the job would wait for an hour."""
    clock = FakeClock(SystemClock().now() + timedelta(hours=1))
    scheduler = TickingScheduler(clock)
    add_jobs(scheduler, [job(lambda: None)], Survival(URL), clock)

    clock.advance(hours=-1)
    scheduler.look()

    assert due(scheduler) == [clock.now()]


def test_a_clock_that_goes_on_jumps_forward_or_stands_still_changes_nothing(clock: FakeClock):
    scheduler = TickingScheduler(clock)
    add_jobs(scheduler, [job(lambda: None)], Survival(URL), clock)
    before = due(scheduler)

    for seconds in (1, 0, 3600, 1):
        clock.advance(seconds=seconds)
        scheduler.look()

    assert due(scheduler) == before


def test_the_running_scheduler_looks_at_the_clock():
    clock, ran = FakeClock(SystemClock().now()), []
    scheduler = TickingScheduler(clock)
    add_jobs(scheduler, [Job("hourly", timedelta(hours=1), lambda: ran.append(1))], Survival(URL), clock)
    with running(scheduler):
        assert eventually(lambda: len(ran) == 1)

        clock.advance(hours=-1)

        assert eventually(lambda: len(ran) == 2)


def due(scheduler: TickingScheduler) -> list[datetime]:
    return [job.next_run_time for job in scheduler.get_jobs()]


def test_an_absent_database_is_told_once_for_all_jobs_and_again_when_it_is_back(caplog):
    survival = Survival(URL)
    away = OperationalError("SELECT 1", {}, Exception("connection refused\nIs the server running?"))

    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert survival.run(failing(away, "one")) is False
            assert survival.run(failing(away, "two")) is False
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        survival.run(job(lambda: None, "one"))
        survival.run(job(lambda: None, "two"))

    assert "connection refused" in caplog.messages[0]
    assert caplog.messages[1].startswith("over: The database does not answer")
    assert len(caplog.records) == 2
    assert "geheim" not in caplog.text
    assert "Traceback" not in caplog.text


def test_an_unexpected_failure_is_told_once_with_its_traceback(caplog):
    survival = Survival(URL)

    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert survival.run(failing(ZeroDivisionError())) is False

    assert len(caplog.records) == 1
    assert "Traceback" in caplog.text
