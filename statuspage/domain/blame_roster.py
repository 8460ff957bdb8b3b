"""The names that the blameless check looks for."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from statuspage.domain.blame_text import folded
from statuspage.domain.blame_words import NOT_NAMES, PARTICLES

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
    solid: tuple[str, ...] = ()
    teams: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)


def roster_of(people: Collection[Person], teams: Collection[str]) -> Roster:
    """Return what to look for, of these people and teams."""
    full: dict[str, list[tuple[str, ...]]] = {}
    parts: dict[str, str] = {}
    solid: set[str] = set()
    for person in people:
        words = tuple(folded(part).strip(".") for part in _PART.findall(person.name))
        words = tuple(word for word in words if word)
        if _has_no_spaces(person.name):
            solid.update(part for part in _PART.findall(person.name) if len(part) > 1)
            continue
        if len(words) > 1 and not all(word in NOT_NAMES for word in words):
            full.setdefault(words[0], []).append(words)
            full.setdefault(words[-1], []).append((words[-1], *words[:-1]))
            if len(words) > 2:
                full[words[0]].append((words[0], words[-1]))
        for place, word in enumerate(words):
            if len(word) > 1 and word not in NOT_NAMES and word not in PARTICLES:
                parts.setdefault(word, LAST_NAME if place else FIRST_NAME)
    handles = frozenset(handle for handle in map(_handle_of, people) if handle)
    return Roster(full, parts, handles, tuple(sorted(solid)), _teams_of(teams))


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
