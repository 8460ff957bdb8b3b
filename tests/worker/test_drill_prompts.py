"""The game master speaks through the worker, once, with however many workers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from statuspage.services.commands import Declaration
from statuspage.services.drill_prompts import Prompt
from statuspage.services.drills import NewDrill, start_drill
from statuspage.store.drafts import TimelineEntry
from statuspage.store.drills import DrillPrompt
from statuspage.store.reminders import MessageKind, StaffMessage
from statuspage.worker.jobs import give_prompts
from statuspage.worker.tools import make_tools
from tests.factories import make_account
from tests.fakes import NOON
from tests.services.desk import actor_of


@pytest.fixture
def workers(settings, clock):
    """Two workers on one database."""
    both = [make_tools(settings, clock) for _ in range(2)]
    yield both
    for tools in both:
        tools.sessions.kw["bind"].dispose()


def test_a_prompt_is_given_once_by_two_workers_and_told_to_the_participants(workers, act, session, clock):
    lead = make_account(session, email="lead@example.com")
    make_account(session, email="outsider@example.com")
    with act(actor_of(lead)) as ctx:
        new = NewDrill(
            declaration=Declaration(name="The cable is cut"),
            speed=60,
            participants=["lead@example.com"],
            prompts=[Prompt(5, "A customer calls."), Prompt(90, "It is over.")],
        )
        start_drill(ctx, new)
    for seconds in (4, 2, 30):
        clock.advance(seconds=seconds)
        for tools in workers:
            give_prompts(tools)
    session.rollback()

    at = NOON + timedelta(minutes=6)  # the worker's look after the fifth minute
    assert list(session.scalars(select(DrillPrompt.given_at).order_by(DrillPrompt.after_minutes))) == [
        at,
        None,
    ]
    assert [(one.at, one.body) for one in session.scalars(select(TimelineEntry))] == [
        (at, "Game master: A customer calls.")
    ]
    told = session.scalars(select(StaffMessage).order_by(StaffMessage.id)).all()
    assert [(one.kind, one.account_id, one.details["text"]) for one in told] == [
        (MessageKind.PROMPT, lead.id, "A drill has begun: The cable is cut."),
        (MessageKind.PROMPT, lead.id, "A customer calls."),
    ]


def test_without_a_drill_the_worker_does_nothing(workers, session):
    give_prompts(workers[0])

    assert session.scalars(select(TimelineEntry)).all() == []
