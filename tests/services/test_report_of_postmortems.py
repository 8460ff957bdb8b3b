"""Postmortems in the compliance report: in time, late, missing or waived, and whose they were when due."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.compliance_figures import Tally
from statuspage.domain.component import Impact
from statuspage.domain.period import Period
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.compliance_report import Report, compliance_report, public_figures
from statuspage.services.declare_incident import assign_roles
from statuspage.services.postmortem_clock import begin_public_time
from statuspage.services.postmortems import assign_owner
from statuspage.services.waive_postmortem import waive_postmortem
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, PostmortemRevision, get_postmortem, head_of
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import over

PERIOD = Period(NOON - timedelta(days=1), NOON + timedelta(days=1))
PENDING, ON_TIME, LATE, MISSING = Tally(1, 0, 0, 0), Tally(1, 1, 0, 0), Tally(1, 0, 1, 0), Tally(1, 0, 0, 1)
NONE = Tally(0, 0, 0, 0)


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana", team="Core")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben", team="Core")


@pytest.fixture
def row(act: Act) -> IncidentRow:
    return over(act)


def report(act: Act, person: Account | None = None) -> Report:
    with act(*([actor_of(person)] if person else [])) as ctx:
        return compliance_report(ctx, PERIOD)


def public(act: Act) -> tuple[Tally, int]:
    """What customers read: how many came in time, and how many were waived."""
    with act() as ctx:
        kept = public_figures(ctx.session, ctx.page, PERIOD, ctx.now).kept
        return kept.postmortem, kept.waived


def yours(act: Act, person: Account) -> Tally:
    found = report(act, person).yours
    assert found is not None
    return found.postmortem


def make_public(session: Session, row: IncidentRow, clock: FakeClock) -> None:
    postmortem = get_postmortem(session, row)
    begin_public_time(postmortem, head_of(session, postmortem).value, clock.now())
    session.commit()


@pytest.mark.parametrize(
    ("seconds", "before", "after"), [(-1, PENDING, ON_TIME), (0, PENDING, ON_TIME), (1, MISSING, LATE)]
)
def test_it_is_in_time_until_exactly_48_hours_and_late_from_then_on(
    act: Act, session: Session, row: IncidentRow, clock: FakeClock, seconds: int, before: Tally, after: Tally
):
    clock.advance(hours=48, seconds=seconds)
    assert (report(act).figures.kept.postmortem, public(act)) == (before, (before, 0))
    make_public(session, row, clock)

    found = report(act)
    assert found.figures.kept.postmortem == after
    assert found.by_impact[Impact.CRITICAL].kept.postmortem == after
    assert found.by_month["2026-11"].kept.postmortem == after
    assert public(act) == (after, 0)


def test_a_waived_one_is_counted_apart_with_its_reason(
    act: Act, session: Session, clock: FakeClock, ana: Account
):
    row = over(act, Impact.NONE)
    with act(actor_of(ana)) as ctx:
        waive_postmortem(ctx, get_postmortem(session, row), "Nobody was affected.")
    clock.advance(hours=60)

    found = report(act)
    (judged,) = found.incidents
    assert (found.figures.kept.postmortem, found.figures.kept.waived) == (NONE, 1)
    assert (judged.is_waived, judged.case.waived_reason) == (True, "Nobody was affected.")
    assert public(act) == (NONE, 1)


def test_a_waiver_is_the_owners(act: Act, session: Session, clock: FakeClock, ana: Account, ben: Account):
    postmortem = get_postmortem(session, over(act, Impact.NONE))
    with act(actor_of(ana)) as ctx:
        assign_owner(ctx, postmortem, ben)
        waive_postmortem(ctx, postmortem, "Nobody was affected.")
    clock.advance(hours=60)

    found = report(act, ben)
    assert found.yours is not None
    assert found.yours.waived == 1
    assert report(act, ana).yours.waived == 0  # type: ignore[union-attr]


def test_it_counts_for_whoever_owned_it_when_it_was_due(
    act: Act, session: Session, row: IncidentRow, clock: FakeClock, ana: Account, ben: Account
):
    with act() as ctx:
        assign_roles(ctx, row, {IncidentRole.INCIDENT_COMMANDER: ana.email})
    clock.advance(hours=1)
    with act(actor_of(ana)) as ctx:
        assign_owner(ctx, get_postmortem(session, row), ben)
    clock.advance(hours=48)
    with act(actor_of(ben)) as ctx:
        assign_owner(ctx, get_postmortem(session, row), ana)  # nobody hands a missed one on

    assert (yours(act, ana), yours(act, ben)) == (NONE, MISSING)
    assert report(act).by_team["Core"].postmortem == MISSING


def test_without_an_owner_it_counts_for_the_commander(
    act: Act, row: IncidentRow, clock: FakeClock, ana: Account
):
    with act() as ctx:
        assign_roles(ctx, row, {IncidentRole.INCIDENT_COMMANDER: ana.email})
    clock.advance(hours=49)

    assert yours(act, ana) == MISSING


def test_what_was_resolved_before_there_were_postmortems_is_missing_to_staff_and_not_held_up_to_customers(
    act: Act, session: Session, row: IncidentRow, clock: FakeClock
):
    for table in (PostmortemRevision, Postmortem):
        session.query(table).delete()
    session.commit()
    clock.advance(hours=49)

    assert report(act).figures.kept.postmortem == MISSING
    assert public(act) == (NONE, 0)
