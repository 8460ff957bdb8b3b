"""Jobs survive what they run into, and each trouble is told once, not at every tick."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from statuspage.store.sessions import is_unready, unready_sentence
from statuspage.worker.jobs import Job

log = logging.getLogger(__name__)


class Survival:
    """Runs jobs and remembers which of them are in which trouble."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._troubles: dict[str, str] = {}
        self._lock = threading.Lock()

    def run(self, job: Job) -> bool:
        """Run a job; return whether it went well. Never raises."""
        try:
            job.run()
        except Exception as error:
            self._note(job.name, error)
            return False
        self._forget(job.name)
        return True

    def is_well(self) -> bool:
        """Return whether no job is in trouble."""
        with self._lock:
            return not self._troubles

    def _note(self, name: str, error: Exception) -> None:
        is_away, trouble = False, f"{name}: {type(error).__name__}"
        if isinstance(error, SQLAlchemyError) and is_unready(error):
            is_away, trouble = True, unready_sentence(error, self._database_url)
        with self._lock:
            is_known = trouble in self._troubles.values()
            self._troubles[name] = trouble
        if is_known:
            return
        if is_away:
            log.warning("%s The worker goes on trying.", trouble)
        else:
            log.error("%s failed; it is tried again", name, exc_info=error)

    def _forget(self, name: str) -> None:
        with self._lock:
            trouble = self._troubles.get(name)
            # What was over for one job is over for all: some run only once an hour.
            self._troubles = {job: other for job, other in self._troubles.items() if other != trouble}
        if trouble is not None:
            log.info("over: %s", trouble)
