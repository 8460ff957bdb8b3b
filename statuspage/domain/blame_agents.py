"""Who a sentence is about: whether a person, a role or a team is the subject of what is said there."""

from collections.abc import Sequence
from itertools import pairwise

from statuspage.domain.blame_grammar import (
    ADVERBS,
    CLAUSE_WORDS,
    DETERMINERS,
    PREPOSITIONS,
    QUANTIFIERS,
    is_verb,
)
from statuspage.domain.blame_roster import Roster
from statuspage.domain.blame_text import Word
from statuspage.domain.blame_words import (
    CUSTOMER_KINDS,
    GROUP_KINDS,
    LEAD_KINDS,
    MACHINE_KINDS,
    MACHINE_ROLES,
    MEMBER_KINDS,
    ORDINARY_NAMES,
    PERSON_PRONOUNS,
    ROLES,
    SUPPORT_KINDS,
    TEAM_NOUNS,
)

# How far back a subject is looked for; sentences have no end, the search has.
REACH = 12
_BREAKS = frozenset(",;:()—–|[]")
_STOPS = (". ", "! ", "? ")


class Agents:
    """Finds persons, roles and teams in a sentence, by the names of one site."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._teams: dict[str, list[tuple[str, ...]]] = {}
        for names in roster.teams.values():
            for name in names:
                self._teams.setdefault(name[-1], []).append(name)

    def is_agent(self, words: Sequence[Word], at: int) -> bool:
        """Return whether that word is the last of what names a person, role or team."""
        word = words[at]
        if word.is_code:
            return False
        return self._is_role(words, at) or self._is_person(words, at) or self._is_team(words, at)

    def mind_of(self, words: Sequence[Word], at: int) -> int | None:
        """Return where the subject begins of a verb that only people do: know, forget, bother.

        With one of these "they", and a team called like its system, are people as well.
        """
        found = self.subject_of(words, at)
        if found is not None or at == 0 or is_break(words[at]):
            return found
        last = at - 1
        while last > max(0, at - REACH) and _is_adverb(words[last]) and not is_break(words[last + 1]):
            last -= 1
        key = words[last].key
        is_team = (key,) in self._teams.get(key, ()) and words[last].is_capital
        return last if key == "they" or is_team else None

    def subject_of(self, words: Sequence[Word], at: int) -> int | None:
        """Return where the subject of the verb at that place begins, None where it is no agent.

        It stands right before the verb, before a "who …" or "on the platform team", or before an earlier verb
        that "and" or "but" joins to this one.
        """
        last = at - 1
        while last >= max(0, at - REACH) and _is_adverb(words[last]) and not is_break(words[last + 1]):
            last -= 1
        if last < 0:
            return None
        if words[last].key in {"and", "but", "or", "then", "by", "for", "without"} or is_break(
            words[last + 1]
        ):
            return self._clause_subject(words, last)
        if is_break(words[at]):
            return None
        head = self._head(words, last)
        return None if head is None else self._start_as_subject(words, head)

    def agent_after(self, words: Sequence[Word], at: int) -> int | None:
        """Return where the agent that begins at that place ends, None where none begins there."""
        for end in range(at, min(at + 6, len(words))):
            if end > at and (is_break(words[end]) or words[end].key in CLAUSE_WORDS | PREPOSITIONS):
                return None
            if self.is_agent(words, end) and _is_whole(words, end + 1):
                return end
        return None

    def start_of(self, words: Sequence[Word], head: int) -> int:
        """Return where the noun phrase that ends at that place begins. Nothing stands before "she"; before a
        name only more of it."""
        start = head
        if words[head].key in PERSON_PRONOUNS:
            return head
        if self._is_person(words, head):
            while start > 0 and self._is_person(words, start - 1) and not is_break(words[start]):
                start -= 1
            return start
        while start > 0 and head - start < 5 and not is_break(words[start]):
            before = words[start - 1]
            if before.key in _BEFORE_NAMES or words[start].key in DETERMINERS:
                break
            start -= 1
        return start

    def _head(self, words: Sequence[Word], last: int) -> int | None:
        if words[last].key == "who" and last > 0:
            last -= 1
        if last > 0 and (_is_label(words[last]) and self._is_role(words, last - 1)):
            last -= 1
        if self.is_agent(words, last):
            return last
        for at in range(last - 1, max(-1, last - REACH), -1):
            following = words[at + 1]
            if self.is_agent(words, at) and _attaches(words, at + 1, last):
                return at
            if is_break(following) or (following.key in CLAUSE_WORDS and following.key != "who"):
                return None
        return None

    def _start_as_subject(self, words: Sequence[Word], head: int, depth: int = 0) -> int | None:
        """Return where the agent's phrase begins, None after a preposition ("by the engineer")."""
        start = self.start_of(words, head)
        if start == 0 or is_break(words[start]) or words[start - 1].key not in PREPOSITIONS:
            return start
        if words[start - 1].key == "of" and start > 1:
            whole = words[start - 2]
            if whole.key in QUANTIFIERS or self.is_agent(words, start - 2):
                return self.start_of(words, start - 2)
        # "someone on the platform team": the team is part of what names the person.
        outer = start - 2
        if depth < 3 and outer >= 0 and self.is_agent(words, outer):
            return self._start_as_subject(words, outer, depth + 1)
        return None

    def _clause_subject(self, words: Sequence[Word], last: int) -> int | None:
        """Return the agent with which the clause before began, for a verb that shares its subject."""
        for head in range(last, max(-1, last - REACH - 3), -1):
            if not self.is_agent(words, head) or not _is_whole(words, head + 1):
                continue
            start = self.start_of(words, head)
            is_first = start == 0 or is_break(words[start]) or words[start - 1].key in CLAUSE_WORDS
            if is_first and not words[head].is_possessive:
                return start
        return None

    def clause_subject(self, words: Sequence[Word], at: int) -> int | None:
        """Return where the agent begins that the clause around that place has as its subject, or None."""
        first = at
        while first > 0 and at - first < REACH and not is_break(words[first]):
            if words[first - 1].key in CLAUSE_WORDS - {"who"}:
                break
            first -= 1
        head = self.agent_after(words, first)
        return first if head is not None and head < at and not words[head].is_possessive else None

    def _is_role(self, words: Sequence[Word], at: int) -> bool:
        word, before = words[at], words[at - 1].key if at else ""
        if word.key in PERSON_PRONOUNS:
            return word.key != "i" or word.text == "I"
        if word.key in {"member", "members"}:
            return before in TEAM_NOUNS | MEMBER_KINDS
        if word.key in ROLES:
            is_machine = word.key in MACHINE_ROLES and before in MACHINE_KINDS
            return not is_machine and before not in CUSTOMER_KINDS
        if word.key in {"lead", "leads"}:
            return before in LEAD_KINDS
        if word.key == "support":
            return before in SUPPORT_KINDS or (at == 0 or words[at].is_capital)
        return False

    def _is_person(self, words: Sequence[Word], at: int) -> bool:
        word = words[at]
        if word.gap.endswith("@") and not word.gap[:-1].strip("\n *_(\"'"):
            return True
        if word.key not in self._roster.parts:
            return False
        return word.is_capital or word.key not in ORDINARY_NAMES

    def _is_team(self, words: Sequence[Word], at: int) -> bool:
        word, before = words[at], words[at - 1].key if at else ""
        if word.key in TEAM_NOUNS:
            return word.text != "Teams" or word.opens
        if word.key in {"group", "groups"}:
            return before in GROUP_KINDS
        # A team called "Database" is not told from the database itself; one of several words is.
        for name in self._teams.get(word.key, ()):
            beginning = at + 1 - len(name)
            if len(name) > 1 and beginning >= 0 and _keys(words[beginning : at + 1]) == name:
                return True
        return False


