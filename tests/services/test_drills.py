"""Drills: the clock of each, its beginning and its end, and what it never touches."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from statuspage.domain.component import ComponentState
from statuspage.domain.errors import ConflictError, DomainError, ForbiddenError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.milestones import Times
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.declare_and_publish import publish_to_several
from statuspage.services.declare_incident import declare_incident
from statuspage.services.drafts import save_draft
from statuspage.services.drill_prompts import Prompt, give_all_due_prompts
from statuspage.services.drills import NewDrill, end_drill, make_real, pause_drill, resume_drill, start_drill
from statuspage.services.end_incident import dismiss_incident
from statuspage.services.involvement import (
    acknowledge,
    answer_call,
    decline_handover,
    is_running,
    offer_handover,
    withdraw_handover,
)
from statuspage.services.merge_incident import merge_incident
from statuspage.services.notice_text import plain_text
from statuspage.services.owed import owed_by, promises_owed
from statuspage.services.people import people_of
from statuspage.services.publish_notice import publish_notice
from statuspage.services.ready_drafts import may_owe_notice
from statuspage.services.set_facts import Facts, set_facts
from statuspage.services.staff_words import words_of
from statuspage.services.telling import Obsolete
from statuspage.services.timeline import add_entry
from statuspage.store.components import current_states
from statuspage.store.drafts import EntryKind, drafts_of_incident, entries_of_incident
from statuspage.store.drills import drills_not_over
from statuspage.store.incidents import get_incident, incidents_under_way, unfinished_incidents
from statuspage.store.reminders import StaffMessage
from tests.factories import make_account, make_component
from tests.fakes import NOON
from tests.services.desk import actor_of, announce

LEAD = "lead@example.com"


@pytest.fixture
def lead(session):
    return make_account(session, role=SiteRole.COMMUNICATOR, email=LEAD, name="Lea")


def new_drill(speed=60, prompts=(), participants=(LEAD,), **fields):
    declaration = Declaration(name=fields.pop("name", "The cable is cut"), **fields)
    return NewDrill(declaration=declaration, speed=speed, participants=participants, prompts=prompts)


def notice(status=IncidentStatus.INVESTIGATING, **fields):
    return NoticeCommand(text=plain_text("We are looking."), status=status, states={}, **fields)


@pytest.fixture
def started(act, lead):
    """The public id of the incident of a drill that runs at 60×."""
    with act(actor_of(lead)) as ctx:
        return start_drill(ctx, new_drill()).public_id


def test_in_a_drill_at_sixty_a_quarter_of_an_hour_lasts_fifteen_seconds(act, clock, lead, started):
    clock.advance(seconds=15)
    with act(actor_of(lead)) as ctx:
        update = publish_notice(ctx, get_incident(ctx.session, started), notice())

        assert update.published_at == NOON + timedelta(minutes=15)
        assert update.late_by_minutes == 0
        assert update.next_update_by == NOON + timedelta(minutes=75)


def test_a_second_more_makes_the_first_notice_of_that_drill_a_minute_late(act, clock, lead, started):
    clock.advance(seconds=16)
    with act(actor_of(lead)) as ctx:
        update = publish_notice(ctx, get_incident(ctx.session, started), notice())

        assert update.late_by_minutes == 1


def test_every_act_on_it_happens_at_its_own_time(act, clock, lead, started):
    clock.advance(seconds=5)
    at = NOON + timedelta(minutes=5)
    with act(actor_of(lead)) as ctx:
        row = get_incident(ctx.session, started)
        entry = add_entry(ctx, row, EntryKind.MITIGATION, "Rolled back", sets_mitigated_at=True)
        draft = save_draft(ctx, row, {"body": "x"})

        assert (entry.at, draft.saved_at, row.episodes[0].mitigated_at) == (at, at, at)
        assert ctx.now == NOON + timedelta(seconds=5)


def test_a_paused_drill_stands_still_and_goes_on_from_there(act, clock, lead, started):
    clock.advance(seconds=5)
    with act(actor_of(lead)) as ctx:
        pause_drill(ctx, get_incident(ctx.session, started).drill)
    clock.advance(minutes=30)
    with act(actor_of(lead)) as ctx, pytest.raises(ConflictError) as refused:
        publish_notice(ctx, get_incident(ctx.session, started), notice())
    with act(actor_of(lead)) as ctx:
        resume_drill(ctx, get_incident(ctx.session, started).drill)
    clock.advance(seconds=1)
    with act(actor_of(lead)) as ctx:
        update = publish_notice(ctx, get_incident(ctx.session, started), notice())

        assert update.published_at == NOON + timedelta(minutes=6)
    assert refused.value.code == "drill_paused"


def test_a_real_incident_pauses_the_drill_and_its_participants_hear_of_it(act, clock, lead, started):
    clock.advance(seconds=5)
    with act() as ctx:
        announce(ctx)
    with act(actor_of(lead)) as ctx:
        row = get_incident(ctx.session, started)
        said = [
            message.details["text"]
            for message in ctx.session.scalars(select(StaffMessage).order_by(StaffMessage.id))
        ]
        told = entries_of_incident(ctx.session, row.id)

        assert row.drill.paused_at == NOON + timedelta(seconds=5)
        assert said[-1] == told[0].body == "The drill is paused: a real incident was declared."
        with pytest.raises(ConflictError) as refused:
            resume_drill(ctx, row.drill)
    assert refused.value.code == "real_incident_open"


@pytest.mark.parametrize("speed", [0, 61, -1])
def test_a_drill_runs_at_one_to_sixty_times(act, lead, speed):
    with act(actor_of(lead)) as ctx, pytest.raises(RuleError) as refused:
        start_drill(ctx, new_drill(speed))

    assert (refused.value.code, refused.value.field) == ("speed_out_of_range", "speed")


@pytest.mark.parametrize("speed", [1, 60])
def test_both_ends_are_allowed(act, lead, speed):
    with act(actor_of(lead)) as ctx:
        assert start_drill(ctx, new_drill(speed)).drill.speed == speed


def test_somebody_must_take_part_and_have_an_account(act, lead):
    refused = []
    for participants in ((), ("nobody@example.com",)):
        with act(actor_of(lead)) as ctx, pytest.raises(RuleError) as found:
            start_drill(ctx, new_drill(participants=participants))
        refused.append((found.value.code, found.value.field))

    assert refused == [("participants_missing", "participants"), ("unknown_account", "participants")]


def test_there_is_one_drill_at_a_time_and_none_beside_a_real_incident(act, lead, started):
    with act(actor_of(lead)) as ctx, pytest.raises(ConflictError) as second:
        start_drill(ctx, new_drill(name="Another"))
    with act(actor_of(lead)) as ctx:
        end_drill(ctx, get_incident(ctx.session, started).drill)
        declare_incident(ctx, Declaration(name="Real"))
    with act(actor_of(lead)) as ctx, pytest.raises(ConflictError) as beside:
        start_drill(ctx, new_drill(name="Another"))

    assert (second.value.code, beside.value.code) == ("drill_running", "real_incident_open")


def test_whoever_may_not_declare_may_not_start_one_either(act, session):
    viewer = make_account(session, role=SiteRole.VIEWER)
    with act(actor_of(viewer)) as ctx, pytest.raises(ForbiddenError):
        start_drill(ctx, new_drill())


def test_what_is_owed_by_a_drill_is_not_owed_by_the_team(act, lead, started):
    with act(actor_of(lead)) as ctx:
        row = get_incident(ctx.session, started)

        assert unfinished_incidents(ctx.session) == [] == list(promises_owed(ctx))
        assert [owed.due_at for owed in owed_by(ctx, row)] == [NOON + timedelta(minutes=15)]
        assert incidents_under_way(ctx.session) == [row]
        end_drill(ctx, row.drill)
        assert incidents_under_way(ctx.session) == []


def test_only_participants_are_told(act, session, lead):
    make_account(session, role=SiteRole.ADMIN, email="outsider@example.com")
    with act(actor_of(lead)) as ctx:
        row = start_drill(ctx, new_drill(prompts=[Prompt(0, "A customer calls.")]))
        told = list(ctx.session.scalars(select(StaffMessage).order_by(StaffMessage.id)))

        assert people_of(ctx, row).drill_participants == {lead.id}
        assert {message.account_id for message in told} == {lead.id}
        assert [message.details["text"] for message in told] == [
            "A drill has begun: The cable is cut.",
            "A customer calls.",
        ]


def test_a_prompt_comes_once_at_its_own_time_and_not_a_second_before(act, clock, lead):
    with act(actor_of(lead)) as ctx:
        row = start_drill(ctx, new_drill(prompts=[Prompt(5, "A customer calls.")]))
    heard = []
    for seconds in (4.99, 0.01, 10):
        clock.advance(seconds=seconds)
        with act() as ctx:
            give_all_due_prompts(ctx)
            heard.append([(one.at, one.body) for one in entries_of_incident(ctx.session, row.id)])

    given = [(NOON + timedelta(minutes=5), "Game master: A customer calls.")]
    assert heard == [[], given, given]


def test_a_paused_drill_and_one_that_is_over_give_no_prompts(act, clock, lead):
    with act(actor_of(lead)) as ctx:
        row = start_drill(ctx, new_drill(prompts=[Prompt(5, "One."), Prompt(7, "Two.")]))
        pause_drill(ctx, row.drill)
    clock.advance(minutes=1)
    with act(actor_of(lead)) as ctx:
        give_all_due_prompts(ctx)
        paused = entries_of_incident(ctx.session, row.id)
        end_drill(ctx, get_incident(ctx.session, row.public_id).drill)
    clock.advance(minutes=1)
    with act() as ctx:
        give_all_due_prompts(ctx)

        assert paused == [] == entries_of_incident(ctx.session, row.id)


def test_the_resolution_ends_the_drill_and_writes_its_score_card(act, clock, lead):
    with act(actor_of(lead)) as ctx:
        roles = {IncidentRole.COMMUNICATIONS_LEAD: LEAD}
        started = start_drill(ctx, new_drill(roles=roles, prompts=[Prompt(2, "A customer calls.")])).public_id
    for seconds, status in ((10, "investigating"), (30, "identified"), (40, "monitoring")):
        clock.advance(seconds=seconds)
        with act(actor_of(lead)) as ctx:
            give_all_due_prompts(ctx)
            publish_notice(ctx, get_incident(ctx.session, started), notice(IncidentStatus(status)))
    clock.advance(seconds=20)
    with act(actor_of(lead)) as ctx:
        row = get_incident(ctx.session, started)
        restored_at = NOON + timedelta(minutes=90)
        publish_notice(ctx, row, notice(IncidentStatus.RESOLVED, restored_at=restored_at))
        score = row.drill.score

        assert row.drill.ended_at == NOON + timedelta(seconds=100)
        assert (score["first_notice_minutes"], score["is_first_notice_on_time"]) == (10, True)
        assert (score["promises_kept"], score["promises_broken"], score["promises_open"]) == (3, 0, 0)
        assert (score["gaps"], score["longest_gap_minutes"], score["gaps_too_long"]) == (3, 40, 0)
        assert (score["resolution_minutes"], score["is_resolution_on_time"]) == (10, True)
        assert score["roles"] == {"communications_lead": "Lea"}
        assert score["prompts"][0]["answer"] == {
            "kind": "notice",
            "text": "We are looking.",
            "who": "Lea",
            "minutes": 0.0,
        }


def test_what_is_over_stays_as_it_is(act, lead, started):
    with act(actor_of(lead)) as ctx:
        row = get_incident(ctx.session, started)
        publish_notice(ctx, row, notice())
        end_drill(ctx, row.drill)
    acts = [
        lambda ctx, row: publish_notice(ctx, row, notice()),
        lambda ctx, row: add_entry(ctx, row, EntryKind.NOTE, "Too late"),
        lambda ctx, row: set_facts(ctx, row, Facts(name="Another name")),
        lambda ctx, row: end_drill(ctx, row.drill),
        lambda ctx, row: pause_drill(ctx, row.drill),
        lambda ctx, row: resume_drill(ctx, row.drill),
        lambda ctx, row: make_real(ctx, row.drill),
    ]
    codes = []
    for each in acts:
        with act(actor_of(lead)) as ctx, pytest.raises(DomainError) as refused:
            each(ctx, get_incident(ctx.session, started))
        codes.append(refused.value.code)

    assert codes == ["drill_ended"] * len(acts)


def test_dismissing_ends_it_too(act, lead, started):
    with act(actor_of(lead)) as ctx:
        row = get_incident(ctx.session, started)
        dismiss_incident(ctx, row, "Nothing was wrong")

        assert drills_not_over(ctx.session) == []
        assert row.drill.score["first_notice_minutes"] is None


def test_this_is_real_opens_a_real_incident_with_its_first_detection_and_its_drafts(
    act, clock, session, lead
):
    api = make_component(session).public_id
    states = {api: ComponentState.MAJOR_OUTAGE}
    with act(actor_of(lead)) as ctx:
        roles = {IncidentRole.COMMUNICATIONS_LEAD: LEAD}
        row = start_drill(ctx, new_drill(states=states, roles=roles))
        fields = {"body": "It burns.", "status": "resolved", "promise": "at", "next_update_by": "12:40"}
        save_draft(ctx, row, fields | {"last_update_id": "x", "restored_at": "2026-11-20T12:30"})
    clock.advance(seconds=40)
    with act(actor_of(lead)) as ctx:
        drill = drills_not_over(ctx.session)[0]
        real = make_real(ctx, drill)

        assert real.drill is None
        assert real.episodes[0].detected_at == NOON
        assert real.episodes[0].recorded_at == NOON + timedelta(seconds=40)
        assert (real.status, real.roles, real.suspected) == ("detected", [], {api: "major_outage"})
        [draft] = drafts_of_incident(ctx.session, real.id)
        assert draft.fields == {
            "body": "It burns.",
            "status": "investigating",
            "promise": "preset",
            "opened_at": (NOON + timedelta(seconds=40)).isoformat(),
        }
        assert (drill.ended_at, drill.became_incident_id) == (ctx.now, real.public_id)
        assert unfinished_incidents(ctx.session) == [real]


def test_this_is_real_is_told_to_who_took_part_as_no_drill(act, session, lead, started):
    with act(actor_of(lead)) as ctx:
        real = make_real(ctx, get_incident(ctx.session, started).drill)
        told = session.scalars(select(StaffMessage).order_by(StaffMessage.id.desc()).limit(1)).one()
        words = words_of(ctx, told, "https://status.example.com")

        assert not isinstance(words, Obsolete)
        assert (told.account_id, words.is_drill) == (lead.id, False)
        assert words.title == "This is real: The cable is cut. The drill is over."
        assert words.link.endswith(f"/console/incidents/{real.public_id}")


def test_a_detection_moved_in_the_drill_becomes_the_real_instant_it_stood_for(act, clock, lead, started):
    clock.advance(seconds=10)
    with act() as ctx:
        row = get_incident(ctx.session, started)
        set_facts(ctx, row, Facts(times=Times(detected_at=NOON + timedelta(minutes=6))))
    clock.advance(minutes=1)
    with act(actor_of(lead)) as ctx:
        real = make_real(ctx, get_incident(ctx.session, started).drill)

        assert real.episodes[0].detected_at == NOON + timedelta(seconds=6)


def test_a_drill_claims_nothing_of_any_component(act, session, lead):
    component = make_component(session)
    states = {component.public_id: ComponentState.MAJOR_OUTAGE}
    with act(actor_of(lead)) as ctx:
        row = start_drill(ctx, new_drill(states=states))
        publish_notice(ctx, row, replace(notice(), states=states))
        during = current_states(ctx.session)
        final = {component.public_id: ComponentState.DEGRADED_PERFORMANCE}
        publish_notice(ctx, row, replace(notice(IncidentStatus.RESOLVED), states=final, restored_at=NOON))

        assert row.impact == "critical"
        assert during == {} == current_states(ctx.session)
        assert component.updated_at == NOON
        assert ctx.page.publication == 0


def test_a_drill_is_neither_merged_nor_written_to_together_with_real_incidents(act, lead, started):
    with act() as ctx:
        real = announce(ctx)
    codes = []
    with act() as ctx, pytest.raises(RuleError) as refused:
        merge_incident(ctx, real, started, NoticeCommand())
    codes.append(refused.value.code)
    with act() as ctx, pytest.raises(RuleError) as refused:
        publish_to_several(ctx, [real, get_incident(ctx.session, started)], [notice(), notice()])
    codes.append(refused.value.code)

    assert codes == ["drill_incident", "drill_incident"]


@pytest.mark.parametrize(("halt", "code"), [(pause_drill, "drill_paused"), (end_drill, "drill_ended")])
def test_nobody_says_anything_about_their_part_in_a_drill_that_does_not_run(
    act, clock, lead, session, started, halt, code
):
    other = make_account(session, role=SiteRole.COMMUNICATOR, email="other@example.com")
    with act(actor_of(lead)) as ctx:
        acknowledge(ctx, get_incident(ctx.session, started))
        offer_handover(ctx, get_incident(ctx.session, started), other.email)
        halt(ctx, get_incident(ctx.session, started).drill)
    for who, verb in (
        (lead, lambda ctx, row: offer_handover(ctx, row, other.email)),
        (lead, lambda ctx, row: answer_call(ctx, row, IncidentRole.SCRIBE, accepts=False)),
        (other, decline_handover),
        (lead, withdraw_handover),
    ):
        with pytest.raises(ConflictError) as refused, act(actor_of(who)) as ctx:
            verb(ctx, get_incident(ctx.session, started))
        assert refused.value.code == code


def test_a_drill_that_has_ended_asks_for_no_words_and_no_people(act, lead, started):
    with act(actor_of(lead)) as ctx:
        row = get_incident(ctx.session, started)
        save_draft(ctx, row, {"body": "We found it.", "status": "identified"})
        end_drill(ctx, row.drill)

        assert not is_running(row)
        assert not may_owe_notice(row)


def test_whoever_is_given_a_part_while_it_runs_takes_part(act, lead, session, started):
    scribe = make_account(session, role=SiteRole.RESPONDER, email="scribe@example.com")
    successor = make_account(session, role=SiteRole.COMMUNICATOR, email="next@example.com")
    with act(actor_of(lead)) as ctx:
        row = get_incident(ctx.session, started)
        acknowledge(ctx, row)
        set_facts(ctx, row, Facts(roles={IncidentRole.SCRIBE: scribe.email}))
        offer_handover(ctx, row, successor.email)

        assert people_of(ctx, row).drill_participants == {lead.id, scribe.id, successor.id}
