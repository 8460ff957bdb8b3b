"""Addresses that the page links to: only such as a customer may safely follow."""

import re

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


def checked_runbook(text: str | None, field: str = "runbook_url") -> str | None:
    """Return the address of a runbook, None where nothing was typed; refuse what is no web address."""
    return checked_web_address(text, field) if text and text.strip() else None


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