_AFTER_NAMES = PREPOSITIONS | CLAUSE_WORDS | ADVERBS
_BEFORE_NAMES = PREPOSITIONS | CLAUSE_WORDS | ADVERBS | {"it", "this", "that", "there"}


def _is_label(word: Word) -> bool:
    """Return whether a word tells one of several apart: engineer X, team 2."""
    return word.text.isdigit() or (len(word.text) == 1 and word.text.isupper() and word.text != "I")


def _is_whole(words: Sequence[Word], at: int) -> bool:
    """Return whether what names somebody ends before that place: not "the engineer console"."""
    if at >= len(words) or is_break(words[at]):
        return True
    key = words[at].key
    return key in _AFTER_NAMES or key.endswith("ly") or is_verb(key)


def _keys(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.key for word in words)


def is_break(word: Word) -> bool:
    """Return whether a comma, a bracket, a dash or a full stop stands before the word."""
    return any(mark in _BREAKS for mark in word.gap) or any(stop in word.gap for stop in _STOPS)


def _is_adverb(word: Word) -> bool:
    return word.key in ADVERBS or (word.key.endswith("ly") and len(word.key) > 4)


def _attaches(words: Sequence[Word], first: int, last: int) -> bool:
    """Return whether these words tell more of the agent before them: "who …", "on call"."""
    between = words[first : last + 1]
    if not between or any(word.key in CLAUSE_WORDS or is_break(word) for word in between[1:]):
        return False
    if between[0].key == "who":
        return True
    if is_break(between[0]) or between[0].key not in PREPOSITIONS - {"to", "by", "before", "after"}:
        return False
    return all(
        word.key not in DETERMINERS or before.key in PREPOSITIONS for before, word in pairwise(between)
    )
