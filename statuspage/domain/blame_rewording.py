"""What could be written instead of words of blame, made of the sentence's own words where it can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from statuspage.domain.blame_agents import REACH, is_break
from statuspage.domain.blame_grammar import CLAUSE_WORDS, DETERMINERS, NUMBERS, PREPOSITIONS, participle_of
from statuspage.domain.blame_text import Word

_LONGEST = 12
_OBJECT_BEGINS = DETERMINERS | NUMBERS | {"both", "all"}


@dataclass(frozen=True, slots=True)
class Reworded:
    """A suggestion to read; where it can be made of the sentence's own words, also `wording`, which can stand
    in the place of everything from what was found up to the word at `last`."""

    suggestion: str
    wording: str = ""
    last: int | None = None


def left_undone(text: str, words: Sequence[Word], verb: int) -> Reworded:
    """Return the wording for a verb in its base form that somebody "failed to" do."""
    if verb >= len(words):
        return Reworded("Say what was not done, and what could have prompted or checked it.")
    done = participle_of(words[verb].key)
    nothing = "nothing prompted it" if done.endswith("checked") else "nothing prompted or checked it"
    found = _passive(text, words, verb, f"not {done}", f"; {nothing}") if words[verb].key.isalpha() else None
    if found is not None:
        return Reworded(f"“{_begun(found.wording)}.”", found.wording, found.last)
    last = _clause_end(words, verb)
    wording = f"nothing prompted anybody to {_written(text, words, verb, last + 1)}, and nothing checked it"
    return Reworded(f"“{_begun(wording)}.”", wording, last)


def left_out(text: str, words: Sequence[Word], first: int) -> Reworded:
    """Return the wording for a thing that somebody "forgot" or "neglected"."""
    found = _passive(text, words, first - 1, "not dealt with", "; nothing prompted or checked it")
    if found is None:
        return Reworded("Say what was not done, and what could have prompted or checked it.")
    return Reworded(f"“{_begun(found.wording)}.”", found.wording, found.last)


def hindsight(text: str, words: Sequence[Word], done: int, is_could: bool) -> Reworded:
    """Return the wording for a participle that somebody "should have" done."""
    found = _passive(text, words, done, f"not {words[done].key}")
    after = "what would have made it possible" if is_could else "what could have prompted it"
    if found is None:
        return Reworded(f"Say what was known at the time, and {after}.")
    return Reworded(f"“{_begun(found.wording)}”: say {after}.", found.wording, found.last)


def possible(text: str, words: Sequence[Word], done: int) -> Reworded:
    """Return the wording for what somebody "should not have" done."""
    what = _written(text, words, done, _clause_end(words, done) + 1)
    return Reworded(f"Say what allowed it: nothing stood in the way of “{what}”.")


def overlooked(text: str, words: Sequence[Word], verb: int) -> Reworded:
    """Return the wording for what somebody ignored, skipped or broke."""
    if words[verb].key in {"ignored", "disregarded", "missed", "overlooked", "neglected"}:
        found = _passive(text, words, verb, "not acted on")
        after = "”: say what made it easy to miss."
    elif words[verb].key in {"skipped", "bypassed", "violated", "flouted", "disobeyed"}:
        found = _passive(text, words, verb, "not followed", "; nothing required or enforced it")
        after = ".”"
    else:
        return conditions()
    if found is None:
        return conditions()
    return Reworded(f"“{_begun(found.wording)}{after}", found.wording, found.last)


def judgement(word: str) -> Reworded:
    """Return the wording for a word about somebody's character."""
    return Reworded(
        f"Leave out “{word}”; say what the tool or the process allowed, and which check was missing."
    )


def conditions() -> Reworded:
    """Return the wording where a person is named as the cause."""
    return Reworded("Name the conditions instead: what made this easy to do, and what did not catch it?")


def _passive(text: str, words: Sequence[Word], verb: int, done: str, nothing: str = "") -> Reworded | None:
    """Return "the runbook was not followed at night; nothing …" for "follow the runbook at night"."""
    end = _object_end(words, verb + 1)
    if end is None:
        return None
    last = _clause_end(words, verb)
    if end <= last and words[end].key == "by":  # who did it, or by what: no part of what was not done
        return None
    rest = f" {_written(text, words, end, last + 1)}" if end <= last else ""
    thing = _written(text, words, verb + 1, end)
    if not words[verb + 1].is_possessive:
        thing = thing[:1].lower() + thing[1:]
    return Reworded("", f"{thing} {_was(words[verb + 1 : end])} {done}{rest}{nothing}", last)


def _begun(wording: str) -> str:
    return wording[:1].upper() + wording[1:]


def _object_end(words: Sequence[Word], first: int) -> int | None:
    """Return where ends what a verb is about ("the runbook"), None where that is unclear."""
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
    return end if end - first > 1 else None


def _was(words: Sequence[Word]) -> str:
    head = next((before for before, word in pairwise(words) if word.key == "of"), words[-1])
    is_many = head.key.endswith("s") and not head.key.endswith(("ss", "us", "is"))
    return "were" if is_many else "was"


def _clause_end(words: Sequence[Word], first: int) -> int:
    """Return the last word of the clause in which that word stands."""
    end = first + 1
    while end < len(words) and end - first < REACH and not is_break(words[end]):
        if words[end].key in CLAUSE_WORDS - {"that"}:
            break
        end += 1
    return end - 1


def _written(text: str, words: Sequence[Word], first: int, end: int) -> str:
    return " ".join(text[words[first].start : words[end - 1].end].split())
