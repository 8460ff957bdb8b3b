"""What could be written instead of words of blame, made of the sentence's own words where it can be."""

from collections.abc import Sequence
from itertools import pairwise

from statuspage.domain.blame_agents import is_break
from statuspage.domain.blame_grammar import CLAUSE_WORDS, DETERMINERS, NUMBERS, PREPOSITIONS, participle_of
from statuspage.domain.blame_text import Word

_LONGEST = 12
_OBJECT_BEGINS = DETERMINERS | NUMBERS | {"both", "all"}


def left_undone(text: str, words: Sequence[Word], verb: int) -> str:
    """Return the wording for a verb in its base form that somebody "failed to" do."""
    if verb >= len(words):
        return "Say what was not done, and what could have prompted or checked it."
    found = _object(text, words, verb + 1)
    if found is not None and words[verb].key.isalpha():
        thing, was = found
        done = participle_of(words[verb].key)
        nothing = "nothing prompted it" if done.endswith("checked") else "nothing prompted or checked it"
        return f"“{thing} {was} not {done}; {nothing}.”"
    return f"“Nothing prompted anybody to {_until_clause(text, words, verb)}, and nothing checked it.”"


def left_out(text: str, words: Sequence[Word], first: int) -> str:
    """Return the wording for a thing that somebody "forgot" or "neglected"."""
    found = _object(text, words, first)
    if found is None:
        return "Say what was not done, and what could have prompted or checked it."
    thing, was = found
    return f"“{thing} {was} not dealt with; nothing prompted or checked it.”"


def hindsight(text: str, words: Sequence[Word], done: int, is_could: bool) -> str:
    """Return the wording for a participle that somebody "should have" done."""
    found = _object(text, words, done + 1)
    after = "what would have made it possible" if is_could else "what could have prompted it"
    if found is not None:
        thing, was = found
        return f"“{thing} {was} not {words[done].key}”: say {after}."
    return f"Say what was known at the time, and {after}."


def possible(text: str, words: Sequence[Word], done: int) -> str:
    """Return the wording for what somebody "should not have" done."""
    return f"Say what allowed it: nothing stood in the way of “{_until_clause(text, words, done)}”."


def overlooked(text: str, words: Sequence[Word], verb: int) -> str:
    """Return the wording for what somebody ignored, skipped or broke."""
    found = _object(text, words, verb + 1)
    if found is None:
        return conditions()
    thing, was = found
    if words[verb].key in {"ignored", "disregarded", "missed", "overlooked", "neglected"}:
        return f"“{thing} {was} not acted on”: say what made it easy to miss."
    if words[verb].key in {"skipped", "bypassed", "violated", "flouted", "disobeyed"}:
        return f"“{thing} {was} not followed; nothing required or enforced it.”"
    return conditions()


def judgement(word: str) -> str:
    """Return the wording for a word about somebody's character."""
    return f"Leave out “{word}”; say what the tool or the process allowed, and which check was missing."


def conditions() -> str:
    """Return the wording where a person is named as the cause."""
    return "Name the conditions instead: what made this easy to do, and what did not catch it?"


def _object(text: str, words: Sequence[Word], first: int) -> tuple[str, str] | None:
    """Return what a verb is about, with "was" or "were": "The runbook", "was"; None where that is unclear."""
    if first >= len(words) or is_break(words[first]):
        return None
    if words[first].key not in _OBJECT_BEGINS and not words[first].is_possessive:
        return None
    end = first + 1
    while end < len(words) and end - first < _LONGEST and not is_break(words[end]):
        key = words[end].key
        if key in CLAUSE_WORDS | NUMBERS or (key in PREPOSITIONS and key != "of") or key.endswith("ly"):
            break
        end += 1
    if end - first < 2:
        return None
    phrase = _written(text, words, first, end)
    return phrase[:1].upper() + phrase[1:], _was(words[first:end])


def _was(words: Sequence[Word]) -> str:
    head = next((before for before, word in pairwise(words) if word.key == "of"), words[-1])
    is_many = head.key.endswith("s") and not head.key.endswith(("ss", "us", "is"))
    return "were" if is_many else "was"


def _until_clause(text: str, words: Sequence[Word], first: int) -> str:
    end = first + 1
    while end < len(words) and end - first < _LONGEST and not is_break(words[end]):
        if words[end].key in CLAUSE_WORDS - {"that"}:
            break
        end += 1
    return _written(text, words, first, end)


def _written(text: str, words: Sequence[Word], first: int, end: int) -> str:
    return " ".join(text[words[first].start : words[end - 1].end].split())
