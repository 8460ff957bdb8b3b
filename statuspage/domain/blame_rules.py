"""Words of blame, where a person, a role or a team is what they are about.

Each rule looks at one word and what stands around it, never further than some words away.
"""

from collections.abc import Callable, Iterator

from statuspage.domain import blame_acts as acts
from statuspage.domain import blame_faults as faults
from statuspage.domain.blame_agents import Agents
from statuspage.domain.blame_place import Place
from statuspage.domain.blame_roster import Roster
from statuspage.domain.blame_text import Hit, Reading
from statuspage.domain.blame_words import (
    BREACH_PARTICIPLES,
    BREACHES,
    CHARACTER_ADJECTIVES,
    CHARACTER_ADVERBS,
    CHARACTER_NOUNS,
    FAULT_NOUNS,
    OMISSIONS,
)


def words_of_blame(reading: Reading, roster: Roster) -> Iterator[Hit]:
    """Yield each word of blame in the prose, the first rule that holds for a word."""
    agents = Agents(roster)
    for words in reading.by_sentence():
        for at, word in enumerate(words):
            if word.is_code:
                continue
            place = Place(reading.text, words, at, agents)
            for rule in _RULES.get(word.key, ()):
                hit = rule(place)
                if hit is not None:
                    yield hit
                    break


_Rule = Callable[[Place], Hit | None]


def _table() -> dict[str, tuple[_Rule, ...]]:
    known: dict[str, tuple[_Rule, ...]] = {}

    def add(rule: _Rule, *keys: str) -> None:
        for key in keys:
            known[key] = (*known.get(key, ()), rule)

    add(
        acts.should_have, "should", "could", "ought", "must", "shouldn't", "couldn't", "should've", "could've"
    )
    add(acts.supposed_to, "supposed", "meant", "expected")
    add(acts.failed_to, *OMISSIONS)
    add(acts.did_not, "did", "does", "do", "didn't", "doesn't", "don't")
    add(acts.never, "never")
    add(acts.refused, "bothered", "refused")
    add(acts.breach, *BREACHES | BREACH_PARTICIPLES)
    add(faults.character_adverb, *CHARACTER_ADVERBS)
    add(faults.character_adjective, *CHARACTER_ADJECTIVES)
    add(faults.character_noun, *CHARACTER_NOUNS)
    add(faults.fault_noun, *FAULT_NOUNS - CHARACTER_NOUNS)
    add(faults.too, "too")
    add(faults.blame, "blame", "blames", "blamed", "blaming")
    add(acts.had, "had")
    return known


_RULES = _table()
