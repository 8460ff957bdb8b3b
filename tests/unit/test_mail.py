"""Mails as they go over the wire: to a real server, or into a folder."""

import email
import email.policy
import shutil
import ssl
import stat
import subprocess
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from statuspage.adapters import smtp
from statuspage.adapters.mime import message_bytes
from statuspage.adapters.smtp import FolderMailer, SmtpMailer, default_sender
from statuspage.render.mails import Letterhead, invitation_mail, reset_mail
from statuspage.services.ports import Mail, MailError
from tests.fakes import NOON, FakeClock
from tests.processes.product import free_port

SENDER = "Acme “Status” <status@acme.example>"
MAIL = Mail(
    "ann@example.com",
    "Ann Ångström",
    "Grüße: all is well",
    "Line one\n.\nFrom me\nÄ " + "x" * 2000,
    "<p>Ä</p>",
)


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


class Postbox:
    """What a mail server was told."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refusal = ""
        self.logins: list[tuple[str, str]] = []

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return "250 taken"

    def check_login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"p@ss word", handled=False)


plain_login = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
Serve = Callable[..., tuple[Postbox, int]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a mail server on the loopback interface; return its postbox and its port."""
    running: list[Controller] = []

    def start(**options: Any) -> tuple[Postbox, int]:
        postbox, port = Postbox(), free_port()
        if options.pop("asks_login", False):
            options |= {
                "authenticator": postbox.check_login,
                "auth_required": True,
                "auth_require_tls": False,
            }
        controller = Controller(postbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return postbox, port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate: apt-get install openssl")
    made = tmp_path / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2",
         "-keyout", made, "-out", tmp_path / "public.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    made.write_text(made.read_text() + (tmp_path / "public.pem").read_text())
    return made


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def mailer(url: str) -> SmtpMailer:
    return SmtpMailer(url, SENDER, FakeClock())


def test_a_mail_arrives_with_both_texts_and_an_honest_head(serve: Serve):
    postbox, port = serve()

    mailer(f"smtp://127.0.0.1:{port}").send(MAIL)

    (envelope,) = postbox.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("status@acme.example", ["ann@example.com"])
    assert isinstance(envelope.content, bytes)
    message = read(envelope.content)
    assert message["Subject"] == "Grüße: all is well"
    assert message["To"].addresses[0].display_name == "Ann Ångström"
    assert message["From"].addresses[0].addr_spec == "status@acme.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOON
    assert message["Message-ID"].endswith("@acme.example>")
    assert (body(message, "plain"), body(message, "html")) == (MAIL.text, MAIL.html)
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 998


def test_two_mails_have_two_ids(serve: Serve):
    postbox, port = serve()
    for _ in range(2):
        mailer(f"smtp://127.0.0.1:{port}").send(MAIL)

    assert len({read(envelope.content)["Message-ID"] for envelope in postbox.taken}) == 2  # type: ignore[arg-type]


@plain_login
def test_user_and_password_are_sent_as_they_were_meant(serve: Serve):
    postbox, port = serve(asks_login=True)

    mailer(f"smtp://ann%40example.com:p%40ss%20word@127.0.0.1:{port}").send(MAIL)

    assert postbox.logins == [("ann@example.com", "p@ss word")]
    assert len(postbox.taken) == 1


@plain_login
def test_a_wrong_password_is_said_without_saying_it(serve: Serve):
    _, port = serve(asks_login=True)

    with pytest.raises(MailError, match="does not accept our user and password") as refused:
        mailer(f"smtp://ann:geheim@127.0.0.1:{port}").send(MAIL)

    assert "geheim" not in str(refused.value)


def test_what_the_server_refuses_is_said_in_its_words(serve: Serve):
    postbox, port = serve()
    postbox.refusal = "550 no such\tuser"

    with pytest.raises(MailError, match="refuses the address: 550 no such user"):
        mailer(f"smtp://127.0.0.1:{port}").send(MAIL)


def test_a_server_that_does_not_answer_is_named():
    with pytest.raises(MailError, match=r"127\.0\.0\.1 can't be reached"):
        mailer(f"smtp://127.0.0.1:{free_port()}").send(MAIL)
    with pytest.raises(MailError):
        mailer(f"smtp://127.0.0.1:{free_port()}").check()


def test_a_server_can_be_checked_without_a_mail(serve: Serve):
    postbox, port = serve()

    mailer(f"smtp://127.0.0.1:{port}").check()

    assert postbox.taken == []


@plain_login
def test_no_password_goes_to_another_machine_without_tls(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    postbox, port = serve(asks_login=True)
    monkeypatch.setattr(smtp, "_is_this_machine", lambda _: False)

    with pytest.raises(MailError, match="offers no TLS"):
        mailer(f"smtp://ann:geheim@127.0.0.1:{port}").send(MAIL)

    assert postbox.logins == []


@pytest.mark.parametrize("kind", ["smtps", "smtp"])
def test_tls_holds_only_with_a_certificate_that_can_be_trusted(
    serve: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch, kind: str
):
    option = "ssl_context" if kind == "smtps" else "tls_context"
    postbox, port = serve(**{option: server_side(certificate)})
    monkeypatch.setattr(smtp, "_is_this_machine", lambda _: False)

    with pytest.raises(MailError, match="certificate"):
        mailer(f"{kind}://127.0.0.1:{port}").send(MAIL)
    assert postbox.taken == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailer(f"{kind}://127.0.0.1:{port}").send(MAIL)

    assert len(postbox.taken) == 1


def test_without_a_server_mails_lie_in_a_folder_that_nobody_else_reads(tmp_path: Path):
    folder = tmp_path / "outbox"

    FolderMailer(folder, SENDER, FakeClock()).send(MAIL)

    (file,) = folder.iterdir()
    assert file.name.startswith("2026-11-20T120000-")
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert body(read(file.read_bytes()), "plain") == MAIL.text


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "outbox").write_text("")

    with pytest.raises(MailError, match="can't be written"):
        FolderMailer(tmp_path / "outbox", SENDER, FakeClock()).send(MAIL)


ATTACK = "=?utf-8?q?a=0ABcc=3A_x=40evil.example?="


@pytest.mark.parametrize(
    "mail",
    [
        Mail("ann@example.com", "Ann", ATTACK, "", ""),
        Mail("ann@example.com", ATTACK, "Hello", "", ""),
        Mail("ann@example.com", 'Ann" <x@evil.example>, "', "Hello", "", ""),
        Mail("ann@example.com", "Ann, x@evil.example", "x" * 300 + ATTACK, "", ""),
    ],
)
def test_nothing_that_people_typed_becomes_a_header(mail: Mail):
    content = message_bytes(mail, SENDER, NOON, "<1@acme.example>")

    message = read(content)
    assert set(message.keys()) == {
        "Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "X-Auto-Response-Suppress",
    }  # fmt: skip
    assert message["Subject"] == mail.subject
    plain = email.message_from_bytes(content, policy=email.policy.compat32)
    assert plain["Bcc"] is None
    assert b"\nBcc" not in content
    assert [address.addr_spec for address in message["To"].addresses] == ["ann@example.com"]
    assert len(message["From"].addresses) == 1


@pytest.mark.parametrize("text", ["a\nBcc: x@evil.example", "a\r\nb", "a\0b", "a\x85b", "a\u2028b"])
def test_control_characters_in_a_head_are_refused(text: str):
    for mail in (
        Mail("ann@example.com", "Ann", text, "", ""),
        Mail("ann@example.com", text, "Hello", "", ""),
    ):
        with pytest.raises(MailError, match="control character"):
            message_bytes(mail, SENDER, NOON, "<1@acme.example>")


@pytest.mark.parametrize(
    "address", ["ann", "a b@c.de", "a@b, c@d.ef", "ä@b.de", "a@b\nBcc: c", "<a@b.de>", ""]
)
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(MailError, match="no address"):
        message_bytes(Mail(address, "", "Hello", "", ""), SENDER, NOON, "<1@acme.example>")


def test_a_domain_with_other_letters_is_encoded():
    content = message_bytes(Mail("ann@müller.example", "", "Hello", "", ""), SENDER, NOON, "<1@acme.example>")

    assert b"To: ann@xn--mller-kva.example" in content


def test_the_sender_is_made_up_from_the_sites_address_where_none_is_set():
    assert default_sender("https://status.example.com") == "status@status.example.com"
    assert default_sender("http://127.0.0.1:8000") == "status@localhost"
    assert default_sender("http://[::1]:8000") == "status@localhost"


HEAD = Letterhead("Acme & Söhne", "#ffff00", "https://status.acme.example")
LINK = "https://status.acme.example/login/invitation/abc"


def test_an_invitation_says_who_invites_to_what_and_how_long_it_holds():
    texts = invitation_mail(HEAD, LINK, "Berta <b>", "Ann")

    assert texts.subject == "Ann invites you to the status page of Acme & Söhne"
    assert LINK in texts.text
    assert "seven days" in texts.text
    assert "Berta <b>" in texts.text
    assert texts.html.count(LINK) == 3
    assert "Berta &lt;b&gt;" in texts.html
    assert "#ffff00" not in texts.html
    assert "You are invited" in invitation_mail(HEAD, LINK, "Berta", None).subject


def test_a_mail_for_a_new_password_says_what_to_do_when_nobody_asked_for_it():
    texts = reset_mail(HEAD, LINK, "Berta")

    assert "one hour" in texts.text
    assert "ignore this mail" in texts.text
    assert LINK in texts.html
