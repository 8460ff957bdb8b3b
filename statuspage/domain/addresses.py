"""Addresses: those that people may safely follow, and those that messages to the staff are sent to."""

import re
from urllib.parse import urlsplit

from statuspage.domain.errors import RuleError
from statuspage.domain.text import checked_line

ADDRESS_LIMIT = 2000
# A scheme that runs nothing, and something behind it. Links are shown to everybody who reads the page.
WEB_PATTERN = r"https?://[A-Za-z0-9]\S*"
CONTACT_PATTERN = rf"({WEB_PATTERN}|mailto:[^\s@]+@[^\s@]+)"


def checked_web_address(text: str, field: str) -> str:
    """Return the address of a web page; refuse any other scheme."""
    text = checked_line(text, field, ADDRESS_LIMIT)
    if not re.fullmatch(WEB_PATTERN, text):
        raise RuleError("invalid_address", "Write a web address that begins with https://.", field)
    return text


def checked_contact_address(text: str, field: str) -> str:
    """Return the address of a web page or a mailbox; refuse any other scheme."""
    text = checked_line(text, field, ADDRESS_LIMIT)
    if not re.fullmatch(CONTACT_PATTERN, text):
        raise RuleError(
            "invalid_address",
            "Write a web address that begins with https://, or a mail address behind mailto:.",
            field,
        )
    return text


def checked_secure_address(text: str, field: str) -> str:
    """Return the address of a web page that is reached over TLS; refuse any other."""
    text = checked_web_address(text, field)
    if not text.startswith("https://"):
        raise RuleError("invalid_address", "Write a web address that begins with https://.", field)
    return text


def checked_alert_address(text: str, field: str = "url") -> str:
    """Return an address of a chat or paging service, which Apprise has yet to know; it holds secrets."""
    text = checked_line(text, field, ADDRESS_LIMIT)
    if "://" not in text:
        raise RuleError("bad_address", "Write an address with its scheme, like slack://…", field)
    return text


def masked_address(url: str) -> str:
    """Return what may be shown of such an address: its scheme, and the host of an ordinary web address.

    Elsewhere even what stands in a host's place is a secret.
    """
    scheme, _, _ = url.partition("://")
    if scheme.lower() not in {"http", "https"}:
        return f"{scheme.lower()}://…"
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return f"{scheme.lower()}://{host}/…" if host else f"{scheme.lower()}://…"
