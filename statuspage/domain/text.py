"""What people may type: lengths and characters."""

import re
import unicodedata

from statuspage.domain.errors import RuleError

TITLE_LIMIT = 255
MESSAGE_LIMIT = 25_000
WITHDRAWN = "This update was withdrawn."

# XML 1.0 §2.2: what a feed can't carry is refused at the door. Surrogates can't be stored as UTF-8 either.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAKING = re.compile("[\t\n\r\x85\u2028\u2029]")


def checked_message(text: str, field: str = "body") -> str:
    """Return the text of a notice with Unix line ends; refuse an empty, over-long or unprintable one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise RuleError("blank", "Write a message; it is empty.", field)
    if len(text) > MESSAGE_LIMIT:
        raise RuleError(
            "too_long", f"Shorten the message to {MESSAGE_LIMIT:,} characters; it has {len(text):,}.", field
        )
    _refuse_control_characters(text, field)
    return text


def checked_line(text: str, field: str, limit: int = TITLE_LIMIT) -> str:
    """Return a one-line text without outer white space; refuse an empty, over-long or unprintable one."""
    text = text.strip()
    if not any(is_visible(each) for each in text):
        raise RuleError("blank", "Fill this in; it is empty.", field)
    if len(text) > limit:
        raise RuleError("too_long", f"Shorten this to {limit} characters; it has {len(text)}.", field)
    _refuse_control_characters(text, field)
    if _LINE_BREAKING.search(text):
        raise RuleError("control_character", "Keep this on one line, without tabs.", field)
    return text


def checked_text(text: str, field: str, limit: int = 2000) -> str:
    """Return a text of some lines without outer white space, with Unix line ends; it may be empty."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > limit:
        raise RuleError("too_long", f"Shorten this to {limit:,} characters; it has {len(text):,}.", field)
    _refuse_control_characters(text, field)
    return text


def is_visible(character: str) -> bool:
    """Return whether a character shows at all: white space and marks of direction and joining do not."""
    return not character.isspace() and unicodedata.category(character) != "Cf"


def without_forbidden(text: str) -> str:
    """Return the text with every character that XML can't carry taken out (for imports only)."""
    return _FORBIDDEN.sub("", text)


def forbidden_character(text: str) -> str | None:
    """Return the first character that XML can't carry, None where there is none."""
    found = _FORBIDDEN.search(text)
    return found[0] if found else None


def _refuse_control_characters(text: str, field: str) -> None:
    found = _FORBIDDEN.search(text)
    if found:
        raise RuleError(
            "control_character",
            f"Remove the control character U+{ord(found[0]):04X} at position {found.start() + 1}.",
            field,
        )
