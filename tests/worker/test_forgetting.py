"""What the worker forgets by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.services.commands import Declaration
from statuspage.services.declare_incident import declare_incident
from statuspage.settings import Settings
from statuspage.store.drafts import Presence
from statuspage.worker.jobs import fixed_jobs, forget_traces
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock


@pytest.fixture
def tools(settings: Settings, clock: FakeClock):
    tools = make_tools(settings, clock)
    yield tools
    tools.sessions.kw["bind"].dispose()


def test_who_looked_at_an_incident_is_forgotten_after_an_hour(
    tools: Tools, act: Act, session: Session, clock: FakeClock
):
    someone = make_account(session)
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name="Odd"))
        ctx.session.add(Presence(incident_id=row.id, account_id=someone.id, seen_at=NOON))
    clock.advance(hours=1)
    forget_traces(tools)
    assert session.scalars(select(Presence)).all()
    session.rollback()

    clock.advance(seconds=1)
    forget_traces(tools)

    assert not session.scalars(select(Presence)).all()


def test_it_is_an_hourly_job(tools: Tools):
    found = {job.name: job.every for job in fixed_jobs(tools)}

    assert found["forget_traces"] == timedelta(hours=1)
