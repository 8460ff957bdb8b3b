"""One incident from detection to resolution over the API, and what customers read of it meanwhile."""

from sqlalchemy.orm import Session

from tests.factories import make_account
from tests.fakes import FakeClock
from tests.web.callers import Api, PublicSite, wire


def test_each_notice_is_on_the_page_the_permalink_the_feeds_and_the_json_at_once(
    api: Api, site: PublicSite, component: str, clock: FakeClock
):
    incident = api.detect(detected_at=wire(-9))
    assert not site.has(f"incidents/{incident['id']}")

    for status, text in (
        ("investigating", "Every second request fails."),
        ("identified", "A disk is full."),
        ("resolved", "The disk was replaced."),
    ):
        api.change(incident, status=status, body=text, components={component: "partial_outage"})
        shown = site.everywhere(incident)
        if status == "resolved":
            del shown[""], shown["api/v2/summary.json"]

        assert [place for place, content in shown.items() if text not in content] == []
        clock.advance(minutes=10)


def test_the_incident_carries_its_milestones(api: Api, site: PublicSite, component: str, clock: FakeClock):
    incident = api.declare(detected_at=wire(-9), components={component: "major_outage"}, next_update_in=45)
    clock.advance(minutes=20)
    api.change(incident, status="monitoring", body="Rolled back.")
    clock.advance(minutes=10)
    done = api.change(incident, status="resolved", restored_at=wire(25))

    shown = site.incident(incident)
    assert (shown["created_at"], shown["started_at"]) == (wire(0), wire(-9))
    assert (shown["monitoring_at"], shown["resolved_at"]) == (wire(20), wire(30))
    assert (done["mitigated_at"], done["restored_at"], done["restored_at_assumed"]) == (
        wire(20),
        wire(25),
        False,
    )
    assert shown["next_update_by"] is None
    assert [notice["status"] for notice in shown["incident_updates"]] == [
        "resolved",
        "monitoring",
        "investigating",
    ]


def test_monitoring_began_with_the_first_notice_that_said_so(api: Api, site: PublicSite, clock: FakeClock):
    incident = api.declare()
    for status in ("monitoring", "monitoring", "resolved"):
        clock.advance(minutes=10)
        api.change(incident, status=status, body=f"It is {status}, as of {clock.now():%H:%M}.")

    assert site.incident(incident)["monitoring_at"] == wire(10)
    assert api.incident(incident)["monitoring_at"] == wire(10)


def test_a_promise_nobody_chose_is_the_presets(api: Api, components: list[str]):
    everything_down = dict.fromkeys(components, "major_outage")

    assert api.declare(components=everything_down)["next_update_by"] == wire(30)
    assert api.declare(components={components[0]: "partial_outage"})["next_update_by"] == wire(30)
    assert api.declare(components={components[0]: "degraded_performance"})["next_update_by"] == wire(60)
    assert api.declare()["next_update_by"] == wire(60)


def test_without_a_message_the_templates_text_is_published(api: Api, site: PublicSite, clock: FakeClock):
    incident = api.declare()
    clock.advance(minutes=5)
    api.change(incident, status="identified")

    bodies = [notice["body"] for notice in site.incident(incident)["incident_updates"]]
    assert bodies[0].startswith("We have found what is causing the problem")
    assert bodies[1].startswith("We are aware of a problem")


def test_resolving_one_of_two_incidents_keeps_what_the_other_holds(
    api: Api, site: PublicSite, component: str, clock: FakeClock
):
    worse = api.declare("Outage", components={component: "major_outage"})
    milder = api.declare("Slow", components={component: "degraded_performance"})
    assert site.state(component) == "major_outage"

    clock.advance(minutes=5)
    api.change(worse, status="resolved")
    assert site.state(component) == "degraded_performance"
    assert site.json("status")["status"]["indicator"] == "minor"

    api.change(milder, status="resolved")
    assert site.state(component) == "operational"
    assert site.json("status")["status"]["description"] == "All Systems Operational"


def test_an_incident_over_in_six_minutes_is_announced_as_resolved_and_meets_both_deadlines(
    api: Api, site: PublicSite, component: str
):
    incident = api.declare(
        status="resolved",
        body="Requests failed for six minutes.",
        detected_at=wire(-8),
        restored_at=wire(-2),
        components={component: "partial_outage"},
    )

    owed = {deadline["kind"]: deadline for deadline in api.deadlines(incident)}
    assert owed["initial_notice"]["met_at"] == owed["resolution_notice"]["met_at"] == wire(0)
    assert not owed["initial_notice"]["late_by_minutes"]
    assert not owed["resolution_notice"]["late_by_minutes"]
    assert "update" not in owed
    assert (incident["next_update_by"], incident["impact"]) == (None, "major")
    assert site.state(component) == "operational"
    assert "Requests failed for six minutes." in site.text(f"incidents/{incident['id']}")


