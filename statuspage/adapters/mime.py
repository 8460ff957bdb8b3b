"""Mails as bytes. Every header is encoded here: the library can be tricked into further header lines."""

import re
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Policy, compat32
from email.utils import format_datetime, parseaddr

from statuspage.services.ports import Mail, MailError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What stands in a header as it is. An “=?” would be read as something encoded, whoever wrote it.
_PLAIN = re.compile(r"[ -~]*", re.ASCII)
_SAFE_NAME = re.compile(r"[A-Za-z0-9 _-]*", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", re.ASCII)
_POLICY: Policy = compat32.clone(linesep="\r\n", max_line_length=None)
_LONGEST_LINE = 76

_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


def message_bytes(mail: Mail, sender: str, now: datetime, message_id: str) -> bytes:
    """Return the mail as it goes over the wire; raise `MailError` for what can't be sent."""
    name, address = parseaddr(sender)
    message = MIMEMultipart("alternative", policy=_POLICY)
    headers = {
        "From": mailbox(name, address),
        "To": mailbox(mail.to_name, mail.to),
        "Subject": encoded(mail.subject),
        "Date": format_datetime(now),
        "Message-ID": encoded(message_id),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    for header, value in headers.items():
        message[header] = value
    message.attach(MIMEText(mail.text, "plain", _UTF8))  # type: ignore[arg-type]
    message.attach(MIMEText(mail.html, "html", _UTF8))  # type: ignore[arg-type]
    return message.as_bytes(policy=_POLICY)


def mailbox(name: str, address: str) -> str:
    """Return a name and an address for a header; raise `MailError` where they would be more than that."""
    address = deliverable(address)
    if not name:
        return address
    if _SAFE_NAME.fullmatch(name):
        return f'"{name}" <{address}>'
    return f"{_words(name)} <{address}>"


def deliverable(address: str) -> str:
    """Return the address in ASCII, its domain encoded where it has other letters."""
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        plain = ""
    if not _ADDRESS.fullmatch(plain):
        raise MailError(f"“{address}” is no address that mail can be sent to.")
    return plain


def encoded(text: str) -> str:
    """Return the value of a header, encoded unless it is plain; refuse control characters."""
    if _PLAIN.fullmatch(text) and "=?" not in text and len(text) <= _LONGEST_LINE:
        return text
    return _words(text)


def _words(text: str) -> str:
    if _CONTROL.search(text):
        raise MailError("The head of this mail contains a control character.")
    return Header(text, "utf-8", maxlinelen=_LONGEST_LINE).encode(linesep="\r\n")
