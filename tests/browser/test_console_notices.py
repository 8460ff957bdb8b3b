"""Everything the lead tells customers, from a desk and from a phone."""

import pytest

from tests.browser.lead import TITLE, Lead
from tests.browser.office import Office


def test_the_first_notice_takes_two_decisions_and_one_agreement(lead: Lead, office: Office):
    lead.declares()
    lead.asks_to_publish()
    lead.reads("Publish the first notice?")
    assert TITLE not in office.front()

    lead.agrees()

    lead.reads(f"Published: “{TITLE}”.")
    incident = office.newest()
    assert (incident["status"], incident["components"][0]["name"]) == ("investigating", "Public API")
    assert TITLE in office.front()
    assert "Next update by" in office.front()


def test_an_incident_is_recorded_and_customers_are_told_later(lead: Lead, office: Office):
    lead.declares()
    lead.goes_by("Only record it")
    lead.reads("No customer knows of it yet")
    assert TITLE not in office.front()

    lead.publishes()

    lead.reads("Published:")
    assert TITLE in office.front()


def test_an_update_says_where_it_stands_and_promises_the_next(lead: Lead, office: Office):
    incident = office.announce()
    lead.writes_update(incident, "We found the cause.")
    lead.promises(45)

    lead.publishes()

    lead.reads("Published:")
    assert "We found the cause." in office.front()
    assert office.api.incident(incident)["status"] == "identified"


def test_what_customers_will_read_stands_beside_the_text_before_it_is_out(lead: Lead, office: Office):
    incident = office.announce()
    lead.writes_update(incident, "We **found** the cause.")

    lead.waits_till_saved()

    assert "We found the cause." in lead.browser.text("#preview")
    assert lead.browser.texts("#preview strong")
    assert "found" not in office.front()


def test_a_clock_time_that_is_typed_is_the_one_that_is_promised(lead: Lead, office: Office):
    incident = office.announce()
    lead.writes_update(incident, "We found the cause.")
    in_45 = lead.browser.text("[data-in-minutes='45']")
    lead.writes("Clock time of the next update", in_45)

    lead.asks_to_publish()

    lead.reads(f"Next update by {in_45}")


def test_a_prepared_text_gives_way_to_that_of_another_status_in_a_draft_as_well(lead: Lead, office: Office):
    incident = office.announce()
    lead.opens_incident(incident)
    lead.ticks("Resolved")
    lead.waits_till_saved()
    lead.opens_incident(incident)

    lead.ticks("Monitoring")

    assert "restored" not in lead.browser.run("return document.getElementById('c-body').value")


def test_another_situation_takes_its_words_and_states_with_it(lead: Lead, office: Office):
    suggested = {office.components["Dashboard"]: "partial_outage"}
    fields = {"name": "Charts are empty", "kind": "initial", "body": "Empty.", "components": suggested}
    template = office.api.send("POST", "incident_templates", json={"template": fields}).get_json()
    lead.opens("/console/declare")
    lead.ticks("Charts are empty")
    lead.ticks("Signing in fails")
    office.api.send("DELETE", f"incident_templates/{template['id']}")

    states = lead.browser.run("return [...document.querySelectorAll('.states select')].map(el => el.value)")
    assert not any(states)


def test_that_nothing_has_changed_is_said(lead: Lead, office: Office):
    incident = office.announce()
    lead.opens_incident(incident)
    lead.writes("What customers read", "Still looking.")
    lead.ticks("No material change")

    lead.asks_to_publish()
    lead.reads("It counts as “no material change”.")
    lead.agrees()

    lead.reads("no change")
    assert "Still looking." in office.front()


def test_a_resolution_says_when_service_was_back_and_how_each_component_is_now(lead: Lead, office: Office):
    incident = office.announce("Requests fail", "Public API", "Dashboard", detected_at=office.ago(minutes=9))
    back_at = office.typed(minutes=2)
    lead.resolves(incident, "Service is back.", back_at)
    lead.hands.choose("Dashboard", "Degraded performance")
    lead.ticks("Not yet")

    lead.publishes()

    lead.reads("Published:")
    resolved = office.api.incident(incident)
    assert (resolved["status"], resolved["permanent_fix"]) == ("resolved", False)
    assert resolved["restored_at"].startswith(back_at)
    states = {one["name"]: one["status"] for one in office.api.get("components")}
    assert (states["Public API"], states["Dashboard"]) == ("operational", "degraded_performance")


def test_a_resolved_incident_is_reopened(lead: Lead, office: Office):
    incident = office.announce()
    office.api.change(incident, status="resolved", body="It is over.")
    lead.opens_incident(incident)
    lead.writes("What customers read", "It is back.")

    lead.publishes("Reopen")

    lead.reads("Published:")
    assert office.api.incident(incident)["status"] == "investigating"
    assert "It is back." in office.front()


def test_a_correction_shows_what_changes_and_marks_the_notice(lead: Lead, office: Office):
    incident = office.announce()

    lead.corrects(incident, "We are looking into it closely.")

    lead.reads("Corrected.")
    assert "We are looking into it closely." in office.page(f"/incidents/{incident['id']}")
    assert "edited" in office.page(f"/incidents/{incident['id']}")


def test_a_withdrawn_text_leaves_a_line_that_says_so(lead: Lead, office: Office):
    incident = office.announce()

    lead.withdraws(incident)

    lead.reads("Withdrawn.")
    shown = office.page(f"/incidents/{incident['id']}")
    assert "This update was withdrawn." in shown
    assert "We are looking into it." not in shown


def test_a_false_alarm_is_told_to_everybody(lead: Lead, office: Office):
    incident = office.announce()
    lead.writes_update(incident, "Nothing was wrong.", "Resolved")
    lead.ticks("It was a false alarm")

    lead.asks_to_publish()
    lead.reads("No postmortem is owed.")
    lead.agrees()

    assert "This was a false alarm" in office.page(f"/incidents/{incident['id']}")


def test_an_incident_is_merged_into_another(lead: Lead, office: Office):
    survivor, merged = office.announce("Requests fail"), office.announce("Dashboard is slow", "Dashboard")

    lead.merges(merged, survivor)

    lead.reads("Merged.")
    assert "was merged into" in office.page(f"/incidents/{merged['id']}")
    assert office.api.incident(merged)["status"] == "resolved"


def test_one_text_goes_to_several_incidents(lead: Lead, office: Office):
    both = office.announce("Requests fail"), office.announce("Dashboard is slow", "Dashboard")

    lead.writes_to_several("One cause for both.", 45)

    lead.reads("Published to 2 incidents.")
    told = [office.api.incident(incident) for incident in both]
    assert [one["incident_updates"][0]["body"] for one in told] == ["One cause for both."] * 2
    assert told[0]["next_update_by"] == told[1]["next_update_by"]


@pytest.mark.parametrize(
    "way", [("Nothing was wrong", "Dismiss it"), ("No customer was", "End it internally")]
)
def test_what_no_customer_knows_of_is_ended_and_taken_up_again(lead: Lead, office: Office, way):
    incident = office.api.detect("A probe fails")
    link, button = way

    lead.ends(incident, link, button, "The probe was broken.")
    assert office.api.incident(incident)["status"] in ("dismissed", "internal")
    lead.reads("The probe was broken.")
    lead.ends(incident, "Take it up again", "Take it up again", "It was not.")

    assert office.api.incident(incident)["status"] == "detected"
    assert "A probe fails" not in office.front()
