"""Times, promises, lateness and what is owed, over the API."""

from typing import Any

import pytest

from statuspage.domain.roles import SiteRole
from tests.fakes import FakeClock
from tests.web.callers import Api, Json, PublicSite, wire


@pytest.mark.parametrize("promise", [{"next_update_in": 29}, {"next_update_by": wire(61)}])
def test_a_promise_outside_the_window_names_the_allowed_clock_times(
    api: Api, promise: dict[str, Any], nothing_changes
):
    with nothing_changes():
        refused = api.refused_declaration(**promise)

    assert (refused["status"], refused["code"]) == (422, "promise_out_of_window")
    assert list(refused["fields"]) == list(promise)
    assert "between 12:30 and 13:00 UTC" in refused["error"]


@pytest.mark.parametrize("promise", [{"next_update_in": 30}, {"next_update_by": wire(60.9)}])
def test_both_ends_of_the_window_are_allowed(api: Api, promise: dict[str, Any], clock: FakeClock):
    clock.advance(seconds=40)

    assert api.declare(**promise)["next_update_by"] in {wire(30), wire(60)}


def test_a_resolution_promises_nothing(api: Api):
    incident = api.declare()

    for promise in ({"next_update_in": 30}, {"next_update_by": wire(30)}):
        refused = api.refused_change(incident, status="resolved", **promise)
        assert (refused["code"], list(refused["fields"])) == ("promise_not_allowed", list(promise))


def test_one_promise_is_given_in_one_way(api: Api):
    refused = api.refused_declaration(next_update_in=30, next_update_by=wire(30))

    assert list(refused["fields"]) == ["next_update_in"]


def test_a_promise_comes_with_a_notice(api: Api, nothing_changes):
    incident = api.declare()

    with nothing_changes():
        for field in ({"next_update_in": 0}, {"no_change": True}, {"components": {}}):
            refused = api.refused_change(incident, **field)
            assert (refused["code"], list(refused["fields"])) == ("notice_needed", list(field))


def test_late_notices_are_published_and_the_reason_may_come_later(api: Api, clock: FakeClock):
    incident = api.declare(detected_at=wire(-16), next_update_in=30)
    clock.advance(minutes=31, seconds=1)
    incident = api.change(incident, body="Still at it.")

    newest, first = incident["incident_updates"]
    assert (first["late_by_minutes"], newest["late_by_minutes"]) == (1, 2)
    api.change(incident, late_reason="Nobody was awake.")
    api.correct(incident, first["id"], late_reason="The pager was silent.")
    newest, first = api.incident(incident)["incident_updates"]
    assert (first["late_reason"], newest["late_reason"]) == ("The pager was silent.", "Nobody was awake.")


def test_what_came_in_time_has_no_lateness_to_explain(api: Api):
    incident = api.declare()
    path = f"incidents/{incident['id']}/incident_updates/{incident['last_update_id']}"

    assert api.refused_change(incident, late_reason="x")["code"] == "not_late"
    assert api.refused("PATCH", path, json={"incident_update": {"late_reason": "x"}})["code"] == "not_late"


def test_an_update_that_says_nothing_new_is_counted_as_such_ticked_or_not(api: Api, clock: FakeClock):
    incident = api.declare(body="We are looking into it.")
    clock.advance(minutes=20)
    api.change(incident, body="We are looking into it.")
    api.change(incident, status="investigating", no_change=True, body="Nothing new.")
    incident = api.change(incident, body="A disk is full.")

    assert [each["no_change"] for each in incident["incident_updates"]] == [False, True, True, False]
    assert len(incident["warnings"]) == 0


def test_an_update_that_says_nothing_new_too_soon_brings_a_gentle_warning(api: Api, clock: FakeClock):
    incident = api.declare()
    clock.advance(minutes=9)

    [warning] = api.change(incident, status="investigating", no_change=True)["warnings"]
    assert "10 minutes" in warning


def test_an_update_that_changes_something_is_not_ticked_as_no_change(api: Api, component: str):
    incident = api.declare()

    for change in ({"status": "identified"}, {"body": "x", "components": {component: "major_outage"}}):
        assert list(api.refused_change(incident, no_change=True, **change)["fields"]) == ["no_change"]


def test_detection_moves_later_after_the_first_notice_with_a_reason_only(api: Api, clock: FakeClock):
    incident = api.declare(detected_at=wire(-10))

    assert list(api.refused_change(incident, detected_at=wire(-5))["fields"]) == ["reason"]
    moved = api.change(incident, detected_at=wire(-5), reason="The first alert was for something else.")
    assert moved["detected_at"] == wire(-5)
    assert api.change(incident, detected_at=wire(-20))["incident_updates"][0]["late_by_minutes"] == 5


def test_only_the_commander_or_an_admin_moves_detection_later(api: Api, nothing_changes):
    incident = api.declare(detected_at=wire(-10))
    later = {"detected_at": wire(-5), "reason": "Another alert."}

    for role in (SiteRole.RESPONDER, SiteRole.COMMUNICATOR):
        with nothing_changes():
            assert api.acting_as(role).refused_change(incident, **later)["status"] == 403
    api.change(incident, roles={"incident_commander": "responder@example.com"})
    moved = api.acting_as(SiteRole.RESPONDER).change(incident, **later)
    assert moved["detected_at"] == wire(-5)


