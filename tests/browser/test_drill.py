"""A drill at sixty times real time, in a real browser: a minute of policy takes a second."""

import re
from collections.abc import Iterator

import pytest

from tests.browser.conftest import at_work
from tests.browser.hands import DESK
from tests.browser.lead import Lead
from tests.browser.office import Employee, Office

TITLE = "The sea cable is cut"
WORK = 20  # seconds that a busy machine may take for what takes none


@pytest.fixture
def rehearsing(driver, office: Office, ana: Employee) -> Iterator[Lead]:
    """Ana at her desk, whose screens look for news at once."""
    with at_work(driver, office, ana, DESK) as lead:
        lead.is_impatient()
        yield lead


def start(lead: Lead, prompts: str = "") -> str:
    """Start a drill at 60× by the form, and return its incident's id."""
    lead.opens("/console/drills")
    lead.goes_by("Start a drill")
    lead.writes("Title", TITLE)
    lead.writes("Speed", "60")
    lead.unfolds("What fails")
    lead.hands.choose("Public API", "Major outage")
    lead.writes("What the game master says", prompts)
    lead.goes_by("Start the drill")
    lead.reads("This is a rehearsal at 60×.")
    return str(lead.browser.driver.current_url).rsplit("/", 1)[-1]


def publish(lead: Lead) -> None:
    """Publish what stands in the composer, having read that it is a drill."""
    lead.asks_to_publish()
    lead.reads("no customer hears of it")
    lead.agrees()
    lead.reads(f"Published: “{TITLE}”.", WORK)


def test_a_drill_runs_from_its_alarm_to_its_score_card(rehearsing: Lead, office: Office):
    lead, before = rehearsing, office.page()

    incident = start(lead, "1: Twelve customers have called.")
    lead.reads("Twelve customers have called.", WORK)
    publish(lead)
    for text, status in (("We found the ends of it.", "Identified"), ("It is mended.", "Resolved")):
        lead.writes_update({"id": incident}, text, status)
        lead.waits_till_saved()
        publish(lead)

    lead.goes_by("Look at the score card")
    lead.reads("Score card")
    lead.reads("promises kept")
    lead.reads("to the first notice")
    drill = office.api.get("drills")[0]
    assert (drill["state"], drill["incident_status"]) == ("over", "resolved")
    assert drill["score"]["notices"] == 3
    assert drill["score"]["promises_kept"] + drill["score"]["promises_broken"] == 2
    assert drill["prompts"][0]["given_at"] is not None
    assert office.page() == before


def test_the_clock_on_its_screen_runs_at_its_speed(rehearsing: Lead):
    def left() -> int:
        found = re.search(r"in (\d+) min", rehearsing.browser.text("body"))
        return int(found[1]) if found else 0

    start(rehearsing)
    rehearsing.hands.wait_until(lambda: left() > 3, "the page says what is left", WORK)
    before = left()
    rehearsing.hands.wait_until(lambda: 0 < left() <= before - 2, "two minutes have gone", WORK)


def test_this_is_real_opens_a_real_incident_with_the_drills_detection(rehearsing: Lead, office: Office):
    incident = start(rehearsing)
    rehearsing.goes_by("Game master")
    rehearsing.goes_by("This is real")

    rehearsing.reads("This is a real incident now.")
    real = office.newest()
    assert (real["name"], real["is_drill"]) == (TITLE, False)
    assert real["detected_at"] == office.api.incident(incident)["detected_at"]
