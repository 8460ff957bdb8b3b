"""The question to the technical lead: asked once, answered in one line, landing in the update's draft."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError, NotFoundError, RuleError
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.domain.text import MESSAGE_LIMIT
from statuspage.services.declare_incident import assign_roles
from statuspage.services.drafts import own_draft, save_draft
from statuspage.services.open_questions import (
    answer_question,
    ask_questions,
    is_any_question_due,
    question_now,
)
from statuspage.services.publish_notice import publish_notice
from statuspage.services.ready_drafts import mark_ready, ready_draft
from statuspage.store.accounts import Account
from statuspage.store.drafts import NoticeDraft, entries_of_incident
from statuspage.store.drills import Drill, DrillParticipant
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow
from statuspage.store.involvement import OpenQuestion, RoleCall
from statuspage.store.reminders import MessageKind, StaffMessage
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of, announce, update

LEAD, TECHNICAL = IncidentRole.COMMUNICATIONS_LEAD, IncidentRole.TECHNICAL_LEAD
COMMANDER = IncidentRole.INCIDENT_COMMANDER
ROLLED_BACK = "Rolled back 4.2, errors are falling."


@pytest.fixture
def tom(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Tom", email="tom@example.com")


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana", email="ana@example.com")


@pytest.fixture
def row(act: Act, tom: Account, ana: Account) -> IncidentRow:
    """A critical incident, announced at noon: its update is due at 12:30, the question at 12:15."""
    with act() as ctx:
        row = announce(ctx)
        assign_roles(ctx, row, {LEAD: ana.email, TECHNICAL: tom.email})
        return row


@pytest.fixture
def asked(act: Act, clock: FakeClock, row: IncidentRow) -> IncidentRow:
    """The same incident, its question asked."""
    clock.advance(minutes=15)
    with act() as ctx:
        ask_questions(ctx)
    return row


def told(session: Session) -> list[int | None]:
    query = select(StaffMessage).where(StaffMessage.kind == MessageKind.QUESTION).order_by(StaffMessage.id)
    return [message.account_id for message in session.scalars(query)]


def draft_of(session: Session, row: IncidentRow, who: Account) -> NoticeDraft:
    query = select(NoticeDraft).where(NoticeDraft.incident_id == row.id, NoticeDraft.author_id == who.id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def test_the_technical_lead_is_asked_once_and_for_each_promise_anew(
    act: Act, session: Session, clock: FakeClock, row: IncidentRow, tom: Account
):
    clock.advance(minutes=15, seconds=-1)
    with act() as ctx:
        assert not is_any_question_due(ctx)
        ask_questions(ctx)
    assert told(session) == []
    for _ in range(3):
        clock.advance(seconds=1)
        with act() as ctx:
            ask_questions(ctx)
            assert not is_any_question_due(ctx)
    (question,) = session.scalars(select(OpenQuestion))
    assert (question.due_at, question.asked_at) == (
        NOON + timedelta(minutes=30),
        NOON + timedelta(minutes=15),
    )
    message = session.scalars(select(StaffMessage)).one()
    assert (message.account_id, message.details) == (tom.id, {"question": question.public_id})

    with act() as ctx:
        publish_notice(ctx, row, update())
        assert question_now(ctx, row) is None
    clock.advance(minutes=15)
    with act() as ctx:
        ask_questions(ctx)

    assert told(session) == [tom.id, tom.id]


def test_who_was_called_from_the_rota_is_asked_and_else_the_commander(
    act: Act, session: Session, clock: FakeClock, tom: Account, ana: Account
):
    with act() as ctx:
        called, commanded, nobodys = announce(ctx), announce(ctx, name="B"), announce(ctx, name="C")
        session.add(RoleCall(incident_id=called.id, role=TECHNICAL, account_id=tom.id, called_at=ctx.now))
        assign_roles(ctx, commanded, {COMMANDER: ana.email})
    clock.advance(minutes=15)
    with act() as ctx:
        ask_questions(ctx)
        assert all(question_now(ctx, each) for each in (called, commanded, nobodys))

    assert told(session) == [tom.id, ana.id]


def test_in_a_drill_it_is_asked_in_drill_time_and_of_nobody_outside(
    act: Act, session: Session, clock: FakeClock, row: IncidentRow, tom: Account, ana: Account
):
    with act() as ctx:
        row.drill = Drill(public_id=new_public_id(), title="Game day", speed=60, started_at=ctx.now)
        row.drill.participants.append(DrillParticipant(account_id=ana.id))
    clock.advance(seconds=15)
    with act() as ctx:
        ask_questions(ctx)

        question = question_now(ctx, row)
        assert question is not None
        assert question.asked_at == NOON + timedelta(minutes=15)
    assert told(session) == []


def test_the_answer_lands_in_the_leads_draft_and_in_the_timeline(
    act: Act, session: Session, asked: IncidentRow, tom: Account, ana: Account
):
    with act(actor_of(ana)) as ctx:
        save_draft(ctx, asked, {"body": "We are on it.", "status": "identified"})
    with act(actor_of(tom)) as ctx:
        question = answer_question(ctx, asked, f"  {ROLLED_BACK} ")
        assert question.answered_by is not None
        assert (question.answer, question.answered_by.name) == (ROLLED_BACK, "Tom")

        (entry,) = entries_of_incident(session, asked.id)
        assert ROLLED_BACK in entry.body
    fields = draft_of(session, asked, ana).fields
    assert (fields["body"], fields["status"]) == (f"We are on it.\n\n{ROLLED_BACK}", "identified")


def test_a_lead_who_has_written_nothing_finds_the_answer_below_the_suggestion(
    act: Act, session: Session, asked: IncidentRow, tom: Account, ana: Account
):
    with act(actor_of(tom)) as ctx:
        answer_question(ctx, asked, ROLLED_BACK)

    fields = draft_of(session, asked, ana).fields
    assert fields["body"].endswith(f"\n\n{ROLLED_BACK}")
    assert len(fields["body"]) > len(ROLLED_BACK) + 2
    assert fields["promise"] == "30"


def test_what_the_lead_writes_meanwhile_and_the_answer_are_both_kept(
    act: Act, session: Session, asked: IncidentRow, tom: Account, ana: Account
):
    with act(actor_of(ana)) as ctx:
        save_draft(ctx, asked, {"body": "We are"})
    with act(actor_of(tom)) as ctx:
        answer_question(ctx, asked, ROLLED_BACK)
    for body in ("We are on", "We are on it."):  # the window was open all the time, and knows of no answer
        with act(actor_of(ana)) as ctx:
            save_draft(ctx, asked, {"body": body, "answers": ""})

    fields = draft_of(session, asked, ana).fields
    assert fields["body"] == f"We are on it.\n\n{ROLLED_BACK}"

    with act(actor_of(ana)) as ctx:  # opened anew, read, and put into their own words
        save_draft(ctx, asked, {**fields, "body": "We went back to the version before."})

    assert draft_of(session, asked, ana).fields["body"] == "We went back to the version before."


def test_who_names_the_version_has_read_the_answer(
    act: Act, session: Session, asked: IncidentRow, tom: Account, ana: Account
):
    with act(actor_of(tom)) as ctx:
        answer_question(ctx, asked, ROLLED_BACK)
    version = draft_of(session, asked, ana).version
    with act(actor_of(ana)) as ctx:
        save_draft(ctx, asked, {"body": "In our words."}, version)

    with act(actor_of(ana)) as ctx:
        save_draft(ctx, asked, draft_of(session, asked, ana).fields)
    assert draft_of(session, asked, ana).fields["body"] == "In our words."


def test_an_answer_takes_back_that_the_draft_is_ready(
    act: Act, session: Session, asked: IncidentRow, tom: Account
):
    ben = make_account(session, role=SiteRole.RESPONDER)
    with act(actor_of(ben)) as ctx:
        mark_ready(ctx, asked, save_draft(ctx, asked, {"body": "Ready.", "status": "identified"}))
    with act(actor_of(tom)) as ctx:
        answer_question(ctx, asked, ROLLED_BACK)

        assert ready_draft(ctx, asked) is None
    assert draft_of(session, asked, ben).fields["body"] == f"Ready.\n\n{ROLLED_BACK}"


def test_without_a_lead_the_answer_lands_in_the_newest_draft_else_in_ones_own(
    act: Act, session: Session, clock: FakeClock, tom: Account, ana: Account
):
    with act() as ctx:
        one, other = announce(ctx), announce(ctx, name="B")
    clock.advance(minutes=15)
    with act() as ctx:
        ask_questions(ctx)
    with act(actor_of(ana)) as ctx:
        save_draft(ctx, one, {"body": "Ana's"})
    with act(actor_of(tom)) as ctx:
        answer_question(ctx, one, ROLLED_BACK)
        answer_question(ctx, other, ROLLED_BACK)

        assert own_draft(ctx, one) is None
        assert own_draft(ctx, other) is not None
    assert draft_of(session, one, ana).fields["body"] == f"Ana's\n\n{ROLLED_BACK}"


def test_the_second_answer_is_refused_with_the_first_beside_it(
    act: Act, asked: IncidentRow, tom: Account, ana: Account
):
    with act(actor_of(tom)) as ctx:
        answer_question(ctx, asked, ROLLED_BACK)

    with pytest.raises(ConflictError) as refused, act(actor_of(ana)) as ctx:
        answer_question(ctx, asked, "Something else")

    assert refused.value.code == "already_answered"
    assert ROLLED_BACK in refused.value.message


def test_what_was_not_asked_is_not_answered(act: Act, row: IncidentRow, tom: Account):
    with pytest.raises(NotFoundError) as refused, act(actor_of(tom)) as ctx:
        answer_question(ctx, row, ROLLED_BACK)

    assert refused.value.code == "not_asked"


@pytest.mark.parametrize(
    ("text", "code"), [(" ", "blank"), ("a\nb", "control_character"), ("x" * 501, "too_long")]
)
def test_an_answer_is_one_line(act: Act, asked: IncidentRow, tom: Account, text: str, code: str):
    with pytest.raises(RuleError) as refused, act(actor_of(tom)) as ctx:
        answer_question(ctx, asked, text)

    assert (refused.value.code, refused.value.field) == (code, "answer")


def test_a_draft_that_is_full_takes_no_answer_and_loses_nothing(
    act: Act, session: Session, asked: IncidentRow, tom: Account, ana: Account
):
    with act(actor_of(ana)) as ctx:
        save_draft(ctx, asked, {"body": "x" * MESSAGE_LIMIT})
    with pytest.raises(RuleError) as refused, act(actor_of(tom)) as ctx:
        answer_question(ctx, asked, ROLLED_BACK)

    assert (refused.value.code, refused.value.field) == ("too_long", "answer")
    assert draft_of(session, asked, ana).fields["body"] == "x" * MESSAGE_LIMIT
    with act() as ctx:
        question = question_now(ctx, asked)
        assert question is not None
        assert question.answered_at is None
