"""Rotas as services keep them: planned, swapped for a while, with gaps that show."""

from datetime import date, timedelta

import pytest

from statuspage.domain.errors import DomainError
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.rotas import (
    RotaFields,
    add_override,
    remove_override,
    rosters,
    set_rota,
    whose_turn_it_is,
)
from statuspage.store.involvement import RoleTerm
from statuspage.store.rotas import RotationLength
from tests.factories import make_account
from tests.fakes import NOON
from tests.services.desk import actor_of, announce

LEAD = IncidentRole.COMMUNICATIONS_LEAD
HOUR = timedelta(hours=1)


@pytest.fixture
def anna(session):
    return make_account(session, role=SiteRole.COMMUNICATOR, email="anna@example.com", name="Anna")


@pytest.fixture
def boris(session):
    return make_account(session, role=SiteRole.COMMUNICATOR, email="boris@example.com", name="Boris")


@pytest.fixture
def rota(act, anna, boris):
    fields = RotaFields(
        members=["anna@example.com", "boris@example.com"],
        length=RotationLength.DAILY,
        starts_on=date(2026, 11, 19),
    )
    with act() as ctx:
        return set_rota(ctx, LEAD, fields)


def lead_roster(act):
    with act() as ctx:
        return next(one for one in rosters(ctx, 1) if one.role is LEAD)


def refusal(act, verb, *args, **kwargs):
    with pytest.raises(DomainError) as refused, act() as ctx:
        verb(ctx, *args, **kwargs)
    return refused.value.code, refused.value.field


def test_a_rota_says_who_is_on_and_who_is_next(act, rota, anna, boris):
    found = lead_roster(act)

    assert (found.now.person, found.next.person) == (boris.id, anna.id)
    assert found.now.deputy == anna.id


def test_a_role_without_a_rota_has_nobody(act):
    assert [(one.rota, one.now, one.coming) for one in rosters_of(act)] == [(None, None, ())] * 4


def rosters_of(act):
    with act() as ctx:
        return rosters(ctx, 1)


def test_members_can_be_put_in_another_order_and_taken_out(act, rota, anna, boris):
    with act() as ctx:
        set_rota(ctx, LEAD, RotaFields(members=["boris@example.com", "anna@example.com"]))
    assert lead_roster(act).now.person == anna.id

    with act() as ctx:
        set_rota(ctx, LEAD, RotaFields(members=[]))
    assert lead_roster(act).now.is_gap


def test_a_person_disabled_while_on_duty_leaves_a_gap(act, rota, session, anna, boris):
    boris.disabled_at = NOON
    found = lead_roster(act)

    assert (found.now.person, found.now.absent, found.now.deputy) == (None, boris.id, anna.id)


def test_a_rota_can_be_saved_though_a_member_is_disabled(act, rota, boris):
    boris.disabled_at = NOON
    with act() as ctx:
        set_rota(
            ctx, LEAD, RotaFields(members=["boris@example.com", "anna@example.com"], handover_at="10:00")
        )

    assert lead_roster(act).rota.handover_at == "10:00"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"members": ["nobody@example.com"]}, ("unknown_account", "members")),
        ({"members": ["gone@example.com"]}, ("unknown_account", "members")),
        ({"members": ["looker@example.com"]}, ("viewer_on_duty", "members")),
        ({"members": ["anna@example.com", "ANNA@example.com"]}, ("twice", "members")),
        ({"deputy": "nobody@example.com"}, ("unknown_account", "deputy")),
        ({"time_zone": "Mars/Olympus"}, ("unknown_time_zone", "time_zone")),
        ({"handover_at": "24:00"}, ("invalid_handover_time", "handover_at")),
        ({"handover_at": "9"}, ("invalid_handover_time", "handover_at")),
    ],
)
def test_what_makes_no_rota_is_refused(act, session, anna, fields, expected):
    make_account(session, role=SiteRole.VIEWER, email="looker@example.com")
    make_account(session, email="gone@example.com", disabled_at=NOON)

    assert refusal(act, set_rota, LEAD, RotaFields(**fields)) == expected


def test_somebody_elses_change_is_not_overwritten(act, rota):
    seen = rota.version
    with act() as ctx:
        set_rota(ctx, LEAD, RotaFields(handover_at="10:00"), seen)

    assert refusal(act, set_rota, LEAD, RotaFields(handover_at="11:00"), seen)[0] == "stale"


def test_an_override_puts_somebody_else_on_duty_until_it_is_removed(act, rota, anna, boris):
    with act(actor_of(boris)) as ctx:
        override_id = add_override(ctx, LEAD, "anna@example.com", NOON - HOUR, NOON + HOUR).public_id
    assert lead_roster(act).now.person == anna.id

    with act() as ctx:
        assert remove_override(ctx, override_id) is LEAD
    assert lead_roster(act).now.person == boris.id
    assert refusal(act, remove_override, override_id)[0] == "not_found"


def test_overrides_that_overlap_are_refused(act, rota):
    with act() as ctx:
        add_override(ctx, LEAD, "anna@example.com", NOON, NOON + 2 * HOUR)

    args = (LEAD, "boris@example.com", NOON + HOUR, NOON + 3 * HOUR)
    assert refusal(act, add_override, *args) == ("override_overlaps", "from_at")
    with act() as ctx:
        add_override(ctx, LEAD, "boris@example.com", NOON + 2 * HOUR, NOON + 3 * HOUR)


def test_an_override_needs_a_rota_and_somebody_who_can_act(act, rota):
    span = (NOON, NOON + HOUR)

    assert refusal(act, add_override, IncidentRole.SCRIBE, "anna@example.com", *span) == ("no_rota", "role")
    assert refusal(act, add_override, LEAD, "nobody@example.com", *span) == ("unknown_account", "account")


def test_planning_is_for_communicators_and_swapping_for_responders(act, rota, session):
    responder = make_account(session, role=SiteRole.RESPONDER, email="resp@example.com")
    viewer = make_account(session, role=SiteRole.VIEWER)

    for actor, verb, args in (
        (actor_of(responder), set_rota, (LEAD, RotaFields())),
        (actor_of(viewer), add_override, (LEAD, "anna@example.com", NOON, NOON + HOUR)),
    ):
        with pytest.raises(DomainError) as refused, act(actor) as ctx:
            verb(ctx, *args)
        assert refused.value.code == "forbidden"


def test_whoever_has_not_had_a_role_for_longest_is_named_first(act, session, anna, boris):
    make_account(session, role=SiteRole.VIEWER)
    with act() as ctx:
        row = announce(ctx)
        ctx.session.add(RoleTerm(incident_id=row.id, role=LEAD, account_id=anna.id, from_at=NOON))

    with act() as ctx:
        assert whose_turn_it_is(ctx) == [(boris, None), (anna, NOON)]
