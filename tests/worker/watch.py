"""A company around an incident, and workers that tick beside each other while a clock is stepped."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow, RoleRow
from statuspage.store.involvement import RoleCall
from statuspage.store.reminders import MessageKind, Reminder, StaffMessage
from statuspage.worker.reminders import remind_of_notices, remind_of_postmortems
from statuspage.worker.tools import Tools
from tests.factories import make_account
from tests.fakes import NOON, FakeClock

LEAD, COMMANDER = IncidentRole.COMMUNICATIONS_LEAD, IncidentRole.INCIDENT_COMMANDER


@dataclass(frozen=True)
class Company:
    """Who works there, by first name."""

    lead: Account
    deputy: Account
    commander: Account
    other: Account
    admin: Account

    @classmethod
    def make(cls, session: Session) -> "Company":
        """Make them; one who only looks is there too, and is never told of anything."""

        def person(name: str, role: SiteRole) -> Account:
            return make_account(session, name=name, role=role, email=f"{name.lower()}@example.com")

        person("Viewer", SiteRole.VIEWER)
        return cls(
            lead=person("Lead", SiteRole.COMMUNICATOR),
            deputy=person("Deputy", SiteRole.RESPONDER),
            commander=person("Commander", SiteRole.RESPONDER),
            other=person("Other", SiteRole.COMMUNICATOR),
            admin=person("Admin", SiteRole.ADMIN),
        )

    def staff(self, row: IncidentRow) -> None:
        """Give lead and commander their roles; the deputy was called from the rota."""
        for role, account in ((LEAD, self.lead), (COMMANDER, self.commander)):
            row.roles.append(RoleRow(role=role, account=account, account_id=account.id))

    def call_deputy(self, session: Session, row: IncidentRow) -> None:
        """Note that the deputy was called from the rota."""
        session.flush()
        call = RoleCall(incident_id=row.id, role=LEAD, account_id=self.deputy.id, is_deputy=True)
        call.called_at = NOON
        session.add(call)


@contextmanager
def side_by_side(workers: list[Tools]) -> Iterator[Callable[[], None]]:
    """Have every worker look at the same moment, each in a thread of its own."""
    with ThreadPoolExecutor(len(workers)) as pool:

        def tick() -> None:
            for job in (remind_of_notices, remind_of_postmortems):
                list(pool.map(job, workers))

        yield tick


def walk(clock: FakeClock, tick: Callable[[], None], minutes: float, every: float = 1) -> None:
    """Tick now and every so many minutes, until so many have passed."""
    until = clock.now() + timedelta(minutes=minutes)
    tick()
    while clock.now() < until:
        clock.advance(minutes=every)
        tick()


def steps_of(session: Session) -> list[str]:
    """Return what there is, as it arose: `update -10`."""
    session.rollback()
    found = session.scalars(select(Reminder).order_by(Reminder.id))
    return [f"{reminder.kind} {reminder.step}" for reminder in found]


def told(session: Session) -> dict[str, list[str]]:
    """Return the first names of those who were told, for each step."""
    session.rollback()
    query = select(StaffMessage).where(StaffMessage.kind == MessageKind.REMINDER)
    found: dict[str, list[str]] = {}
    for message in session.scalars(query.order_by(StaffMessage.id)):
        assert message.reminder is not None
        who = message.account.name if message.account else message.channel.value
        found.setdefault(f"{message.reminder.kind} {message.reminder.step}", []).append(who)
    return {step: sorted(names) for step, names in found.items()}
