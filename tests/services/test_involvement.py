"""Called, taken, handed over, acknowledged: who has what in an incident."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from statuspage.domain.errors import DomainError
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.backfill_incident import Backfill, backfill_incident
from statuspage.services.commands import Declaration
from statuspage.services.declare_incident import declare_incident
from statuspage.services.end_incident import dismiss_incident
from statuspage.services.involvement import (
    accept_handover,
    acknowledge,
    answer_call,
    decline_handover,
    holder_of,
    offer_handover,
    standing_offers,
    withdraw_handover,
)
from statuspage.services.owed import lead_of
from statuspage.services.people import acknowledged_at, people_of
from statuspage.services.rotas import RotaFields, add_override, set_rota
from statuspage.services.set_facts import Facts, set_facts
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.drills import Drill, DrillParticipant
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import get_incident
from statuspage.store.involvement import Answer, calls_of, terms_of
from statuspage.store.reminders import MessageKind, StaffMessage
from statuspage.store.rotas import RotationLength
from tests.factories import make_account
from tests.fakes import NOON
from tests.services.desk import actor_of

COMMANDER, LEAD, TECHNICAL, SCRIBE = IncidentRole
MINUTE = timedelta(minutes=1)
NAMES = ("anna", "boris", "chen", "dana")


@pytest.fixture
def staff(session):
    return {
        name: make_account(
            session, role=SiteRole.COMMUNICATOR, email=f"{name}@example.com", name=name.capitalize()
        )
        for name in NAMES
    }


@pytest.fixture
def rota(act, staff):
    """Anna leads, Boris is her deputy, Chen commands."""
    with act() as ctx:
        for role, members in ((LEAD, ["anna", "boris"]), (COMMANDER, ["chen"])):
            emails = [f"{name}@example.com" for name in members]
            set_rota(ctx, role, RotaFields(members=emails, starts_on=date(2026, 11, 18)))


def declare(act, **fields):
    with act() as ctx:
        return declare_incident(ctx, Declaration(name="Requests fail", **fields)).public_id


def by(act, account, verb, incident_id, *args, **kwargs):
    """Have somebody do something at the incident."""
    with act(actor_of(account)) as ctx:
        return verb(ctx, get_incident(ctx.session, incident_id), *args, **kwargs)


def refused(act, account, verb, incident_id, *args, **kwargs):
    with pytest.raises(DomainError) as error:
        by(act, account, verb, incident_id, *args, **kwargs)
    return error.value.code


def called(act, incident_id):
    with act() as ctx:
        row = get_incident(ctx.session, incident_id)
        return {
            (call.role, call.account.name, call.is_deputy, call.answer)
            for call in calls_of(ctx.session, row.id)
        }


def leading(act, incident_id):
    with act() as ctx:
        names = {account.id: account.name for account in all_accounts(ctx.session)}
        return tuple(names[key] for key in people_of(ctx, get_incident(ctx.session, incident_id)).leads)


def test_who_is_on_duty_at_detection_is_called_and_told(act, rota, session):
    incident_id = declare(act)

    assert called(act, incident_id) == {
        (COMMANDER, "Chen", False, None),
        (LEAD, "Anna", False, None),
        (LEAD, "Boris", True, None),
    }
    with act():
        told = session.scalars(select(StaffMessage).where(StaffMessage.kind == MessageKind.CALL)).all()
        assert {(one.account.name, one.details["role"], one.details["is_deputy"]) for one in told} == {
            ("Chen", "incident_commander", False),
            ("Anna", "communications_lead", False),
            ("Boris", "communications_lead", True),
        }


def test_the_detection_says_who_is_called_not_the_declaration(act, rota, clock):
    clock.set(NOON.replace(day=25, hour=9, minute=30))  # Boris is on duty since 09:00

    assert (LEAD, "Anna", False, None) in called(
        act, declare(act, detected_at=clock.now().replace(hour=8, minute=59))
    )
    assert (LEAD, "Boris", False, None) in called(
        act, declare(act, detected_at=clock.now().replace(hour=9, minute=0))
    )


def test_whoever_was_given_a_role_is_not_replaced(act, rota):
    incident_id = declare(act, roles={LEAD: "dana@example.com"})

    assert called(act, incident_id) == {(COMMANDER, "Chen", False, None), (LEAD, "Boris", True, None)}
    assert leading(act, incident_id) == ("Dana",)


def test_somebody_disabled_on_duty_is_not_called_and_the_deputy_is(act, rota, staff):
    staff["anna"].disabled_at = NOON

    assert called(act, declare(act)) == {(COMMANDER, "Chen", False, None), (LEAD, "Boris", True, None)}


def test_a_backfill_calls_nobody(act, rota, session):
    fields = {"began_at": NOON - timedelta(days=3), "restored_at": NOON - timedelta(days=2)}
    with act() as ctx:
        row = backfill_incident(ctx, Backfill(name="Long ago", **fields))
        assert calls_of(ctx.session, row.id) == []


def test_in_a_drill_only_those_who_take_part_are_called(act, rota, staff):
    with act() as ctx:
        participants = [DrillParticipant(account_id=staff["boris"].id)]
        drill = Drill(
            public_id=new_public_id(), title="Fire", speed=1, started_at=NOON, participants=participants
        )
        row = declare_incident(ctx, Declaration(name="x", roles={COMMANDER: "dana@example.com"}), drill)
        made = calls_of(ctx.session, row.id)

    assert [(call.role, call.account_id, call.is_deputy) for call in made] == [
        (LEAD, staff["boris"].id, True)
    ]


def test_a_change_of_the_rota_moves_no_open_incident(act, rota):
    incident_id = declare(act)
    before = called(act, incident_id)

    with act() as ctx:
        set_rota(ctx, LEAD, RotaFields(members=["dana@example.com"], length=RotationLength.DAILY))
        add_override(ctx, COMMANDER, "dana@example.com", NOON - MINUTE, NOON + MINUTE)

    assert called(act, incident_id) == before
    assert leading(act, incident_id) == ("Anna",)


def test_the_lead_is_who_was_assigned_else_who_was_on_duty(act, rota, staff):
    incident_id = declare(act)
    with act() as ctx:
        assert lead_of(ctx, get_incident(ctx.session, incident_id)).name == "Anna"

    by(act, staff["chen"], set_facts, incident_id, Facts(roles={LEAD: "dana@example.com"}))

    with act() as ctx:
        assert lead_of(ctx, get_incident(ctx.session, incident_id)).name == "Dana"


def test_accepting_a_call_gives_the_role_and_keeps_when(act, rota, staff, clock):
    incident_id = declare(act)
    clock.advance(minutes=2)

    by(act, staff["boris"], answer_call, incident_id, LEAD, accepts=True)

    assert (LEAD, "Boris", True, Answer.ACCEPTED) in called(act, incident_id)
    assert leading(act, incident_id) == ("Boris",)
    with act() as ctx:
        [term] = terms_of(ctx.session, get_incident(ctx.session, incident_id).id, LEAD)
        assert (term.account.name, term.from_at) == ("Boris", NOON + 2 * MINUTE)
        assert acknowledged_at(ctx, get_incident(ctx.session, incident_id)) == NOON + 2 * MINUTE


def test_declining_leaves_the_role_to_others(act, rota, staff):
    incident_id = declare(act)

    by(act, staff["anna"], answer_call, incident_id, LEAD, accepts=False)
    assert leading(act, incident_id) == ()

    by(act, staff["anna"], answer_call, incident_id, LEAD, accepts=True)
    assert leading(act, incident_id) == ("Anna",)


def test_a_role_that_somebody_has_cannot_be_taken_by_a_call(act, rota, staff):
    incident_id = declare(act)
    by(act, staff["boris"], answer_call, incident_id, LEAD, accepts=True)

    assert refused(act, staff["anna"], answer_call, incident_id, LEAD, accepts=True) == "role_taken"
    assert refused(act, staff["boris"], answer_call, incident_id, LEAD, accepts=False) == "call_accepted"
    assert refused(act, staff["dana"], answer_call, incident_id, LEAD, accepts=True) == "not_called"


def test_being_given_the_role_answers_the_call(act, rota, staff):
    incident_id = declare(act)

    by(act, staff["chen"], set_facts, incident_id, Facts(roles={LEAD: "anna@example.com"}))

    assert (LEAD, "Anna", False, Answer.ACCEPTED) in called(act, incident_id)


def test_the_same_role_again_is_no_new_term(act, staff):
    incident_id = declare(act, roles={LEAD: "anna@example.com"})
    for email in ("anna@example.com", None, "anna@example.com"):
        by(act, staff["chen"], set_facts, incident_id, Facts(roles={LEAD: email}))

    with act() as ctx:
        terms = terms_of(ctx.session, get_incident(ctx.session, incident_id).id, LEAD)
        assert [term.account.name if term.account else None for term in terms] == ["Anna", None, "Anna"]


def test_i_have_it_takes_the_lead_that_one_was_called_for(act, rota, staff, clock):
    incident_id = declare(act)
    clock.advance(minutes=1)

    by(act, staff["anna"], acknowledge, incident_id)

    assert (LEAD, "Anna", False, Answer.ACCEPTED) in called(act, incident_id)
    with act() as ctx:
        assert acknowledged_at(ctx, get_incident(ctx.session, incident_id)) == NOON + MINUTE


def test_i_have_it_of_a_bystander_does_not_count_while_somebody_leads(act, rota, staff):
    incident_id = declare(act)

    by(act, staff["dana"], acknowledge, incident_id)

    assert leading(act, incident_id) == ("Anna",)
    with act() as ctx:
        assert acknowledged_at(ctx, get_incident(ctx.session, incident_id)) is None


def test_i_have_it_takes_the_lead_where_nobody_has_it(act, staff):
    incident_id = declare(act)

    by(act, staff["dana"], acknowledge, incident_id)

    assert leading(act, incident_id) == ("Dana",)


@pytest.fixture
def led(act, staff):
    """An incident that Anna leads and Chen commands."""
    return declare(act, roles={LEAD: "anna@example.com", COMMANDER: "chen@example.com"})


def test_until_it_is_accepted_the_old_lead_holds(act, led, staff, clock, session):
    offer = by(act, staff["anna"], offer_handover, led, "boris@example.com")
    told = session.scalar(select(StaffMessage).where(StaffMessage.kind == MessageKind.HANDOVER))
    assert (told.account.name, told.details) == ("Boris", {"offer": offer.public_id})
    assert leading(act, led) == ("Anna", "Boris")

    clock.advance(minutes=3)
    by(act, staff["boris"], accept_handover, led)

    assert leading(act, led) == ("Boris",)


def test_after_five_minutes_it_goes_to_the_commander_and_may_still_be_accepted(act, led, staff, clock):
    by(act, staff["anna"], offer_handover, led, "boris@example.com")
    clock.advance(minutes=5)
    assert leading(act, led) == ("Anna", "Boris")
    clock.advance(seconds=1)
    assert leading(act, led) == ("Chen",)
    assert refused(act, staff["boris"], decline_handover, led) == "offer_lapsed"
    assert refused(act, staff["anna"], withdraw_handover, led) == "offer_lapsed"

    clock.advance(minutes=2)
    by(act, staff["boris"], accept_handover, led)

    assert leading(act, led) == ("Boris",)


@pytest.mark.parametrize(("who", "verb"), [("boris", decline_handover), ("anna", withdraw_handover)])
def test_declined_or_taken_back_the_old_lead_goes_on(act, led, staff, who, verb):
    by(act, staff["anna"], offer_handover, led, "boris@example.com")

    by(act, staff[who], verb, led)

    assert leading(act, led) == ("Anna",)
    assert refused(act, staff["boris"], accept_handover, led) == "no_offer"


def test_a_new_offer_replaces_the_one_that_waits(act, led, staff):
    by(act, staff["anna"], offer_handover, led, "boris@example.com")
    by(act, staff["chen"], offer_handover, led, "dana@example.com")

    assert leading(act, led) == ("Anna", "Dana")
    assert refused(act, staff["boris"], accept_handover, led) == "no_offer"


def test_a_lead_given_by_hand_ends_offers_also_to_whom_had_it_before(act, led, staff, clock):
    by(act, staff["anna"], offer_handover, led, "boris@example.com")
    clock.advance(minutes=6)
    assert leading(act, led) == ("Chen",)

    by(act, staff["anna"], set_facts, led, Facts(roles={LEAD: "anna@example.com"}))

    assert leading(act, led) == ("Anna",)
    with act() as ctx:
        assert standing_offers(ctx, get_incident(ctx.session, led)) == []


def test_offers_that_make_no_sense_are_refused(act, led, staff, session):
    make_account(session, role=SiteRole.RESPONDER, email="resp@example.com")

    def offers(who, email):
        return refused(act, staff[who], offer_handover, led, email)

    assert offers("dana", "boris@example.com") == "not_your_lead"
    assert offers("anna", "anna@example.com") == "leads_already"
    assert offers("anna", "nobody@example.com") == "unknown_account"
    assert offers("anna", "resp@example.com") == "cannot_lead"
    assert refused(act, staff["anna"], withdraw_handover, led) == "no_offer"
    by(act, staff["anna"], offer_handover, led, "boris@example.com")
    assert refused(act, staff["dana"], withdraw_handover, led) == "not_your_lead"


def test_when_it_is_over_nobody_has_a_part_in_it(act, led, staff):
    by(act, staff["anna"], dismiss_incident, led, "Nothing.")

    assert refused(act, staff["anna"], acknowledge, led) == "incident_over"
    assert refused(act, staff["anna"], offer_handover, led, "boris@example.com") == "incident_over"
    assert refused(act, staff["anna"], answer_call, led, LEAD, accepts=True) == "incident_over"


def test_a_role_of_somebody_whose_account_is_disabled_is_there_to_be_taken(act, rota, staff, session, clock):
    incident_id = declare(act, roles={SCRIBE: "dana@example.com"})
    by(act, staff["anna"], set_facts, incident_id, Facts(roles={LEAD: "dana@example.com"}))
    with act():
        session.get_one(Account, staff["dana"].id).disabled_at = clock.now()

    assert leading(act, incident_id) == ("Anna",)
    by(act, staff["anna"], answer_call, incident_id, LEAD, accepts=True)

    with act() as ctx:
        row = get_incident(ctx.session, incident_id)
        assert {one.role: one.account.name for one in row.roles} == {SCRIBE: "Dana", LEAD: "Anna"}
        assert holder_of(row, SCRIBE) is None


def test_i_have_it_takes_the_lead_of_somebody_whose_account_is_disabled(act, staff, session, clock):
    incident_id = declare(act, roles={LEAD: "dana@example.com"})
    with act():
        session.get_one(Account, staff["dana"].id).disabled_at = clock.now()

    by(act, staff["boris"], acknowledge, incident_id)

    assert leading(act, incident_id) == ("Boris",)
