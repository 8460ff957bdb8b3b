"""Whose promise counts, which incidents are in the report, and what it costs to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from statuspage.domain.cadence import PromiseIn
from statuspage.domain.period import Period
from statuspage.domain.roles import Actor, IncidentRole, SiteRole
from statuspage.services.compliance_report import Report, compliance_report
from statuspage.services.publish_notice import publish_notice
from statuspage.store.accounts import Account
from statuspage.store.drills import Drill
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow, RoleRow
from statuspage.store.involvement import Answer, HandoverOffer, RoleCall, RoleTerm
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of, announce, update

LEAD, COMMANDER = IncidentRole.COMMUNICATIONS_LEAD, IncidentRole.INCIDENT_COMMANDER


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def the_report(act: Act, person: Account | None = None) -> Report:
    with act(*([actor_of(person)] if person else [])) as ctx:
        return compliance_report(ctx, Period(NOON - timedelta(days=1), NOON + timedelta(days=1)))


def kept(act: Act, person: Account) -> tuple[int, int]:
    """How many promises the person kept, of how many held when they were due."""
    yours = the_report(act, person).yours
    assert yours is not None
    return yours.promises.on_time, yours.promises.owed


@pytest.fixture
def people(session: Session) -> tuple[Account, Account, Account]:
    """Ana and Ben of the team Core, and Cleo, who commands."""
    found = tuple(
        make_account(session, role=SiteRole.COMMUNICATOR, name=name, team=team)
        for name, team in (("Ana", "Core"), ("Ben", "Core"), ("Cleo", None))
    )
    session.commit()
    return found  # type: ignore[return-value]


@pytest.fixture
def incident(act: Act, people: tuple[Account, Account, Account], clock: FakeClock) -> int:
    """An incident announced at noon: the promise for 12:30 is kept at 12:20, the next is for 12:50."""
    ana, _, cleo = people
    with act() as ctx:
        row = announce(ctx)
        row.roles.append(RoleRow(role=LEAD, account_id=ana.id))
        row.roles.append(RoleRow(role=COMMANDER, account_id=cleo.id))
        key = row.id
    clock.advance(minutes=20)
    with act(actor_of(ana)) as ctx:
        publish_notice(ctx, ctx.session.get_one(IncidentRow, key), update(promise=PromiseIn(30)))
    clock.advance(minutes=40)
    return key


def test_a_promise_counts_for_the_lead_where_no_terms_are_known(act: Act, people, incident: int):
    ana, ben, cleo = people

    assert (kept(act, ana), kept(act, ben), kept(act, cleo)) == ((1, 2), (0, 0), (0, 0))


def test_a_promise_counts_for_whoever_held_it_when_due(act: Act, session: Session, people, incident: int):
    ana, ben, cleo = people
    for account, at in ((ana, 0), (ben, 50)):
        session.add(
            RoleTerm(incident_id=incident, role=LEAD, account_id=account.id, from_at=NOON + minutes(at))
        )

    assert (kept(act, ana), kept(act, ben), kept(act, cleo)) == ((1, 1), (0, 1), (0, 0))


@pytest.mark.parametrize(
    ("offered", "accepted", "closed", "holds"),
    [
        (46, 48, None, "Ben"),  # accepted before it was due
        (46, 51, None, "Ana"),  # accepted afterwards: the old lead held on
        (44, None, None, "Cleo"),  # nobody took it for five minutes: the commander
        (44, None, 45, "Ana"),  # declined
    ],
)
def test_an_offer_hands_a_promise_over_once_it_is_accepted(
    act: Act,
    session: Session,
    people,
    incident: int,
    offered: float,
    accepted: float | None,
    closed: float | None,
    holds: str,
):
    ana, ben, _ = people
    session.add(
        HandoverOffer(
            public_id=new_public_id(),
            incident_id=incident,
            from_id=ana.id,
            to_id=ben.id,
            offered_at=NOON + minutes(offered),
            accepted_at=None if accepted is None else NOON + minutes(accepted),
            closed_at=None if closed is None else NOON + minutes(closed),
        )
    )
    broken = {person.name: kept(act, person) for person in people}

    expected = {"Ana": (1, 1), "Ben": (0, 0), "Cleo": (0, 0)}
    expected[holds] = (expected[holds][0], expected[holds][1] + 1)
    assert broken == expected


@pytest.mark.parametrize(
    ("declined", "given_to_ben", "held"),
    [
        (None, None, (2, 0, 0)),  # called from the rota, and never answered
        (None, 40, (1, 1, 0)),  # given to somebody by hand later: the first promise was still Ana's
        (40, None, (1, 0, 0)),  # declined between the promises: nobody held the second one
    ],
)
def test_a_promise_counts_for_whoever_was_called_while_nobody_had_the_lead(
    act: Act,
    session: Session,
    people,
    incident: int,
    declined: float | None,
    given_to_ben: float | None,
    held: tuple[int, int, int],
):
    ana, ben, _ = people
    session.execute(delete(RoleRow).where(RoleRow.incident_id == incident, RoleRow.role == LEAD))
    session.add(
        RoleCall(
            incident_id=incident,
            role=LEAD,
            account_id=ana.id,
            is_deputy=False,
            called_at=NOON,
            answer=None if declined is None else Answer.DECLINED,
            answered_at=None if declined is None else NOON + minutes(declined),
        )
    )
    if given_to_ben is not None:
        at = NOON + minutes(given_to_ben)
        session.add(RoleTerm(incident_id=incident, role=LEAD, account_id=ben.id, from_at=at))
        session.add(RoleRow(incident_id=incident, role=LEAD, account_id=ben.id))

    assert tuple(kept(act, person)[1] for person in people) == held


def test_teams_of_several_are_told_apart_and_the_rest_stands_together(act: Act, people, incident: int):
    by_team = the_report(act).by_team

    assert [(team, kept.promises.owed) for team, kept in by_team.items()] == [("Core", 2)]


def test_drills_are_left_out(act: Act, session: Session, incident: int, clock: FakeClock):
    with act() as ctx:
        row = announce(ctx)
        row.drill = Drill(public_id=new_public_id(), title="Rehearsal", speed=1, started_at=clock.now())
        key = row.public_id
    report = the_report(act)

    assert len(report.incidents) == 1
    assert key not in {each.case.id for each in report.incidents}


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Keep the statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_the_number_of_queries_does_not_grow_with_incidents(act: Act, session: Session, incident: int):
    with counted(session) as with_one:
        the_report(act)
    with act() as ctx:
        for _ in range(5):
            announce(ctx)
    with counted(session) as with_six:
        report = the_report(act)

    assert (len(report.incidents), len(with_six)) == (6, len(with_one))


def test_at_the_command_line_nothing_is_yours(act: Act, incident: int):
    assert the_report(act).yours is None


def test_somebody_who_may_only_look_may_read_it(act: Act, session: Session, people, incident: int):
    with act(Actor(people[0].id, SiteRole.VIEWER)) as ctx:
        assert compliance_report(ctx, Period(NOON, NOON + minutes(1))).figures.incidents == 1