def test_a_first_notice_that_is_the_resolution_says_when_service_was_back(api: Api):
    refused = api.refused_declaration(status="resolved")

    assert (refused["status"], refused["code"]) == (422, "restored_at_missing")
    assert "restored_at" in refused["fields"]


def test_an_incident_that_began_two_hours_before_anybody_noticed_lasts_from_its_beginning(
    api: Api, site: PublicSite
):
    incident = api.declare(began_at=wire(-129), detected_at=wire(-9))

    shown = site.incident(incident)
    assert shown["started_at"] == wire(-129)
    assert api.deadlines(incident)[0]["due_at"] == wire(6)
    assert "we noticed after 2 h" in site.text(f"incidents/{incident['id']}")


def test_a_false_alarm_leaves_components_operational_throughout_and_owes_no_postmortem(
    api: Api, site: PublicSite, component: str, clock: FakeClock
):
    incident = api.declare(components={component: "major_outage"})
    clock.advance(minutes=5)
    ended = api.change(incident, status="resolved", false_alarm=True)

    assert ended["false_alarm"]
    assert site.state(component) == "operational"
    assert "false alarm" in site.text(f"incidents/{incident['id']}")
    assert "postmortem" not in {deadline["kind"] for deadline in api.deadlines(incident)}
    assert api.deadlines() == []


def test_a_false_alarm_is_said_with_the_resolution(api: Api):
    incident = api.declare()

    assert "false_alarm" in api.refused_change(incident, status="identified", false_alarm=True)["fields"]


def test_an_incident_is_dismissed_by_a_responder_and_never_shows(api: Api, site: PublicSite):
    incident = api.detect()
    ended = api.change(incident, status="dismissed", reason="The probe was broken.")

    assert (ended["status"], ended["reason"]) == ("dismissed", "The probe was broken.")
    assert api.deadlines() == []
    assert not site.has(f"incidents/{incident['id']}")


def test_ending_without_a_notice_takes_a_reason(api: Api):
    incident = api.detect()

    for status in ("dismissed", "internal"):
        refused = api.refused_change(incident, status=status, reason=" ")
        assert (refused["code"], list(refused["fields"])) == ("reason_missing", ["reason"])


def test_what_was_announced_is_neither_dismissed_nor_deleted(api: Api):
    incident = api.declare()

    for refused in (
        api.refused_change(incident, status="dismissed", reason="x"),
        api.refused_change(incident, status="internal", reason="x"),
        api.refused("DELETE", f"incidents/{incident['id']}"),
    ):
        assert (refused["status"], refused["code"]) == (409, "already_announced")


def test_deleting_an_unannounced_incident_dismisses_it(api: Api):
    incident = api.detect()
    api.send("DELETE", f"incidents/{incident['id']}")

    assert api.incident(incident)["status"] == "dismissed"


def test_a_revived_incident_keeps_its_first_detection(api: Api, clock: FakeClock):
    incident = api.detect(detected_at=wire(-5))
    api.change(incident, status="dismissed", reason="Nothing wrong.")
    clock.advance(minutes=30)
    revived = api.change(incident, status="detected", reason="It was real after all.")

    assert (revived["status"], revived["detected_at"]) == ("detected", wire(-5))
    [owed] = api.deadlines()
    assert (owed["kind"], owed["due_at"], owed["is_overdue"]) == ("initial_notice", wire(10), True)


def test_nothing_is_published_of_an_incident_that_ended_unannounced(api: Api):
    incident = api.detect()
    api.change(incident, status="dismissed", reason="Nothing wrong.")

    assert api.refused_change(incident, status="investigating")["code"] == "incident_ended"


def test_a_lead_is_named_by_mail_address(api: Api, session: Session):
    make_account(session, email="lea@example.com")
    session.commit()
    incident = api.detect(roles={"communications_lead": "Lea@example.com"})

    assert incident["roles"] == {"communications_lead": "lea@example.com"}
    assert api.deadlines()[0]["lead"] == "lea@example.com"
    assert api.change(incident, roles={"communications_lead": None})["roles"] == {}


def test_an_unknown_lead_is_refused_beside_the_field(api: Api):
    refused = api.refused_declaration(status="detected", roles={"scribe": "nobody@example.com"})

    assert (refused["code"], list(refused["fields"])) == ("unknown_account", ["roles.scribe"])


def test_a_recurrence_points_to_the_earlier_incident(api: Api, site: PublicSite):
    earlier = api.declare("The first time")
    later = api.declare("Again", recurrence_of=earlier["id"])

    assert later["recurrence_of"] == earlier["id"]
    assert "The first time" in site.text(f"incidents/{later['id']}")
