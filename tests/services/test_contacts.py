"""How each person is reached: their own addresses and quiet hours, which nobody else sees."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.errors import DomainError
from statuspage.domain.roles import COMMAND_LINE, SiteRole
from statuspage.services.contacts import (
    MOST_CONTACTS,
    Preference,
    add_contact,
    change_contact,
    own_contact,
    own_contacts,
    own_preference,
    reachable_staff,
    remove_contact,
    send_test,
    set_preference,
)
from statuspage.store.accounts import Account
from statuspage.store.contacts import Contact, ContactKind
from statuspage.store.records import AuditEntry
from statuspage.store.reminders import MessageKind, MessageState, StaffMessage, contacts_under_test
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/s3cret"


@pytest.fixture
def ann(session: Session) -> Account:
    return make_account(session, role=SiteRole.VIEWER, name="Ann")


@pytest.fixture
def bob(session: Session) -> Account:
    return make_account(session, role=SiteRole.ADMIN, name="Bob")


def refused(act: Act, who: Account, verb, *args, **fields) -> tuple[str, str]:
    with pytest.raises(DomainError) as error, act(actor_of(who)) as ctx:
        verb(ctx, *args, **fields)
    return error.value.code, error.value.field


def test_a_person_adds_an_address_and_it_is_theirs_alone(act: Act, ann: Account, bob: Account):
    with act(actor_of(ann)) as ctx:
        added = add_contact(ctx, " My phone ", SLACK, "slack").public_id

    with act(actor_of(ann)) as ctx:
        (contact,) = own_contacts(ctx)
        assert (contact.label, contact.kind, contact.url) == ("My phone", ContactKind.CHAT, SLACK)
    with act(actor_of(bob)) as ctx:
        assert own_contacts(ctx) == []
    assert refused(act, bob, own_contact, added)[0] == "not_found"


def test_a_pager_is_one_unless_its_owner_says_otherwise(act: Act, ann: Account):
    with act(actor_of(ann)) as ctx:
        assert add_contact(ctx, "a", "pagerduty://x@y", "pagerduty").kind is ContactKind.PAGER
        quiet = add_contact(ctx, "b", "pagerduty://x@z", "pagerduty", ContactKind.CHAT)
        assert quiet.kind is ContactKind.CHAT
        change_contact(ctx, quiet, kind=ContactKind.PAGER, label="c")
        assert (quiet.kind, quiet.label) == (ContactKind.PAGER, "c")


@pytest.mark.parametrize(
    ("label", "url", "code", "field"),
    [
        ("", SLACK, "blank", "label"),
        ("x" * 256, SLACK, "too_long", "label"),
        ("x", "", "blank", "url"),
        ("x", "slack", "bad_address", "url"),
        ("x", "slack://" + "x" * 2000, "too_long", "url"),
        ("x", "slack://a\x00b", "control_character", "url"),
    ],
)
def test_what_can_be_no_contact_is_refused_beside_its_field(
    act: Act, ann: Account, label: str, url: str, code: str, field: str
):
    assert refused(act, ann, add_contact, label, url, "slack") == (code, field)


def test_an_address_twice_and_one_too_many_are_refused(act: Act, ann: Account):
    with act(actor_of(ann)) as ctx:
        for number in range(MOST_CONTACTS - 1):
            add_contact(ctx, "x", f"{SLACK}{number}", "slack")

    assert refused(act, ann, add_contact, "x", f"{SLACK}0", "slack") == ("twice", "url")
    with act(actor_of(ann)) as ctx:
        add_contact(ctx, "x", SLACK, "slack")
    assert refused(act, ann, add_contact, "x", f"{SLACK}/one", "slack") == ("too_many", "url")


def test_the_record_never_holds_the_secret(act: Act, ann: Account, session: Session):
    with act(actor_of(ann)) as ctx:
        remove_contact(ctx, add_contact(ctx, "x", SLACK, "slack"))

    details = [entry.details for entry in session.scalars(select(AuditEntry))]
    assert [each["address"] for each in details] == ["slack://…", "slack://…"]
    assert session.scalar(select(Contact)) is None


def test_each_test_is_a_message_that_waits_for_the_worker(act: Act, ann: Account, session: Session):
    with act(actor_of(ann)) as ctx:
        contact = add_contact(ctx, "x", SLACK, "slack")
        ctx.session.flush()
        send_test(ctx, contact)
        send_test(ctx, contact)
        public_id = contact.public_id

    messages = list(session.scalars(select(StaffMessage)))
    assert [(one.kind, one.account_id, one.details) for one in messages] == [
        (MessageKind.TEST, ann.id, {"contact": public_id})
    ] * 2
    assert contacts_under_test(session, ann.id) == {public_id}
    for message in messages:
        message.state = MessageState.SENT
    session.commit()
    assert contacts_under_test(session, ann.id) == set()


def test_a_contact_fails_from_a_failure_until_something_arrives(session: Session):
    contact = Contact(worked_at=None, failed_at=None)
    assert not contact.is_failing
    contact.failed_at = NOON
    assert contact.is_failing
    contact.worked_at = FakeClock(NOON).advance(seconds=1)
    assert not contact.is_failing


@pytest.mark.parametrize(
    ("typed", "kept"), [("22:00", "22:00"), ("7:05", "07:05"), ("7.05", "07:05"), ("00:00", "00:00")]
)
def test_quiet_hours_are_clock_times(act: Act, ann: Account, typed: str, kept: str):
    with act(actor_of(ann)) as ctx:
        set_preference(ctx, Preference("Europe/Berlin", typed, "23:59"))

    with act(actor_of(ann)) as ctx:
        assert own_preference(ctx) == Preference("Europe/Berlin", kept, "23:59")
        set_preference(ctx, Preference("", "", ""))
        assert own_preference(ctx) == Preference(None, None, None)


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        (Preference(None, "24:00", "07:00"), "quiet_hours", "quiet_from"),
        (Preference(None, "22:60", "07:00"), "quiet_hours", "quiet_from"),
        (Preference(None, "ten", "07:00"), "quiet_hours", "quiet_from"),
        (Preference(None, "٢٢:٠٠", "07:00"), "quiet_hours", "quiet_from"),
        (Preference(None, "22:00", "-1:00"), "quiet_hours", "quiet_until"),
        (Preference(None, "22:00", ""), "quiet_hours", "quiet_until"),
        (Preference(None, None, "07:00"), "quiet_hours", "quiet_from"),
        (Preference(None, "07:00", "7:00"), "quiet_hours", "quiet_until"),
        (Preference("CEST", None, None), "unknown_time_zone", "time_zone"),
        (Preference("Europe/Nowhere", None, None), "unknown_time_zone", "time_zone"),
        (Preference("../etc/passwd", None, None), "unknown_time_zone", "time_zone"),
    ],
)
def test_what_are_no_quiet_hours_is_refused_beside_its_field(
    act: Act, ann: Account, wanted: Preference, code: str, field: str
):
    assert refused(act, ann, set_preference, wanted) == (code, field)
    with act(actor_of(ann)) as ctx:
        assert own_preference(ctx) == Preference(None, None, None)


def test_an_admin_sees_who_has_what_and_others_do_not(act: Act, ann: Account, bob: Account, session: Session):
    make_account(session, disabled_at=NOON)
    with act(actor_of(ann)) as ctx:
        add_contact(ctx, "x", SLACK, "slack")
        set_preference(ctx, Preference(None, "22:00", "07:00"))

    with act(actor_of(bob)) as ctx:
        found = {one.account.name: (len(one.contacts), one.has_quiet_hours) for one in reachable_staff(ctx)}
    assert found == {"Ann": (1, True), "Bob": (0, False)}
    assert refused(act, ann, reachable_staff)[0] == "forbidden"


def test_the_command_line_is_nobody_who_could_be_reached(act: Act):
    with pytest.raises(DomainError, match="Only a person"), act(COMMAND_LINE) as ctx:
        own_contacts(ctx)
