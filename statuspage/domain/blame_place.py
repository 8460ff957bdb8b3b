"""A word in its sentence, as the rules of blame look at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from statuspage.domain.blame_agents import REACH, Agents
from statuspage.domain.blame_text import Hit, Word

BE = frozenset({"was", "were", "is", "are", "be", "been", "being"})
LIGHT = frozenset(
    {"not", "never", "also", "then", "just", "even", "still", "already", "always", "ever", "only"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A word in its sentence, and what finds agents there."""

    text: str
    words: Sequence[Word]
    at: int
    agents: Agents

    @property
    def key(self) -> str:
        """Return what the word is compared by."""
        return self.words[self.at].key

    def key_at(self, at: int) -> str:
        """Return another word of the sentence, empty beyond its ends."""
        return self.words[at].key if 0 <= at < len(self.words) else ""

    def subject(self, *, is_mind: bool = False) -> int | None:
        """Return where the agent begins that does what the word says."""
        find = self.agents.mind_of if is_mind else self.agents.subject_of
        return find(self.words, self.at)

    def past_adverbs(self, at: int) -> int:
        """Return the first place from there on that holds no adverb."""
        last = min(len(self.words), at + REACH)
        while at < last and (self.key_at(at) in LIGHT or self.key_at(at).endswith("ly")):
            at += 1
        return at

    def hit(self, start: int, end: int, rule: str, reason: str, suggestion: str) -> Hit:
        """Return the words from `start` to `end` as found."""
        return Hit(self.words[start].start, self.words[end].end, rule, reason, suggestion)

    def phrase(self, start: int, end: int) -> str:
        """Return those words as they are written, on one line."""
        return " ".join(self.text[self.words[start].start : self.words[end].end].split())
