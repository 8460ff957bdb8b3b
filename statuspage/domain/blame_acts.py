"""Rules about what somebody did or left undone: "should have", "failed to", "ignored"."""

from statuspage.domain.blame_agents import is_break
from statuspage.domain.blame_grammar import is_participle, participle_of
from statuspage.domain.blame_place import BE, Place
from statuspage.domain.blame_rewording import (
    Reworded,
    conditions,
    hindsight,
    left_out,
    left_undone,
    overlooked,
    possible,
)
from statuspage.domain.blame_text import Hit
from statuspage.domain.blame_words import BREACH_PARTICIPLES, DILIGENCE, MIND_VERBS, PASSIVE_EXEMPT

_DONE = {participle_of(verb): verb for verb in DILIGENCE} | {"knew": "know", "saw": "see", "took": "take"}
_ANYBODY = frozenset({"someone", "somebody", "everyone", "everybody", "whoever"})


def should_have(place: Place) -> Hit | None:
    """She should have noticed; but not: the team should have a runbook, she should have been paged."""
    at = place.at
    if place.key.endswith("'ve"):
        have = at
    else:
        have = place.past_adverbs(at + 1 + (place.key == "ought"))
        if place.key_at(have) != "have":
            return None
    done = place.past_adverbs(have + 1)
    if not is_participle(place.key_at(done)) or place.key_at(done) in {"received", "got", "gotten"}:
        return None
    if place.key_at(done) == "been" and place.key_at(place.past_adverbs(done + 1)) in PASSIVE_EXEMPT:
        return None
    start = place.subject(is_mind=place.key_at(done) in MIND_VERBS)
    if start is None or (place.key.startswith("could") and place.key_at(start) in _ANYBODY):
        return None
    is_not = any(place.key_at(each) in {"not", "never"} for each in range(at, done))
    is_not = is_not or place.key.startswith("shouldn")
    could = place.key.startswith("could")
    reason = "{} judges with hindsight what somebody knew only afterwards."
    suggestion = (
        possible(place.text, place.words, done) if is_not else hindsight(place.text, place.words, done, could)
    )
    return place.hit(start, done, "should_have", reason, suggestion)


def supposed_to(place: Place) -> Hit | None:
    """Mark was supposed to double-check."""
    if place.key_at(place.at - 1) not in {"was", "were"} or place.key_at(place.at + 1) != "to":
        return None
    start = place.agents.subject_of(place.words, place.at - 1)
    if start is None:
        return None
    end = place.at + 1
    reason = "{} says that somebody did not do their duty."
    return place.hit(start, end, "should_have", reason, left_undone(place.text, place.words, end + 1))


def failed_to(place: Place) -> Hit | None:
    """The engineer failed to check; the network team forgot. Not: the check failed to start."""
    end = place.at
    if place.key_at(end + 1) == "to" and not is_break(place.words[end + 1]):
        end += 1
    elif not place.key.startswith(("forg", "negl")):
        return None
    start = place.subject(is_mind=place.key.startswith(("forg", "negl")))
    if start is None:
        return None
    reason = "{} blames somebody for what did not happen."
    word = left_undone if end > place.at else left_out
    return place.hit(start, end, "failed_to", reason, word(place.text, place.words, end + 1))


def never(place: Place) -> Hit | None:
    """The engineer never tested it; not: the engineer never received a page."""
    end = place.at + 1
    verb = _DONE.get(place.key_at(end))
    start = place.subject(is_mind=place.key_at(end) in MIND_VERBS) if verb else None
    if start is None:
        return None
    reason = "{} blames somebody for what did not happen."
    return place.hit(start, end, "did_not", reason, conditions())


def did_not(place: Place) -> Hit | None:
    """The developer did not understand; not: the engineer did not receive a page."""
    end = place.at
    if place.key in {"did", "does", "do"}:
        if place.key_at(end + 1) != "not":
            return None
        end += 1
    end = place.past_adverbs(end + 1)
    if place.key_at(end) not in DILIGENCE:
        return None
    start = place.subject(is_mind=place.key_at(end) in MIND_VERBS)
    if start is None:
        return None
    reason = "{} blames somebody for what did not happen."
    return place.hit(start, end, "did_not", reason, left_undone(place.text, place.words, end))


def refused(place: Place) -> Hit | None:
    """Nobody bothered to look; the engineer refused to wait."""
    is_anyone = place.key_at(place.at - 1) in {"nobody", "one"} and place.key == "bothered"
    start = place.at - 1 if is_anyone else place.agents.subject_of(place.words, place.at)
    if start is None or place.key_at(place.at + 1) != "to":
        return None
    end = place.at + 1
    reason = "{} says what somebody wanted, which no text can know."
    return place.hit(start, end, "failed_to", reason, left_undone(place.text, place.words, end + 1))


def breach(place: Place) -> Hit | None:
    """The team violated the policy; not: the load balancer ignored the weight."""
    if place.key_at(place.at - 1) in BE:
        return _by_agent(place)
    start = place.agents.subject_of(place.words, place.at)
    if start is None:
        return None
    reason = "{} makes somebody the cause."
    return place.hit(start, place.at, "breach", reason, overlooked(place.text, place.words, place.at))


def _by_agent(place: Place) -> Hit | None:
    """The alert was overlooked by the engineer."""
    at = place.at
    if place.key not in BREACH_PARTICIPLES or place.key_at(at + 1) != "by":
        return None
    end = place.agents.agent_after(place.words, at + 2)
    if end is None:
        return None
    reason = "{} makes somebody the cause."
    return place.hit(at, end, "breach", reason, conditions())


def had(place: Place) -> Hit | None:
    """If the operator had read the documentation; had the engineer checked."""
    at, words = place.at, place.words
    if at == 0:
        head = place.agents.agent_after(words, 1)
        done = place.past_adverbs(head + 1) if head is not None else 0
        start: int | None = 0
    else:
        start = place.agents.subject_of(words, at)
        done = place.past_adverbs(at + 1)
        before = start - 1 if start and place.key_at(start - 1) != "only" else (start or 0) - 2
        start = before if start and place.key_at(before) == "if" else None
    if start is None or not done or not is_participle(place.key_at(done)):
        return None
    if place.key_at(done) == "been" and place.key_at(place.past_adverbs(done + 1)) in PASSIVE_EXEMPT:
        return None
    reason = "{} measures somebody by what did not happen."
    # The sentence goes on with what would have been, so nothing can take this place as it is.
    instead = Reworded(hindsight(place.text, words, done, is_could=False).suggestion)
    return place.hit(start, done, "should_have", reason, instead)
