"""Mail: over SMTP where a server is named, else into a folder that a person can look into."""

import os
import secrets
from contextlib import suppress
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from statuspage.adapters.mime import deliverable, message_bytes
from statuspage.services.ports import Clock, Mail, MailError

if TYPE_CHECKING:
    from smtplib import SMTP
    from ssl import SSLContext

WITHIN_SECONDS = 15
_PORTS = {"smtps": 465, "smtp": 25}
_SUBMISSION = 587
_LONGEST_REPLY = 200


class SmtpMailer:
    """Sends each mail over a connection of its own. Passwords never go over an unprotected one."""

    delivers = True

    def __init__(self, url: str, sender: str, clock: Clock) -> None:
        self._server = urlsplit(url)
        self._sender = sender
        self._clock = clock

    def send(self, mail: Mail) -> None:
        """Hand the mail to the server; raise `MailError` with what it said where it does not take it."""
        import smtplib  # costs a start more than it should

        content = message_bytes(mail, self._sender, self._clock.now(), message_id_of(mail, self._sender))
        try:
            with self._connected() as connection:
                connection.sendmail(parseaddr(self._sender)[1], [deliverable(mail.to)], content)
        except smtplib.SMTPException as error:
            raise MailError(self._refusal(error)) from error
        except OSError as error:
            reason = error.strerror or str(error) or type(error).__name__
            raise MailError(f"The mail server {self._name} can't be reached: {reason}.") from error

    def check(self) -> None:
        """Connect and sign in without sending anything; raise `MailError` where that fails."""
        import smtplib

        try:
            with self._connected() as connection:
                connection.noop()
        except (smtplib.SMTPException, OSError) as error:
            raise MailError(self._refusal(error)) from error

    @property
    def _name(self) -> str:
        return self._server.hostname or ""

    def _connected(self) -> "SMTP":
        import smtplib
        import ssl

        context = ssl.create_default_context()
        if self._server.scheme == "smtps":
            port = self._server.port or _PORTS["smtps"]
            connection: SMTP = smtplib.SMTP_SSL(self._name, port, timeout=WITHIN_SECONDS, context=context)
        else:
            port = self._server.port or (_SUBMISSION if self._server.username else _PORTS["smtp"])
            connection = smtplib.SMTP(self._name, port, timeout=WITHIN_SECONDS)
        try:
            self._protect(connection, context)
        except BaseException:
            connection.close()
            raise
        return connection

    def _protect(self, connection: "SMTP", context: "SSLContext") -> None:
        connection.ehlo()
        is_plain = self._server.scheme == "smtp"
        if is_plain and connection.has_extn("starttls") and not _is_this_machine(self._server):
            connection.starttls(context=context)
            connection.ehlo()
            is_plain = False
        if self._server.username is None:
            return
        if is_plain and not _is_this_machine(self._server):
            raise MailError(f"The mail server {self._name} offers no TLS, so no password is sent to it.")
        connection.login(unquote(self._server.username), unquote(self._server.password or ""))

    def _refusal(self, error: Exception) -> str:
        import smtplib

        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"The mail server {self._name} does not accept our user and password."
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, reply = next(iter(error.recipients.values()))
            return f"The mail server {self._name} refuses the address: {_shown(code, reply)}"
        if isinstance(error, smtplib.SMTPResponseException):
            said = _shown(error.smtp_code, error.smtp_error)
            return f"The mail server {self._name} refuses the mail: {said}"
        return f"The mail server {self._name} does not take the mail: {_printable(str(error))}"


class FolderMailer:
    """Writes each mail into a folder, for installations that have no mail server."""

    delivers = False

    def __init__(self, folder: Path, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def send(self, mail: Mail) -> None:
        """Write the mail to `<time>-<random>.eml`, whole or not at all."""
        now = self._clock.now()
        content = message_bytes(mail, self._sender, now, message_id_of(mail, self._sender))
        name = f"{now:%Y-%m-%dT%H%M%S}-{secrets.token_hex(4)}.eml"
        draft = self._folder / f".{name}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Such a mail may let somebody in: nobody else reads it.
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            draft.rename(self._folder / name)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise MailError(f"{self._folder} can't be written: {error.strerror}.") from error

    def check(self) -> None:
        """Do nothing: there is no server to ask."""


def message_id_of(mail: Mail, sender: str) -> str:
    """Return the mail's id: the same for the same key, else one that no other mail has."""
    domain = deliverable(parseaddr(sender)[1]).rpartition("@")[2]
    return f"<{mail.key or secrets.token_hex(16)}@{domain}>"


def default_sender(base_url: str) -> str:
    """Return the sender where none is set: `status@` the host of the site."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        ip_address(host)
    except ValueError:
        return f"status@{host}"
    return "status@localhost"


def _is_this_machine(server: SplitResult) -> bool:
    host = server.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {_printable(text)}"


def _printable(text: str) -> str:
    line = " ".join(text.split())
    return "".join(letter for letter in line if letter.isprintable())[:_LONGEST_REPLY]
