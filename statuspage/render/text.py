"""Plain text, made fit for where it goes."""

import re

from markupsafe import Markup

from statuspage.domain.public import PublicNotice

_XML_INVALID = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXCERPT = 160


def without_invalid_characters(text: str) -> str:
    """Return `text` without the characters that XML, and so every feed, forbids."""
    return _XML_INVALID.sub("", text)


def excerpt(notice: PublicNotice) -> str:
    """Return the beginning of a notice as one line of plain text, cut at a word."""
    return excerpt_of(notice.html)


def excerpt_of(html: str) -> str:
    """Return the beginning of safe markup in the same way."""
    text = Markup(html).striptags()  # noqa: S704 - only to take its tags away
    if len(text) <= _EXCERPT:
        return text
    return text[:_EXCERPT].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
