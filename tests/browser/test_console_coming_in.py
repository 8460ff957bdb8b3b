"""How people come in and are kept out: set-up, invitations, new passwords, sessions, tokens."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from statuspage.domain.roles import SiteRole
from tests import databases
from tests.browser.conftest import is_up
from tests.browser.hands import Screen
from tests.browser.lead import Lead
from tests.browser.office import PASSWORD, Employee, Office, database_of, set_up_link
from tests.processes.product import TOGETHER, Product, running
from tests.processes.waiting import wait_for

_numbers = itertools.count(1)
NEXT_PASSWORD = "staple battery horse"


@pytest.fixture
def newcomer(driver, sqlite_template: Path, tmp_path: Path, screen: Screen) -> Iterator[Lead]:
    """Somebody before a status page that nobody has set up."""
    databases.copy_of(sqlite_template, tmp_path / "statuspage.db")
    product = Product(tmp_path, database_of(tmp_path), TOGETHER)
    with running(product):
        for path in ("/", "/login"):
            wait_for(lambda path=path: is_up(product.port, path), f"{path} is there", 30)
        person = Employee("Ann", "ann@example.com")
        lead = Lead.coming_in(driver, Office(product), person, screen)
        yield lead
        assert lead.complaints() == []


def test_the_one_time_link_leads_to_a_page_that_stands(newcomer: Lead):
    link = set_up_link(newcomer.office.folder)
    newcomer.opens(link)
    newcomer.writes("Your name", "Ann")
    newcomer.writes("Your mail address", newcomer.account.email)
    newcomer.writes("Choose a password", "short")
    newcomer.writes("Name of the page", "Acme")
    newcomer.writes("Components", "API\nWebsite")
    newcomer.browser.run("document.querySelector('form').noValidate = true")
    newcomer.goes_by("Set up and sign in")
    newcomer.reads("Something needs your eye")
    assert newcomer.finds_written("Components").split() == ["API", "Website"]

    newcomer.writes("Choose a password", PASSWORD)
    newcomer.goes_by("Set up and sign in")

    newcomer.reads("Acme is set up, and you are signed in.")
    newcomer.reads("Nothing is owed.")
    assert "Website" in newcomer.office.page()
    newcomer.sits_down()
    newcomer.opens(link)
    newcomer.reads("This status page is set up already")


@pytest.fixture
def ben(office: Office) -> Employee:
    """A colleague who began today."""
    return office.hire(f"Ben{next(_numbers)}", SiteRole.COMMUNICATOR)


def test_somebody_is_invited_by_a_link_that_works_once(lead: Lead, screen: Screen):
    guest = Lead(lead.browser, lead.office, Employee("Gil", f"gil.{screen.name}@example.com"), screen)
    lead.opens("/console/accounts/new")
    lead.writes("Mail address", guest.account.email)
    lead.writes("Name", "Gil")
    lead.ticks("Communicator")
    lead.goes_by("Invite")
    link = lead.browser.text("#secret")

    guest.takes_link(link, PASSWORD)

    guest.reads("You are signed in with your new password.")
    guest.reads("Declare an incident")
    guest.sits_down()
    guest.opens(link.removeprefix("http://status.example.com"))
    guest.reads("This link does not work")


def test_a_new_password_is_chosen_by_a_link_that_an_admin_hands_over(lead: Lead, ben: Employee):
    person = Lead(lead.browser, lead.office, ben, lead.screen)
    lead.opens("/console/accounts")
    lead.goes_by(ben.name)
    lead.goes_by("Make a link")

    person.takes_link(lead.browser.text("#secret"), NEXT_PASSWORD)

    person.reads("You are signed in with your new password.")
    person.sits_down()
    person.opens("/login")
    person.signs_in()
    person.reads("Forgot your password?")
    person.signs_in(NEXT_PASSWORD)
    person.reads("What is owed")


@pytest.fixture
def at_two_browsers(lead: Lead, ben: Employee) -> tuple[Lead, Callable[[], None]]:
    """Somebody who is signed in at two browsers, and what takes them to the other one."""
    person = Lead(lead.browser, lead.office, ben, lead.screen)
    person.comes_anew()
    person.sits_down()
    person.opens("/login")
    person.signs_in()
    person.opens("/console/me")
    return person, person.comes_anew


def test_a_changed_password_signs_the_other_browsers_out(at_two_browsers):
    person, goes_to_the_other = at_two_browsers
    person.writes("Present password", PASSWORD)
    person.writes("New password", NEXT_PASSWORD)
    person.goes_by("Change password")
    person.reads("Your password is changed, and your other browsers are signed out.")

    goes_to_the_other()
    person.opens()

    person.reads("Forgot your password?")


def test_signing_out_everywhere_leaves_no_browser_signed_in(at_two_browsers):
    person, goes_to_the_other = at_two_browsers
    person.goes_by("Sign out everywhere")
    person.reads("Forgot your password?")

    goes_to_the_other()
    person.opens()

    person.reads("Forgot your password?")


def test_a_token_is_shown_once_and_opens_nothing_after_it_is_revoked(lead: Lead, screen: Screen):
    name = f"Pipeline on a {screen.name}"
    lead.opens("/console/tokens/new")
    lead.writes("What is it for?", name)
    lead.goes_by("Make the token")
    program = lead.office.with_token(lead.browser.text("#secret"))
    assert program.send("GET", "components").status_code == 200

    lead.goes_by("Done")
    assert not lead.browser.texts("#secret")
    lead.goes_by(f"Revoke {name}")

    lead.reads("revoked")
    assert program.send("GET", "components").status_code == 401


def test_a_session_lost_in_mid_sentence_is_found_again_at_the_same_text(lead: Lead, office: Office):
    incident = office.announce()
    lead.writes_update(incident, "We found the")
    office.end_sessions_of(lead.account)

    lead.asks_in_vain()
    lead.reads("You are signed out. What you typed stays here")
    with lead.in_another_window("sign in in another window"):
        lead.signs_in()
        lead.reads("Close this window")
    lead.reads_no_more("You are signed out.")
    lead.writes("What customers read", lead.finds_written("What customers read") + " cause.")
    lead.publishes()

    lead.reads("Published:")
    assert "We found the cause." in office.front()


def test_a_form_sent_without_a_session_is_offered_again_after_the_sign_in(lead: Lead, office: Office):
    lead.opens_incident(office.announce(), "/timeline")
    lead.writes("What happened", "We roll back.")
    office.end_sessions_of(lead.account)
    lead.goes_by("Save")
    lead.reads("Nothing is lost.")

    lead.signs_in()
    lead.reads("We roll back.")
    lead.goes_by("Send it again")

    lead.reads("Noted.")
