"""Lists: which page of how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import request

from statuspage.domain.errors import RuleError
from statuspage.domain.text import forbidden_character

MOST = 100
_FURTHEST_PAGE = 1_000_000
_T = TypeVar("_T")
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a list that was asked for."""

    limit: int
    offset: int


def asked_slice() -> Slice:
    """Return what `page` (from 1) and `per_page` or `limit` ask for; by default the first 100."""
    limit = _number("per_page", _number("limit", MOST, MOST), MOST)
    return Slice(limit, (_number("page", 1, _FURTHEST_PAGE) - 1) * limit)


def one_page_of(things: Sequence[_T]) -> Sequence[_T]:
    """Return the part of a short list that was asked for."""
    part = asked_slice()
    return things[part.offset : part.offset + part.limit]


def asked_words() -> str:
    """Return the words of the search `q`, empty where nothing is searched for."""
    words = request.args.get("q", "").strip()
    if forbidden_character(words):
        raise RuleError("control_character", "Search for words without control characters.", "q")
    return words[:255]


def asked_text(name: str) -> str | None:
    """Return what narrows the list by that name, None where nothing does."""
    text = request.args.get(name, "").strip()
    return None if not text or forbidden_character(text) else text[:255]


def asked_choice(name: str, choices: type[_Choice]) -> _Choice | None:
    """Return the state that narrows the list by that name; refuse one that there is not."""
    text = asked_text(name)
    if text is None:
        return None
    try:
        return choices(text)
    except ValueError:
        known = ", ".join(choices)
        raise RuleError("invalid", f"Use one of {known}.", name) from None


def asked_flag(name: str) -> bool | None:
    """Return whether the list is narrowed to what is so, or is not; None where the request does not say."""
    text = asked_text(name)
    if text is None:
        return None
    if text not in {"true", "false"}:
        raise RuleError("invalid", "Use true or false.", name)
    return text == "true"


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= _FURTHEST_PAGE):
        raise RuleError("invalid", f"Use a whole number from 1 to {_FURTHEST_PAGE:,}.", name)
    return min(int(text), most)
