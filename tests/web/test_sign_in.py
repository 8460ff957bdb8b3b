"""Getting in and out with a browser."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.settings import Settings
from statuspage.store.accounts import Account
from statuspage.store.sign_ins import StaffSession
from statuspage.web import sign_in
from statuspage.web.local_paths import local_part, local_path
from statuspage.web.security import allow
from tests.conftest import MakeApp
from tests.fakes import FakeClock, FakePasswords
from tests.web.browsers import Browser

SignedIn = Callable[..., Browser]
Person = Callable[..., Account]


@pytest.fixture
def browser(app_for_people: Flask) -> Browser:
    """A browser of somebody who is not signed in."""
    return Browser(app_for_people.test_client())


@pytest.fixture
def ann(person: Person) -> Account:
    return person(email="ann@example.com", name="Ann")


def test_who_knows_the_password_gets_in_and_goes_on_where_they_were(browser: Browser, ann: Account):
    asked = browser.get("/console/owed?all=1")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login?next=/console/owed%3Fall%3D1")

    page = browser.get(asked.headers["Location"])
    assert 'value="/console/owed?all=1"' in page.text
    answer = browser.sign_in("ann@example.com", next="/console/owed?all=1")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/owed?all=1")
    assert browser.get("/console/").status_code == 200


@pytest.mark.parametrize("https", [True, False])
def test_the_cookie_is_for_this_host_alone_and_hidden_from_scripts(
    environment: dict[str, str], make_app: MakeApp, person: Person, https: bool
):
    address = f"http{'s' if https else ''}://status.example.com"
    app = make_app({**environment, "STATUSPAGE_BASE_URL": address})
    app.extensions["statuspage"].passwords.verify = lambda *_: True  # type: ignore[method-assign]
    person(email="ann@example.com")

    answer = Browser(app.test_client()).sign_in("ann@example.com")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-statuspage=" if https else "statuspage=")
    assert ("; Secure" in cookie) == https
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "; Path=/" in cookie
    assert "Domain" not in cookie
    assert "Expires" in cookie


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example",
        "javascript:alert(1)", "console", "/%0d%0aSet-Cookie:x=1\r\n", "/a\\b", "", " /console/",
        "/" + "a" * 2000,
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_but_to_this_site(browser: Browser, ann: Account, target: str):
    assert browser.sign_in("ann@example.com", next=target).headers["Location"] == "/console/"


def test_a_local_path_is_one_that_no_browser_reads_as_another_site():
    assert local_path("/console/incidents?q=a%20b&page=2#top") == "/console/incidents?q=a%20b&page=2#top"
    assert local_path(None) is None
    assert local_part("http://localhost/console/?a=1", "http://localhost/") == "/console/?a=1"
    assert local_part("http://localhost.evil.example/x", "http://localhost/") is None
    assert local_part("http://localhost//evil.example", "http://localhost/") is None


@pytest.mark.parametrize(
    "email", ["ann@example.com", "gone@example.com", "new@example.com", "no@example.com", ""]
)
def test_whatever_was_wrong_the_answer_and_the_work_are_the_same(
    browser: Browser, person: Person, clock: FakeClock, app: Flask, monkeypatch, email: str
):
    person(email="ann@example.com")
    person(email="gone@example.com", disabled_at=clock.now())
    person(email="new@example.com", password_hash=None)
    compared: list[str | None] = []
    monkeypatch.setattr(FakePasswords, "verify", lambda self, stored, password: bool(compared.append(stored)))

    answer = browser.sign_in(email, "wrong")

    assert answer.status_code == 422
    assert "Mail address and password do not belong together." in answer.text
    assert f'value="{email}"' in answer.text
    assert 'value="wrong"' not in answer.text
    assert len(compared) == 1


def test_after_five_wrong_passwords_even_the_right_one_must_wait(
    browser: Browser, ann: Account, clock: FakeClock
):
    for _ in range(5):
        assert browser.sign_in("ann@example.com", "wrong").status_code == 422

    answer = browser.sign_in("ann@example.com")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "301")
    assert "Wait 5 minutes" in answer.text
    clock.advance(minutes=5)
    assert browser.sign_in("ann@example.com").status_code == 303


def test_signing_in_often_is_not_trying_often(browser: Browser, ann: Account):
    for _ in range(25):
        assert browser.sign_in("ann@example.com").status_code == 303
        browser.refresh_token()
        browser.post("/logout")


def test_the_password_is_compared_outside_of_any_transaction(browser: Browser, ann: Account, monkeypatch):
    seen = []

    def verify(self, stored: str | None, password: str) -> bool:
        seen.append(sign_in.db.session().in_transaction())
        return True

    monkeypatch.setattr(FakePasswords, "verify", verify)

    browser.sign_in("ann@example.com")

    assert seen == [False]


def test_signing_in_again_takes_a_new_secret_and_drops_what_the_cookie_had(browser: Browser, ann: Account):
    browser.get("/login")
    before = browser.token
    browser.enter("ann@example.com")

    assert browser.token != before
    assert browser.get("/login?next=/console/owed").headers["Location"] == "/console/owed"


def test_signing_out_holds_on_the_server_too(app_for_people: Flask, signed_in: SignedIn):
    browser = signed_in()
    stolen = browser.client.get_cookie("__Host-statuspage")
    assert stolen is not None

    answer = browser.post("/logout")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert "You are signed out." in browser.get("/login").text
    thief = app_for_people.test_client()
    thief.set_cookie("__Host-statuspage", stolen.value)
    assert thief.get("/console/").status_code == 303


def test_a_disabled_account_is_out_with_its_next_request(
    signed_in: SignedIn, session: Session, clock: FakeClock
):
    browser = signed_in(email="ann@example.com")
    account = session.query(Account).filter_by(email="ann@example.com").one()
    account.disabled_at = clock.now()
    session.commit()

    assert browser.get("/console/").status_code == 303
    assert "This account is disabled; ask an admin." in browser.get("/login").text


def test_a_session_goes_on_while_it_is_used_and_is_written_down_now_and_then(
    signed_in: SignedIn, session: Session, clock: FakeClock
):
    browser = signed_in()
    clock.advance(minutes=4, seconds=59)
    answer = browser.get("/console/")
    assert "Set-Cookie" not in answer.headers
    clock.advance(seconds=1)
    answer = browser.get("/console/")
    assert "Expires" in answer.headers["Set-Cookie"]
    assert session.query(StaffSession).one().seen_at == clock.now()

    for _ in range(4):
        clock.advance(days=29)
        assert browser.get("/console/").status_code == 200
    clock.advance(days=30)
    assert browser.get("/console/").status_code == 303


def test_that_a_look_can_not_be_noted_refuses_nobody(signed_in: SignedIn, clock: FakeClock, monkeypatch):
    def locked(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    browser = signed_in()
    clock.advance(minutes=6)
    monkeypatch.setattr(sign_in, "note_seen", locked)

    assert browser.get("/console/").status_code == 200


def test_a_part_of_a_page_is_told_in_a_sentence_that_nobody_is_signed_in(client: FlaskClient):
    answer = client.get("/console/owed", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.text) == (401, "Sign in first.\n")
    assert "WWW-Authenticate" not in answer.headers


def test_a_token_of_the_api_opens_no_console_and_a_session_no_api(
    app: Flask, client: FlaskClient, signed_in: SignedIn, staff: dict[SiteRole, Account]
):
    assert client.get("/console/", headers={"Authorization": "Bearer admin"}).status_code == 303
    assert signed_in().get("/v1/pages").status_code == 401


def test_too_low_a_role_is_told_which_one_it_takes(app_for_people: Flask, signed_in: SignedIn):
    @allow(SiteRole.ADMIN)
    def view() -> str:
        return "come in"

    app_for_people.add_url_rule("/console/only", "console.only", view)
    browser = signed_in(SiteRole.RESPONDER)

    answer = browser.get("/console/only")

    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "This needs the role admin; you act as responder." in answer.text


def test_a_page_may_run_nothing_but_our_own_files(browser: Browser):
    for path in ("/login", "/console/nothing", "/setup/nothing"):
        policy = browser.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_programs_are_given_no_cookie(client: FlaskClient):
    for path in ("/v1/pages", "/healthz/live", "/v1/openapi.json"):
        assert "Set-Cookie" not in client.get(path).headers


def test_a_window_asks_for_the_token_that_another_one_has_made_new(signed_in: SignedIn):
    browser = signed_in()
    old = browser.token
    browser.sign_in("nobody@example.com")
    browser.refresh_token()

    assert browser.post("/logout").status_code == 303
    assert old


def test_a_page_for_signing_in_that_is_too_old_keeps_what_was_typed(browser: Browser, ann: Account):
    browser.token = "forged"

    answer = browser.post("/login", {"email": "ann@example.com", "password": "x", "next": "/console/owed"})

    assert answer.status_code == 400
    assert 'value="ann@example.com"' in answer.text
    assert 'value="/console/owed"' in answer.text
    assert "open for too long" in answer.text


def test_with_the_database_away_the_page_says_so_in_the_look_of_the_console(
    environment: dict[str, str], make_app: MakeApp
):
    app = make_app({**environment, "STATUSPAGE_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nowhere"})
    browser = Browser(app.test_client())

    assert browser.get("/login").status_code == 200
    answer = browser.post("/login", {"email": "ann@example.com", "password": "x"})

    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "nothing was changed" in answer.text
    assert answer.headers["Retry-After"]


def test_a_switch_that_lets_everybody_in_stops_the_start(settings: Settings, monkeypatch):
    monkeypatch.setattr(sign_in, "_configure_cookies", lambda *_: None)
    app = Flask("other")
    app.config["LOGIN_DISABLED"] = True

    with pytest.raises(RuntimeError, match="LOGIN_DISABLED"):
        sign_in.init_sign_in(app, settings)


def test_while_there_is_no_account_the_page_says_how_to_get_one(browser: Browser, person: Person):
    assert "set-up link" in browser.get("/login").text
    person()

    assert "set-up link" not in browser.get("/login").text
