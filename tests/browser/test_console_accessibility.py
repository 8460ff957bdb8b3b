"""What axe finds on the console's screens: nothing, on a desk in light and on a phone in dark."""

from urllib.parse import urlsplit

import pytest

from tests.browser.lead import Lead
from tests.browser.office import Office
from tests.browser.staff import Person
from tests.browser.test_accessibility import axe, violations

pytestmark = pytest.mark.on_both_screens
SCREENS = (
    *("", "declare", "several", "incidents", "incidents/import", "templates", "templates/new", "me", "help"),
    *("rota", "rota/scribe", "rota/calendar", "help/rota"),
    *("components", "components/new", "components/groups/new", "help/promises"),
    *("settings", "settings/look", "settings/texts", "settings/clock", "settings/approvals"),
    *("settings/report", "report", "help/report"),
    *("settings/reaching", "me/contacts"),
    *("accounts", "accounts/new", "tokens", "tokens/new"),
    "postmortems",
    *("drills", "drills/new", "drills/scenarios/new", "help/drills"),
)
OF_AN_INCIDENT = (
    "",
    "/facts",
    "/merge",
    "/timeline",
    "/question",
    "/notices/{notice}/correct",
    "/notices/{notice}/withdraw",
)


def _finds_nothing(person: Person) -> None:
    browser = person.browser
    browser.run(axe())
    # What stands where does not depend on the scheme, nor the colours on the screen: each pair once.
    scheme = "dark" if person.screen.has_touch else "light"
    browser.prefer(scheme)
    # An open menu lies over the page, which is what it is for.
    browser.run("document.querySelectorAll('main details').forEach(el => { el.open = true })")
    assert violations(browser) == [], f"{browser.driver.current_url}, {scheme}"


@pytest.fixture
def confirmed(lead: Lead) -> Lead:
    """Somebody who has given the password again, as settings ask."""
    lead.browser.forget()
    lead.sits_down()
    lead.opens("/login")
    lead.signs_in()
    return lead


def test_axe_finds_nothing_on_any_screen(confirmed: Lead, office: Office):
    office.announce()
    for path in SCREENS:
        confirmed.opens(f"/console/{path}")
        assert urlsplit(confirmed.browser.driver.current_url).path == f"/console/{path}"
        _finds_nothing(confirmed)


def test_axe_finds_nothing_on_the_screens_of_an_incident(lead: Lead, office: Office):
    office.announce("Mail is late", "E-mail")
    incident = office.announce()
    notice = office.api.incident(incident)["incident_updates"][0]["id"]
    for act in OF_AN_INCIDENT:
        lead.opens_incident(incident, act.format(notice=notice))
        _finds_nothing(lead)

    office.is_told_of_silence(incident)
    ready = office.prepare(incident, "We found it.")
    warning = office.api.get("silence_warnings")[0]["id"]
    screens = ("", f"incidents/{incident['id']}", f"warnings/{warning}")
    for path in (*screens, f"incidents/{incident['id']}/drafts/{ready}/publish"):
        lead.opens(f"/console/{path}")
        _finds_nothing(lead)

    detected = office.api.detect()["id"]
    for act in ("", "/dismiss", "/internal"):
        lead.opens_incident(detected, act)
        _finds_nothing(lead)


def test_axe_finds_nothing_where_a_postmortem_is_written(lead: Lead, office: Office):
    incident = office.api.change(office.announce(), status="resolved", body="It is over.")
    lead.opens_incident(incident, "/postmortem")
    lead.writes("Summary", "Ana restarted it.")
    lead.presses("Add an action item")
    lead.hands.wait_until(lambda: lead.browser.focused().endswith("-title"), "the new item has the focus")
    lead.hits("Watch the cable")
    lead.browser.wait_for_text("#findings-summary", "Ana")
    lead.hands.wait_until(
        lambda: "Watch the cable" in " ".join(lead.browser.texts("#checklist li")), "the checklist follows"
    )
    _finds_nothing(lead)

    for path in ("", "/revisions", "/revisions/1", "/revisions/compare?old=1&new=2", "/revisions/1/restore"):
        lead.opens_incident(incident, f"/postmortem{path}")
        _finds_nothing(lead)


def test_axe_finds_nothing_in_a_drill(lead: Lead, office: Office):
    fields = {"is_drill": True, "components": {office.components["Public API"]: "major_outage"}}
    incident = office.api.declare("The cable is cut", body="We are looking.", **fields)
    drill = f"/console/drills/{incident['drill_id']}"
    for path in (f"/console/incidents/{incident['id']}", drill, f"{drill}/page", f"{drill}/page/incident"):
        lead.opens(path)
        _finds_nothing(lead)

    office.api.send("POST", f"drills/{incident['drill_id']}/end")
    lead.opens(drill)
    _finds_nothing(lead)


def test_axe_finds_nothing_in_a_question_and_in_a_refusal(lead: Lead, office: Office):
    lead.opens_incident(office.announce())
    lead.asks_to_publish()
    _finds_nothing(lead)

    lead.opens("/console/declare")
    lead.presses("Publish the first notice", "#composer .acts button.strong")
    lead.reads("Say which components are affected")
    _finds_nothing(lead)


@pytest.mark.parametrize("path", ["/login", "/forgotten", "/setup?token=none"])
def test_axe_finds_nothing_where_people_come_in(lead: Lead, path: str):
    lead.sits_down()
    lead.opens(path)
    _finds_nothing(lead)
