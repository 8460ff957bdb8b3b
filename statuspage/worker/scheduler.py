"""The ticking: APScheduler runs the fixed jobs, and survives what they and the clock do."""

import logging
import signal
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler

from statuspage.memory import give_memory_back
from statuspage.pause import pause
from statuspage.services.ports import Clock
from statuspage.worker.jobs import Job, fixed_jobs
from statuspage.worker.survival import Survival
from statuspage.worker.tools import Tools

TICK_SECONDS = 0.2

log = logging.getLogger(__name__)


class TickingScheduler(BlockingScheduler):  # type: ignore[misc] # APScheduler 3 has no types
    """Looks at the clock at every tick instead of sleeping until a time that a clock may never show."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(timezone=UTC)
        self._clock = clock
        self._last = clock.now()

    def look(self) -> None:
        """Make every job due when the clock was set back; they would wait until it shows that time again.

        Steps forward need nothing: jobs are late then, and run at once.
        """
        now = self._clock.now()
        is_back, self._last = now < self._last, now
        if is_back:
            log.warning("the clock was set back; all jobs are due now")
            for job in self.get_jobs():
                job.modify(next_run_time=now)

    def _main_loop(self) -> None:
        while self.running:
            self._process_jobs()
            pause(TICK_SECONDS)
            self.look()


def run_once(tools: Tools) -> bool:
    """Run every job once, in order; return whether all went well."""
    survival = Survival(tools.adapters.settings.database_url)
    results = [survival.run(job) for job in fixed_jobs(tools, survival.is_well)]
    return all(results)


def run_forever(tools: Tools) -> None:
    """Run the jobs until SIGTERM or SIGINT."""
    give_memory_back()
    scheduler = TickingScheduler(tools.adapters.clock)
    survival = Survival(tools.adapters.settings.database_url)
    add_jobs(scheduler, fixed_jobs(tools, survival.is_well), survival, tools.adapters.clock)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.shutdown(wait=False))
    log.info("the worker runs")
    scheduler.start()


def add_jobs(scheduler: TickingScheduler, jobs: list[Job], survival: Survival, clock: Clock) -> None:
    """Have each job run at once and then in its interval, never twice at a time, however late."""
    scheduler.add_executor(ThreadPoolExecutor(len(jobs)))
    for job in jobs:
        scheduler.add_job(
            survival.run,
            "interval",
            args=[job],
            id=job.name,
            seconds=job.every.total_seconds(),
            next_run_time=clock.now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
