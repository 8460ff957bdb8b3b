"""Rules about faults and characters: "human error", "the fault of", "careless"."""

from statuspage.domain.blame_agents import is_break
from statuspage.domain.blame_grammar import PREPOSITIONS
from statuspage.domain.blame_place import BE, LIGHT, Place
from statuspage.domain.blame_rewording import conditions, judgement
from statuspage.domain.blame_text import Hit
from statuspage.domain.blame_words import HUMANS, ROLES, TOO, TRADE_WORDS


def character_adverb(place: Place) -> Hit | None:
    """The engineer carelessly ran the script; the reviewer approved it blindly."""
    if place.agents.clause_subject(place.words, place.at) is None and not _has_agent_behind(place):
        return None
    return _judged(place, place.at, place.at)


def character_adjective(place: Place) -> Hit | None:
    """A careless engineer; the team was careless; careless testing by the release manager."""
    at = place.at
    end = place.agents.agent_after(place.words, at + 1)
    if end is not None:
        return _judged(place, at, end)
    before = at - 1
    while before > 0 and (place.key_at(before) in LIGHT | {"too", "so", "very", "rather", "being"}):
        before -= 1
    if place.key_at(before) in BE:
        start = place.agents.subject_of(place.words, before)
        if start is not None:
            return _judged(place, start, at)
    return _judged(place, at, at) if _has_agent_behind(place) else None


def _has_agent_behind(place: Place) -> bool:
    """Return whether "by the release manager" or "of the team" follows in the same clause."""
    for at in range(place.at + 1, min(place.at + 8, len(place.words) - 1)):
        if is_break(place.words[at]):
            return False
        if (
            place.key_at(at) in {"by", "of", "from"}
            and place.agents.agent_after(place.words, at + 1) is not None
        ):
            return True
    return False


def _judged(place: Place, start: int, end: int) -> Hit:
    word = place.words[place.at].text
    reason = f"“{word}” judges a person's character instead of telling what happened."
    return place.hit(start, end, "character", reason, judgement(word))


def too(place: Place) -> Hit | None:
    """The developers were too slow to react."""
    at = place.at
    if place.key_at(at + 1) not in TOO or place.key_at(at - 1) not in BE:
        return None
    start = place.agents.subject_of(place.words, at - 1)
    if start is None:
        return None
    reason = "{} judges a person instead of telling what happened."
    return place.hit(start, at + 1, "character", reason, judgement(place.phrase(at, at + 1)))


def character_noun(place: Place) -> Hit | None:
    """Negligence, whoever is meant: only people have it."""
    return fault_noun(place) or _judged(place, place.at, place.at)


def fault_noun(place: Place) -> Hit | None:
    """Human error; the engineer's mistake; the fault of the networking group; a mistake by the operator."""
    at, words = place.at, place.words
    if place.key_at(at + 1) in TRADE_WORDS and not is_break(words[at + 1]):
        return None
    if at and not is_break(words[at]):
        before = words[at - 1]
        is_theirs = before.is_possessive and place.agents.is_agent(words, at - 1)
        if is_theirs or place.key_at(at - 1) in {"his", "her"} or _is_human(place):
            return _caused(place, place.agents.start_of(words, at - 1) if is_theirs else at - 1, at)
        if place.key_at(at - 1) == "at" and place.key_at(at - 2) in BE and place.key == "fault":
            start = place.agents.subject_of(words, at - 2)
            return None if start is None else _caused(place, start, at)
    return _fault_of(place) or _made(place)


def _made(place: Place) -> Hit | None:
    """The developer made an error."""
    for at in range(place.at - 1, max(-1, place.at - 4), -1):
        if is_break(place.words[at + 1]):
            return None
        if place.key_at(at) in {"made", "makes", "make", "committed"}:
            start = place.agents.subject_of(place.words, at)
            return None if start is None else _caused(place, start, place.at)
    return None


def _is_human(place: Place) -> bool:
    """Return whether the word before makes it human error. "User errors" are mostly errors that users saw."""
    before = place.key_at(place.at - 1)
    if before == "user":
        return place.key == "error" and place.key_at(place.at - 2) in {"to", "by", "of", "was", "is", "a"}
    return before in HUMANS or (before in ROLES and place.agents.is_agent(place.words, place.at - 1))


def _fault_of(place: Place) -> Hit | None:
    at = place.at + 1
    if place.key_at(at) == "made":
        at += 1
    links = {"by", "of"} if place.key in {"fault", "mistake", "negligence", "incompetence"} else {"by"}
    if [place.key_at(at + each) for each in range(4)] == ["on", "the", "part", "of"]:
        at += 3
    elif place.key_at(at) not in links:
        return None
    end = place.agents.agent_after(place.words, at + 1)
    return None if end is None else _caused(place, place.at, end)


def _caused(place: Place, start: int, end: int) -> Hit:
    reason = "{} ends the question with a person; what made it easy stays unasked."
    return place.hit(start, end, "human_error", reason, conditions())


def blame(place: Place) -> Hit | None:
    """Nobody blames the engineer; the team is to blame."""
    at, words = place.at, place.words
    if place.key_at(at - 1) == "to" and place.key_at(at - 2) in BE:
        start = place.agents.subject_of(words, at - 2)
        return None if start is None else _caused(place, start, at)
    first = at + 1
    while place.key_at(first) in PREPOSITIONS | {"lies", "falls", "rests"} and first < at + 4:
        first += 1
    end = place.agents.agent_after(words, first)
    return None if end is None else _caused(place, at, end)
