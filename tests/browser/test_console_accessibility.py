"""What axe finds on the console's screens: nothing, light and dark, on a desk and on a phone."""

from urllib.parse import urlsplit

import pytest

from tests.browser.lead import Lead
from tests.browser.office import Office
from tests.browser.staff import Person
from tests.browser.test_accessibility import axe, violations

SCREENS = (
    *(
        "",
        "declare",
        "several",
        "incidents",
        "incidents/import",
        "templates",
        "templates/new",
        "me",
        "me/contacts",
        "help",
    ),
    *("components", "components/new", "components/groups/new", "help/promises"),
    *(
        "settings",
        "settings/look",
        "settings/texts",
        "settings/clock",
        "settings/approvals",
        "settings/reaching",
    ),
    *("accounts", "accounts/new", "tokens", "tokens/new"),
)
OF_AN_INCIDENT = (
    "",
    "/facts",
    "/merge",
    "/timeline",
    "/notices/{notice}/correct",
    "/notices/{notice}/withdraw",
)


def _finds_nothing(person: Person) -> None:
    browser = person.browser
    browser.run(axe())
    for scheme in ("light", "dark"):
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

    detected = office.api.detect()["id"]
    for act in ("", "/dismiss", "/internal"):
        lead.opens_incident(detected, act)
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
