"""Merging: one incident ends by pointing to another, which takes over."""

import pytest

from statuspage.domain.cadence import DeadlineKind, PromiseIn
from statuspage.domain.component import Impact
from statuspage.domain.incident import Claim, NoticeKind, claims
from statuspage.domain.obligations import lateness_of, open_deadlines
from tests.unit.acts import (
    DEGRADED,
    MAJOR,
    OPERATIONAL,
    PARTIAL,
    POLICY,
    RESOLVED,
    at,
    make_announced,
    make_incident,
    make_resolved,
    merged,
    moved,
    owed,
    refused,
    reopened,
    resolve,
    say,
)


def test_the_merged_incident_gets_one_last_notice_that_points_to_the_survivor():
    one, other = merged(make_announced(), make_announced(), at(20))

    assert (one.status, one.merged_into) == (RESOLVED, "survivor")
    assert one.notices[-1].kind is NoticeKind.RESOLUTION
    assert one.notices[-1].text == "Part of the other."
    assert one.notices[-1].promise is None
    assert len(other.notices) == 1


def test_the_survivors_promise_runs_until_the_very_promised_instant():
    other = make_announced(announced_at=at(10), promise=PromiseIn(30))

    assert merged(make_announced(), other, at(40))[0].merged_into
    with refused("survivor_promise_overdue", "merge_into"):
        merged(make_announced(), other, at(40, second=1))


@pytest.mark.parametrize("one", [make_incident(), make_resolved()], ids=["unannounced", "resolved"])
def test_only_an_open_announced_incident_is_merged(one):
    with refused("not_open", "merge_into"):
        merged(one, make_announced(), at(20))


@pytest.mark.parametrize("other", [make_incident(), make_resolved()], ids=["unannounced", "resolved"])
def test_the_survivor_is_open(other):
    with refused("survivor_not_open", "merge_into"):
        merged(make_announced(), other, at(20))


def test_the_merged_incident_owes_nothing_more():
    one, _ = merged(make_announced(), make_announced(), at(20))

    assert open_deadlines(one, POLICY) == []
    assert owed(one, DeadlineKind.POSTMORTEM) == []


def test_the_last_notice_of_a_merged_incident_counts_for_its_own_promise():
    late = make_announced(announced_at=at(10), promise=PromiseIn(30))
    fresh = make_announced(announced_at=at(45), detected_at=at(40))

    one, _ = merged(late, fresh, at(50))
    assert lateness_of(one, one.notices[-1], POLICY) == 10


def test_merging_does_not_hide_that_restoration_was_not_said_in_time():
    restored = moved(make_announced(promise=PromiseIn(60)), at(16), restored_at=at(15))

    one, _ = merged(restored, make_announced(promise=PromiseIn(60)), at(40))
    (deadline,) = owed(one, DeadlineKind.RESOLUTION_NOTICE)
    assert (deadline.due_at, deadline.met_at) == (at(30), at(40))


def test_the_survivor_takes_the_earliest_detection_and_beginning():
    early = make_announced(detected_at=at(0), began_at=at(-20))
    late = make_announced(detected_at=at(5), announced_at=at(15))

    _, survivor = merged(early, late, at(20))
    assert (survivor.episodes[0].detected_at, survivor.beginning) == (at(0), at(-20))


def test_the_survivor_keeps_its_own_detection_and_beginning_where_they_are_earlier():
    early = make_announced(detected_at=at(0), began_at=at(-20))
    late = make_announced(detected_at=at(5), announced_at=at(15))

    _, survivor = merged(late, early, at(20))
    assert (survivor.episodes[0].detected_at, survivor.beginning) == (at(0), at(-20))
    assert survivor.episodes == early.episodes


def test_a_beginning_that_is_the_detection_is_not_stated_twice():
    _, survivor = merged(make_announced(detected_at=at(0)), make_announced(detected_at=at(5)), at(20))

    assert survivor.began_at is None
    assert survivor.beginning == at(0)


def test_an_earlier_episode_of_the_merged_incident_is_not_the_survivors():
    """Time between episodes counts as up, so what was over before must not stretch the survivor."""
    again = reopened(make_resolved(detected_at=at(0)), at(205), detected_at=at(200))
    other = make_announced(detected_at=at(202), announced_at=at(206))

    _, survivor = merged(again, other, at(210))
    assert (survivor.episodes[0].detected_at, survivor.beginning) == (at(200), at(200))


