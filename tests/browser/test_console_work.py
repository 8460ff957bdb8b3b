"""What the staff prepare and set up, and what they do when others work at the same time."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from statuspage.domain.roles import SiteRole
from tests.browser.hands import Screen
from tests.browser.lead import TITLE, Lead
from tests.browser.office import Employee, Office
from tests.history import incident as past_incident
from tests.pictures import picture

TEXT = "What customers read"


@pytest.fixture(scope="module")
def cleo(_office: Office) -> Employee:
    """Somebody else who publishes."""
    return _office.hire("Cleo", SiteRole.COMMUNICATOR)


def test_the_first_notice_costs_two_decisions_and_two_presses(lead: Lead, office: Office):
    lead.opens()
    lead.goes_by("Declare an incident")
    lead.hands.done.clear()

    lead.declares_here()
    lead.publishes()

    lead.reads(f"Published: “{TITLE}”.")
    situation, component, *button_and_agreement = lead.hands.done
    assert (situation, component) == ("press", "choose")
    assert button_and_agreement == ["press", "press"]
    assert TITLE in office.front()


def test_a_prepared_update_survives_its_browser_and_costs_one_press_and_the_agreement(
    lead: Lead, office: Office
):
    incident = office.announce()
    lead.writes_update(incident, "We found the cause.")
    lead.waits_till_saved()
    lead.comes_anew()  # the browser of before is gone with all it knew
    lead.opens_incident(incident)
    assert lead.finds_written(TEXT) == "We found the cause."
    lead.hands.done.clear()

    lead.publishes()

    lead.reads("Published:")
    assert lead.hands.done == ["press", "press"]
    assert "We found the cause." in office.front()
    assert office.api.incident(incident)["status"] == "identified"


def test_of_two_who_write_the_second_sees_the_firsts_notice_and_keeps_the_own_text(
    lead: Lead, office: Office, cleo: Employee
):
    incident = office.announce()
    lead.is_impatient()
    lead.writes_update(incident, "A disk is full.")
    office.has_open(cleo, incident)
    lead.reads("Cleo is writing")
    office.api.change(incident, body="A cable is broken.")
    lead.reads("A newer notice stands on the page than the one you started from.")

    lead.asks_in_vain()

    lead.reads("Somebody else published first")
    lead.reads("A cable is broken.")
    assert lead.finds_written(TEXT) == "A disk is full."
    lead.publishes()
    lead.reads("Published:")
    assert "A disk is full." in office.front()


def test_a_late_notice_says_how_late_and_takes_its_reason(lead: Lead, office: Office):
    incident = office.api.detect("A probe fails", detected_at=office.ago(minutes=20))
    lead.opens()
    lead.reads("due 5 min ago")
    lead.opens_incident(incident)
    lead.writes("Why it comes late", "Nobody woke up.")
    lead.ticks("Investigating")

    lead.asks_to_publish()
    lead.reads("min late.")
    lead.agrees()

    lead.reads("late because: Nobody woke up.")


def test_a_template_waits_for_its_word_and_is_published_with_it(lead: Lead, office: Office, screen: Screen):
    name = f"Mail stands still on a {screen.name}"
    lead.opens("/console/templates/new")
    lead.writes("Name", name)
    lead.ticks("First notice")
    lead.writes(TEXT, "No mail goes out. {{workaround}}")
    lead.goes_by("Save")
    lead.reads(f"“{name}” is ready to be used.")

    lead.declares(name, "E-mail", "Major outage")
    lead.asks_in_vain()
    lead.reads("Write in place of {{workaround}}")
    lead.unfolds("The words, the promise and the times")
    lead.writes(TEXT, "No mail goes out. Use the phone.")
    lead.publishes()

    lead.reads("Published:")
    assert "No mail goes out. Use the phone." in office.front()


def test_history_is_imported_before_ones_eyes_and_found_again(
    lead: Lead, office: Office, screen: Screen, tmp_path: Path
):
    letter = screen.name[0]
    told = past_incident(f"past{screen.name:x<8}"[:12], letter) | {"name": f"Slow on a {screen.name}"}
    (tmp_path / "history.json").write_text(json.dumps({"incidents": [told]}))
    lead.opens("/console/incidents/import")
    lead.hands.give_file("History file", tmp_path / "history.json")
    lead.goes_by("Import")
    lead.reads("It waits for the worker")
    assert lead.browser.run("return document.querySelector('progress').checkVisibility()")

    office.do_the_workers_part()

    lead.reads("Done. 1 incident is new, with 2 notices.")
    lead.goes_by("See the incidents")
    lead.writes("Words", f"slow on a {screen.name}")
    lead.reads("1 incident ·")
    lead.hands.choose("State", "Open")
    lead.reads("No incident fits.")


def test_incidents_are_found_by_component_impact_and_month(lead: Lead, office: Office):
    office.announce("Letters are lost", "E-mail")
    lead.opens("/console/incidents")

    lead.writes("Words", "letters")
    lead.hands.choose("Component", "E-mail")
    lead.hands.choose("Impact", "Major")
    lead.reads("show all")
    lead.reads("Letters are lost")
    lead.hands.choose("Component", "Dashboard")
    lead.reads("No incident fits.")
    lead.goes_by("Show all")

    lead.reads("Letters are lost")


def test_a_group_holds_components_until_it_is_dissolved(lead: Lead, office: Office, screen: Screen):
    name = f"Messages on a {screen.name}"
    lead.opens("/console/components")
    lead.goes_by("Add a group")
    lead.writes("Name", name)
    lead.goes_by("Save")
    lead.goes_by("Change E-mail")
    lead.hands.choose("Group", name)
    lead.goes_by("Save")
    assert name in office.page()

    lead.goes_by(f"Move E-mail out of {name}")
    lead.goes_by(f"Change {name}")
    lead.goes_by("Dissolve the group")

    assert name not in office.page()


def test_a_logo_is_shown_and_taken_off(lead: Lead, office: Office, tmp_path: Path):
    (tmp_path / "logo.png").write_bytes(picture())
    lead.opens("/console/settings/look")
    lead.hands.give_file("Picture", tmp_path / "logo.png")
    lead.goes_by("Show this logo")
    lead.reads("on a dark page")
    assert lead.browser.run("return document.querySelector('img.logo').naturalWidth") > 0

    lead.goes_by("Take the logo off")

    lead.reads("There is none")


def test_the_clock_can_be_made_stricter_and_never_laxer(lead: Lead, office: Office):
    label = "First notice within"
    lead.opens("/console/settings/clock")
    lead.writes(label, "20")
    lead.goes_by("Save")
    lead.reads("Something needs your eye")
    assert lead.finds_written(label) == "20"

    lead.writes(label, "10")
    lead.goes_by("Save")

    assert office.api.get("")["policy"]["initial_notice_within"] == 10
    lead.writes(label, "15")
    lead.goes_by("Save")


@pytest.fixture
def with_approvals(lead: Lead, office: Office) -> Iterator[None]:
    """Have the lead ask for a second person at critical incidents, until the test is over."""
    label = "Ask a second person before later notices"
    lead.opens("/console/settings/approvals")
    lead.ticks(label)
    lead.goes_by("Save")
    yield
    office.set_page(asks_approval=False)


@pytest.mark.usefixtures("with_approvals")
def test_a_second_person_agrees_before_a_critical_update_goes_out(lead: Lead, office: Office, cleo: Employee):
    incident = office.announce(impact_override="critical")
    lead.writes_update(incident, "We found the cause.")
    lead.goes_by("Ask for approval")
    lead.reads("Waits for approval.")

    other = Lead(lead.browser, office, cleo, lead.screen)
    other.comes_anew()
    other.opens()
    other.goes_by("Read and approve")
    other.goes_by("Approve this notice")
    lead.comes_anew()
    lead.opens_incident(incident)
    lead.reads("Approved by Cleo.")
    lead.publishes()

    lead.reads("approved by Cleo")
    assert "We found the cause." in office.front()
