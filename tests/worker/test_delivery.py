"""Messages reach their readers: by chat, pager or mail, once, in the words of the moment of sending."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.cadence import PromiseIn
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.retry import WAITS
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.context import writing
from statuspage.services.declare_incident import declare_incident
from statuspage.services.notice_text import plain_text
from statuspage.services.publish_notice import publish_notice
from statuspage.services.staff_messages import tell_channel, tell_person
from statuspage.settings import Settings
from statuspage.store.accounts import Account
from statuspage.store.contacts import Contact, ContactKind, StaffPreference
from statuspage.store.drafts import NoticeDraft
from statuspage.store.drills import Drill, DrillParticipant
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import get_incident
from statuspage.store.outgoing import LEASE, claim_message, settle
from statuspage.store.reminders import MessageChannel, MessageKind, MessageState, StaffMessage
from statuspage.worker.delivery import deliver_messages
from statuspage.worker.reminders import remind_of_notices
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.fakes import NOON, FakeAlerts, FakeClock, FakeMailer
from tests.worker.watch import Company

CHAT, PAGER = "slack://lead", "pagerduty://lead"


@pytest.fixture
def company(session: Session) -> Company:
    company = Company.make(session)
    session.commit()
    return company


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def alerts() -> FakeAlerts:
    return FakeAlerts()


@pytest.fixture
def tools(settings: Settings, clock: FakeClock, mailer: FakeMailer, alerts: FakeAlerts) -> Iterator[Tools]:
    settings = replace(settings, staff_alerts=("ntfy://one", "ntfy://two"))
    made = make_tools(settings, clock)
    yield replace(made, adapters=replace(made.adapters, mailer=mailer, alerts=alerts))
    made.sessions.kw["bind"].dispose()


def detect(act: Act, company: Company) -> str:
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name="Requests fail"))
        company.staff(row)
        return row.public_id


def announce(act: Act, incident: str, body: str = "We are looking.") -> None:
    with act() as ctx:
        row = get_incident(ctx.session, incident)
        status = IncidentStatus.INVESTIGATING
        command = NoticeCommand(text=plain_text(body), status=status, states={}, promise=PromiseIn(30))
        publish_notice(ctx, row, command)


def contact(act: Act, account: Account, url: str, kind: ContactKind = ContactKind.CHAT) -> None:
    with act() as ctx:
        key = new_public_id()
        label = url.partition("://")[0]
        ctx.session.add(
            Contact(public_id=key, account_id=account.id, label=label, kind=kind, url=url, created_at=ctx.now)
        )


def messages(session: Session) -> list[StaffMessage]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(StaffMessage).order_by(StaffMessage.id)))


def of(session: Session, account: Account) -> StaffMessage:
    [found] = [each for each in messages(session) if each.account_id == account.id]
    return found


def work(tools: Tools) -> None:
    remind_of_notices(tools)
    deliver_messages(tools)


def test_who_has_no_address_gets_a_mail_that_says_what_is_owed_and_opens_the_composer(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, mailer: FakeMailer
):
    incident = detect(act, company)
    clock.advance(minutes=5)

    work(tools)

    mail = next(mail for mail in mailer.taken if mail.to == "lead@example.com")
    assert mail.subject == "10 min left: first notice for “Requests fail”"
    assert mail.text.startswith(
        "No customer has been told of “Requests fail”. The first notice is due by 12:15 UTC: 10 min left.\n"
        "\nCommunications lead: Lead.\n\nWords you can use:\n\nWe are aware of a problem"
    )
    assert f"https://status.example.com/console/incidents/{incident}#compose" in mail.text
    assert f"https://status.example.com/console/incidents/{incident}#compose" in mail.html
    sent = of(session, company.lead)
    assert (sent.state, sent.sent_by, sent.attempts) == (MessageState.SENT, "mail", 1)
    assert (sent.sent_at, sent.claim, mail.key) == (clock.now(), None, sent.public_id)


def test_the_words_are_those_of_the_moment_of_sending(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, mailer: FakeMailer
):
    announce(act, detect(act, company))
    clock.advance(minutes=30)
    remind_of_notices(tools)
    clock.advance(minutes=4, seconds=1)

    deliver_messages(tools)

    assert {mail.subject for mail in mailer.taken} == {"5 min overdue: update for “Requests fail”"}
    assert "was promised by 12:30 UTC: 5 min overdue. The page says so." in mailer.taken[0].text


def test_addresses_take_the_place_of_mail(
    act: Act, session: Session, company: Company, tools: Tools, mailer: FakeMailer, alerts: FakeAlerts
):
    contact(act, company.lead, CHAT)
    contact(act, company.lead, PAGER, ContactKind.PAGER)
    detect(act, company)

    work(tools)

    assert [url for url, _, _ in alerts.sent] == [CHAT, PAGER]
    _, title, text = alerts.sent[0]
    assert title == "15 min left: first notice for “Requests fail”"
    assert text.endswith("#compose")
    assert [mail.to for mail in mailer.taken] == ["commander@example.com"]
    assert of(session, company.lead).sent_by == "chat, pager"
    found = session.scalars(select(Contact)).all()
    assert {each.worked_at for each in found} == {NOON}


def test_a_failing_address_falls_back_to_mail_and_shows(
    act: Act, session: Session, company: Company, tools: Tools, mailer: FakeMailer, alerts: FakeAlerts
):
    contact(act, company.lead, CHAT)
    contact(act, company.lead, PAGER, ContactKind.PAGER)
    alerts.broken = {PAGER}
    detect(act, company)

    work(tools)

    sent = of(session, company.lead)
    assert (sent.state, sent.sent_by) == (MessageState.SENT, "chat, mail")
    assert sent.last_error == "pagerduty: The service can't be reached."
    assert "lead@example.com" in {mail.to for mail in mailer.taken}
    failing = session.scalars(select(Contact).where(Contact.url == PAGER)).one()
    assert (failing.failed_at, failing.worked_at) == (NOON, None)
    assert failing.last_error == "The service can't be reached."


def test_what_nobody_takes_is_tried_again_and_then_given_up_for_all_to_see(
    act: Act,
    session: Session,
    clock: FakeClock,
    company: Company,
    tools: Tools,
    mailer: FakeMailer,
):
    mailer.refuse("The mail server mail.example.com can't be reached: refused.")
    with act() as ctx:
        tell_channel(
            ctx,
            MessageChannel.STAFF_ALERTS,
            MessageKind.PROMPT,
            "x",
            details={"text": "Prompt", "drill": "x"},
        )
        tell_person(ctx, company.lead.id, MessageKind.PROMPT, "x", details={"text": "Prompt", "drill": "x"})

    waits = []
    deliver_messages(tools)
    while (message := of(session, company.lead)).state is MessageState.PENDING:
        waits.append(message.try_at - clock.now())
        clock.set(message.try_at - timedelta(seconds=1))
        deliver_messages(tools)
        assert of(session, company.lead).attempts == message.attempts
        clock.advance(seconds=1)
        deliver_messages(tools)

    assert tuple(waits) == WAITS
    assert message.state is MessageState.FAILED
    assert message.last_error == "The mail server mail.example.com can't be reached: refused."
    mailer.take()
    clock.advance(hours=24)
    deliver_messages(tools)
    assert mailer.taken == []


def test_each_try_has_the_same_message_id(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, mailer: FakeMailer
):
    detect(act, company)
    mailer.refuse()
    work(tools)
    mailer.take()
    clock.advance(seconds=5)

    deliver_messages(tools)

    assert {mail.key for mail in mailer.taken} == {each.public_id for each in messages(session)}


def test_of_several_shared_addresses_only_the_one_that_failed_is_tried_again(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, alerts: FakeAlerts
):
    detect(act, company)
    clock.advance(minutes=15)
    alerts.broken = {"ntfy://two"}
    work(tools)
    alerts.broken = set()
    clock.advance(seconds=5)

    deliver_messages(tools)

    assert [url for url, _, _ in alerts.sent] == ["ntfy://one", "ntfy://two"]
    [shared] = [each for each in messages(session) if each.account_id is None]
    assert shared.state is MessageState.SENT


def test_without_a_mail_server_mails_go_into_the_folder_but_an_address_is_tried_again(
    act: Act, session: Session, company: Company, tools: Tools, mailer: FakeMailer, alerts: FakeAlerts
):
    contact(act, company.lead, CHAT)
    alerts.broken = {CHAT}
    mailer.delivers = False  # type: ignore[misc]
    detect(act, company)

    work(tools)

    assert of(session, company.commander).sent_by == "outbox"
    waiting = of(session, company.lead)
    assert waiting.state is MessageState.PENDING
    assert "No mail server is set" in (waiting.last_error or "")


def test_what_was_done_meanwhile_is_not_sent(
    act: Act, session: Session, company: Company, tools: Tools, mailer: FakeMailer
):
    incident = detect(act, company)
    remind_of_notices(tools)
    announce(act, incident)

    deliver_messages(tools)

    assert mailer.taken == []
    assert {each.state for each in messages(session)} == {MessageState.CANCELLED}
    assert messages(session)[0].last_error == "The first notice was published, or is not owed any more."


def test_after_an_outage_of_the_mail_server_each_person_gets_the_newest_reminder_alone(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, mailer: FakeMailer
):
    detect(act, company)
    mailer.refuse()
    work(tools)
    for _ in range(2):
        clock.advance(minutes=5)
        work(tools)
    mailer.take()
    clock.advance(minutes=1)

    deliver_messages(tools)

    assert sorted(mail.to for mail in mailer.taken) == ["commander@example.com", "lead@example.com"]
    assert {mail.subject for mail in mailer.taken} == {"4 min left: first notice for “Requests fail”"}


def test_a_disabled_account_is_told_nothing(
    act: Act, session: Session, company: Company, tools: Tools, mailer: FakeMailer
):
    detect(act, company)
    remind_of_notices(tools)
    with act() as ctx:
        ctx.session.get_one(Account, company.lead.id).disabled_at = ctx.now

    deliver_messages(tools)

    assert [mail.to for mail in mailer.taken] == ["commander@example.com"]


@pytest.mark.parametrize(("minutes", "by"), [(10, "mail"), (15, "chat")])
def test_quiet_hours_leave_it_to_a_mail_until_it_is_due(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, minutes: int, by: str
):
    contact(act, company.lead, CHAT)
    with act() as ctx:
        ctx.session.add(
            StaffPreference(
                account_id=company.lead.id,
                time_zone="America/New_York",
                quiet_from="22:00",
                quiet_until="07:30",
            )
        )
    detect(act, company)
    clock.advance(minutes=minutes)  # noon in UTC is seven in New York

    work(tools)

    assert of(session, company.lead).sent_by == by


def test_two_workers_at_once_send_each_message_once(
    act: Act, session: Session, company: Company, tools: Tools, mailer: FakeMailer
):
    with act() as ctx:
        for number in range(24):
            details = {"text": f"Prompt {number}", "drill": "x"}
            tell_person(ctx, company.lead.id, MessageKind.PROMPT, str(number), details=details)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver_messages, [tools, tools]))

    assert sorted(mail.subject for mail in mailer.taken) == sorted(
        f"DRILL: Prompt {number}" for number in range(24)
    )


def test_a_message_of_a_worker_that_died_is_taken_over_when_its_lease_is_over(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, mailer: FakeMailer
):
    detect(act, company)
    remind_of_notices(tools)
    with tools.sessions() as dying, writing(dying):
        claims = [claim_message(dying, clock.now()) for _ in range(2)]
    assert None not in claims
    clock.advance(seconds=LEASE.total_seconds())
    deliver_messages(tools)
    assert mailer.taken == []

    clock.advance(seconds=1)
    deliver_messages(tools)

    assert len(mailer.taken) == 2
    with tools.sessions() as late, writing(late):
        assert claims[0] is not None
        assert not settle(late, claims[0], MessageState.FAILED)


def test_a_clock_set_back_holds_no_message_up(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, mailer: FakeMailer
):
    detect(act, company)
    remind_of_notices(tools)
    with tools.sessions() as dying, writing(dying):
        claim_message(dying, clock.now())
    mailer.refuse()
    deliver_messages(tools)
    mailer.take()

    clock.advance(hours=-1)
    deliver_messages(tools)

    assert len(mailer.taken) == 2


def test_one_message_that_can_not_be_made_does_not_hold_up_the_others(
    act: Act, session: Session, company: Company, tools: Tools, mailer: FakeMailer
):
    with act() as ctx:
        tell_person(ctx, company.lead.id, MessageKind.PROMPT, "broken")
    detect(act, company)

    work(tools)

    assert len(mailer.taken) == 2
    assert "KeyError" in (messages(session)[0].last_error or "")


def test_a_tick_with_nothing_to_send_takes_no_lock(act: Act, tools: Tools):
    with act():  # somebody else writes all the while
        deliver_messages(tools)


def test_a_draft_that_somebody_made_ready_comes_with_the_reminder(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, mailer: FakeMailer
):
    incident = detect(act, company)
    with act() as ctx:
        row = get_incident(ctx.session, incident)
        ctx.session.add(
            NoticeDraft(
                public_id=new_public_id(),
                incident_id=row.id,
                author_id=company.other.id,
                fields={"body": "The cause is <found>."},
                opened_at=ctx.now,
                saved_at=ctx.now,
                prepared_at=ctx.now,
            )
        )

    work(tools)

    assert "Made ready by Other:\n\nThe cause is <found>." in mailer.taken[0].text
    assert "The cause is &lt;found&gt;." in mailer.taken[0].html


def test_a_drill_says_so_first(
    act: Act, session: Session, clock: FakeClock, company: Company, tools: Tools, mailer: FakeMailer
):
    incident = detect(act, company)
    with act() as ctx:
        drill = Drill(public_id="abcdefghijkl", title="Game day", speed=60, started_at=ctx.now)
        drill.participants = [DrillParticipant(account_id=company.lead.id)]
        get_incident(ctx.session, incident).drill = drill
    clock.advance(seconds=5)

    work(tools)

    [mail] = mailer.taken
    assert mail.subject == "DRILL: 10 min left: first notice for “Requests fail”"
    assert "This is a drill: no customer sees anything of it." in mail.text
    with act() as ctx:
        ended = get_incident(ctx.session, incident).drill
        assert ended is not None
        ended.ended_at = ctx.now
        tell_person(
            ctx,
            company.lead.id,
            MessageKind.PROMPT,
            "late",
            incident=get_incident(ctx.session, incident),
            details={"text": "Too late", "drill": "abcdefghijkl"},
        )
    deliver_messages(tools)
    assert len(mailer.taken) == 1
