"""A text as the blameless check reads it: words with their places, in sentences, with code set apart."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

# Word characters are all but white space and punctuation, so that marks of any script stay with their letter.
_LETTER = r"[^\s!-/:-@\[-^`{-~\u00a1-\u00bf\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u303f\uff00-\uff0f]"
_WORD = re.compile(rf"{_LETTER}+(?:['’\-‐‑]{_LETTER}+)*")
_ADDRESS = re.compile(r"(?:\b(?:https?|ftp)://|\bwww\.|\]\()[^\s<>()\"`\]]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TICKS = re.compile("`+")
_NEW_SENTENCE = re.compile(r"[ \t>]*(?:[-*+•][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|[|:=-]+[ \t]*$)")
_STOP = re.compile(r"[.!?…。！？]+[\"'”’)\]*_]{0,3}(?=\s|$)|[。！？|]")
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


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its words and its sentences, both in order."""

    text: str
    words: tuple[Word, ...]
    sentences: tuple[tuple[int, int], ...]
    code: tuple[tuple[int, int], ...]

    def sentence_at(self, place: int) -> str:
        """Return the sentence around that place as it is written, on one line."""
        index = bisect_right(self.sentences, (place, len(self.text) + 1)) - 1
        start, end = self.sentences[max(index, 0)]
        return normalised(self.text[start:end])

    def is_code(self, place: int) -> bool:
        """Return whether that place is code or part of an address."""
        return _is_within(self.code, place)

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
    code = tuple(_code_spans(text))
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
            _is_within(code, start),
            last != index or any(mark in gap for mark in _OPENERS),
        )
        before, last = end, index


def _sentences(text: str, code: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """Yield where sentences stand, one after the other, without a hole."""
    start = 0
    for place in sorted({*_stops(text, code), *_line_starts(text)}):
        if place > start:
            yield start, place
            start = place
    if start < len(text) or start == 0:
        yield start, len(text)


def _stops(text: str, code: tuple[tuple[int, int], ...]) -> Iterator[int]:
    for match in _STOP.finditer(text):
        if _is_within(code, match.start()):
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
        begins = _NEW_SENTENCE.match(line) is not None or _FENCE.match(line) is not None
        if is_apart or begins or not line.strip():
            yield place
        is_apart = not line.strip() or line.lstrip(" >").startswith("#") or _FENCE.match(line) is not None
        place += len(line)


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    spans = [*_fenced(text)]
    spans += _inline(text, spans)
    taken = sorted(spans)
    spans += [m.span() for m in _ADDRESS.finditer(text) if not _is_within(taken, m.start())]
    yield from sorted(spans)


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """Yield the blocks between fences; one that is never closed goes on to the end."""
    place, opened, fence = 0, 0, ""
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if match and not fence:
            opened, fence = place, match[1]
        elif match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
            yield opened, place + len(line)
            fence = ""
        place += len(line)
    if fence:
        yield opened, len(text)


def _inline(text: str, fenced: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what stands between two equal runs of backticks within a paragraph."""
    places = [match.span() for match in _TICKS.finditer(text) if not _is_within(fenced, match.start())]
    ends = [match.start() for match in re.finditer(r"\n[ \t]*\n", text)]
    later: dict[int, list[int]] = {}
    for number, (start, end) in enumerate(places):
        later.setdefault(end - start, []).append(number)
    number = 0
    while number < len(places):
        start, end = places[number]
        same = later[end - start]
        at = bisect_right(same, number)
        closing = same[at] if at < len(same) else None
        if closing is not None and _is_one_paragraph(ends, start, places[closing][0]):
            yield start, places[closing][1]
            number = closing
        number += 1


def _is_one_paragraph(ends: list[int], start: int, end: int) -> bool:
    return bisect_left(ends, start) == bisect_left(ends, end)


def _is_within(spans: list[tuple[int, int]] | tuple[tuple[int, int], ...], place: int) -> bool:
    """Return whether a span holds the place; they are in order and do not overlap."""
    at = bisect_right(spans, (place, 1 << 60)) - 1
    return at >= 0 and spans[at][0] <= place < spans[at][1]
