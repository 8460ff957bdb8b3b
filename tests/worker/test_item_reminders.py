"""Owners are reminded of their action items: seldom, by day, once, in one message, whatever workers do."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemState
from statuspage.domain.postmortem import Visibility
from statuspage.domain.roles import SiteRole
from statuspage.services.action_items import close_item, hand_over_item, move_item, reopen_item
from statuspage.settings import Settings
from statuspage.store.accounts import Account
from statuspage.store.action_items import ActionItem, ActionItemReminder, get_item
from statuspage.store.contacts import Contact, ContactKind, StaffPreference
from statuspage.store.ids import new_public_id
from statuspage.store.reminders import MessageKind, MessageState, StaffMessage
from statuspage.worker.delivery import deliver_messages
from statuspage.worker.item_reminders import remind_of_action_items
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeAlerts, FakeClock, FakeMailer
from tests.services.follow_up import an_item, published, resolved, with_items
from tests.worker.watch import walk

Tick = Callable[[], None]
DUE = date(2026, 12, 10)
MORNING = datetime(2026, 12, 10, 9, tzinfo=UTC)


@pytest.fixture
def ana(session: Session) -> Account:
    account = make_account(session, role=SiteRole.RESPONDER, name="Ana", email="ana@example.com")
    session.commit()
    return account


@pytest.fixture
def ben(session: Session) -> Account:
    account = make_account(session, role=SiteRole.RESPONDER, name="Ben", email="ben@example.com")
    session.commit()
    return account


@pytest.fixture
def workers(settings: Settings, clock: FakeClock) -> Iterator[list[Tools]]:
    made = [make_tools(settings, clock) for _ in range(2)]
    yield made
    for tools in made:
        tools.sessions.kw["bind"].dispose()


@pytest.fixture
def tick(workers: list[Tools]) -> Iterator[Tick]:
    with ThreadPoolExecutor(len(workers)) as pool:

        def look() -> None:
            list(pool.map(remind_of_action_items, workers))

        yield look


def plan(
    act: Act,
    *owners: Account,
    due_on: date = DUE,
    is_published: bool = True,
    visibility: Visibility = Visibility.PUBLIC,
) -> list[str]:
    """Resolve an incident and give each of these an action item."""
    with act() as ctx:
        written = (an_item(owner.public_id, f"Item {n}", due_on) for n, owner in enumerate(owners, 1))
        items = with_items(ctx, resolved(ctx), *written)
        if is_published:
            published(ctx, items[0].postmortem, visibility)
        return [item.public_id for item in items]


def change(act: Act, item: str, doing: Callable[..., object], *given: object, **named: object) -> None:
    with act() as ctx:
        doing(ctx, get_item(ctx.session, item), *given, **named)


def steps(session: Session) -> list[tuple[int, str]]:
    """Return the steps in their order, with the moment at which they were made."""
    session.rollback()
    rows = session.scalars(select(ActionItemReminder).order_by(ActionItemReminder.id))
    return [(row.step, f"{row.created_at:%m-%d %H:%M}") for row in rows]


def messages(session: Session) -> list[tuple[str, int]]:
    """Return who was told of how many items, in order."""
    session.rollback()
    query = select(StaffMessage).where(StaffMessage.kind == MessageKind.ACTION_ITEM).order_by(StaffMessage.id)
    return [
        (each.account.name if each.account else "?", len(each.details["items"]))
        for each in session.scalars(query)
    ]


def test_two_workers_remind_before_on_the_day_and_weekly_after_each_step_once(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick
):
    plan(act, ana)

    walk(clock, tick, 38 * 24 * 60, every=60)

    assert steps(session) == [
        (-7, "12-03 09:00"),
        (-1, "12-09 09:00"),
        (0, "12-10 09:00"),
        (7, "12-17 09:00"),
        (14, "12-24 09:00"),
    ]
    assert messages(session) == [("Ana", 1)] * 5


def test_a_tick_that_finds_nothing_due_writes_nothing(
    act: Act, clock: FakeClock, ana: Account, workers: list[Tools]
):
    plan(act, ana)
    clock.set(MORNING)
    remind_of_action_items(workers[0])
    written: list[str] = []

    @event.listens_for(workers[0].sessions.kw["bind"], "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN")):
            written.append(statement)

    remind_of_action_items(workers[0])

    assert written == []


def test_after_an_outage_only_the_newest_step_is_told(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick
):
    plan(act, ana)
    clock.set(MORNING + timedelta(days=23))

    walk(clock, tick, 24 * 60, every=30)

    assert [step for step, _ in steps(session)] == [21]


def test_a_worker_that_starts_anew_repeats_nothing(
    act: Act, session: Session, clock: FakeClock, ana: Account, settings: Settings, tick: Tick
):
    plan(act, ana)
    clock.set(MORNING)
    tick()
    fresh = make_tools(settings, clock)
    remind_of_action_items(fresh)
    fresh.sessions.kw["bind"].dispose()

    assert messages(session) == [("Ana", 1)]


def test_a_clock_that_is_set_back_repeats_no_step(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick
):
    plan(act, ana)
    clock.set(MORNING)
    tick()
    clock.advance(days=-2)
    walk(clock, tick, 2 * 24 * 60 + 120, every=60)

    # What it had not told yet it tells then: the week before, and the day before.
    assert [step for step, _ in steps(session)] == [0, -7, -1]


@pytest.mark.parametrize(
    ("zone", "told_at"),
    [("Asia/Tokyo", "12-10 00:00"), ("America/Los_Angeles", "12-10 17:00"), (None, "12-10 08:00")],
)
def test_owners_are_told_from_nine_on_where_they_live(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick, zone: str | None, told_at: str
):
    with act() as ctx:
        ctx.page.time_zone = "Europe/Berlin"
        if zone:
            ctx.session.add(StaffPreference(account_id=ana.id, time_zone=zone))
    plan(act, ana)
    clock.set(MORNING - timedelta(hours=9, minutes=30))
    change(act, all_items(session)[0], keep_step, -1)

    walk(clock, tick, 24 * 60, every=30)

    assert steps(session)[1:] == [(0, told_at)]


def all_items(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(ActionItem.public_id)))


def keep_step(ctx: object, item: ActionItem, step: int) -> None:
    session = ctx.session  # type: ignore[attr-defined]
    session.add(ActionItemReminder(item_id=item.id, due_on=item.due_on, step=step, created_at=NOON))


def test_what_an_outage_held_up_into_the_night_waits_for_the_morning(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick
):
    plan(act, ana)
    clock.set(MORNING + timedelta(hours=9, seconds=1))

    walk(clock, tick, 15 * 60, every=30)

    assert steps(session) == [(0, "12-11 09:00")]


def test_several_items_of_a_person_come_in_one_message_a_day(
    act: Act, session: Session, clock: FakeClock, ana: Account, ben: Account, tick: Tick
):
    plan(act, ana, ana, ben)
    plan(act, ana, due_on=DUE + timedelta(days=1))
    clock.set(MORNING)

    walk(clock, tick, 6 * 60, every=60)

    assert messages(session) == [("Ana", 3), ("Ben", 1)]
    assert sorted(step for step, _ in steps(session)) == [-1, 0, 0, 0]


def test_what_comes_up_after_the_days_message_is_told_the_next_morning(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick
):
    plan(act, ana)
    (later,) = plan(act, ana, due_on=DUE + timedelta(days=60))
    clock.set(MORNING)
    tick()
    clock.advance(hours=1)
    change(act, later, move_item, DUE, "It can't wait.")
    tick()
    assert messages(session) == [("Ana", 1)]

    clock.set(MORNING + timedelta(days=1))
    tick()

    assert messages(session) == [("Ana", 1), ("Ana", 1)]


def test_an_item_that_was_closed_moved_or_removed_has_no_steps_for_the_old_day(
    act: Act, session: Session, clock: FakeClock, ana: Account, ben: Account, tick: Tick
):
    closed, moved, handed = plan(act, ana, ana, ana)
    change(act, closed, close_item, "Done.", state=ItemState.DONE)
    change(act, moved, move_item, DUE + timedelta(days=90), "A part is missing.")
    change(act, handed, hand_over_item, ben)
    clock.set(MORNING)

    walk(clock, tick, 60, every=30)

    assert messages(session) == [("Ben", 1)]
    change(act, closed, reopen_item)
    clock.advance(hours=1)
    tick()
    assert messages(session) == [("Ben", 1), ("Ana", 1)]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_items_are_spoken_of_from_publication_on_whoever_reads_it(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick, visibility: Visibility
):
    plan(act, ana, due_on=(NOON + timedelta(days=2)).date(), visibility=visibility)
    tick()
    assert messages(session) == []  # the step of the week before lies before anybody spoke of it

    clock.advance(days=1)
    tick()
    assert messages(session) == [("Ana", 1)]


def test_items_of_a_draft_are_spoken_of_from_48_hours_after_the_resolution_on(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick
):
    plan(act, ana, due_on=(NOON + timedelta(days=2)).date(), is_published=False)
    clock.advance(days=2, seconds=-1)
    tick()
    assert messages(session) == []

    clock.advance(seconds=1)
    tick()
    assert messages(session) == [("Ana", 1)]


def test_of_an_owner_who_has_left_the_postmortems_owner_hears(
    act: Act, session: Session, clock: FakeClock, ana: Account, ben: Account, tick: Tick
):
    (item,) = plan(act, ana)
    with act() as ctx:
        get_item(ctx.session, item).postmortem.owner_id = ben.id
        ctx.session.get_one(Account, ana.id).disabled_at = clock.now()
    clock.set(MORNING)
    tick()
    assert messages(session) == [("Ben", 1)]

    with act() as ctx:
        ctx.session.get_one(Account, ben.id).disabled_at = clock.now()
    clock.advance(days=7)
    tick()
    assert messages(session) == [("Ben", 1)]


def delivered(tools: Tools, mailer: FakeMailer, alerts: FakeAlerts) -> tuple[list[str], list[str]]:
    """Deliver what waits; return the subjects of mails and the addresses of alerts."""
    wired = replace(tools, adapters=replace(tools.adapters, mailer=mailer, alerts=alerts))
    deliver_messages(wired)
    return [mail.subject for mail in mailer.taken], [url for url, *_ in alerts.taken]


def reach(act: Act, account: Account, *, is_quiet: bool = False) -> None:
    with act() as ctx:
        for url, kind in (("slack://ana", ContactKind.CHAT), ("pagerduty://ana", ContactKind.PAGER)):
            ctx.session.add(
                Contact(
                    public_id=new_public_id(),
                    account_id=account.id,
                    label=url,
                    kind=kind,
                    url=url,
                    created_at=ctx.now,
                )
            )
        if is_quiet:
            ctx.session.add(StaffPreference(account_id=account.id, quiet_from="08:00", quiet_until="10:00"))


def test_it_reaches_the_chat_never_a_pager(
    act: Act, clock: FakeClock, ana: Account, tick: Tick, workers: list[Tools]
):
    reach(act, ana)
    plan(act, ana)
    clock.set(MORNING)
    tick()

    assert delivered(workers[0], FakeMailer(), FakeAlerts()) == ([], ["slack://ana"])


def test_in_quiet_hours_it_comes_by_mail_alone_even_when_overdue(
    act: Act, clock: FakeClock, ana: Account, tick: Tick, workers: list[Tools]
):
    reach(act, ana, is_quiet=True)
    plan(act, ana)
    clock.set(MORNING + timedelta(days=7))
    tick()

    subjects, urls = delivered(workers[0], FakeMailer(), FakeAlerts())
    assert (len(subjects), urls) == (1, [])
    assert "7 days overdue: “Item 1”" in subjects[0]


def test_what_was_closed_before_it_was_sent_is_not_sent(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick, workers: list[Tools]
):
    (item,) = plan(act, ana)
    clock.set(MORNING)
    tick()
    change(act, item, close_item, "Done.")

    assert delivered(workers[0], FakeMailer(), FakeAlerts()) == ([], [])
    session.rollback()
    assert session.scalars(select(StaffMessage.state)).all() == [MessageState.CANCELLED]


def test_the_message_names_each_item_with_its_day_and_its_address(
    act: Act, session: Session, clock: FakeClock, ana: Account, tick: Tick, workers: list[Tools]
):
    first, second = plan(act, ana, ana)
    change(act, second, move_item, DUE + timedelta(days=1), "A part is missing.")
    clock.set(MORNING)
    tick()
    mailer = FakeMailer()
    delivered(workers[0], mailer, FakeAlerts())

    (mail,) = mailer.taken
    assert "2 action items: 1 due today, 1 due soon" in mail.subject
    for words in (
        "“Item 1”, due on December 10, 2026, after “Requests fail”: due today.",
        f"https://status.example.com/console/action-items/{first}",
        "“Item 2”, due on December 11, 2026, after “Requests fail”: due tomorrow.",
        f"https://status.example.com/console/action-items/{second}",
        "https://status.example.com/console/action-items?owner=me",
    ):
        assert words in " ".join(mail.text.split())
