"""The silence detector and postmortems: 24 hours after a resolution somebody should have written a word."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import SiteRole
from statuspage.services.commands import NoticeCommand
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortems import assign_owner
from statuspage.services.publish_notice import reopen_incident
from statuspage.services.silence import has_silence_moved, warnings_to_show, watch_silence
from statuspage.services.staff_delivery import Outgoing, prepare
from statuspage.services.waive_postmortem import waive_postmortem
from statuspage.store.accounts import Account
from statuspage.store.contacts import Contact, ContactKind
from statuspage.store.ids import new_public_id
from statuspage.store.reminders import StaffMessage
from statuspage.store.silence import SilenceWarning
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of, announce
from tests.services.postmortem_desk import of_incident, over, resolve, write


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


def watch(act: Act) -> list[str]:
    """Look once, as a worker does; return what runs."""
    with act() as ctx:
        watch_silence(ctx)
        assert not has_silence_moved(ctx)
        return [warning.kind.value for warning in warnings_to_show(ctx)]


def messages(session: Session) -> list[StaffMessage]:
    return list(session.scalars(select(StaffMessage)))


def test_a_postmortem_that_nobody_writes_is_warned_of_once_after_24_hours(
    act: Act, session: Session, clock: FakeClock, ana: Account, ben: Account
):
    row = over(act)
    with act(actor_of(ana)) as ctx:
        assign_owner(ctx, of_incident(session, row), ben)
    clock.advance(hours=24, seconds=-1)
    assert watch(act) == []
    for _ in range(3):
        clock.advance(seconds=1)
        assert watch(act) == ["no_postmortem_draft"]

    assert [message.account_id for message in messages(session)] == [ben.id]


def test_the_first_word_of_a_postmortem_ends_the_warning(
    act: Act, session: Session, clock: FakeClock, ana: Account
):
    postmortem = of_incident(session, over(act))
    clock.advance(hours=24)
    assert watch(act) == ["no_postmortem_draft"]

    write(act, session, postmortem, ana)

    assert watch(act) == []
    assert session.scalars(select(SilenceWarning.ended_at)).one() == clock.now()


def test_a_postmortem_begun_in_time_waived_or_not_owed_is_not_warned_of(
    act: Act, session: Session, clock: FakeClock, ana: Account
):
    write(act, session, of_incident(session, over(act)), ana)
    with act(actor_of(ana)) as ctx:
        waive_postmortem(ctx, of_incident(session, over(act, Impact.NONE)), "Nobody was affected.")
    with act() as ctx:
        resolve(ctx, announce(ctx), is_false_alarm=True)
    over(act).is_backfill = True
    session.commit()
    clock.advance(hours=30)

    assert watch(act) == []


def test_a_reopening_takes_the_warning_back_until_24_hours_after_the_next_resolution(
    act: Act, session: Session, clock: FakeClock, ana: Account
):
    row = over(act)
    clock.advance(hours=24)
    assert watch(act) == ["no_postmortem_draft"]
    with act() as ctx:
        command = NoticeCommand(text=plain_text("Again."), status=IncidentStatus.MONITORING)
        reopen_incident(ctx, row, command, None)
        assert has_silence_moved(ctx)
    assert watch(act) == []
    with act() as ctx:
        resolve(ctx, row)
    clock.advance(hours=24, seconds=-1)
    assert watch(act) == []
    clock.advance(seconds=1)

    assert watch(act) == ["no_postmortem_draft"]
    assert len(messages(session)) == 2


def test_no_pager_rings_for_a_postmortem_that_nobody_writes(
    act: Act, session: Session, clock: FakeClock, ana: Account
):
    for kind in ContactKind:
        key, url = new_public_id(), "json://chat.example.com"
        session.add(
            Contact(public_id=key, account_id=ana.id, label=kind, kind=kind, url=url, created_at=NOON)
        )
    over(act)
    clock.advance(hours=24)
    watch(act)

    (message,) = messages(session)
    with act() as ctx:
        outgoing = prepare(ctx, message, "https://status.example.com", ())
    assert isinstance(outgoing, Outgoing)
    assert [address.kind for address in outgoing.addresses] == ["chat"]
    assert "/console/incidents/" in outgoing.text
    assert "/postmortem" in outgoing.text
