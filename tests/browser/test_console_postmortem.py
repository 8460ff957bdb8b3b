"""Writing a postmortem in a browser: it saves itself, two people see each other's lines, nothing is lost."""

import pytest

from tests.browser.lead import Lead
from tests.browser.office import Office
from tests.web.callers import Json


@pytest.fixture
def incident(office: Office) -> Json:
    """An incident that is over."""
    announced = office.announce("Requests fail")
    return office.api.change(announced, status="resolved", body="It is over.")


def opens_editor(lead: Lead, incident: Json) -> None:
    lead.opens_incident(incident, "/postmortem")


def is_saved(lead: Lead) -> None:
    lead.browser.wait_for_text("#saved", "Saved")


def test_what_is_written_is_there_again_in_another_browser(lead: Lead, incident: Json):
    opens_editor(lead, incident)
    lead.writes("Summary", "Requests failed for a while.")
    is_saved(lead)

    lead.comes_anew()
    opens_editor(lead, incident)
    assert lead.finds_written("Summary") == "Requests failed for a while."


def test_a_name_is_found_in_place_and_goes_by_one_press(lead: Lead, incident: Json):
    opens_editor(lead, incident)
    lead.writes("Impact", "Nobody could sign in until Ana restarted it.")
    lead.browser.wait_for_text("#findings-impact", "Ana")

    lead.presses("Use “")

    lead.browser.wait_for_text("#saved", "Saved")
    lead.hands.wait_until(lambda: "Ana" not in lead.finds_written("Impact"), "the name is gone")
    assert lead.browser.focused() == "text-impact"


def test_a_line_and_an_action_item_are_added_without_leaving_the_page(lead: Lead, incident: Json):
    opens_editor(lead, incident)
    lead.browser.run("window.isHere = true")
    lead.presses("Add a line")
    lead.hands.wait_until(lambda: lead.browser.focused().startswith("line-"), "the new line has the focus")
    lead.presses("Add an action item")
    lead.hands.wait_until(lambda: lead.browser.focused().endswith("-title"), "the new item has the focus")
    lead.hits("Watch the cable")
    lead.hands.wait_until(
        lambda: "Watch the cable" in " ".join(lead.browser.texts("#checklist li")), "the checklist follows"
    )

    assert lead.browser.run("return window.isHere")
    opens_editor(lead, incident)
    titles = lead.browser.run("return [...document.querySelectorAll('[id$=\"-title\"]')].map(el => el.value)")
    assert "Watch the cable" in titles


def test_what_somebody_else_saves_comes_in_while_one_writes(lead: Lead, incident: Json):
    lead.is_impatient()
    opens_editor(lead, incident)
    driver = lead.browser.driver
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    opens_editor(lead, incident)
    lead.writes("Summary", "Written in another window.")
    is_saved(lead)
    driver.close()
    driver.switch_to.window(first)

    lead.hands.wait_until(
        lambda: lead.finds_written("Summary") == "Written in another window.", "the other text comes in"
    )


def test_the_page_stays_as_wide_as_the_screen(lead: Lead, incident: Json):
    for path in ("/postmortem", "/postmortem/revisions"):
        lead.opens_incident(incident, path)
        assert not lead.scrolls_sideways()
    lead.opens("/console/postmortems")
    assert not lead.scrolls_sideways()
