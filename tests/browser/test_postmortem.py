"""A postmortem in a real browser: from the resolution to what a customer reads, by two people."""

import json
from collections.abc import Callable
from itertools import count

import pytest
from selenium.webdriver.common.keys import Keys

from statuspage.domain.roles import SiteRole
from tests.browser.conftest import at_work
from tests.browser.hands import Screen
from tests.browser.lead import Lead
from tests.browser.office import Employee, Office
from tests.web.callers import Json

NUMBERS = count(1)
WRITTEN = {
    "summary": "For forty minutes a part of all requests to the API failed.",
    "impact": "One in ten requests failed for customers in Europe, for forty minutes.",
    "root_cause": "A full disk stopped the writer of the journal; nothing watched the disk.",
    "systemic_issues": "New machines come without the alarms of the older ones.",
    "went_well": "The page told customers within five minutes.",
    "went_wrong": "The engineer failed to check the disk.",
}
REWORDED = "Nothing in the checklist asked for a look at the disk."


class Author(Lead):
    """Somebody who writes or reads a postmortem."""

    def is_at(self, incident: Json, place: str = "") -> None:
        """Open a screen of the incident's postmortem."""
        self.opens(f"/console/incidents/{incident['id']}/postmortem{place}")

    def says(self, section: str, text: str) -> None:
        """Write a section's text in place of what stands there."""
        field = self.browser.driver.find_element("css selector", f"#text-{section}")
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text)

    def writes_all(self) -> None:
        """Write every section, and wait until it is safe."""
        for section, text in WRITTEN.items():
            self.says(section, text)
        self.reads("Saved")

    def adds_an_action_item(self, owner: Employee) -> None:
        """Say what will be done, by whom and until when."""
        self.presses("Add an action item")
        self.writes("What will be done", "Watch the disks of every machine")
        self.hands.choose("Owner", owner.name)
        self.writes("Team", "Platform")
        self.hands.set_time("Due", "2030-01-31")

    def waits_for(self, is_true: Callable[[Json], bool], incident: Json, what: str) -> None:
        """Wait until the product knows something of the postmortem."""
        path = f"incidents/{incident['id']}/postmortem"
        self.hands.wait_until(lambda: is_true(self.office.api.get(path)), what)


@pytest.fixture(scope="session")
def ben(_office: Office) -> Employee:
    """Somebody with an account who has written nothing."""
    return _office.hire("Ben", SiteRole.RESPONDER)


@pytest.fixture
def resolved(office: Office) -> Json:
    """A major incident that is over."""
    incident = office.announce(f"Requests fail {next(NUMBERS)}")  # each list shows those of other tests too
    office.api.change(incident, status="resolved", body="It is over.")
    return incident


def test_from_the_resolution_through_the_gate_to_the_reader(
    driver, office: Office, ana: Employee, ben: Employee, screen: Screen
):
    incident = office.announce("Requests to the API fail")
    with at_work(driver, office, ana, screen, Author) as author:
        author.writes_update(incident, "Everything works again.", "Resolved")
        author.publishes()
        author.goes_by("Write the postmortem")
        author.reads("before it can be published")
        author.writes_all()
        author.reads("Reads as blame")
        author.adds_an_action_item(ana)
        author.waits_for(lambda one: len(one["action_items"]) == 1, incident, "the item is saved")
        author.says("went_wrong", REWORDED)
        author.reads_no_more("Reads as blame")
        assert not author.scrolls_sideways()
        author.is_at(incident, "/review")
        author.goes_by("Ask for a review")
        author.does_not_read("Approve this text")

    with at_work(driver, office, ben, screen, Author) as reviewer:
        reviewer.is_at(incident, "/review")
        reviewer.reads(REWORDED)
        reviewer.goes_by("Approve this text")
        reviewer.reads("Approved by")
        assert not reviewer.scrolls_sideways()

    assert "Watch the disks" not in office.page(f"/incidents/{incident['id']}")
    with at_work(driver, office, ana, screen, Author) as author:
        author.is_at(incident, "/publish")
        author.goes_by("Go on")
        author.goes_by("Publish now")
        author.reads("Published")

    page = office.page(f"/incidents/{incident['id']}/postmortem")
    for words in (WRITTEN["summary"], REWORDED, "Watch the disks of every machine", "Platform"):
        assert words in page
    assert "Ana" not in page
    assert WRITTEN["summary"] in office.raw("/updates.atom")
    found = json.loads(office.raw(f"/api/v2/incidents/{incident['id']}.json"))["incident"]
    assert (found["status"], found["incident_updates"][0]["status"]) == ("postmortem", "postmortem")


def test_what_is_typed_saves_itself_and_stays_after_leaving(
    driver, office: Office, ana: Employee, resolved: Json, screen: Screen
):
    with at_work(driver, office, ana, screen, Author) as author:
        author.is_at(resolved)
        author.says("summary", WRITTEN["summary"])
        author.reads("Saved")
        author.opens("/console/postmortems")
        author.goes_by(resolved["name"])

        field = author.browser.driver.find_element("css selector", "#text-summary")
        assert field.get_attribute("value").strip() == WRITTEN["summary"]


def test_a_colleagues_change_of_the_same_line_is_shown_beside_the_own(
    driver, office: Office, ana: Employee, resolved: Json, screen: Screen
):
    with at_work(driver, office, ana, screen, Author) as author:
        author.is_at(resolved)
        path = f"incidents/{resolved['id']}/postmortem"
        answer = office.api.send("PATCH", path, json={"postmortem": {"sections": {"summary": "Theirs."}}})
        assert answer.status_code == 200, answer.text
        author.says("summary", "Mine.")
        author.reads("What is saved now")
        author.reads("Theirs.")
        author.presses("Keep both")

    found = office.api.get(path)["sections"]["summary"]
    assert "Theirs." in found
    assert "Mine." in found
