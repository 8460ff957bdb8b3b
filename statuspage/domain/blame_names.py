"""Names of people in a text: full names, first and last names, mail addresses and handles."""

import re
from collections.abc import Iterator

from statuspage.domain.blame_roster import FIRST_NAME, FULL_NAME, LAST_NAME, Roster
from statuspage.domain.blame_text import Hit, Reading, Word, folded
from statuspage.domain.blame_words import (
    ACTS_OF_PEOPLE,
    MONTHS,
    NO_HANDLES,
    NOT_NAMES,
    ORDINARY_NAMES,
    ROLES,
    TIME_WORDS,
)

MAIL_ADDRESS, HANDLE = "mail_address", "handle"

_WHO = "Customers read of roles and teams, never of people."
_REASONS = {
    FULL_NAME: f"“{{}}” is the name of a person. {_WHO}",
    FIRST_NAME: f"“{{}}” is the first name of a person here. {_WHO}",
    LAST_NAME: f"“{{}}” is the last name of a person here. {_WHO}",
    MAIL_ADDRESS: f"“{{}}” is the mail address of somebody. {_WHO}",
    HANDLE: f"“{{}}” names a person by a handle. {_WHO}",
}
_BY_ROLE = "Name the team or the role instead: “the team”, “the on-call engineer”."
_BY_TEAM = "Leave it out, or name the team."
_PERSON_ROLE = re.compile(r"[\w.+%'-]")


def names(reading: Reading, roster: Roster) -> Iterator[Hit]:
    """Yield every name, address and handle in the text; no two overlap."""
    taken: list[tuple[int, int]] = []
    for hit in _signs(reading):
        taken.append((hit.start, hit.end))
        yield hit
    taken.sort()
    yield from _named(reading, roster, taken)
    yield from _solid(reading, roster)


def _hit(reading: Reading, start: int, end: int, rule: str) -> Hit:
    matched = " ".join(reading.text[start:end].split())
    suggestion = _BY_TEAM if rule == MAIL_ADDRESS else _BY_ROLE
    wording = "" if rule == MAIL_ADDRESS else "the team"
    return Hit(start, end, rule, _REASONS[rule].format(matched), suggestion, wording)


def _signs(reading: Reading) -> Iterator[Hit]:
    """Yield mail addresses and handles, found from each @ outwards, at most as far as they may be long."""
    text, place, end = reading.text, reading.text.find("@"), 0
    while place >= 0:
        start, before = place, end
        while start > before and place - start < 64 and _PERSON_ROLE.match(text[start - 1]):
            start -= 1
        end = place + 1
        while end < len(text) and end - place < 254 and (text[end].isalnum() or text[end] in "._-"):
            end += 1
        while end > place + 1 and text[end - 1] in "._-":
            end -= 1
        rule = _sign_rule(reading, start, place, end)
        if rule:
            yield _hit(reading, start, end, rule)
        place = text.find("@", max(end, place + 1))


def _sign_rule(reading: Reading, start: int, place: int, end: int) -> str | None:
    text, domain = reading.text, reading.text[place + 1 : end]
    if start < place:
        top = domain.rpartition(".")[2]
        return MAIL_ADDRESS if "." in domain and len(top) > 1 and not top.isdigit() else None
    if (
        not domain[:1].isalpha()
        or domain.lower() in NO_HANDLES
        or (text[end : end + 1] == "/" and text[place - 1 : place] != "/")
    ):
        return None
    is_call = reading.is_code(place) and text[end : end + 1] == "("
    return None if is_call else HANDLE


def _named(reading: Reading, roster: Roster, taken: list[tuple[int, int]]) -> Iterator[Hit]:
    words, place, nth = reading.words, 0, 0
    while place < len(words):
        word = words[place]
        while nth < len(taken) and taken[nth][1] <= word.start:
            nth += 1
        if nth < len(taken) and taken[nth][0] <= word.start:
            place += 1
            continue
        team = _longest(words, place, roster.teams)
        if team:
            place += team
            continue
        length = _longest(words, place, roster.full)
        if length and _is_full_name(words[place : place + length]):
            yield _hit(reading, word.start, _bare_end(words[place + length - 1]), FULL_NAME)
            place += length
            continue
        dotted = _dotted_handle(reading, place, roster)
        if dotted:
            yield _hit(reading, word.start, words[place + dotted - 1].end, HANDLE)
            place += dotted
            continue
        rule = roster.parts.get(word.key)
        if rule and is_name(words, place, reading.text):
            yield _hit(reading, word.start, _bare_end(word), rule)
        elif rule is None and (part := _hyphened(word, roster)):
            start = word.start + part[0]
            yield _hit(
                reading, start, start + part[1], roster.parts[folded(reading.text[start : start + part[1]])]
            )
        place += 1


