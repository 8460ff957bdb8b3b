"""The site's own words of blame: they count wherever they stand in the prose."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from statuspage.domain.blame_text import Hit, Reading, Word, folded, read

SITE_WORD = "site_word"


@dataclass(frozen=True, slots=True)
class SiteWord:
    """A word, or some in a row, that this site does not want to read, and what could stand instead."""

    word: str
    suggestion: str = ""


def site_words(reading: Reading, words: Collection[SiteWord]) -> Iterator[Hit]:
    """Yield each place of each of the site's words; a star at the end of one stands for any ending."""
    known: dict[str, list[tuple[tuple[str, ...], SiteWord]]] = {}
    for each in words:
        keys = tuple(word.key for word in read(each.word.replace("*", "")).words)
        if keys:
            known.setdefault(keys[0][:2], []).append((keys, each))
    for place, word in enumerate(reading.words):
        for keys, each in known.get(word.key[:2], ()):
            found = reading.words[place : place + len(keys)]
            if _is(found, keys, each.word.rstrip().endswith("*")):
                yield _hit(reading, found[0].start, found[-1].end, each)


def _is(found: tuple[Word, ...], keys: tuple[str, ...], is_open: bool) -> bool:
    if len(found) < len(keys) or any(word.is_code for word in found):
        return False
    if any(word.key != key for word, key in zip(found[:-1], keys, strict=False)):
        return False
    last = found[-1]
    return last.key.startswith(keys[-1]) if is_open else keys[-1] in {last.key, folded(last.text)}


def _hit(reading: Reading, start: int, end: int, word: SiteWord) -> Hit:
    matched = " ".join(reading.text[start:end].split())
    suggestion = word.suggestion or "Say what happened without this word."
    return Hit(start, end, SITE_WORD, f"“{matched}” is on this site's list of words to avoid.", suggestion)