def test_detection_lies_neither_in_the_future_nor_after_the_first_notice(api: Api, clock: FakeClock):
    assert list(api.refused_declaration(detected_at=wire(1))["fields"]) == ["detected_at"]

    incident = api.declare()
    clock.advance(minutes=5)
    refused = api.refused_change(incident, detected_at=wire(1), reason="x")
    assert (refused["code"], list(refused["fields"])) == ("detected_after_notice", ["detected_at"])


def test_service_is_not_restored_before_it_broke_or_in_the_future(api: Api, nothing_changes):
    incident = api.declare(began_at=wire(-20), detected_at=wire(-10))

    with nothing_changes():
        for instant in (-21, 1):
            refused = api.refused_change(incident, status="resolved", restored_at=wire(instant))
            assert (refused["status"], list(refused["fields"])) == (422, ["restored_at"])


def test_a_restoration_that_is_known_owes_a_resolution_notice_until_it_is_cleared(
    api: Api, site: PublicSite, clock: FakeClock
):
    incident = api.declare(detected_at=wire(-5))
    before = site.files()
    api.change(incident, restored_at=wire(-1))
    assert [each["kind"] for each in api.deadlines()] == ["resolution_notice", "update"]
    assert site.files() == before

    api.change(incident, body="It fails again.", restored_at=None)
    assert [each["kind"] for each in api.deadlines()] == ["update"]


def test_an_unconfirmed_restoration_is_marked_as_assumed(api: Api, clock: FakeClock):
    incident = api.declare()
    clock.advance(minutes=5)
    ended = api.change(incident, status="resolved")

    assert (ended["restored_at"], ended["restored_at_assumed"]) == (wire(5), True)


def test_facts_sent_with_a_notice_count_for_it(api: Api):
    incident = api.declare()
    changed = api.change(
        incident,
        {"If-Match": str(incident["version"])},
        body="Worse than we thought.",
        name="Everything fails",
        impact_override="critical",
    )

    assert (changed["name"], changed["impact"], changed["next_update_by"]) == (
        "Everything fails",
        "critical",
        wire(30),
    )


def test_deadlines_are_listed_soonest_first_and_the_incidents_own_with_those_met(api: Api, clock: FakeClock):
    first = api.declare("First", next_update_in=60)
    api.detect("Second", detected_at=wire(-5))
    clock.advance(minutes=1)
    api.change(first, body="More.", next_update_in=45)

    assert [(each["kind"], each["due_at"]) for each in api.deadlines()] == [
        ("initial_notice", wire(10)),
        ("update", wire(46)),
    ]
    assert [(each["due_at"], each["met_at"]) for each in api.deadlines(first)] == [
        (wire(15), wire(0)),
        (wire(60), wire(1)),
        (wire(46), None),
    ]


def test_a_stricter_policy_holds_from_then_on(api: Api):
    policy = {
        "promise_latest": 40,
        "initial_notice_within": 10,
        "by_impact": {"critical": {"promise_latest": 30}},
    }
    page = api.send("PATCH", "", json={"page": {"policy": policy}}).get_json()
    assert page["policy"]["promise_latest"] == 40
    assert page["policy"]["by_impact"]["critical"]["initial_notice_within"] == 10

    assert api.declare(detected_at=wire(-11))["next_update_by"] == wire(40)
    assert api.deadlines()[0]["due_at"] == wire(40)
    assert "between 12:30 and 12:40" in api.refused_declaration(next_update_in=41)["error"]
    assert (
        "between 12:30 and 12:30"
        in api.refused_declaration(next_update_in=31, impact_override="critical")["error"]
    )


def test_a_laxer_policy_is_refused_beside_its_field(api: Api, nothing_changes):
    laxer: list[tuple[Json, str]] = [
        ({"promise_latest": 61}, "policy.promise_latest"),
        ({"promise_earliest": 31}, "policy.promise_earliest"),
        ({"postmortem_within": 0}, "policy.postmortem_within"),
        ({"promise_latest": 20}, "policy.promise_earliest"),
        (
            {"by_impact": {"minor": {"initial_notice_within": 10**9}}},
            "policy.by_impact.minor.initial_notice_within",
        ),
        (
            {"by_impact": {"minor": {"initial_notice_within": 16}}},
            "policy.by_impact.minor.initial_notice_within",
        ),
    ]

    with nothing_changes():
        for policy, field in laxer:
            refused = api.refused("PATCH", "", json={"page": {"policy": policy}})
            assert (refused["status"], list(refused["fields"])) == (422, [field])


def test_history_older_than_a_day_is_entered_without_a_deadline(api: Api, site: PublicSite, component: str):
    entered = api.declare(
        "Long ago",
        backfilled=True,
        status="resolved",
        began_at=wire(-3000),
        restored_at=wire(-2900),
        display_at=wire(-2890),
        body="It was a cable.",
        components={component: "major_outage"},
    )

    assert (entered["backfilled"], entered["started_at"]) == (True, wire(-3000))
    assert entered["incident_updates"][0]["display_at"] == wire(-2890)
    assert api.deadlines(entered) == []
    assert "It was a cable." in site.text("history/2026-11")
    assert site.state(component) == "operational"


def test_a_day_alone_enters_history_too(api: Api):
    assert (
        api.declare(backfilled=True, backfill_date="2026-10-02")["started_at"] == "2026-10-02T00:00:00.000Z"
    )


def test_what_ended_less_than_a_day_ago_is_announced_the_normal_way(api: Api, nothing_changes):
    with nothing_changes():
        refused = api.refused_declaration(backfilled=True, began_at=wire(-1500), restored_at=wire(-1440))

    assert (refused["code"], list(refused["fields"])) == ("backfill_too_young", ["backfilled"])
