"""Accounts in the console: invited, changed, shut; links that are mailed, or shown once."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.services.ports import Mail, MailError
from statuspage.store.accounts import Account, find_account
from statuspage.web import link_pages
from tests.fakes import FakeClock
from tests.web.browsers import PASSWORD, Browser

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SignedIn = Callable[..., Browser]
BERTA = {"email": "berta@example.com", "name": "Berta", "role": "communicator", "team": "Networks"}
_LINK = re.compile(r"https://status\.example\.com(/login/\w+/[\w-]{43})")


class FakeMailer:
    """Keeps what it was given."""

    delivers = True

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.complaint = ""

    def send(self, mail: Mail) -> None:
        if self.complaint:
            raise MailError(self.complaint)
        self.sent.append(mail)

    def check(self) -> None:
        pass


@pytest.fixture
def mailer(app_for_people: Flask) -> FakeMailer:
    """A mail server is set."""
    made = FakeMailer()
    extensions = app_for_people.extensions
    extensions["statuspage"] = replace(extensions["statuspage"], mailer=made)
    return made


@pytest.fixture
def admin(signed_in: SignedIn) -> Browser:
    return signed_in(email="ann@example.com", name="Ann")


@pytest.fixture
def visitor(app_for_people: Flask) -> Browser:
    return Browser(app_for_people.test_client())


def link_in(text: str) -> str:
    found = _LINK.search(unescape(text))
    assert found, text
    return found[1]


def invite(admin: Browser, **fields: str) -> str:
    """Invite Berta; return the answer's text."""
    page = admin.get("/console/accounts/new")
    key = re.search(r'name="form_key"[^>]*value="([^"]*)"', page.text)
    assert key
    answer = admin.post("/console/accounts/new", {**BERTA, "form_key": key[1], **fields}, follow=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def id_of(session: Session, email: str) -> str:
    account = find_account(session, email)
    assert account
    public_id = account.public_id
    session.rollback()
    return public_id


def test_without_a_mail_server_the_link_is_shown_once_and_lets_its_person_in(
    admin: Browser, visitor: Browser, session: Session
):
    shown = invite(admin)
    assert "No mail server is set" in shown

    page = visitor.get(link_in(shown))
    assert "Welcome" in page.text
    assert "berta@example.com" in page.text
    assert "Communicator" in page.text
    answer = visitor.post(link_in(shown), {"password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    assert visitor.get("/console/").status_code == 200
    assert visitor.get("/console/accounts").status_code == 403
    listed = admin.get("/console/accounts").text
    assert "Berta" in listed
    assert link_in(shown) not in listed
    assert visitor.get(link_in(shown)).status_code == 404


def test_with_a_mail_server_the_link_goes_to_its_person_alone(
    admin: Browser, visitor: Browser, mailer: FakeMailer
):
    listed = invite(admin)

    assert "Berta is invited. The link is on its way to berta@example.com." in listed
    assert not _LINK.search(listed)
    (mail,) = mailer.sent
    assert mail.subject.startswith("Ann invites you")
    assert visitor.get(link_in(mail.text)).status_code == 200


def test_a_mail_that_can_not_be_sent_is_said_and_the_link_shown_instead(
    admin: Browser, mailer: FakeMailer, session: Session
):
    mailer.complaint = "The mail server refuses the mail: 550 no."

    shown = invite(admin)

    assert "could not be sent" in shown
    assert "550 no" in shown
    assert link_in(shown)
    assert find_account(session, "berta@example.com")


def test_mails_are_sent_after_the_commit(admin: Browser, mailer: FakeMailer, monkeypatch):
    seen = []
    monkeypatch.setattr(mailer, "send", lambda mail: seen.append(link_pages.db.session().in_transaction()))

    invite(admin)

    assert seen == [False]


def test_an_invitation_sent_twice_invites_once(admin: Browser, mailer: FakeMailer):
    invite(admin, form_key="a key")
    invite(admin, form_key="a key")

    assert len(mailer.sent) == 1


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("email", "ann@example.com", "has an account already"),
        ("email", "no address", "is no mail address"),
        ("name", " ", "Fill this in"),
        ("role", "god", "Choose one of the roles"),
        ("role", "", "Choose one of the roles"),
        ("team", "x" * 256, "Shorten this"),
    ],
)
def test_a_mistake_in_an_invitation_stands_beside_its_field(
    admin: Browser, field: str, text: str, sentence: str
):
    admin.get("/console/accounts/new")

    answer = admin.post("/console/accounts/new", {**BERTA, field: text})

    assert answer.status_code == 422
    told = re.search(rf'id="{field}-error">([^<]*)', answer.text)
    assert told
    assert sentence in told[1]


def test_a_second_invitation_makes_the_first_useless(admin: Browser, visitor: Browser, session: Session):
    first = link_in(invite(admin))
    again = admin.post(f"/console/accounts/{id_of(session, 'berta@example.com')}/invite")

    assert visitor.get(first).status_code == 404
    assert visitor.get(link_in(again.text)).status_code == 200


def test_a_link_for_a_new_password_ends_the_sessions_before_it(
    admin: Browser, visitor: Browser, signed_in: SignedIn, session: Session
):
    berta = signed_in(SiteRole.VIEWER, email="berta@example.com")
    shown = admin.post(f"/console/accounts/{id_of(session, 'berta@example.com')}/reset")

    visitor.get(link_in(shown.text))
    assert berta.get("/console/").status_code == 200
    assert visitor.post(link_in(shown.text), {"password": "battery staple"}).status_code == 303

    assert berta.get("/console/").status_code == 303
    assert berta.sign_in("berta@example.com").status_code == 422
    assert berta.sign_in("berta@example.com", "battery staple").status_code == 303


def test_a_password_that_is_too_short_is_asked_for_again(admin: Browser, visitor: Browser):
    link = link_in(invite(admin))
    visitor.get(link)

    answer = visitor.post(link, {"password": "short"})

    assert answer.status_code == 422
    assert "Use a password of 8" in answer.text
    assert visitor.post(link, {"password": PASSWORD}).status_code == 303


def test_a_link_page_that_was_open_too_long_asks_again(admin: Browser, visitor: Browser):
    link = link_in(invite(admin))
    visitor.token = "forged"

    assert visitor.post(link, {"password": PASSWORD}).status_code == 400
    assert visitor.post(link, {"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "path", ["/login/invitation/x", "/login/reset/x", "/login/reset/%00", "/login/other/x"]
)
def test_a_link_that_does_not_hold_is_a_friendly_page(visitor: Browser, path: str):
    answer = visitor.get(f"/login/{path}")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_disabling_ends_everything_at_once_and_enabling_brings_it_back(
    admin: Browser, signed_in: SignedIn, session: Session
):
    berta = signed_in(email="berta@example.com", name="Berta")
    path = f"/console/accounts/{id_of(session, 'berta@example.com')}"

    listed = admin.post(f"{path}/disable", follow=True).text
    assert "Berta is disabled and signed out everywhere." in listed
    assert berta.get("/console/").status_code == 303
    assert berta.sign_in("berta@example.com").status_code == 422
    assert "Let in again" in admin.get(path).text
    admin.post(f"{path}/enable")

    assert berta.sign_in("berta@example.com").status_code == 303


def test_no_admin_shuts_themselves_out(admin: Browser, session: Session):
    path = f"/console/accounts/{id_of(session, 'ann@example.com')}"
    page = admin.get(path).text
    assert "Disable the account" not in page
    assert 'name="role"' not in page

    assert admin.post(f"{path}/disable").status_code == 409
    refused = admin.post(path, {"name": "Ann", "role": "viewer"})
    assert refused.status_code == 422
    assert "Another admin has to change your role." in refused.text
    assert admin.post(path, {"name": "Anna", "team": ""}).status_code == 303
    assert admin.get("/console/accounts").status_code == 200


def test_name_role_and_team_are_changed(admin: Browser, person, session: Session):
    person(SiteRole.VIEWER, email="berta@example.com")
    path = f"/console/accounts/{id_of(session, 'berta@example.com')}"

    admin.post(path, {"name": "Bertha", "role": "admin", "team": "Networks"})

    account = find_account(session, "berta@example.com")
    assert account
    assert (account.name, account.role, account.team) == ("Bertha", SiteRole.ADMIN, "Networks")


@pytest.mark.parametrize(
    "path", ["/console/accounts", "/console/accounts/new", "/console/tokens", "/console/tokens/new"]
)
def test_accounts_and_tokens_are_for_admins_who_gave_their_password_lately(
    signed_in: SignedIn, clock: FakeClock, path: str
):
    assert signed_in(SiteRole.COMMUNICATOR).get(path).status_code == 403
    admin = signed_in()
    assert admin.get(path).status_code == 200
    clock.advance(minutes=16)

    assert "Your password, please" in admin.get(path).text


def test_every_address_of_accounts_and_tokens_asks_for_the_password(app: Flask):
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/console/accounts", "/console/tokens"))
        and not hasattr(app.view_functions[rule.endpoint], "needs_confirmation")
    ]

    assert silent == []


def test_what_is_not_there_is_not_found(admin: Browser):
    assert admin.get("/console/accounts/nobody123456").status_code == 404
    assert admin.post("/console/accounts/nobody123456/disable").status_code == 404


@pytest.fixture
def at_once(monkeypatch) -> None:
    """What is done after an answer is done before it."""
    monkeypatch.setattr(link_pages, "later", lambda job: job())


def test_a_forgotten_password_is_answered_alike_for_everybody(
    visitor: Browser, mailer: FakeMailer, person, clock: FakeClock, at_once
):
    person(email="ann@example.com")
    person(email="gone@example.com", disabled_at=clock.now())
    answers = {}
    for email in ("ann@example.com", "gone@example.com", "nobody@example.com"):
        visitor.get("/login/forgotten")
        answer = visitor.post("/login/forgotten", {"email": email})
        answers[email] = (answer.status_code, answer.text.replace(email, ""))

    assert len(set(answers.values())) == 1
    (mail,) = mailer.sent
    assert mail.to == "ann@example.com"
    page = visitor.get(link_in(mail.text))
    assert "Choose a new password" in page.text
    assert visitor.post(link_in(mail.text), {"password": "battery staple"}).status_code == 303


def test_links_for_forgotten_passwords_are_not_sent_without_end(
    visitor: Browser, mailer: FakeMailer, person, at_once
):
    person(email="ann@example.com")
    visitor.get("/login/forgotten")
    statuses = [
        visitor.post("/login/forgotten", {"email": "ann@example.com"}).status_code
        or visitor.get("/login/forgotten")
        for _ in range(6)
    ]

    assert statuses == [200] * 5 + [429]
    assert len(mailer.sent) == 5


def test_a_mail_that_fails_later_breaks_nothing(
    visitor: Browser, mailer: FakeMailer, person, at_once, caplog
):
    person(email="ann@example.com")
    mailer.complaint = "The mail server does not answer."
    visitor.get("/login/forgotten")

    assert visitor.post("/login/forgotten", {"email": "ann@example.com"}).status_code == 200
    assert "does not answer" in caplog.text


def test_without_a_mail_server_it_is_said_whom_to_ask(visitor: Browser):
    page = visitor.get("/login/forgotten").text

    assert "An admin of your team" in page
    assert 'name="email"' not in page
    visitor.get("/login")
    assert "An admin of your team" in visitor.post("/login/forgotten", {"email": "a@example.com"}).text


def test_one_may_change_ones_name(signed_in: SignedIn):
    browser = signed_in(SiteRole.VIEWER, name="Berta")

    assert "Fill this in" in browser.post("/console/me/name", {"name": ""}).text
    assert "Bertha" in browser.post("/console/me/name", {"name": "Bertha"}, follow=True).text


def test_a_new_password_needs_the_present_one_and_ends_the_other_sessions(
    app_for_people: Flask, signed_in: SignedIn
):
    here = signed_in(SiteRole.VIEWER, email="berta@example.com")
    there = Browser(app_for_people.test_client()).enter("berta@example.com")
    change = {"present": PASSWORD, "password": "battery staple"}

    wrong = here.post("/console/me/password", {**change, "present": "wrong"})
    assert (wrong.status_code, "This is not your password." in wrong.text) == (422, True)
    short = here.post("/console/me/password", {**change, "password": "short"})
    assert (short.status_code, "Use a password of 8" in short.text) == (422, True)
    assert there.get("/console/").status_code == 200
    assert here.post("/console/me/password", change).status_code == 303

    assert here.get("/console/").status_code == 200
    assert there.get("/console/").status_code == 303
    assert there.sign_in("berta@example.com", "battery staple").status_code == 303


def windows(browser: Browser) -> list[str]:
    return re.findall(r"/console/me/sessions/(\w{12})/end", browser.get("/console/me").text)


def test_ones_browsers_are_listed_and_can_be_signed_out(app_for_people: Flask, signed_in: SignedIn):
    here = signed_in(SiteRole.VIEWER, email="berta@example.com")
    other = Browser(app_for_people.test_client())
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; CPU) Version/17 Safari/604"
    other.enter("berta@example.com")
    page = here.get("/console/me").text
    assert "Safari on iPhone" in page
    assert page.count("this one</span>") == 1
    own, foreign = windows(here)

    assert here.post(f"/console/me/sessions/{foreign}/end").status_code == 303
    assert other.get("/console/").status_code == 303
    assert windows(here) == [own]
    assert here.post(f"/console/me/sessions/{own}/end").headers["Location"] == "/login"
    assert here.get("/console/").status_code == 303


