"""From the set-up link to the console's home, in one sitting."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from statuspage.services.set_up import new_setup_link
from statuspage.store.accounts import Account, all_accounts, count_accounts
from statuspage.store.components import all_components
from tests.conftest import Act
from tests.web.browsers import PASSWORD, Browser
from tests.web.callers import PublicSite
from tests.web.conftest import Unchanged

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FIELDS = {
    "name": "Ann", "email": "ann@example.com", "password": PASSWORD, "page_name": "Acme & Söhne",
    "time_zone": "Europe/Berlin", "components": "API\r\n\r\n Website ",
}  # fmt: skip


@pytest.fixture
def browser(app_for_people: Flask) -> Browser:
    return Browser(app_for_people.test_client())


@pytest.fixture
def secret(act: Act) -> str:
    with act() as ctx:
        made = new_setup_link(ctx)
    assert made
    return made


def test_the_sitting_leads_to_the_consoles_home_and_the_page_has_its_name(
    browser: Browser, secret: str, session: Session, site: PublicSite
):
    page = browser.get(f"/setup?token={secret}")
    assert page.status_code == 200
    assert '<option value="Europe/Berlin">' in page.text

    answer = browser.post("/setup", {**FIELDS, "token": secret})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    home = browser.get("/console/")
    assert "Acme &amp; Söhne is set up" in home.text
    assert "Ann" in home.text
    assert [component.name for component in all_components(session)] == ["API", "Website"]
    assert "Acme &amp; Söhne" in site.text("")
    browser.post("/logout")
    assert browser.sign_in("ann@example.com").status_code == 303


def test_opening_the_link_changes_nothing(browser: Browser, secret: str, nothing_changes: Unchanged):
    with nothing_changes():
        for _ in range(2):
            assert browser.get(f"/setup?token={secret}").status_code == 200


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", " ", "Fill this in"),
        ("email", "ann", "is no mail address"),
        ("password", "short", "Use a password of 8"),
        ("page_name", "x" * 256, "Shorten this to 255"),
        ("time_zone", "Middle/Earth", "this one is unknown"),
        ("components", "API\nAPI", "stands here twice"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_else_is_lost(
    browser: Browser, secret: str, session: Session, field: str, text: str, sentence: str
):
    browser.get(f"/setup?token={secret}")

    answer = browser.post("/setup", {**FIELDS, "token": secret, field: text})

    assert answer.status_code == 422
    described = re.search(rf'id="{field}-error">([^<]*)', answer.text)
    assert described
    assert sentence in described[1]
    for name, typed in FIELDS.items():
        if name not in (field, "password", "components", "page_name"):
            assert f'value="{typed}"' in answer.text
    assert PASSWORD not in answer.text
    assert count_accounts(session) == 0
    session.rollback()
    assert browser.post("/setup", {**FIELDS, "token": secret}).status_code == 303


def test_all_mistakes_are_told_at_once(browser: Browser, secret: str):
    browser.get(f"/setup?token={secret}")

    answer = browser.post("/setup", {"token": secret})

    assert answer.text.count('class="error"') == 5


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?other=1"])
def test_a_link_that_does_not_hold_says_how_to_get_another(browser: Browser, secret: str, query: str):
    page = browser.get(f"/setup{query}")

    assert page.status_code == 404
    assert "make run" in page.text
    assert "statuspage user add" in page.text


def test_an_older_link_is_useless_for_looking_and_for_sending(
    browser: Browser, secret: str, act: Act, session: Session
):
    browser.get(f"/setup?token={secret}")
    with act() as ctx:
        new_setup_link(ctx)

    assert browser.get(f"/setup?token={secret}").status_code == 404
    browser.get("/login")
    assert browser.post("/setup", {**FIELDS, "token": secret}).status_code == 404
    assert count_accounts(session) == 0


def test_once_there_is_an_account_the_address_leads_to_the_sign_in(
    browser: Browser, secret: str, person: Callable[..., Account]
):
    browser.get(f"/setup?token={secret}")
    person()

    for page in (browser.get(f"/setup?token={secret}"), browser.get("/setup")):
        assert page.status_code == 404
        assert 'href="/login"' in page.text


def test_sending_the_sitting_twice_leads_to_the_console_the_second_time_too(
    browser: Browser, secret: str, session: Session
):
    browser.get(f"/setup?token={secret}")
    browser.post("/setup", {**FIELDS, "token": secret})
    browser.refresh_token()

    again = browser.post("/setup", {**FIELDS, "token": secret})

    assert (again.status_code, again.headers["Location"]) == (303, "/console/")
    assert count_accounts(session) == 1


def test_a_page_that_was_open_too_long_keeps_what_was_typed(browser: Browser, secret: str, session: Session):
    browser.token = "forged"

    answer = browser.post("/setup", {**FIELDS, "token": secret})

    assert answer.status_code == 400
    assert 'value="ann@example.com"' in answer.text
    assert count_accounts(session) == 0
    session.rollback()
    assert browser.post("/setup", {**FIELDS, "token": secret}).status_code == 303


def test_of_two_who_send_the_sitting_at_once_one_wins(
    app_for_people: Flask, secret: str, sessions: sessionmaker[Session]
):
    together, statuses = Barrier(2), []

    def send(number: int) -> None:
        browser = Browser(app_for_people.test_client())
        browser.get(f"/setup?token={secret}")
        together.wait()
        email = f"person{number}@example.com"
        statuses.append(browser.post("/setup", {**FIELDS, "email": email, "token": secret}).status_code)

    senders = [Thread(target=send, args=(number,)) for number in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert sorted(statuses) == [303, 404]
    with sessions() as session:
        assert len(all_accounts(session)) == 1
        assert [component.name for component in all_components(session)] == ["API", "Website"]
