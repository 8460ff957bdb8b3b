"""Drills over the API, as a chaos tool starts and follows them."""

from datetime import timedelta

import pytest

from statuspage.domain.roles import SiteRole
from statuspage.domain.starter_scenarios import STARTER_SCENARIOS
from tests.fakes import NOON
from tests.web.callers import wire

CABLE = "The cable is cut"


@pytest.fixture
def start(api):
    def send(**fields):
        answer = api.send("POST", "drills", json={"drill": {"title": CABLE, "speed": 60, **fields}})
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    return send


def act(api, drill, verb):
    answer = api.send("POST", f"drills/{drill['id']}/{verb}")
    assert answer.status_code in (200, 201), answer.text
    return answer.get_json()


def refused(api, **fields):
    found = api.refused("POST", "drills", json={"drill": {"title": CABLE, **fields}})
    return found["status"], found["code"], list(found["fields"])


def test_a_drill_is_started_followed_and_ended(api, start, clock, component):
    drill = start(components={component: "major_outage"}, prompts=[{"after_minutes": 5, "text": "A call."}])
    clock.advance(seconds=10)
    shown = api.get(f"drills/{drill['id']}")
    ended = act(api, drill, "end")

    assert (shown["state"], shown["drill_time"]) == ("running", wire(10))
    assert shown["participants"] == ["admin@example.com"]
    assert shown["started_at"] == wire(0)
    assert [one["incident_id"] for one in api.get("drills")] == [drill["incident_id"]]
    assert ended["state"] == "over"
    assert ended["prompts"] == [{"after_minutes": 5, "text": "A call.", "given_at": wire(10)}]
    assert ended["score"]["first_notice_minutes"] is None


def test_its_incident_is_played_like_any_other(api, start, clock):
    drill = start()
    clock.advance(seconds=10)
    played = api.change(drill["incident_id"], status="investigating", body="We are looking.")

    assert (played["is_drill"], played["speed"], played["drill_id"]) == (True, 60, drill["id"])
    assert played["announced_at"] == wire(10)
    assert played["next_update_by"] == wire(70)


def test_a_paused_drill_takes_no_notice_and_goes_on_afterwards(api, start, clock):
    drill = start()
    act(api, drill, "pause")
    clock.advance(minutes=5)
    stood = api.refused_change(drill["incident_id"], status="investigating", body="x")
    resumed = act(api, drill, "resume")

    assert (stood["status"], stood["code"]) == (409, "drill_paused")
    assert (resumed["state"], resumed["drill_time"]) == ("running", wire(0))


def test_this_is_real_answers_the_real_incident(api, start, clock, component):
    drill = start(components={component: "major_outage"}, roles={"scribe": "admin@example.com"})
    clock.advance(seconds=30)
    incident = act(api, drill, "real")

    assert (incident["is_drill"], incident["status"]) == (False, "detected")
    assert (incident["detected_at"], incident["roles"]) == (wire(0), {})
    assert api.get(f"drills/{drill['id']}")["became_incident_id"] == incident["id"]
    assert [one["incident_id"] for one in api.deadlines()] == [incident["id"]]


def test_bad_input_is_refused_beside_its_field(api, component):
    prompt = {"after_minutes": 5, "text": "A call."}
    found = [
        refused(api, speed=0),
        refused(api, speed=61),
        refused(api, speed="fast"),
        refused(api, participants=[]),
        refused(api, participants=["nobody@example.com"]),
        refused(api, components={"000000000000": "major_outage"}),
        refused(api, prompts=[{**prompt, "after_minutes": -1}]),
        refused(api, prompts=[{**prompt, "after_minutes": 1441}]),
        refused(api, prompts=[{**prompt, "text": " "}]),
        refused(api, prompts=[prompt] * 51),
        refused(api, title=None),
        refused(api, scenario_id="000000000000"),
    ]

    assert found == [
        (422, "speed_out_of_range", ["speed"]),
        (422, "speed_out_of_range", ["speed"]),
        (422, "invalid", ["speed"]),
        (422, "participants_missing", ["participants"]),
        (422, "unknown_account", ["participants"]),
        (422, "unknown_component", ["components"]),
        (422, "prompt_out_of_range", ["prompts"]),
        (422, "prompt_out_of_range", ["prompts"]),
        (422, "blank", ["prompts"]),
        (422, "invalid", ["prompts"]),
        (422, "invalid", ["title"]),
        (404, "not_found", []),
    ]


def test_acts_at_the_wrong_time_are_refused(api, start):
    drill = start()
    second = refused(api)
    act(api, drill, "end")
    over = [api.refused("POST", f"drills/{drill['id']}/{verb}")["code"] for verb in ("end", "pause", "real")]
    api.declare()

    assert second[:2] == (409, "drill_running")
    assert over == ["drill_ended"] * 3
    assert refused(api)[:2] == (409, "real_incident_open")


def test_a_scenario_is_kept_changed_played_and_taken_away(api, component, start):
    fields = {
        "title": "Fire",
        "components": {component: "major_outage"},
        "prompts": [{"after_minutes": 9, "text": "Smoke."}, {"after_minutes": 1, "text": "A smell."}],
    }
    made = api.send("POST", "drill_scenarios", json={"scenario": fields}).get_json()
    path = f"drill_scenarios/{made['id']}"
    changed = api.send("PATCH", path, json={"scenario": {"description": "For beginners."}}).get_json()
    stale = api.refused("PATCH", path, {"If-Match": "1"}, json={"scenario": {"title": "Flood"}})
    drill = start(scenario_id=made["id"], title=None)
    gone = api.send("DELETE", path)

    assert [one["text"] for one in made["prompts"]] == ["A smell.", "Smoke."]
    assert (changed["description"], changed["components"]) == ("For beginners.", {component: "major_outage"})
    assert (stale["status"], stale["code"]) == (409, "stale")
    assert (drill["title"], len(drill["prompts"]), drill["scenario_id"]) == ("Fire", 2, made["id"])
    assert gone.status_code == 204
    assert api.get("drill_scenarios") == []
    assert api.get("drills")[0]["title"] == "Fire"


def test_the_starter_set_comes_once(api):
    writer = api.acting_as(SiteRole.COMMUNICATOR)
    added = writer.send("POST", "drill_scenarios/starter_set")
    again = writer.refused("POST", "drill_scenarios/starter_set")

    assert [added.status_code, len(added.get_json())] == [201, len(STARTER_SCENARIOS)]
    assert (again["status"], again["code"]) == (409, "scenarios_there")


def test_an_earlier_alert_may_have_begun_it(api, start):
    drill = start(detected_at=f"{NOON - timedelta(minutes=3):%Y-%m-%dT%H:%M:%SZ}")

    assert api.incident(drill["incident_id"])["detected_at"] == wire(-3)


def test_a_drill_owes_no_postmortem(api, start):
    incident = {"id": start()["incident_id"]}
    api.change(incident, status="investigating", body="We are looking.")
    api.change(incident, status="resolved", body="It is over.")

    assert [one["kind"] for one in api.deadlines(incident)] == [
        "initial_notice",
        "update",
        "resolution_notice",
    ]
