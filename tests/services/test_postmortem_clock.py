"""The 48 hours of postmortems: what is owed, by whom, until what; and what it costs to ask."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.errors import ConflictError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.obligations import NO_POSTMORTEM, PostmortemTimes
from statuspage.domain.postmortem import PostmortemState, Visibility
from statuspage.domain.postmortem_gate import GateError
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.commands import NoticeCommand
from statuspage.services.declare_incident import assign_roles
from statuspage.services.notice_text import plain_text
from statuspage.services.owed import OwedPostmortem, ever_owed, everything_owed, what_is_owed
from statuspage.services.people import people_of
from statuspage.services.postmortem_clock import (
    begin_public_time,
    end_public_time,
    postmortem_times,
    times_of,
)
from statuspage.services.postmortem_html import RenderedPostmortem
from statuspage.services.postmortems import assign_owner, begin_postmortem, save_postmortem
from statuspage.services.publish_notice import reopen_incident
from statuspage.services.publish_postmortem import publish_postmortem, unpublish_postmortem
from statuspage.services.remind import due_steps
from statuspage.services.set_facts import Facts, set_facts
from statuspage.services.waive_postmortem import revoke_waiver, waive_postmortem
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortem_clock import incidents_owing_postmortems
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from statuspage.store.reminders import postmortems_to_remind_of
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import approve, ask, complete, over, resolve

DUE = NOON + timedelta(hours=48)
AGAIN = NoticeCommand(text=plain_text("Again."), status=IncidentStatus.INVESTIGATING)


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def row(act: Act) -> IncidentRow:
    """An incident resolved at noon."""
    return over(act)


@pytest.fixture
def postmortem(session: Session, row: IncidentRow) -> Postmortem:
    return get_postmortem(session, row)


Publish = Callable[..., None]


@pytest.fixture
def publish(act: Act, session: Session, ana: Account, ben: Account) -> Publish:
    """Write, review and publish a text, a preliminary one where it promises a date for the final one."""

    def publish(postmortem: Postmortem, final_by: datetime | None = None) -> None:
        with act(actor_of(ana)) as ctx:
            head = head_of(session, postmortem)
            content = replace(complete(head.value, ana), final_by=final_by)
            save_postmortem(ctx, postmortem, content, head.number)
        ask(act, postmortem, ana)
        approve(act, session, postmortem, ben)
        with act(actor_of(ana)) as ctx:
            digest = head_of(session, postmortem).digest
            publish_postmortem(ctx, postmortem, RenderedPostmortem(digest, {}), Visibility.PUBLIC)

    return publish


def on_home(act: Act) -> list[OwedPostmortem]:
    with act() as ctx:
        return list(what_is_owed(ctx).postmortems)


def ever(act: Act, row: IncidentRow) -> list[tuple[datetime, datetime | None]]:
    """By when the postmortems of an incident were and are owed, and when they came."""
    with act() as ctx:
        return [
            (deadline.due_at, deadline.met_at)
            for _, deadline in ever_owed(ctx, row)
            if deadline.kind == "postmortem"
        ]


def test_home_says_what_is_owed_by_whom_and_how_far_it_is(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    (owed,) = on_home(act)
    assert (owed.due_at, owed.owner, owed.state) == (DUE, None, PostmortemState.DRAFT)

    with act(actor_of(ana)) as ctx:
        assign_owner(ctx, postmortem, ben)
        head = head_of(session, postmortem)
        save_postmortem(ctx, postmortem, complete(head.value, ana), head.number)
    ask(act, postmortem, ana)
    assert [(owed.owner, owed.state) for owed in on_home(act)] == [("Ben", PostmortemState.IN_REVIEW)]

    approve(act, session, postmortem, ben)
    assert [owed.state for owed in on_home(act)] == [PostmortemState.APPROVED]


def test_a_public_postmortem_is_owed_no_more_and_an_unpublished_one_is_again(
    act: Act, row: IncidentRow, postmortem: Postmortem, publish: Publish, ana: Account, clock: FakeClock
):
    clock.advance(hours=47)
    publish(postmortem)
    assert (on_home(act), ever(act, row)) == ([], [(DUE, clock.now())])

    with act(actor_of(ana)) as ctx:
        unpublish_postmortem(ctx, postmortem, "It names a customer.")

    assert [owed.due_at for owed in on_home(act)] == [DUE]
    assert ever(act, row) == [(DUE, None)]


@pytest.mark.parametrize("visibility", [Visibility.LINK, Visibility.INTERNAL])
def test_what_customers_in_general_can_not_read_is_still_owed(
    act: Act, session: Session, row: IncidentRow, postmortem: Postmortem, visibility: Visibility
):
    begin_public_time(postmortem, head_of(session, postmortem).value, NOON)
    end_public_time(postmortem)
    postmortem.visibility, postmortem.published_number = visibility, 1
    session.commit()

    assert [owed.due_at for owed in on_home(act)] == [DUE]
    assert ever(act, row) == [(DUE, None)]


def test_a_preliminary_postmortem_owes_the_final_one_until_that_is_public(
    act: Act, row: IncidentRow, postmortem: Postmortem, publish: Publish, clock: FakeClock
):
    promised, public = NOON + timedelta(days=10), clock.advance(hours=40)
    publish(postmortem, promised)

    assert [(owed.due_at, owed.is_final) for owed in on_home(act)] == [(promised, True)]
    assert ever(act, row) == [(DUE, public), (promised, None)]

    final = clock.advance(days=8)
    publish(postmortem)
    assert (on_home(act), ever(act, row)) == ([], [(DUE, public), (promised, final)])


def test_the_date_promised_for_the_final_text_is_brought_forward_but_never_put_off(
    row: IncidentRow, postmortem: Postmortem, publish: Publish, session: Session
):
    promised = NOON + timedelta(days=10)
    publish(postmortem, promised)
    with pytest.raises(GateError, match="customers read"):
        publish(postmortem, promised + timedelta(days=2))
    session.rollback()
    assert times_of(session, row).final_by == promised

    publish(postmortem, promised - timedelta(days=2))
    assert times_of(session, row).final_by == promised - timedelta(days=2)


def test_a_waived_postmortem_is_not_owed_until_the_waiver_is_taken_back(
    act: Act, session: Session, ana: Account
):
    row = over(act, Impact.NONE)
    postmortem = get_postmortem(session, row)
    with act(actor_of(ana)) as ctx:
        waive_postmortem(ctx, postmortem, "A typing error on a test page.")
    assert (on_home(act), ever(act, row)) == ([], [])

    with act(actor_of(ana)) as ctx:
        revoke_waiver(ctx, postmortem)
    assert [owed.due_at for owed in on_home(act)] == [DUE]


def test_a_waiver_ends_when_customers_are_told_of_an_impact_after_all(
    act: Act, session: Session, ana: Account
):
    row = over(act, Impact.NONE)
    with act(actor_of(ana)) as ctx:
        waive_postmortem(ctx, get_postmortem(session, row), "Nobody was affected.")
    with act(actor_of(ana)) as ctx:
        set_facts(ctx, row, Facts(impact_override=Impact.MINOR))

    assert [owed.due_at for owed in on_home(act)] == [DUE]


def test_after_a_reopening_the_48_hours_run_from_the_last_resolution(
    act: Act, row: IncidentRow, clock: FakeClock
):
    clock.advance(hours=23)
    with act() as ctx:
        reopen_incident(ctx, row, AGAIN, None)
    assert (on_home(act), ever(act, row)) == ([], [])

    clock.advance(hours=5)
    with act() as ctx:
        resolve(ctx, row)
    assert [owed.due_at for owed in on_home(act)] == [clock.now() + timedelta(hours=48)]


def test_an_incident_whose_postmortem_is_public_is_not_reopened(
    act: Act, row: IncidentRow, postmortem: Postmortem, publish: Publish, ana: Account
):
    publish(postmortem, NOON + timedelta(days=3))
    with pytest.raises(ConflictError) as caught, act() as ctx:
        reopen_incident(ctx, row, AGAIN, None)
    assert caught.value.code == "postmortem_public"

    with act(actor_of(ana)) as ctx:
        unpublish_postmortem(ctx, postmortem, "It names a customer.")
        reopen_incident(ctx, row, AGAIN, None)
    assert row.status is IncidentStatus.INVESTIGATING


def test_a_false_alarm_after_all_owes_nothing_though_there_is_a_draft(act: Act, row: IncidentRow):
    with act() as ctx:
        reopen_incident(ctx, row, AGAIN, None)
    with act() as ctx:
        resolve(ctx, row, is_false_alarm=True)

    assert (on_home(act), ever(act, row)) == ([], [])


def test_what_was_resolved_before_there_were_postmortems_waits_for_somebody_to_begin_one(
    act: Act, session: Session, row: IncidentRow, ana: Account
):
    forget(session, row)
    assert (on_home(act), ever(act, row)) == ([], [(DUE, None)])
    with act() as ctx:
        assert everything_owed(ctx) == []
        assert postmortems_to_remind_of(ctx.session, ctx.now) == []

    with act(actor_of(ana)) as ctx:
        begin_postmortem(ctx, row)
    assert [owed.due_at for owed in on_home(act)] == [DUE]


def forget(session: Session, row: IncidentRow) -> None:
    """Leave the incident as it was before there were postmortems."""
    postmortem = get_postmortem(session, row)
    session.delete(head_of(session, postmortem))
    session.flush()
    session.delete(postmortem)
    session.commit()


def test_history_owes_nothing_even_where_somebody_has_written_about_it(
    act: Act, session: Session, row: IncidentRow
):
    row.is_backfill = True
    session.commit()

    assert (on_home(act), ever(act, row)) == ([], [])


def test_the_owner_sees_to_it_and_without_one_the_commander(
    act: Act, session: Session, row: IncidentRow, postmortem: Postmortem, ana: Account, ben: Account
):
    with act() as ctx:
        assign_roles(ctx, row, {IncidentRole.INCIDENT_COMMANDER: ben.email})
    with act() as ctx:
        assert people_of(ctx, row).owner == ben.id
    with act(actor_of(ana)) as ctx:
        assign_owner(ctx, postmortem, ana)
        assert people_of(ctx, row).owner == ana.id
    assert [owed.owner for owed in on_home(act)] == ["Ana"]

    ana.disabled_at = NOON
    session.commit()
    with act() as ctx:
        assert people_of(ctx, row).owner == ben.id
    assert [owed.owner for owed in on_home(act)] == ["Ben"]


def test_only_ten_are_listed_and_the_others_counted(act: Act, clock: FakeClock):
    for _ in range(12):
        over(act)
        clock.advance(minutes=1)

    with act() as ctx:
        desk = what_is_owed(ctx)
        assert (len(desk.postmortems), desk.more_postmortems) == (10, 2)
        assert [owed.due_at for owed in desk.postmortems] == sorted(owed.due_at for owed in desk.postmortems)
        assert len(everything_owed(ctx)) == 12


def test_an_incident_without_a_postmortem_has_no_times(session: Session, act: Act, row: IncidentRow):
    another = over(act)
    forget(session, another)

    found = postmortem_times(session, [row, another])
    assert found == {row.id: PostmortemTimes(), another.id: NO_POSTMORTEM}


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    asked: list[str] = []

    def listen(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    yield asked
    event.remove(engine, "before_cursor_execute", listen)


@pytest.mark.parametrize(
    "look",
    [
        what_is_owed,
        everything_owed,
        lambda ctx: list(due_steps(ctx, postmortems_to_remind_of(ctx.session, ctx.now))),
    ],
    ids=["home", "deadlines", "reminders"],
)
def test_looking_at_nine_postmortems_asks_no_more_than_looking_at_two(
    act: Act, session: Session, look: Callable[..., object]
):
    def cost() -> int:
        session.expire_all()
        session.commit()
        with act() as ctx, counted(session) as asked:
            look(ctx)
            return len(asked)

    over(act), over(act)
    before = cost()
    for _ in range(7):
        over(act)

    assert cost() == before


def test_sqlite_reads_what_is_open_and_not_all_of_history(session: Session):
    if session.get_bind().dialect.name != "sqlite":
        return
    query = incidents_owing_postmortems().compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))

    assert plan.startswith("SCAN postmortems USING INDEX ix_postmortems_open")
    assert "SEARCH incidents USING INTEGER PRIMARY KEY" in plan
