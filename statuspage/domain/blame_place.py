"""A word in its sentence, as the rules of blame look at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from statuspage.domain.blame_agents import REACH, Agents, is_break
from statuspage.domain.blame_rewording import Reworded
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

    def hit(self, start: int, end: int, rule: str, reason: str, instead: Reworded) -> Hit:
        """Return the words from `start` to `end` as found, and all that its wording takes the place of.

        `reason` has `{}` for them.
        """
        start = self._own_start(start)
        said = reason.format(f"“{self.phrase(start, end)}”")
        last = end if instead.last is None else instead.last
        return Hit(
            self.words[start].start, self.words[last].end, rule, said, instead.suggestion, instead.wording
        )

    def _own_start(self, start: int) -> int:
        """Return the verb itself where its subject has said something else before: "She left but forgot"."""
        is_shared = any(
            self.key_at(at) in {"and", "but", "or", "then"} or is_break(self.words[at])
            for at in range(start + 1, self.at + 1)
        )
        own = self.at
        while own > start and self.key_at(own - 1) in BE | {"has", "had", "have"}:
            own -= 1
        return own if is_shared else start

    def phrase(self, start: int, end: int) -> str:
        """Return those words as they are written, on one line."""
        return " ".join(self.text[self.words[start].start : self.words[end].end].split())
