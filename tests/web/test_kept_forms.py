"""Forms that came at a bad moment: nothing typed is lost, and nothing a stranger wrote is sent."""

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask, request
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.store.sign_ins import StaffSession
from statuspage.web.security import allow
from statuspage.web.sign_in import confirmed
from tests.fakes import NOON, FakeClock
from tests.web.browsers import PASSWORD, Browser

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SignedIn = Callable[..., Browser]
TEXT = "Requests fail.\nWe are looking.\n\n“Sorry” & <soon>"


@pytest.fixture
def received(app_for_people: Flask) -> list[dict[str, list[str]]]:
    """What arrived at an address of the console that takes a form."""
    taken: list[dict[str, list[str]]] = []

    @allow(SiteRole.VIEWER)
    def take() -> str:
        taken.append(request.form.to_dict(flat=False))
        return "taken"

    @allow(SiteRole.VIEWER)
    @confirmed
    def guarded() -> str:
        return take()

    app_for_people.add_url_rule("/console/take", "console.take", take, methods=["POST"])
    app_for_people.add_url_rule("/console/guarded", "console.guarded", guarded, methods=["GET", "POST"])
    return taken


def end_all_sessions(session: Session) -> None:
    session.query(StaffSession).update({"ended_at": NOON})
    session.commit()


def carried(html: str) -> dict[str, str]:
    """Return the fields that a page would send, as a browser reads them."""
    hidden = re.findall(r'<textarea name="([^"]*)" hidden>\n?([^<]*)</textarea>', html)
    inputs = re.findall(r'<input [^>]*name="([^"]*)"[^>]*value="([^"]*)"', html)
    return {unescape(name): unescape(text) for name, text in (*hidden, *inputs)}


def action(html: str) -> str:
    found = re.search(r'<form method="post" action="([^"]+)"', html)
    assert found
    return unescape(found[1])


def test_a_session_lost_in_mid_sentence_leads_back_to_the_same_text(
    signed_in: SignedIn, session: Session, received
):
    browser = signed_in(email="ann@example.com")
    end_all_sessions(session)
    form = {"body": TEXT, "status": "identified", "password": "geheim", "empty": ""}

    asked = browser.post("/console/take?draft=1", form, Referer="http://localhost/console/incidents/x")
    assert asked.status_code == 401
    assert "You were signed out while sending this. Nothing is lost." in asked.text
    assert "geheim" not in asked.text
    offered = browser.post(
        "/login", {**carried(asked.text), "email": "ann@example.com", "password": PASSWORD}
    )
    assert offered.status_code == 200
    assert "Nothing is lost." in offered.text
    assert "We are looking." in offered.text
    assert 'href="/console/incidents/x"' in offered.text
    assert received == []
    assert action(offered.text) == "/console/take?draft=1"

    assert browser.post(action(offered.text), carried(offered.text)).text == "taken"
    sent = received[0]
    assert sent.pop("csrf_token")
    assert sent == {"body": [TEXT], "status": ["identified"], "empty": [""]}


def test_a_wrong_password_on_the_way_loses_nothing_either(signed_in: SignedIn, session: Session, received):
    browser = signed_in(email="ann@example.com")
    end_all_sessions(session)
    asked = browser.post("/console/take", {"body": TEXT})

    again = browser.post("/login", {**carried(asked.text), "email": "ann@example.com", "password": "x"})
    assert again.status_code == 422
    offered = browser.post(
        "/login", {**carried(again.text), "email": "ann@example.com", "password": PASSWORD}
    )

    assert carried(offered.text)["body"] == TEXT


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_what_another_site_sends_is_neither_done_nor_offered(
    signed_in: SignedIn, session: Session, received, origin: str
):
    browser = signed_in()
    stale = browser.post("/console/take", {"body": "Fool them", "csrf_token": "forged"}, Origin=origin)
    end_all_sessions(session)
    unknown = browser.post("/console/take", {"body": "Fool them"}, Origin=origin)

    assert (stale.status_code, unknown.status_code) == (400, 401)
    assert "Fool them" not in stale.text + unknown.text
    assert carried(unknown.text)["kept"] == ""
    assert received == []


