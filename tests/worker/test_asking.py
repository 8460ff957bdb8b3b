"""Workers that watch: however many look, what is due is noted once."""

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from statuspage.domain.roles import IncidentRole
from statuspage.services.declare_incident import assign_roles
from statuspage.settings import Settings
from statuspage.store.involvement import OpenQuestion
from statuspage.store.reminders import StaffMessage
from statuspage.store.silence import SilenceWarning
from statuspage.worker.asking import ask_technical_leads, look_for_silence
from statuspage.worker.jobs import fixed_jobs
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import announce


@pytest.fixture
def workers(settings: Settings, clock: FakeClock):
    made = [make_tools(settings, clock) for _ in range(2)]
    yield made
    for tools in made:
        tools.sessions.kw["bind"].dispose()


def counts(sessions: sessionmaker[Session]) -> list[int]:
    """Return how many questions, warnings and messages there are."""
    with sessions() as session:
        tables = (OpenQuestion, SilenceWarning, StaffMessage)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.fixture
def due(act: Act, session: Session, clock: FakeClock) -> None:
    """A question and a warning are due."""
    tom = make_account(session, email="tom@example.com")
    with act() as ctx:
        row = announce(ctx)
        assign_roles(ctx, row, {IncidentRole.TECHNICAL_LEAD: tom.email})
    session.commit()
    clock.advance(minutes=30)


def test_two_workers_at_once_note_each_thing_once(
    workers: list[Tools], sessions: sessionmaker[Session], due: None
):
    start = threading.Barrier(2)

    def work(tools: Tools) -> None:
        start.wait()
        ask_technical_leads(tools)
        look_for_silence(tools)

    threads = [threading.Thread(target=work, args=[tools]) for tools in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts(sessions) == [1, 1, 2]


def test_a_look_without_news_writes_nothing(
    workers: list[Tools], sessions: sessionmaker[Session], due: None, monkeypatch: pytest.MonkeyPatch
):
    for job in (ask_technical_leads, look_for_silence):
        job(workers[0])
    monkeypatch.setattr("statuspage.worker.asking.unit_of_work", None)
    for job in (ask_technical_leads, look_for_silence):
        job(workers[1])

    assert counts(sessions) == [1, 1, 2]


def test_the_worker_looks_every_second_and_every_ten(workers: list[Tools]):
    every = {job.name: job.every.total_seconds() for job in fixed_jobs(workers[0])}

    assert (every["ask_technical_leads"], every["look_for_silence"]) == (1, 10)
