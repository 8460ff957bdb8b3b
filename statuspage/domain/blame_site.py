"""The site's own words of blame: they count wherever they stand in the prose."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from statuspage.domain.blame_text import Hit, Reading, Word, folded, read
from statuspage.domain.errors import RuleError
from statuspage.domain.text import checked_line

SITE_WORD = "site_word"
MOST_WORDS = 200
WORD_LIMIT, SUGGESTION_LIMIT = 80, 200


@dataclass(frozen=True, slots=True)
class SiteWord:
    """A word, or some in a row, that this site does not want to read, and what could stand instead."""

    word: str
    suggestion: str = ""


def checked_words(words: Collection[SiteWord], field: str) -> tuple[SiteWord, ...]:
    """Return the site's words without outer white space; raise `too_many`, `blank`, `too_long`,
    `control_character`, `not_a_word`, `duplicate_word`."""
    if len(words) > MOST_WORDS:
        raise RuleError("too_many", f"Keep this to {MOST_WORDS} words; there are {len(words)}.", field)
    checked = tuple(_checked(each, field) for each in words)
    known: set[tuple[str, ...]] = set()
    for each in checked:
        keys = (*_keys(each), "*" if is_open(each) else "")
        if keys in known:
            raise RuleError("duplicate_word", f"“{each.word}” is in the list twice.", field)
        known.add(keys)
    return checked


def _checked(given: SiteWord, field: str) -> SiteWord:
    word = " ".join(checked_line(given.word, field, WORD_LIMIT).split())
    if not _keys(SiteWord(word)) or "*" in word[:-1] or "=" in word:
        raise RuleError(
            "not_a_word", f"“{word}” is no word: use letters, and a star at the end for any ending.", field
        )
    suggestion = given.suggestion.strip()
    return SiteWord(word, checked_line(suggestion, field, SUGGESTION_LIMIT) if suggestion else "")


def is_open(word: SiteWord) -> bool:
    """Return whether any ending may follow."""
    return word.word.rstrip().endswith("*")


def _keys(word: SiteWord) -> tuple[str, ...]:
    return tuple(each.key for each in read(word.word.replace("*", "")).words)


def site_words(reading: Reading, words: Collection[SiteWord]) -> Iterator[Hit]:
    """Yield each place of each of the site's words; a star at the end of one stands for any ending."""
    known: dict[str, list[tuple[tuple[str, ...], SiteWord]]] = {}
    for each in words:
        keys = _keys(each)
        if keys:
            known.setdefault(keys[0][:2], []).append((keys, each))
    for place, word in enumerate(reading.words):
        for keys, each in known.get(word.key[:2], ()):
            found = reading.words[place : place + len(keys)]
            if _is(found, keys, is_open(each)):
                yield _hit(reading, found[0].start, found[-1].end, each)


def _is(found: tuple[Word, ...], keys: tuple[str, ...], has_any_ending: bool) -> bool:
    if len(found) < len(keys) or any(word.is_code for word in found):
        return False
    if any(word.key != key for word, key in zip(found[:-1], keys, strict=False)):
        return False
    last = found[-1]
    return last.key.startswith(keys[-1]) if has_any_ending else keys[-1] in {last.key, folded(last.text)}


def _hit(reading: Reading, start: int, end: int, word: SiteWord) -> Hit:
    matched = " ".join(reading.text[start:end].split())
    suggestion = word.suggestion or "Say what happened without this word."
    # A sentence tells the writer what to do; anything else can stand in the word's place.
    wording = "" if word.suggestion.endswith((".", "!", "?")) else word.suggestion
    reason = f"“{matched}” is on this site's list of words to avoid."
    return Hit(start, end, SITE_WORD, reason, suggestion, wording)