def test_a_browser_that_names_no_origin_may_say_that_the_page_is_ours(
    signed_in: SignedIn, session: Session, received
):
    browser = signed_in()
    end_all_sessions(session)

    asked = browser.client.post(
        "/console/take", data={"body": TEXT}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert carried(asked.text)["kept"]
    asked = browser.client.post("/console/take", data={"body": TEXT})
    assert not carried(asked.text)["kept"]


@pytest.mark.parametrize(("length", "is_kept"), [(200_000 - 4, True), (200_001 - 4, False)])
def test_what_is_too_long_to_be_carried_is_said_so(
    signed_in: SignedIn, session: Session, received, length: int, is_kept: bool
):
    browser = signed_in()
    end_all_sessions(session)

    asked = browser.post("/console/take", {"body": "x" * length})

    assert bool(carried(asked.text)["kept"]) == is_kept
    assert ("so nothing was done" in asked.text) != is_kept


def test_a_file_is_not_carried_but_named(signed_in: SignedIn, session: Session, received):
    browser = signed_in(email="ann@example.com")
    end_all_sessions(session)

    asked = browser.post("/console/take", {"name": "x", "logo": (io.BytesIO(b"secret bytes"), "logo.png")})
    offered = browser.post(
        "/login", {**carried(asked.text), "email": "ann@example.com", "password": PASSWORD}
    )

    assert "choose it again" in offered.text
    assert "secret bytes" not in offered.text


@pytest.mark.parametrize("kept", ["x", "WyIvIl0.abc", "e30"])
def test_a_form_that_we_have_not_sealed_is_not_offered(signed_in: SignedIn, kept: str):
    browser = signed_in(email="ann@example.com")

    answer = browser.post("/login", {"email": "ann@example.com", "password": PASSWORD, "kept": kept})

    assert answer.status_code == 303


def test_a_form_with_an_old_token_is_not_done_and_can_be_sent_again(signed_in: SignedIn, received):
    browser = signed_in()

    stale = browser.post("/console/take", {"body": TEXT, "csrf_token": "forged"})

    assert stale.status_code == 400
    assert "This form is too old; nothing was done" in stale.text
    assert received == []
    assert browser.post(action(stale.text), carried(stale.text)).text == "taken"
    assert received[0]["body"] == [TEXT]


def test_a_part_of_a_page_with_an_old_token_gets_a_sentence(signed_in: SignedIn, received):
    answer = signed_in().post("/console/take", {"csrf_token": "forged"}, HX_Request="true")

    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert received == []


def test_the_token_may_come_in_a_header(signed_in: SignedIn, received):
    browser = signed_in()
    token, browser.token = browser.token, ""

    assert browser.post("/console/take", X_CSRFToken=token).text == "taken"


def test_the_password_is_asked_again_after_a_quarter_of_an_hour(
    signed_in: SignedIn, received, clock: FakeClock
):
    browser = signed_in()
    clock.advance(minutes=15)
    assert browser.get("/console/guarded").text == "taken"
    clock.advance(seconds=1)

    asked = browser.get("/console/guarded?tab=2")
    assert "Your password, please" in asked.text
    wrong = browser.post("/console/confirm", {**carried(asked.text), "password_again": "wrong"})
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    right = browser.post("/console/confirm", {**carried(wrong.text), "password_again": PASSWORD})

    assert (right.status_code, right.headers["Location"]) == (303, "/console/guarded?tab=2")
    assert browser.get("/console/guarded?tab=2").text == "taken"


def test_what_was_sent_goes_on_with_the_password(signed_in: SignedIn, received, clock: FakeClock):
    browser = signed_in()
    clock.advance(hours=1)

    asked = browser.post("/console/guarded?tab=2", {"name": TEXT})
    assert received == []
    wrong = browser.post(action(asked.text), {**carried(asked.text), "password_again": "wrong"})
    assert (wrong.status_code, received) == (422, [])
    right = browser.post(action(wrong.text), {**carried(wrong.text), "password_again": PASSWORD})

    assert right.text == "taken"
    assert received[0]["name"] == [TEXT]


def test_guessing_the_password_of_an_open_window_ends_soon(signed_in: SignedIn, received, clock: FakeClock):
    browser = signed_in()
    clock.advance(hours=1)
    guesses = [browser.post("/console/guarded", {"password_again": "wrong"}) for _ in range(6)]

    assert [answer.status_code for answer in guesses] == [422] * 5 + [429]
    assert browser.post("/console/guarded", {"password_again": PASSWORD}).status_code == 429
    assert received == []


def test_going_on_after_the_password_leads_nowhere_but_to_this_site(signed_in: SignedIn):
    answer = signed_in().post(
        "/console/confirm", {"next": "https://evil.example", "password_again": PASSWORD}
    )

    assert answer.headers["Location"] == "/console/"


def test_a_second_window_says_that_the_first_can_go_on(signed_in: SignedIn):
    assert "Close this window" in signed_in().get("/console/closed").text