def test_a_reopened_survivor_takes_an_earlier_detection_for_the_episode_it_belongs_to():
    again = reopened(make_resolved(detected_at=at(0), restored_at=at(60)), at(205), detected_at=at(200))
    other = make_announced(detected_at=at(190), announced_at=at(195))

    _, survivor = merged(other, again, at(210))
    assert [episode.detected_at for episode in survivor.episodes] == [at(0), at(190)]
    assert survivor.beginning == at(0)


def test_a_reopened_survivor_was_up_between_its_episodes_whatever_is_merged_into_it():
    again = reopened(make_resolved(detected_at=at(0), restored_at=at(60)), at(205), detected_at=at(200))
    other = make_announced(detected_at=at(50), announced_at=at(195))

    _, survivor = merged(other, again, at(210))
    assert [episode.detected_at for episode in survivor.episodes] == [at(0), at(200)]


def test_what_began_when_the_survivor_was_just_restored_belongs_to_its_next_episode():
    again = reopened(make_resolved(detected_at=at(0), restored_at=at(60)), at(205), detected_at=at(200))
    other = make_announced(detected_at=at(60), announced_at=at(195))

    _, survivor = merged(other, again, at(210))
    assert [episode.detected_at for episode in survivor.episodes] == [at(0), at(60)]


def test_claims_move_to_the_survivor_without_gap_or_overlap():
    one = make_announced(states={"api": MAJOR})
    other = make_announced(states={"web": DEGRADED})

    ended, survivor = merged(one, other, at(20))
    assert claims(ended) == (Claim("api", MAJOR, at(0), at(20)),)
    assert set(claims(survivor)) == {
        Claim("web", DEGRADED, at(0), at(20)),
        Claim("web", DEGRADED, at(20), None),
        Claim("api", MAJOR, at(20), None),
    }


def test_where_both_claim_a_component_the_worse_claim_stays():
    one, other = make_announced(states={"api": PARTIAL}), make_announced(states={"api": DEGRADED})

    assert merged(one, other, at(20))[1].states == {"api": PARTIAL}
    assert merged(other, one, at(20))[1].states == {"api": PARTIAL}


def test_the_survivors_next_notice_speaks_for_the_absorbed_components_too():
    _, survivor = merged(
        make_announced(states={"api": MAJOR}), make_announced(states={"web": PARTIAL}), at(20)
    )

    better = say(survivor, at(25), states={"api": OPERATIONAL})
    assert better.states == {"api": OPERATIONAL, "web": PARTIAL}


def test_absorbed_claims_end_with_the_survivors_restoration():
    _, survivor = merged(
        make_announced(states={"api": MAJOR}), make_announced(states={"web": PARTIAL}), at(20)
    )

    over = resolve(survivor, at(40), restored_at=at(30))
    assert {claim.to_at for claim in claims(over) if claim.component_id == "api"} == {at(30)}
    assert over.states == {}


def test_the_survivors_impact_rises_with_what_it_took_over():
    one, other = make_announced(states={"api": MAJOR}), make_announced(states={"web": DEGRADED})

    assert merged(one, other, at(20))[1].impact is Impact.MAJOR
    assert other.impact is Impact.MINOR


def test_an_incident_without_claims_hands_over_none():
    _, survivor = merged(make_announced(states={}), make_announced(), at(20))

    assert survivor.absorbed == ()


def test_several_incidents_may_be_merged_into_one():
    _, survivor = merged(make_announced(states={"web": DEGRADED}), make_announced(), at(20))
    _, survivor = merged(make_announced(states={"db": PARTIAL}), survivor, at(25))

    assert survivor.states == {"api": MAJOR, "web": DEGRADED, "db": PARTIAL}


def test_a_survivor_may_be_merged_further_with_all_it_took_over():
    _, survivor = merged(make_announced(states={"web": DEGRADED}), make_announced(), at(20))

    _, last = merged(survivor, make_announced(states={"db": PARTIAL}), at(25))
    assert last.states == {"api": MAJOR, "web": DEGRADED, "db": PARTIAL}
