"""The silence detector at work: each warning once, told to who can say a word, ended when it is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.component import ComponentState
from statuspage.domain.errors import ForbiddenError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.milestones import Times
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.components import set_state_by_hand
from statuspage.services.declare_and_publish import declare_and_publish
from statuspage.services.declare_incident import assign_roles
from statuspage.services.incident_history import incident_history
from statuspage.services.notice_text import plain_text
from statuspage.services.publish_notice import publish_notice
from statuspage.services.set_facts import Facts, set_facts
from statuspage.services.silence import (
    dismiss_warning,
    has_silence_moved,
    warnings_to_show,
    watch_silence,
)
from statuspage.store.accounts import Account
from statuspage.store.components import Component
from statuspage.store.drills import Drill, DrillParticipant
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow
from statuspage.store.records import audit_of
from statuspage.store.reminders import MessageKind, StaffMessage
from statuspage.store.silence import SilenceWarning
from tests.conftest import Act
from tests.factories import make_account, make_component
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of, announce

MAJOR, OPERATIONAL = ComponentState.MAJOR_OUTAGE, ComponentState.OPERATIONAL


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana", email="ana@example.com")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben", email="ben@example.com")


@pytest.fixture
def api(session: Session) -> Component:
    return make_component(session, name="API")


def watch(act: Act) -> list[str]:
    """Look once, as a worker does; return what runs."""
    with act() as ctx:
        watch_silence(ctx)
        assert not has_silence_moved(ctx)
        return [warning.kind.value for warning in warnings_to_show(ctx)]


def told(session: Session) -> set[int | None]:
    query = select(StaffMessage).where(StaffMessage.kind == MessageKind.SILENCE)
    return {message.account_id for message in session.scalars(query)}


def count(session: Session) -> tuple[int, int]:
    """Return how many warnings and messages there are."""
    return len(session.scalars(select(SilenceWarning)).all()), len(
        session.scalars(select(StaffMessage)).all()
    )


def break_by_hand(act: Act, api: Component, state: ComponentState = MAJOR) -> None:
    with act() as ctx:
        set_state_by_hand(ctx, api, state, None if state is OPERATIONAL else "The disk is full.")


def announce_on(act: Act, api: Component, state: ComponentState = MAJOR) -> IncidentRow:
    with act() as ctx:
        command = NoticeCommand(
            text=plain_text("We are looking."),
            status=IncidentStatus.IDENTIFIED,
            states={api.public_id: state},
        )
        return declare_and_publish(ctx, Declaration(name="Requests fail"), command)


def test_a_component_that_nobody_explains_is_warned_of_once(
    act: Act, session: Session, clock: FakeClock, api: Component, ana: Account, ben: Account
):
    break_by_hand(act, api)
    clock.advance(minutes=15, seconds=-1)
    assert watch(act) == []
    for _ in range(3):
        clock.advance(seconds=1)
        assert watch(act) == ["unexplained_component"]

    assert count(session) == (1, 1)
    assert told(session) == {ana.id}
    break_by_hand(act, api, OPERATIONAL)
    assert watch(act) == []
    ended_at = session.scalars(select(SilenceWarning.ended_at)).one()
    assert ended_at == clock.now()


def test_another_state_set_by_hand_is_the_same_silence(act: Act, clock: FakeClock, api: Component):
    break_by_hand(act, api)
    clock.advance(minutes=10)
    break_by_hand(act, api, ComponentState.PARTIAL_OUTAGE)
    clock.advance(minutes=5)

    assert watch(act) == ["unexplained_component"]


def test_an_open_incident_explains_its_component_until_fifteen_minutes_after_its_end(
    act: Act, clock: FakeClock, api: Component
):
    break_by_hand(act, api)
    row = announce_on(act, api)
    clock.advance(minutes=20)
    with act() as ctx:
        assert has_silence_moved(ctx) is False
        command = NoticeCommand(text=plain_text("Over."), status=IncidentStatus.RESOLVED, restored_at=ctx.now)
        publish_notice(ctx, row, command)
    clock.advance(minutes=15, seconds=-1)
    assert watch(act) == []
    clock.advance(seconds=1)

    assert watch(act) == ["unexplained_component"]


def test_lead_and_commander_are_told_and_without_them_who_may_publish(
    act: Act, session: Session, clock: FakeClock, ana: Account, ben: Account
):
    with act() as ctx:
        row = announce(ctx)
        assign_roles(ctx, row, {IncidentRole.INCIDENT_COMMANDER: ben.email})
    clock.advance(minutes=30)
    assert watch(act) == ["no_mitigation"]
    assert told(session) == {ben.id}

    with act() as ctx:
        announce(ctx, name="Another")
    clock.advance(minutes=30)
    assert watch(act) == ["no_mitigation", "no_mitigation"]

    assert told(session) == {ben.id, ana.id}


def test_what_goes_on_after_all_runs_again_and_nobody_is_told_twice(
    act: Act, session: Session, clock: FakeClock, ana: Account
):
    with act() as ctx:
        row = announce(ctx)
    clock.advance(minutes=30)
    assert watch(act) == ["no_mitigation"]
    with act() as ctx:
        set_facts(ctx, row, Facts(times=Times(mitigated_at=ctx.now)))
    assert watch(act) == []
    with act() as ctx:
        set_facts(ctx, row, Facts(times=Times(mitigated_at=None)))

    assert watch(act) == ["no_mitigation"]
    assert count(session) == (1, 1)


def test_all_components_working_again_asks_for_a_word(act: Act, clock: FakeClock, api: Component):
    row = announce_on(act, api)
    with act() as ctx:
        set_facts(ctx, row, Facts(times=Times(mitigated_at=ctx.now)))
        command = NoticeCommand(text=plain_text("Better."), states={api.public_id: OPERATIONAL})
        publish_notice(ctx, row, command)
    clock.advance(minutes=15)

    assert watch(act) == ["restored_not_said"]


def test_a_dismissed_warning_leaves_the_screens_and_stays_on_record(
    act: Act, session: Session, clock: FakeClock, ben: Account
):
    with act() as ctx:
        row = announce(ctx)
    clock.advance(minutes=30)
    watch(act)
    warning = session.scalars(select(SilenceWarning)).one()
    with pytest.raises(ForbiddenError), act(actor_of(ben, SiteRole.VIEWER)) as ctx:
        dismiss_warning(ctx, warning)
    with act(actor_of(ben)) as ctx:
        dismiss_warning(ctx, warning)
        dismiss_warning(ctx, warning)
        assert warnings_to_show(ctx, row) == []

    assert watch(act) == []
    assert (warning.dismissed_at, warning.dismissed_by_id) == (NOON + timedelta(minutes=30), ben.id)
    assert [one.verb for one in audit_of(session, row.public_id)].count("dismiss_warning") == 1
    with act() as ctx:
        said = [one.text for one in incident_history(ctx, row)]
    assert "dismissed a warning: there is no mitigation on record." in said


def test_of_a_drill_only_its_participants_hear_and_in_drill_time(
    act: Act, session: Session, clock: FakeClock, ana: Account, ben: Account
):
    with act() as ctx:
        row = announce(ctx)
        row.drill = Drill(public_id=new_public_id(), title="Game day", speed=60, started_at=ctx.now)
        row.drill.participants.append(DrillParticipant(account_id=ben.id))
    clock.advance(seconds=30)

    assert watch(act) == []  # nothing of it stands among the real ones

    warning = session.scalars(select(SilenceWarning)).one()
    assert (warning.kind, warning.noted_at) == ("no_mitigation", NOON + timedelta(minutes=30))
    assert told(session) == set()  # Ben may not publish, and nobody leads
    with act(actor_of(ben)) as ctx:
        assert warnings_to_show(ctx, row) == [warning]
    with act(actor_of(ana)) as ctx:
        assert warnings_to_show(ctx, row) == []


def test_history_is_never_warned_of(act: Act, clock: FakeClock):
    with act() as ctx:
        announce(ctx).is_backfill = True
    clock.advance(hours=30)

    assert watch(act) == []
