"""What an incident claims of components over time, and what a component shows."""

from statuspage.domain.component import worst_state
from statuspage.domain.incident import Claim, claims
from statuspage.domain.revisions import correct
from tests.unit.acts import (
    DEGRADED,
    MAJOR,
    MONITORING,
    OPERATIONAL,
    PARTIAL,
    at,
    make_announced,
    make_incident,
    make_resolved,
    moved,
    reopened,
    resolve,
    say,
)


def test_an_unannounced_incident_claims_nothing():
    assert claims(make_incident()) == ()
    assert make_incident().states == {}


def test_a_claim_runs_from_the_beginning_not_from_the_notice():
    incident = make_announced(began_at=at(-10), announced_at=at(10))

    assert claims(incident) == (Claim("api", MAJOR, at(-10), None),)


def test_a_claim_ends_with_the_restoration_not_with_the_notice_of_it():
    incident = make_resolved(restored_at=at(60), resolved_at=at(70))

    assert claims(incident) == (Claim("api", MAJOR, at(0), at(60)),)


def test_an_open_incident_claims_until_it_is_resolved_even_when_service_seems_back():
    incident = say(make_announced(), at(30), status=MONITORING, restored_at=at(25))

    assert incident.states == {"api": MAJOR}
    assert claims(incident)[-1].to_at is None


def test_a_later_notice_changes_the_claim_from_its_own_time_on():
    incident = say(make_announced(), at(30), states={"api": DEGRADED})

    assert claims(incident) == (Claim("api", MAJOR, at(0), at(30)), Claim("api", DEGRADED, at(30), None))


def test_components_that_a_notice_does_not_name_stay_as_they_were():
    incident = say(make_announced(), at(30), states={"web": PARTIAL})

    assert incident.states == {"api": MAJOR, "web": PARTIAL}


def test_a_component_said_to_be_operational_again_is_claimed_no_longer():
    incident = say(make_announced(), at(30), states={"api": OPERATIONAL})

    assert claims(incident) == (Claim("api", MAJOR, at(0), at(30)),)


def test_what_was_said_after_the_restoration_claims_nothing():
    worse = say(make_announced(), at(30), states={"web": PARTIAL})

    incident = resolve(worse, at(40), restored_at=at(20))
    assert claims(incident) == (Claim("api", MAJOR, at(0), at(20)),)


def test_an_incident_that_was_over_before_anyone_could_speak_claims_until_its_restoration():
    incident = resolve(make_incident(began_at=at(-5)), at(10), restored_at=at(8))

    assert claims(incident) == (Claim("api", MAJOR, at(-5), at(8)),)


def test_service_restored_the_instant_it_broke_leaves_no_claim():
    assert claims(resolve(make_incident(), at(10), restored_at=at(0))) == ()


def test_moving_the_restoration_moves_the_claim():
    incident = moved(make_resolved(restored_at=at(60)), at(80), restored_at=at(50))

    assert claims(incident) == (Claim("api", MAJOR, at(0), at(50)),)


def test_resolving_one_incident_never_turns_green_what_another_holds():
    one, other = make_announced(states={"api": MAJOR}), make_announced(states={"api": PARTIAL})

    one = resolve(one, at(30), states={"api": OPERATIONAL})
    shown = worst_state(incident.states.get("api", OPERATIONAL) for incident in (one, other))
    assert shown is PARTIAL


def test_a_false_alarm_after_a_real_episode_leaves_the_real_one_in_history():
    again = reopened(make_resolved(restored_at=at(60)), at(100))

    incident = resolve(again, at(120), is_false_alarm=True)
    assert claims(incident) == (Claim("api", MAJOR, at(0), at(60)),)


def test_correcting_components_rewrites_history_from_that_notice_on():
    incident = say(make_announced(), at(30), text="More.", states={"api": PARTIAL})

    corrected = correct(incident, incident.notices[1].id, None, {"web": DEGRADED})
    assert set(claims(corrected)) == {
        Claim("api", MAJOR, at(0), at(30)),
        Claim("api", MAJOR, at(30), None),
        Claim("web", DEGRADED, at(30), None),
    }


def test_correcting_the_first_notice_rewrites_history_from_the_beginning():
    incident = say(make_announced(), at(30), states={"web": PARTIAL})

    corrected = correct(incident, incident.notices[0].id, None, {"api": DEGRADED})
    assert claims(corrected)[0] == Claim("api", DEGRADED, at(0), at(30))
    assert corrected.states == {"api": DEGRADED, "web": PARTIAL}
