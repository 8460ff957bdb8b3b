"""The blameless check: names of people, and words of blame about a person, role or team (`cadence.md`).

It reads and explains; it decides nothing. A finding is known by its rule and its sentence, so edits elsewhere
leave it as it is.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from statuspage.domain.blame_names import names
from statuspage.domain.blame_roster import Person, roster_of
from statuspage.domain.blame_rules import words_of_blame
from statuspage.domain.blame_site import SiteWord, site_words
from statuspage.domain.blame_text import Hit, normalised, read

__all__ = ["Finding", "Person", "SiteWord", "digest_of", "findings"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What to rewrite: `matched` is the text from `start` to `end`, `rule` a stable code, `sentence` what it
    stands in, on one line; `reason` says in plain words what is wrong, `suggestion` what could be there.
    `wording` can take the place of `matched` as it is; empty where only a person finds better words."""

    start: int
    end: int
    matched: str
    sentence: str
    rule: str
    reason: str
    suggestion: str
    wording: str = ""


def findings(
    text: str, people: Collection[Person] = (), teams: Collection[str] = (), words: Collection[SiteWord] = ()
) -> tuple[Finding, ...]:
    """Return what names a person or blames somebody in a Markdown text, in order.

    `people` are those whose names are looked for; `teams` may be named, but not blamed; `words` are the
    site's own. The time grows with the length of the text, whatever stands in it.
    """
    reading = read(text)
    roster = roster_of(people, teams)

    def hits() -> Iterator[Hit]:
        yield from names(reading, roster)
        yield from words_of_blame(reading, roster)
        yield from site_words(reading, words)

    ordered = sorted(set(hits()), key=lambda hit: (hit.start, hit.end, hit.rule))
    sentence = cache(reading.sentence)
    return tuple(
        Finding(
            hit.start,
            hit.end,
            text[hit.start : hit.end],
            sentence(reading.sentence_at(hit.start)),
            hit.rule,
            hit.reason,
            hit.suggestion,
            hit.wording,
        )
        for hit in ordered
    )


def digest_of(sentence: str) -> str:
    """Return what names a sentence, however its words are set apart: 64 hexadecimal digits."""
    return hashlib.sha256(normalised(sentence).encode("utf-8", "surrogatepass")).hexdigest()
