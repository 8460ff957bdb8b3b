"""What every verb is given, and the transaction around it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from statuspage.domain.roles import Actor
from statuspage.services.ports import Clock
from statuspage.store.incidents import IncidentRow
from statuspage.store.pages import Page, lock_page, the_page


@dataclass(frozen=True, slots=True)
class Context:
    """One act: its transaction, its instant, who acts, and the page it concerns.

    `now` is the instant of what the act concerns: drill time for a drill. `real_now` is always the clock's.
    """

    session: Session
    now: datetime
    actor: Actor
    page: Page
    real: datetime | None = None

    @property
    def real_now(self) -> datetime:
        """Return the instant that the clock showed."""
        return self.real or self.now

    def at_time_of(self, row: IncidentRow) -> "Context":
        """Return the same act at the instant that the incident's own clock shows: a drill has its own."""
        if row.drill is None:
            return replace(self, now=self.real_now)
        return replace(self, now=row.drill.clock.drill_time(self.real_now), real=self.real_now)


Authenticate = Callable[[Session, datetime], Actor]


@contextmanager
def unit_of_work(session: Session, clock: Clock, authenticate: Authenticate) -> Iterator[Context]:
    """Open a writing transaction, commit it at the end, roll it back on any error.

    The time is read once, after the page is locked, so that acts are stamped in the order they happen.
    """
    with writing(session):
        page = lock_page(session)
        now = clock.now()
        yield Context(session, now, authenticate(session, now), page)


@contextmanager
def rehearsing(session: Session, clock: Clock, authenticate: Authenticate) -> Iterator[Context]:
    """Open a transaction in which an act can be tried for what it would do; it is always rolled back."""
    session.connection(execution_options={"is_writer": True})
    try:
        page = lock_page(session)
        now = clock.now()
        yield Context(session, now, authenticate(session, now), page)
    finally:
        session.rollback()


@contextmanager
def reading(session: Session, clock: Clock, authenticate: Authenticate) -> Iterator[Context]:
    """Open a transaction that only reads."""
    with snapshot(session):
        now = clock.now()
        yield Context(session, now, authenticate(session, now), the_page(session))


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """Run a writing transaction; on SQLite it excludes other writers from its start."""
    try:
        session.connection(execution_options={"is_writer": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def snapshot(session: Session) -> Iterator[None]:
    """Run a transaction that sees the database at one instant, and end it without writing."""
    options = {}
    if session.get_bind().dialect.name != "sqlite":
        options["isolation_level"] = "REPEATABLE READ"
    try:
        session.connection(execution_options=options)
        yield
    finally:
        session.rollback()