@pytest.mark.parametrize(("form", "stays"), [({"but": "this"}, True), ({}, False)])
def test_signing_out_everywhere_spares_this_browser_only_when_asked(
    app_for_people: Flask, signed_in: SignedIn, form: dict[str, str], stays: bool
):
    here = signed_in(SiteRole.VIEWER, email="berta@example.com")
    there = Browser(app_for_people.test_client()).enter("berta@example.com")

    here.post("/console/me/sessions/end", form)

    assert there.get("/console/").status_code == 303
    assert (here.get("/console/").status_code == 200) == stays


def test_nobody_signs_others_out(signed_in: SignedIn):
    berta, ann = signed_in(SiteRole.VIEWER), signed_in()
    (own,) = windows(berta)

    assert ann.post(f"/console/me/sessions/{own}/end").status_code == 404
    assert berta.get("/console/").status_code == 200


def make_token(admin: Browser, **fields: str) -> str:
    page = admin.get("/console/tokens/new")
    key = re.search(r'name="form_key"[^>]*value="([^"]*)"', page.text)
    assert key
    form = {"name": "Deploys", "role": "responder", "owner": "ann@example.com", "form_key": key[1], **fields}
    return admin.post("/console/tokens/new", form, follow=True).text


def test_a_token_is_shown_once_opens_the_api_and_closes_when_it_is_revoked(admin: Browser, visitor: Browser):
    found = re.search(r'<code id="secret">([\w-]{43})</code>', make_token(admin))
    assert found
    asks = {"Authorization": f"Bearer {found[1]}"}
    assert visitor.get("/v1/pages", headers=asks).status_code == 200

    listed = admin.get("/console/tokens").text
    assert "Deploys" in listed
    assert found[1] not in listed
    revoke = re.search(r"/console/tokens/\w{12}/revoke", listed)
    assert revoke
    assert "opens nothing any more" in admin.post(revoke[0], follow=True).text
    assert visitor.get("/v1/pages", headers=asks).status_code == 401
    assert "revoked" in admin.get("/console/tokens").text


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", ""), ("role", "god"), ("owner", "nobody@example.com"), ("lives", "9999"), ("lives", "x")],
)
def test_a_mistake_in_a_token_stands_beside_its_field(admin: Browser, field: str, text: str):
    page = make_token(admin, **{field: text})

    assert f'id="{field}-error"' in page


def test_a_token_form_sent_twice_makes_one(admin: Browser):
    make_token(admin, form_key="a key", lives="30")
    listed = make_token(admin, form_key="a key", lives="30")

    assert listed.count("<strong><bdi>Deploys</bdi></strong>") == 1


def test_an_account_row_is_never_shown_with_its_secrets(admin: Browser, session: Session):
    account: Account | None = find_account(session, "ann@example.com")
    assert account

    assert str(account.password_hash) not in admin.get("/console/accounts").text
