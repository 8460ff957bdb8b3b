"""What the lead does beside writing: facts, roles, the timeline, components, settings, coming and going."""

from collections.abc import Callable

import pytest

from tests.browser.hands import Screen
from tests.browser.lead import Lead
from tests.browser.office import Employee, Office

Order = Callable[[], list[str]]


def test_a_person_signs_in_and_out(driver, office: Office, ana: Employee, screen: Screen):
    lead = Lead.coming_in(driver, office, ana, screen)
    lead.opens("/console/components")
    lead.reads("Sign in")

    lead.signs_in()
    lead.reads("Drag a row by its handle")
    lead.signs_out()

    lead.opens("/console/components")
    lead.reads("Forgot your password?")
    assert lead.complaints() == []


def test_a_detection_is_moved_and_the_record_keeps_both(lead: Lead, office: Office):
    incident = office.api.detect("A probe fails")
    earlier = office.typed(minutes=7)

    lead.moves_detection(incident, earlier, "The pager log says so.")

    lead.reads("moved the detection from")
    lead.reads("The pager log says so.")
    assert office.api.incident(incident)["detected_at"].startswith(earlier)


def test_a_role_is_given_to_a_person(lead: Lead, office: Office, ana: Employee):
    incident = office.announce()

    lead.gives_role(incident, "Scribe", to=ana)

    lead.reads("The roles are as you set them.")
    lead.reads("took the role of scribe")


def test_who_takes_the_promise_is_named_beside_the_clock(lead: Lead, office: Office, ana: Employee):
    incident = office.announce()
    lead.opens_incident(incident)

    lead.goes_by("I have it")
    lead.opens()

    lead.reads(f"{ana.name} has it")


def test_a_decision_is_noted_for_the_team_alone(lead: Lead, office: Office):
    incident = office.announce()

    lead.notes(incident, "We roll back.", "Decision")

    lead.reads("Decision by Ana We roll back.")
    assert "roll back" not in office.page(f"/incidents/{incident['id']}")


def test_a_component_is_added_and_taken_off_the_page(lead: Lead, office: Office):
    name = f"Search on a {lead.screen.name}"
    lead.opens("/console/components")
    lead.goes_by("Add a component")
    lead.writes("Name", name)
    lead.goes_by("Save")
    assert name in office.page()

    lead.goes_by(f"Change {name}")
    lead.goes_by("Take it off the page")

    lead.reads("is off the page")
    assert name not in office.page()


def test_arrows_move_a_component_and_the_focus_stays_with_them(lead: Lead, office: Office, in_order: Order):
    first, second, third = in_order()
    lead.opens("/console/components")

    for _ in range(2):
        with lead.hands.turning():
            lead.presses(f"Move {first} down")
        lead.hands.wait_until(
            lambda: lead.browser.focused() == f"down-{office.components[first]}", "the arrow has the focus"
        )

    assert in_order() == [second, third, first]
    lead.reads("is now number 3 of")  # other tests may have added components


def test_a_component_is_dragged_by_its_handle(lead: Lead, office: Office, in_order: Order):
    first, second, third = in_order()
    lead.opens("/console/components")

    lead.drags(office.components[first], below=office.components[third])

    lead.reads("The order is as you set it.")
    assert in_order() == [second, third, first]


def test_a_state_is_set_by_hand_with_its_reason(lead: Lead, office: Office):
    lead.opens("/console/components")
    lead.goes_by("Set the state of Dashboard")
    lead.ticks("Degraded performance")
    lead.goes_by("Set the state")
    lead.reads("Say why")
    lead.writes("Why?", "A slow disk.")
    lead.goes_by("Set the state")
    assert "Degraded performance" in office.page()

    lead.goes_by("Set the state of Dashboard")
    lead.ticks("Operational")
    lead.goes_by("Set the state")

    lead.reads("“Dashboard” is set to operational.")


def test_the_page_is_described_anew(lead: Lead, office: Office):
    words = f"Acme keeps your invoices, says the {lead.screen.name}."
    lead.opens("/console/settings/texts")

    lead.writes("Introduction", words)
    lead.goes_by("Save")

    lead.reads("The texts are saved.")
    assert words in office.page()


@pytest.mark.on_both_screens
def test_every_place_is_reached_from_a_header_of_one_row(lead: Lead):
    lead.opens()
    assert lead.browser.run("return document.querySelector('.bar').offsetHeight") < 80

    if lead.screen.has_touch:
        lead.presses("Menu of")
    lead.goes_by("Templates")

    lead.reads("Words written in calm.")
