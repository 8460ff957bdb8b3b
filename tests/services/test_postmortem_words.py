"""What a reminder of a postmortem says when it is sent."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.postmortem import Visibility
from statuspage.domain.roles import SiteRole
from statuspage.render.staff_messages import StaffWords
from statuspage.services.postmortem_clock import begin_public_time
from statuspage.services.postmortem_html import RenderedPostmortem
from statuspage.services.postmortems import assign_owner
from statuspage.services.publish_postmortem import publish_postmortem
from statuspage.services.remind import remind
from statuspage.services.staff_words import words_of
from statuspage.services.telling import Obsolete
from statuspage.store.accounts import Account
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from statuspage.store.reminders import StaffMessage, postmortems_to_remind_of
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import approve, ask, over, write

BASE = "https://status.example.com"


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def postmortem(act: Act, session: Session, ana: Account) -> Postmortem:
    """One that Ana owns, of an incident resolved at noon."""
    found = get_postmortem(session, over(act))
    with act(actor_of(ana)) as ctx:
        assign_owner(ctx, found, ana)
    return found


def reminded(act: Act) -> StaffMessage:
    """Remind of what is due; return the newest message."""
    with act() as ctx:
        remind(ctx, postmortems_to_remind_of(ctx.session, ctx.now))
        return ctx.session.scalars(select(StaffMessage).order_by(StaffMessage.id.desc())).all()[0]


def words(act: Act, message: StaffMessage) -> StaffWords | Obsolete:
    with act() as ctx:
        return words_of(ctx, message, BASE)


def said(act: Act) -> StaffWords:
    found = words(act, reminded(act))
    assert isinstance(found, StaffWords)
    return found


def test_it_opens_the_editor_and_says_what_is_missing(act: Act, postmortem: Postmortem, clock: FakeClock):
    clock.advance(hours=24)
    found = said(act)

    assert found.title == "24 h left: postmortem for “Requests fail”"
    assert found.link == f"{BASE}/console/incidents/{postmortem.incident.public_id}/postmortem"
    due, missing, owner = found.lines
    assert due == "The postmortem of “Requests fail” is due by Nov 22, 12:00 UTC: 24 h left."
    assert "points are open before it can be published. Write “Summary”" in missing
    assert missing.endswith(" more.")
    assert owner == "Owner: Ana."


def test_a_text_that_somebody_has_to_approve_says_that_alone(
    act: Act, session: Session, postmortem: Postmortem, clock: FakeClock, ana: Account, ben: Account
):
    write(act, session, postmortem, ana)
    clock.advance(hours=24)
    assert said(act).lines[1].startswith("One point is open before it can be published. Have somebody")

    ask(act, postmortem, ana)
    approve(act, session, postmortem, ben)
    clock.advance(hours=21)

    assert said(act).lines[1] == "Nothing is missing any more: it only needs to be published."


def publish(act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account) -> None:
    ask(act, postmortem, ana)
    approve(act, session, postmortem, ben)
    with act(actor_of(ana)) as ctx:
        digest = head_of(session, postmortem).digest
        publish_postmortem(ctx, postmortem, RenderedPostmortem(digest, {}), Visibility.PUBLIC)


def test_once_it_is_public_a_reminder_that_was_not_sent_yet_is_obsolete(
    act: Act, session: Session, postmortem: Postmortem, clock: FakeClock, ana: Account, ben: Account
):
    write(act, session, postmortem, ana)
    clock.advance(hours=24)
    message = reminded(act)
    publish(act, session, postmortem, ana, ben)

    assert words(act, message) == Obsolete("The postmortem is public, or is not owed any more.")


def test_a_preliminary_postmortem_is_reminded_of_as_what_was_promised_to_customers(
    act: Act, session: Session, postmortem: Postmortem, clock: FakeClock, ana: Account
):
    write(act, session, postmortem, ana)
    promised: datetime = NOON + timedelta(days=5)
    content = head_of(session, postmortem).value
    postmortem.final_by = promised
    begin_public_time(postmortem, content, NOON)
    postmortem.final_since = None
    session.commit()
    clock.advance(days=4)
    found = said(act)

    assert found.title == "24 h left: final postmortem for “Requests fail”"
    assert "was promised to customers for" in found.lines[0]
