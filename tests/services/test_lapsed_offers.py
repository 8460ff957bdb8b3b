"""The commander hears of a lead that nobody took over in time, once."""

import pytest
from sqlalchemy import select

from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.commands import Declaration
from statuspage.services.declare_incident import declare_incident
from statuspage.services.involvement import accept_handover, offer_handover
from statuspage.services.lapsed_offers import hand_leads_on, is_any_lead_to_hand_on
from statuspage.services.staff_words import words_of
from statuspage.services.telling import Obsolete
from statuspage.store.incidents import get_incident
from statuspage.store.reminders import MessageKind, StaffMessage
from tests.factories import make_account
from tests.services.desk import actor_of

BASE = "https://status.example.com"
LEAD, COMMANDER = IncidentRole.COMMUNICATIONS_LEAD, IncidentRole.INCIDENT_COMMANDER


@pytest.fixture
def staff(session):
    return {
        name: make_account(
            session, role=SiteRole.COMMUNICATOR, email=f"{name}@example.com", name=name.title()
        )
        for name in ("anna", "boris", "chen")
    }


def offered(act, staff, **roles):
    """An incident whose lead Anna offers to Boris; returns its public id."""
    with act(actor_of(staff["anna"])) as ctx:
        given = {role: f"{name}@example.com" for role, name in roles.items()}
        row = declare_incident(ctx, Declaration(name="Requests fail", roles=given))
        offer_handover(ctx, row, "boris@example.com")
        return row.public_id


def handed_on(act):
    """Look for lapsed offers; return whom the newest message about a handover is for, with its words."""
    with act() as ctx:
        is_due = is_any_lead_to_hand_on(ctx)
        hand_leads_on(ctx)
        ctx.session.flush()
        assert not is_any_lead_to_hand_on(ctx)
        messages = ctx.session.scalars(
            select(StaffMessage).where(StaffMessage.kind == MessageKind.HANDOVER).order_by(StaffMessage.id)
        ).all()
        return is_due, messages[-1].account.name, words_of(ctx, messages[-1], BASE)


def test_the_commander_is_told_once_after_five_minutes(act, staff, clock):
    incident_id = offered(act, staff, **{LEAD: "anna", COMMANDER: "chen"})
    clock.advance(minutes=5)
    assert handed_on(act)[:2] == (False, "Boris")
    clock.advance(seconds=1)

    is_due, name, words = handed_on(act)

    assert (is_due, name, words.title) == (True, "Chen", "You lead “Requests fail” now")
    assert "Boris has not taken over" in words.lines[0]
    assert handed_on(act)[0] is False
    with act(actor_of(staff["boris"])) as ctx:
        accept_handover(ctx, get_incident(ctx.session, incident_id))
    assert handed_on(act)[2] == Obsolete("The offer was answered.")


@pytest.mark.parametrize("roles", [{LEAD: "anna"}, {LEAD: "anna", COMMANDER: "anna"}])
def test_nobody_is_told_where_the_lead_stays_where_it_is(act, staff, clock, roles):
    offered(act, staff, **roles)
    clock.advance(minutes=6)

    assert handed_on(act)[:2] == (False, "Boris")
