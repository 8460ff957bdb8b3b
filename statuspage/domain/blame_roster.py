"""The names that the blameless check looks for."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from statuspage.domain.blame_text import folded
from statuspage.domain.blame_words import NOT_NAMES, ORDINARY_NAMES, PARTICLES

FULL_NAME, FIRST_NAME, LAST_NAME = "full_name", "first_name", "last_name"

_PART = re.compile(r"[^\s,;()\"“”\[\]<>]+")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose name no customer reads. First name, last name and handle follow from these."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The names to look for, each by what it is compared by.

    `full` has whole names by their first word; `parts` the rule for each word of a name; `solid` are names in
    scripts that set no spaces; `teams` are names that may be read, by their first word.
    """

    full: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    handles: frozenset[str] = frozenset()
    solid: set[str] = field(default_factory=set)
    teams: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)


def roster_of(people: Collection[Person], teams: Collection[str]) -> Roster:
    """Return what to look for, of these people and teams."""
    return _roster(tuple(people), tuple(teams))


# The texts of one postmortem are looked through one after the other for the same names.
@lru_cache(maxsize=4)
def _roster(people: tuple[Person, ...], teams: tuple[str, ...]) -> Roster:
    roster = Roster(teams=_teams_of(teams), handles=frozenset(filter(None, map(_handle_of, people))))
    for person in people:
        if _has_no_spaces(person.name):
            roster.solid.update(part for part in _PART.findall(person.name) if len(part) > 1)
            continue
        words = tuple(filter(None, (folded(part).strip(".") for part in _PART.findall(person.name))))
        if not all(word in NOT_NAMES for word in words):
            _add_name(roster, words)
    return roster


def _add_name(roster: Roster, words: tuple[str, ...]) -> None:
    """Add a name in both orders, without its middle, and each of its words that names somebody alone."""
    if len(words) > 1:
        first, *middle, last = words
        for name in {words, (first, last), (last, first), (last, first, *middle)}:
            roster.full.setdefault(name[0], []).append(name)
    for place, word in enumerate(words):
        if len(word) > 1 and word not in PARTICLES and (word not in NOT_NAMES or word in ORDINARY_NAMES):
            roster.parts.setdefault(word, LAST_NAME if place else FIRST_NAME)


def _handle_of(person: Person) -> str:
    return folded(person.email.partition("@")[0].partition("+")[0])


def _teams_of(teams: Collection[str]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for team in teams:
        words = tuple(folded(part) for part in _PART.findall(team))
        if words:
            found.setdefault(words[0], []).append(words)
    return found


def _has_no_spaces(name: str) -> bool:
    """Return whether the name is in a script that sets no spaces between words (Han, kana, Thai)."""
    letters = [each for each in name if each.isalpha()]
    return bool(letters) and all(
        "\u2e80" <= each <= "\u9fff" or "\u0e00" <= each <= "\u0e7f" for each in letters
    )
