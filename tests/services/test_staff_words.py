"""What the staff are told beside reminders, and when there is nothing to say any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import IncidentRole
from statuspage.render.staff_messages import LONGEST_EXCERPT, StaffWords, staff_alert
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.context import Context
from statuspage.services.correct_notice import retract_notice
from statuspage.services.declare_incident import declare_incident
from statuspage.services.notice_text import plain_text
from statuspage.services.publish_notice import publish_notice
from statuspage.services.staff_messages import tell_channel, tell_person
from statuspage.services.staff_words import words_of
from statuspage.services.telling import Obsolete
from statuspage.store.accounts import Account
from statuspage.store.contacts import Contact, ContactKind
from statuspage.store.incidents import IncidentRow
from statuspage.store.involvement import Answer, HandoverOffer, OpenQuestion, RoleCall
from statuspage.store.reminders import MessageChannel, MessageKind, StaffMessage
from statuspage.store.silence import SilenceWarning, WarningKind
from tests.conftest import Act
from tests.factories import make_account, make_component
from tests.fakes import NOON

BASE = "https://status.example.com"


@pytest.fixture
def ann(session: Session) -> Account:
    ann = make_account(session, name="Ann")
    session.commit()
    return ann


@pytest.fixture
def ben(session: Session) -> Account:
    ben = make_account(session, name="Ben")
    session.commit()
    return ben


@contextmanager
def at_an_incident(act: Act, *, is_public: bool = False) -> Iterator[tuple[Context, IncidentRow]]:
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name="Requests fail"))
        if is_public:
            text = plain_text("We are looking.")
            command = NoticeCommand(text=text, status=IncidentStatus.INVESTIGATING, states={})
            publish_notice(ctx, row, command)
        ctx.session.flush()
        yield ctx, row


def end(ctx: Context, row: IncidentRow) -> None:
    publish_notice(ctx, row, NoticeCommand(status=IncidentStatus.RESOLVED, states={}))


def told(ctx: Context, who: Account, kind: MessageKind, row: IncidentRow | None, **more: Any) -> StaffMessage:
    message = tell_person(ctx, who.id, kind, "x", incident=row, **more)
    assert message is not None
    ctx.session.flush()
    return message


def said(ctx: Context, message: StaffMessage) -> StaffWords:
    words = words_of(ctx, message, BASE)
    assert isinstance(words, StaffWords)
    return words


def never_mind(ctx: Context, message: StaffMessage) -> str:
    words = words_of(ctx, message, BASE)
    assert isinstance(words, Obsolete)
    return words.reason


def call(ctx: Context, row: IncidentRow, who: Account) -> RoleCall:
    role = IncidentRole.COMMUNICATIONS_LEAD
    made = RoleCall(incident_id=row.id, role=role, account_id=who.id, is_deputy=True, called_at=ctx.now)
    ctx.session.add(made)
    ctx.session.flush()
    return made


def test_a_call_names_the_role_and_by_when_the_first_notice_is_due(act: Act, ann: Account):
    with at_an_incident(act) as (ctx, row):
        made = call(ctx, row, ann)
        details = {"role": "communications_lead", "is_deputy": True}
        message = told(ctx, ann, MessageKind.CALL, row, details=details)

        words = said(ctx, message)
        assert words.title == "You are called as deputy communications lead: “Requests fail”"
        assert words.lines[1] == "The first notice is due by 12:15 UTC."
        assert words.link == f"{BASE}/console/incidents/{row.public_id}"

        made.answer = Answer.DECLINED
        assert never_mind(ctx, message) == "The call was answered."


def test_nobody_is_called_to_what_is_over(act: Act, ann: Account):
    with at_an_incident(act, is_public=True) as (ctx, row):
        call(ctx, row, ann)
        details = {"role": "communications_lead", "is_deputy": True}
        message = told(ctx, ann, MessageKind.CALL, row, details=details)
        end(ctx, row)

        assert never_mind(ctx, message) == "The incident is over."


def test_both_sides_of_a_handover_are_told_in_their_own_words(act: Act, ann: Account, ben: Account):
    with at_an_incident(act) as (ctx, row):
        offer = HandoverOffer(
            public_id="a" * 12, incident_id=row.id, from_id=ann.id, to_id=ben.id, offered_at=ctx.now
        )
        ctx.session.add(offer)
        ctx.session.flush()
        details = {"offer": offer.public_id}
        to_ben = told(ctx, ben, MessageKind.HANDOVER, row, details=details)
        to_ann = told(ctx, ann, MessageKind.HANDOVER, row, details=details)

        assert said(ctx, to_ben).title == "Will you take over “Requests fail”?"
        assert said(ctx, to_ann).title == "“Requests fail” is offered to Ben"
        assert "Ann holds it until" in said(ctx, to_ann).lines[0]

        offer.accepted_at = ctx.now
        assert never_mind(ctx, to_ben) == never_mind(ctx, to_ann) == "The offer was answered."


def test_a_question_asks_for_one_line_until_it_is_answered_or_too_late(act: Act, ann: Account):
    with at_an_incident(act, is_public=True) as (ctx, row):
        question = OpenQuestion(
            public_id="q" * 12,
            incident_id=row.id,
            due_at=row.updates[-1].next_update_by,
            asked_at=ctx.now,
        )
        ctx.session.add(question)
        ctx.session.flush()
        message = told(ctx, ann, MessageKind.QUESTION, row, details={"question": question.public_id})

        assert said(ctx, message).title == "What changed, what next? “Requests fail”"
        question.answered_at = ctx.now
        assert never_mind(ctx, message) == "The question was answered."
        question.answered_at = None
        end(ctx, row)
        assert never_mind(ctx, message) == "The update was published."


@pytest.mark.parametrize("kind", WarningKind)
def test_every_silence_has_its_words_until_it_is_over(act: Act, ann: Account, kind: WarningKind):
    with at_an_incident(act) as (ctx, row):
        component = make_component(ctx.session, name="Payments")
        is_bare = kind is WarningKind.UNEXPLAINED_COMPONENT
        warning = SilenceWarning(
            public_id="w" * 12,
            key="k",
            kind=kind,
            incident=None if is_bare else row,
            component=component if is_bare else None,
            since_at=NOON - timedelta(minutes=15),
            noted_at=NOON,
        )
        ctx.session.add(warning)
        ctx.session.flush()
        message = told(ctx, ann, MessageKind.SILENCE, warning.incident, warning=warning)

        words = said(ctx, message)
        assert ("Payments" if is_bare else "“Requests fail”") in words.title
        assert "11:45 UTC" in words.lines[0]
        warning.dismissed_at = NOON
        assert never_mind(ctx, message).startswith("That is over")


def test_the_incidents_channel_gets_each_notice_as_customers_read_it(act: Act):
    with at_an_incident(act, is_public=True) as (ctx, row):
        update = row.updates[-1]
        messages = [
            tell_channel(
                ctx,
                MessageChannel.INCIDENT_CHANNEL,
                MessageKind.NOTICE,
                change,
                incident=row,
                update=update,
                details={"change": change},
            )
            for change in ("published", "corrected", "withdrawn")
        ]
        ctx.session.flush()
        published, corrected, withdrawn = (each for each in messages if each is not None)

        words = said(ctx, published)
        assert words.title == "Investigating: “Requests fail”"
        assert words.lines == ("We are looking.", "Next update by 13:00 UTC.")
        assert words.link == f"{BASE}/incidents/{row.public_id}"
        assert said(ctx, corrected).title == "Corrected: Investigating: “Requests fail”"
        retract_notice(ctx, row, update)
        assert never_mind(ctx, published) == "The notice was withdrawn."
        assert said(ctx, withdrawn).lines == ("The notice is not public any more.",)


def test_a_test_names_the_address_it_proves(act: Act, ann: Account):
    with act() as ctx:
        contact = Contact(
            public_id="c" * 12,
            account_id=ann.id,
            label="My pager",
            kind=ContactKind.PAGER,
            url="ntfy://secret",
            created_at=ctx.now,
        )
        ctx.session.add(contact)
        message = told(ctx, ann, MessageKind.TEST, None, details={"contact": contact.public_id})

        assert said(ctx, message).title == "This address works: My pager"
        assert "secret" not in staff_alert(said(ctx, message))
        ctx.session.delete(contact)
        ctx.session.flush()
        assert never_mind(ctx, message) == "The address was removed."


@pytest.mark.parametrize(("length", "cut"), [(LONGEST_EXCERPT, False), (LONGEST_EXCERPT + 1, True)])
def test_a_chat_gets_the_beginning_of_a_long_draft(length: int, cut: bool):
    text = staff_alert(StaffWords("s", ("l",), draft_title="Draft", draft="x" * length))

    assert text.endswith("…") is cut
    assert len(text) == len("l\n\nDraft:\n") + LONGEST_EXCERPT


def test_a_subject_is_one_line():
    assert StaffWords("a\r\nBcc: x", ()).title == "a Bcc: x"
