"""A text as the blameless check reads it: words with their places, in sentences, with code set apart."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from statuspage.domain.blame_code import FENCE, code_spans, is_within

# Word characters are all but white space and punctuation, so that marks of any script stay with their letter.
_LETTER = r"[^\s!-/:-@\[-^`{-~\u00a1-\u00bf\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u303f\uff00-\uff0f]"
_WORD = re.compile(rf"{_LETTER}+(?:['’\-‐‑]{_LETTER}+)*")
_NEW_SENTENCE = re.compile(r"[ \t>]*(?:[-*+•][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|[|:=-]+[ \t]*$)")
# Possessive, and from the first mark on only, so that a row of dots is read once.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]*_]{0,3}(?=\s|$)|[。！？|]")
_GAP = re.compile(r"\s")
_LEADING = " \t\n-*+•#>|"
# Where somebody forgot all full stops, a sentence is cut at the next white space.
LONGEST_SENTENCE = 1_000
_ABBREVIATIONS = frozenset(
    {"e.g.", "i.e.", "eg.", "etc.", "cf.", "vs.", "approx.", "no.", "mr.", "ms.", "dr.", "mrs."}
)
_OPENERS = ':("“„«‘—–[|'


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands. `key` is what it is compared by, without a possessive ending.

    `opens`: it begins a sentence, or what follows a colon, a quotation mark or a dash, where a capital says
    nothing. `gap` is what stands between it and the word before.
    """

    start: int
    end: int
    text: str
    key: str
    gap: str
    sentence: int
    is_possessive: bool = False
    is_code: bool = False
    opens: bool = False

    @property
    def is_capital(self) -> bool:
        """Return whether it is written like a name: a capital, then small letters."""
        return self.text[:1].isupper() and not (len(self.text) > 1 and self.text.isupper())


@dataclass(frozen=True, slots=True)
class Hit:
    """What one rule found, before its sentence is put beside it."""

    start: int
    end: int
    rule: str
    reason: str
    suggestion: str
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its words and its sentences, both in order."""

    text: str
    words: tuple[Word, ...]
    sentences: tuple[tuple[int, int], ...]
    code: tuple[tuple[int, int], ...]

    def sentence_at(self, place: int) -> int:
        """Return which sentence that place is in."""
        return max(bisect_right(self.sentences, (place, len(self.text) + 1)) - 1, 0)

    def sentence(self, index: int) -> str:
        """Return that sentence as it is written, on one line."""
        start, end = self.sentences[index]
        return " ".join(self.text[start:end].split()).lstrip(_LEADING)

    def is_code(self, place: int) -> bool:
        """Return whether that place is code or part of an address."""
        return is_within(self.code, place)

    def by_sentence(self) -> Iterator[list[Word]]:
        """Yield the words of each sentence that has some."""
        found: list[Word] = []
        for word in self.words:
            if found and found[-1].sentence != word.sentence:
                yield found
                found = []
            found.append(word)
        if found:
            yield found


def normalised(sentence: str) -> str:
    """Return a sentence as findings are known by: one space between words, the same quotation marks."""
    plain = unicodedata.normalize("NFC", sentence).translate(_PLAIN)
    return " ".join(plain.split())


_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-"})


def folded(text: str) -> str:
    """Return what a word is compared by: without case, accents and kinds of apostrophes and hyphens."""
    plain = text.translate(_PLAIN)
    if plain.isascii():
        return plain.lower()
    split = unicodedata.normalize("NFKD", plain.casefold())
    # Only the accents of letters that can do without them: marks of Indic scripts are letters.
    return "".join(each for each in split if not "\u0300" <= each <= "\u036f")


def read(text: str) -> Reading:
    """Return the text's words and sentences. The time grows with its length, whatever stands in it."""
    code = tuple(code_spans(text))
    sentences = tuple(_sentences(text, code))
    return Reading(text, tuple(_words(text, code, sentences)), sentences, code)


def _words(
    text: str, code: tuple[tuple[int, int], ...], sentences: tuple[tuple[int, int], ...]
) -> Iterator[Word]:
    index, before, last = 0, 0, -1
    for match in _WORD.finditer(text):
        start, end = match.span()
        while end > start and text[start] == "_":  # emphasis, not part of the word
            start += 1
        while end > start and text[end - 1] == "_":
            end -= 1
        if start == end:
            continue
        while index + 1 < len(sentences) and sentences[index + 1][0] <= start:
            index += 1
        gap = text[max(before, start - 40) : start]
        written = text[start:end]
        key = folded(written)
        is_possessive = key.endswith("'s") and len(key) > 2
        yield Word(
            start,
            end,
            written,
            key[:-2] if is_possessive else key,
            gap,
            index,
            is_possessive or (text[end : end + 1] in {"'", "’"} and key.endswith("s")),
            is_within(code, start),
            last != index or any(mark in gap for mark in _OPENERS),
        )
        before, last = end, index


def _sentences(text: str, code: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """Yield where sentences stand, one after the other, without a hole."""
    start = 0
    for place in sorted({*_stops(text, code), *_line_starts(text)}):
        if place > start:
            yield from _pieces(text, start, place)
            start = place
    if start < len(text) or start == 0:
        yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_SENTENCE:
        gap = _GAP.search(text, start + LONGEST_SENTENCE, end)
        if gap is None:
            break
        yield start, gap.start()
        start = gap.start()
    yield start, end


def _stops(text: str, code: tuple[tuple[int, int], ...]) -> Iterator[int]:
    for match in _STOP.finditer(text):
        if is_within(code, match.start()):
            continue
        following = text[match.end() : match.end() + 40].lstrip()
        if match[0].startswith(".") and (following[:1].islower() or _is_abbreviation(text, match.end())):
            continue
        yield match.end()


def _is_abbreviation(text: str, end: int) -> bool:
    words = text[max(0, end - 12) : end].split()
    return bool(words) and words[-1].lower().lstrip("(") in _ABBREVIATIONS


def _line_starts(text: str) -> Iterator[int]:
    """Yield where a line begins a sentence of its own: after a blank line, in lists, headings and tables."""
    place, is_apart = 0, True
    for line in text.splitlines(keepends=True):
        begins = _NEW_SENTENCE.match(line) is not None or FENCE.match(line) is not None
        if is_apart or begins or not line.strip():
            yield place
        is_apart = not line.strip() or line.lstrip(" >").startswith("#") or FENCE.match(line) is not None
        place += len(line)
