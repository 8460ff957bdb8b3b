"""Incidents that keep two workers busy, workers killed meanwhile, and what became of every reminder."""

import logging
import random
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from statuspage.adapters.clock import SystemClock
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import COMMAND_LINE, IncidentRole
from statuspage.services.commands import Declaration
from statuspage.services.context import Context, unit_of_work
from statuspage.services.declare_incident import declare_incident
from statuspage.services.end_incident import dismiss_incident
from statuspage.store.incidents import IncidentRow
from statuspage.store.reminders import MessageState, Reminder, StaffMessage
from tests.factories import make_account
from tests.processes.postbox import Postbox
from tests.processes.product import WORKER, Product
from tests.processes.waiting import wait_for

ROLES = (IncidentRole.COMMUNICATIONS_LEAD, IncidentRole.INCIDENT_COMMANDER)
WAITING_AT_MOST = 12
READY = "the worker runs"

log = logging.getLogger(__name__)


@dataclass
class Verdict:
    """What a run has shown."""

    kills: int = 0
    reminders: int = 0
    mails: int = 0
    repeats: int = 0
    faults: list[str] = field(default_factory=list)


class Alarm:
    """One run on one database."""

    def __init__(self, sessions: sessionmaker[Session], postbox: Postbox, workers: Sequence[Product]) -> None:
        self._sessions, self._postbox, self._workers = sessions, postbox, workers
        self._stop = threading.Event()
        self._starts = dict.fromkeys(range(len(workers)), 1)

    def run(self, seed: int, kills: int) -> Verdict:
        """Kill that many times; the workers run already."""
        chance = random.Random(seed)
        self._hire()
        feeder = threading.Thread(target=self._feed, name="feeder")
        feeder.start()
        try:
            for number in range(kills):
                self._kill(chance.randrange(len(self._workers)), chance.uniform(0.0, 1.0), number)
        finally:
            self._stop.set()
            feeder.join()
        wait_for(lambda: self._unfinished() == 0, "everybody was told of everything", 120)
        return self._judge(kills)

    def _hire(self) -> None:
        with self._sessions() as session:
            for role in ROLES:
                make_account(session, email=f"{role}@example.com")
            session.commit()

    def _feed(self) -> None:
        while not self._stop.is_set():
            # On a machine that does much else SQLite may be locked for longer than anybody waits.
            with suppress(OperationalError):
                if self._unfinished() < WAITING_AT_MOST:
                    self._act(self._declare)
                self._act(self._end_what_was_told)
            self._stop.wait(0.05)

    def _act(self, doing: object) -> None:
        with (
            self._sessions() as session,
            unit_of_work(session, SystemClock(), lambda _session, _now: COMMAND_LINE) as ctx,
        ):
            doing(ctx)  # type: ignore[operator]

    @staticmethod
    def _declare(ctx: Context) -> None:
        roles = {role: f"{role}@example.com" for role in ROLES}
        declare_incident(ctx, Declaration(name="Requests fail", roles=roles))

    @staticmethod
    def _end_what_was_told(ctx: Context) -> None:
        """Dismiss the incidents of which everybody knows, so that their number does not slow the ticks."""
        sent = (
            select(StaffMessage.incident_id)
            .where(StaffMessage.state == MessageState.SENT)
            .group_by(StaffMessage.incident_id)
            .having(func.count() == len(ROLES))
        )
        query = select(IncidentRow).where(
            IncidentRow.status == IncidentStatus.DETECTED, IncidentRow.id.in_(sent)
        )
        for row in ctx.session.scalars(query):
            dismiss_incident(ctx, row, "Everybody knows.")

    def _kill(self, which: int, after: float, number: int) -> None:
        product = self._workers[which]
        wait_for(lambda: product.log.count(READY) >= self._starts[which], "the worker is back", 120)
        time.sleep(after)
        product.kill(WORKER)
        log.info("kill %d: worker %d after %.3f s", number + 1, which, after)
        product.start()
        self._starts[which] += 1

    def _unfinished(self) -> int:
        """Return how many incidents nobody was reminded of yet, and how many messages still wait."""
        with self._sessions() as session:
            waiting = select(func.count()).where(StaffMessage.state == MessageState.PENDING)
            unseen = select(func.count(IncidentRow.id)).where(
                IncidentRow.id.not_in(select(Reminder.incident_id))
            )
            return (session.scalar(waiting) or 0) + (session.scalar(unseen) or 0)

    def _judge(self, kills: int) -> Verdict:
        verdict = Verdict(kills=kills, mails=self._postbox.taken.total())
        with self._sessions() as session:
            reminded = set(session.scalars(select(Reminder.incident_id)))
            verdict.reminders = session.scalar(select(func.count(Reminder.id))) or 0
            forgotten = set(session.scalars(select(IncidentRow.id))) - reminded
            messages = session.scalars(select(StaffMessage)).all()
            sent = {each.public_id for each in messages if each.state is MessageState.SENT}
        taken = {key.strip("<>").partition("@")[0]: count for key, count in self._postbox.taken.items()}
        verdict.repeats = sum(count - 1 for count in taken.values())
        found = {
            "incidents nobody was reminded of": forgotten,
            "messages that were not sent": {each.public_id for each in messages} - sent,
            "messages that count as sent and never came": sent - set(taken),
            "mails that belong to no message": set(taken) - sent,
        }
        verdict.faults = [f"{len(what)} {words}" for words, what in found.items() if what]
        if len(messages) != len(ROLES) * verdict.reminders:
            verdict.faults.append(f"{len(messages)} messages for {verdict.reminders} reminders")
        if verdict.repeats > kills:
            verdict.faults.append(f"{verdict.repeats} repeats after {kills} kills")
        return verdict
