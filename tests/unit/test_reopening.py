"""Reopening: a notice that begins the next episode, for 24 hours after the resolution."""

import pytest

from statuspage.domain.cadence import DeadlineKind, PromiseIn
from statuspage.domain.incident import Claim, NoticeKind, claims
from statuspage.domain.obligations import lateness_of
from tests.unit.acts import (
    INVESTIGATING,
    MAJOR,
    MONITORING,
    POLICY,
    RESOLVED,
    at,
    hours,
    make_announced,
    make_incident,
    make_resolved,
    merged,
    moved,
    owed,
    refused,
    reopened,
    resolve,
)


def test_a_resolved_incident_may_be_reopened_for_exactly_24_hours():
    incident = make_resolved(resolved_at=at(70))

    assert reopened(incident, at(70) + hours(24)).status is INVESTIGATING
    with refused("reopen_too_late", "reopen"):
        reopened(incident, at(70, second=1) + hours(24))


def test_the_24_hours_run_from_the_last_resolution():
    again = resolve(reopened(make_resolved(resolved_at=at(70)), at(700)), at(760))

    assert len(reopened(again, at(760) + hours(24)).episodes) == 3
    with refused("reopen_too_late", "reopen"):
        reopened(again, at(760, second=1) + hours(24))


def test_an_incident_is_not_reopened_once_its_postmortem_is_public():
    incident = make_resolved(resolved_at=at(70))

    assert reopened(incident, at(100), postmortem_at=at(101)).status is INVESTIGATING
    with refused("postmortem_public", "reopen"):
        reopened(incident, at(100), postmortem_at=at(100))


@pytest.mark.parametrize("incident", [make_incident(), make_announced()], ids=["unannounced", "open"])
def test_only_a_resolved_incident_is_reopened(incident):
    with refused("not_resolved", "reopen"):
        reopened(incident, at(100))


@pytest.mark.parametrize("status", [None, RESOLVED])
def test_a_reopening_names_an_open_status(status):
    with refused("status_not_open", "status"):
        reopened(make_resolved(), at(100), status=status)


def test_a_merged_incident_is_not_reopened():
    one, _ = merged(make_announced(), make_announced(), at(20))

    with refused("incident_merged", "reopen"):
        reopened(one, at(100))


def test_a_reopening_carries_a_promise_like_every_open_notice():
    incident = reopened(make_resolved(), at(100), promise=PromiseIn(45))

    assert incident.notices[-1].kind is NoticeKind.REOPENING
    assert incident.promise == at(145)
    with refused("promise_out_of_window"):
        reopened(make_resolved(), at(100), promise=PromiseIn(61))


def test_a_reopening_is_owed_fifteen_minutes_after_its_own_detection():
    in_time = reopened(make_resolved(), at(105), detected_at=at(90))
    late = reopened(make_resolved(), at(105, second=1), detected_at=at(90))

    assert lateness_of(in_time, in_time.notices[-1], POLICY) == 0
    assert lateness_of(late, late.notices[-1], POLICY) == 1
    assert [deadline.due_at for deadline in owed(late, DeadlineKind.INITIAL_NOTICE)] == [at(15), at(105)]


def test_the_new_episode_is_detected_after_the_last_restoration_and_not_in_the_future():
    incident = make_resolved(restored_at=at(60), resolved_at=at(70))

    assert reopened(incident, at(100), detected_at=at(60)).episode.detected_at == at(60)
    with refused("detected_before_restoration", "detected_at"):
        reopened(incident, at(100), detected_at=at(60, second=-1))
    with refused("detected_in_future", "detected_at"):
        reopened(incident, at(100), detected_at=at(100, second=1))


def test_after_a_false_alarm_the_new_episode_is_detected_after_the_resolution():
    incident = resolve(make_announced(), at(30), is_false_alarm=True)

    assert reopened(incident, at(100), detected_at=at(30)).episode.detected_at == at(30)
    with refused("detected_before_restoration", "detected_at"):
        reopened(incident, at(100), detected_at=at(30, second=-1))


def test_a_new_episode_starts_with_nothing_of_the_last():
    first = resolve(make_announced(), at(70), mitigated_at=at(30), permanent_fix=True, is_false_alarm=True)

    episode = reopened(first, at(100), detected_at=at(95)).episode
    assert (episode.detected_at, episode.recorded_at, episode.announced_at) == (at(95), at(100), at(100))
    assert (episode.mitigated_at, episode.restored_at, episode.resolved_at) == (None, None, None)
    assert (episode.restored_known_at, episode.permanent_fix, episode.is_false_alarm) == (None, None, False)


def test_the_first_episode_stays_as_it_was():
    first = make_resolved()

    assert reopened(first, at(100)).episodes[0] == first.episode
    assert reopened(first, at(100)).notices[:-1] == first.notices


def test_a_reopening_may_say_what_an_update_may_say():
    incident = reopened(make_resolved(), at(100), detected_at=at(90), status=MONITORING, restored_at=at(95))

    assert incident.episode.restored_at == at(95)
    assert incident.episode.mitigated_at == at(95)
    with refused("only_on_resolution", "false_alarm"):
        reopened(make_resolved(), at(100), is_false_alarm=True)
    with refused("only_on_resolution", "permanent_fix"):
        reopened(make_resolved(), at(100), permanent_fix=True)
    with refused("not_an_update", "no_change"):
        reopened(make_resolved(), at(100), is_no_change=True)
    with refused("restored_before_began", "restored_at"):
        reopened(make_resolved(), at(100), detected_at=at(90), restored_at=at(89))


def test_time_between_episodes_counts_as_up():
    incident = reopened(make_resolved(restored_at=at(60), resolved_at=at(70)), at(100), detected_at=at(90))

    assert claims(incident) == (Claim("api", MAJOR, at(0), at(60)), Claim("api", MAJOR, at(90), None))


def test_a_reopened_incident_ends_only_with_a_resolution_notice_again():
    again = resolve(reopened(make_resolved(), at(100)), at(130), restored_at=at(120))

    assert again.notices[-1].kind is NoticeKind.RESOLUTION
    assert again.episode.resolved_at == at(130)
    assert again.episodes[0].resolved_at == at(70)


def test_an_episode_moved_later_needs_the_commander_and_a_reason_too():
    again = reopened(make_resolved(), at(100), detected_at=at(90))

    with refused("commander_or_admin_only"):
        moved(again, at(110), detected_at=at(91))
    later = moved(again, at(110), detected_at=at(91), may_move_later=True, reason="as logged")
    assert later.episode.detected_at == at(91)
    assert later.episodes[0].detected_at == at(0)