def _bare_end(word: Word) -> int:
    return word.end - 2 if word.is_possessive and folded(word.text).endswith("'s") else word.end


def _longest(words: tuple[Word, ...], place: int, known: dict[str, list[tuple[str, ...]]]) -> int:
    """Return how many words from there on are one of the known names, 0 where none is."""
    best = 0
    for name in known.get(words[place].key, ()):
        if len(name) > best and _follows(words, place, name):
            best = len(name)
    return best


def _follows(words: tuple[Word, ...], place: int, name: tuple[str, ...]) -> bool:
    if place + len(name) > len(words):
        return False
    for offset, part in enumerate(name):
        word = words[place + offset]
        if word.key != part and word.text.rstrip(".") != part:
            return False
        if offset and (len(word.gap) > 5 or word.gap.strip(" \t\n*_.,+") or not word.gap):
            return False
    return True


def _is_full_name(words: tuple[Word, ...]) -> bool:
    """Return whether it reads as a name: one of ordinary words alone ("mark page") needs its capitals."""
    if all(word.key in ORDINARY_NAMES or len(word.key) < 3 for word in words):
        return all(word.is_capital for word in words)
    return True


def _dotted_handle(reading: Reading, place: int, roster: Roster) -> int:
    """Return how many words from there on are a handle like dana.whitfield, 0 where none is."""
    words = reading.words
    key = words[place].key
    if key in roster.handles and key not in roster.parts and _is_telling(key):
        return 1
    for offset in range(1, min(4, len(words) - place)):
        if words[place + offset].gap not in {".", "_", "+"}:
            return 0
        key += words[place + offset].gap + words[place + offset].key
        if key in roster.handles:
            return offset + 1
    return 0


def _is_telling(handle: str) -> bool:
    """Return whether a handle names somebody even without its @."""
    if handle in NOT_NAMES or handle in ORDINARY_NAMES:
        return False
    return len(handle) >= 5 or any(not each.isalpha() for each in handle)


def is_name(words: tuple[Word, ...], place: int, text: str) -> bool:
    """Return whether a word that may be somebody's name is meant as one where it stands."""
    word = words[place]
    if word.key in ORDINARY_NAMES or word.key in MONTHS or len(word.key) < 3:
        return _is_meant(words, place)
    if word.is_capital or word.text.isupper():
        return True
    # In small letters a part of `dana-2` or `dana.service` is a machine's name.
    around = text[word.start - 1 : word.start] if word.start else "", text[word.end : word.end + 2]
    return around[0] not in {".", "-", "_"} and not (around[1][:1] in {".", "-"} and around[1][1:].isalnum())


def _is_meant(words: tuple[Word, ...], place: int) -> bool:
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else None
    if not word.is_capital or word.is_code or (word.key in MONTHS and _is_date(words, place)):
        return False
    if word.opens:
        return following is not None and following.gap == " " and following.key in ACTS_OF_PEOPLE
    return not (_is_title(words, place) or _is_product(words, place))


def _is_date(words: tuple[Word, ...], place: int) -> bool:
    beside = [words[at] for at in (place - 1, place + 1) if 0 <= at < len(words)]
    return any(each.key[:1].isdigit() or each.key in TIME_WORDS for each in beside)


def _is_product(words: tuple[Word, ...], place: int) -> bool:
    """Return whether another capital stands beside it, as in "Enterprise Cloud"; a role may."""
    before, after = words[place], words[place + 1] if place + 1 < len(words) else None
    beside = [after] if after is not None and after.gap == " " else []
    beside += [words[place - 1]] if place and before.gap == " " and not words[place - 1].opens else []
    return any(each.is_capital and each.key not in ROLES for each in beside)


def _is_title(words: tuple[Word, ...], place: int) -> bool:
    """Return whether the words around are all capitals too, as in a heading."""
    around = words[max(0, place - 4) : place + 5]
    longer = [each for each in around if len(each.key) > 2 and each.sentence == words[place].sentence]
    others = [each for each in longer if each is not words[place] and not each.opens]
    return len(others) > 1 and all(each.is_capital for each in others)


def _hyphened(word: Word, roster: Roster) -> tuple[int, int] | None:
    """Return place and length of a name within a word like "Dana-approved"."""
    if "-" not in word.key or any(each.isdigit() for each in word.text):
        return None
    start = 0
    for part in re.split("[-‐‑]", word.text):
        if part[:1].isupper() and folded(part) in roster.parts and folded(part) not in ORDINARY_NAMES:
            return start, len(part)
        start += len(part) + 1
    return None


def _solid(reading: Reading, roster: Roster) -> Iterator[Hit]:
    for name in sorted(roster.solid):
        place = reading.text.find(name)
        while place >= 0:
            yield _hit(reading, place, place + len(name), FULL_NAME)
            place = reading.text.find(name, place + len(name))
