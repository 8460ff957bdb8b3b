"""Two people, or two requests, at once (rule 15), and requests that are sent twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes import FakeClock
from tests.web.callers import Api, Json

KEY = {"Idempotency-Key": "deploy-4711"}


@pytest.fixture
def incident(api: Api) -> Json:
    """An incident just announced, as both writers see it."""
    return api.declare(body="We are looking into it.")


def test_the_second_of_two_writers_gets_the_firsts_notice_beside_the_own_text(
    api: Api, incident: Json, nothing_changes
):
    first = api.change(incident, body="A disk is full.", last_update_id=incident["last_update_id"])

    for seen in (
        {"last_update_id": incident["last_update_id"]},
        {"headers": {"If-Match": f'"{incident["version"]}"'}},
        {"headers": {"If-Match": "*"}, "last_update_id": incident["last_update_id"]},
    ):
        with nothing_changes():
            refused = api.refused_change(incident, body="A network is down.", **seen)
        assert (refused["status"], refused["code"]) == (409, "stale")
        assert refused["latest_update"] == {"id": first["last_update_id"], "body": "A disk is full."}
        assert refused["body"] == "A network is down."


def test_whoever_has_seen_the_latest_may_write(api: Api, incident: Json):
    seen = {"If-Match": str(incident["version"])}
    changed = api.change(incident, seen, body="More.", last_update_id=incident["last_update_id"])

    assert len(changed["incident_updates"]) == 2


def test_a_tag_we_never_gave_does_not_match(api: Api, incident: Json, nothing_changes):
    with nothing_changes():
        for tag in ('"0"', "W/", '"abc"', "1, 2", "9" * 30, "½"):
            assert api.refused_change(incident, {"If-Match": tag}, body="x")["code"] == "stale"


def test_every_act_on_an_incident_may_say_what_it_has_seen(api: Api, nothing_changes):
    incident = api.detect()
    api.change(incident, name="Renamed meanwhile")

    with nothing_changes():
        for act in (
            {"status": "dismissed", "reason": "x"},
            {"status": "internal", "reason": "x"},
            {"name": "Another name"},
            {"status": "investigating"},
        ):
            refused = api.refused_change(incident, {"If-Match": str(incident["version"])}, **act)
            assert refused["code"] == "stale"


def test_a_withdrawal_may_say_what_it_has_seen(api: Api, incident: Json):
    seen = {"If-Match": str(incident["version"])}
    api.change(incident, body="More.")
    path = f"incidents/{incident['id']}/incident_updates/{incident['last_update_id']}"

    assert api.refused("DELETE", path, seen)["code"] == "stale"


def test_an_incident_resolved_meanwhile_takes_no_update(api: Api, incident: Json, nothing_changes):
    api.change(incident, status="resolved")

    with nothing_changes():
        refused = api.refused_change(incident, body="We are still working on it.")
    assert (refused["status"], refused["code"]) == (409, "incident_resolved")


def test_notices_that_say_nothing_of_what_they_have_seen_come_one_after_the_other(
    api: Api, incident: Json, another_caller: Callable[[], Api]
):
    def say(number: int) -> Json:
        return another_caller().change(incident, body=f"Finding {number}.")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(say, range(8)))

    bodies = [notice["body"] for notice in api.incident(incident)["incident_updates"]]
    assert sorted(bodies[:-1]) == [f"Finding {number}." for number in range(8)]


def test_of_many_who_saw_the_same_exactly_one_publishes(
    api: Api, incident: Json, another_caller: Callable[[], Api]
):
    def say(number: int) -> int:
        fields = {"body": f"Finding {number}.", "last_update_id": incident["last_update_id"]}
        answer = another_caller().send("PATCH", f"incidents/{incident['id']}", json={"incident": fields})
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(say, range(6)))

    assert answers == [200, 409, 409, 409, 409, 409]
    assert len(api.incident(incident)["incident_updates"]) == 2


def test_a_request_sent_twice_is_done_once_and_answered_twice(api: Api, clock: FakeClock):
    body = {"incident": {"name": "Requests fail"}}
    first = api.send("POST", "incidents", KEY, json=body)
    clock.advance(hours=24)
    second = api.send("POST", "incidents", KEY, json=body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert len(api.get("incidents")) == 1


def test_after_a_day_the_key_is_free_again(api: Api, clock: FakeClock):
    body = {"incident": {"name": "Requests fail"}}
    api.send("POST", "incidents", KEY, json=body)
    clock.advance(hours=24, seconds=1)
    api.send("POST", "incidents", KEY, json=body)

    assert len(api.get("incidents")) == 2


def test_the_same_key_with_another_request_is_a_mismatch(api: Api, incident: Json, nothing_changes):
    api.change(incident, KEY, body="One.")

    with nothing_changes():
        refused = api.refused_change(incident, KEY, body="Two.")
    assert (refused["status"], refused["code"]) == (409, "idempotency_mismatch")
    assert api.refused("POST", "incidents", KEY, json={"incident": {"name": "x"}})["status"] == 409


def test_a_refusal_is_not_remembered(api: Api, incident: Json):
    api.refused_change(incident, KEY, body="x", next_update_in=5)

    assert api.change(incident, KEY, body="x", next_update_in=30)["status"] == "investigating"


def test_each_token_has_its_own_keys(api: Api):
    from statuspage.domain.roles import SiteRole

    for caller in (api, api.acting_as(SiteRole.COMMUNICATOR)):
        caller.send("POST", "incidents", KEY, json={"incident": {"name": "Requests fail"}})

    assert len(api.get("incidents")) == 2


def test_an_unusable_key_is_refused(api: Api, nothing_changes):
    body = {"incident": {"name": "Requests fail"}}

    with nothing_changes():
        for key in ("", "k" * 256, "a\x7fb", "schlüssel"):
            refused = api.refused("POST", "incidents", {"Idempotency-Key": key}, json=body)
            assert list(refused["fields"]) == ["Idempotency-Key"]


def test_the_same_request_at_the_same_time_is_done_once(api: Api, another_caller: Callable[[], Api]):
    def send(_number: int) -> bytes:
        return another_caller().send("POST", "incidents", KEY, json={"incident": {"name": "Once"}}).data

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(8)))

    assert len(answers) == 1
    assert len(api.get("incidents")) == 1


def test_a_resolution_sent_twice_is_refused_the_second_time(api: Api, incident: Json, nothing_changes):
    api.change(incident, status="resolved")

    with nothing_changes():
        for again in ({}, {"false_alarm": True}):
            assert api.refused_change(incident, status="resolved", **again)["code"] == "incident_resolved"


def test_an_end_or_a_revival_sent_twice_is_refused_the_second_time(api: Api, nothing_changes):
    incident = api.detect()
    for status, code in (
        ("dismissed", "already_ended"),
        ("detected", "not_ended"),
        ("internal", "already_ended"),
    ):
        api.change(incident, status=status, reason="x")
        with nothing_changes():
            refused = api.refused_change(incident, status=status, reason="x")
        assert (refused["status"], refused["code"]) == (409, code)
