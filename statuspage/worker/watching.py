"""Telling an outside watcher that the jobs are well; when it hears nothing, it raises the alarm."""

import logging
from collections.abc import Callable

from statuspage.services.context import writing
from statuspage.services.ports import WatcherError
from statuspage.store.records import beat
from statuspage.worker.tools import Tools

WATCHER = "watcher"

log = logging.getLogger(__name__)


class Pinger:
    """Pings while all is well, notes when it did, and tells of each trouble once."""

    def __init__(self, tools: Tools, is_well: Callable[[], bool]) -> None:
        self._tools, self._is_well = tools, is_well
        self._trouble = ""

    def run(self) -> None:
        """Ping once. Jobs in trouble are not covered up: the watcher hears nothing then."""
        watcher = self._tools.adapters.watcher
        if watcher is None or not self._is_well():
            return
        try:
            watcher.ping()
        except WatcherError as error:
            self._note(str(error))
            return
        self._note("")
        with self._tools.sessions() as session, writing(session):
            beat(session, WATCHER, self._tools.adapters.clock.now())

    def _note(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            log.warning("%s It is tried again each minute.", trouble)
        elif self._trouble and not trouble:
            log.info("the outside watcher is reached again")
        self._trouble = trouble
