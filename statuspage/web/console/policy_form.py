"""The policy as a form: each limit for all incidents, and stricter ones for some impacts (rule 13)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from wtforms import StringField

from statuspage.domain.cadence import LAXEST, ONE_MINUTE, Limits, Policy, policy_mistakes
from statuspage.domain.component import Impact
from statuspage.domain.errors import RuleError
from statuspage.services.page_settings import PageFields
from statuspage.store.pages import Page
from statuspage.web.console.settings_forms import Section, SectionForm, Values

# The worst first, as people think of them.
IMPACTS = sorted(Impact, key=lambda impact: -impact.severity)
_IN_HOURS = frozenset({"postmortem_within"})
_MINUTES = re.compile(r"-?\d{1,6}", re.ASCII)
_HOURS = re.compile(r"-?\d{1,4}([.,]\d{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LimitWords:
    """How a limit is called and explained."""

    name: str
    label: str
    unit: str
    meaning: str

    @property
    def allowed(self) -> str:
        """Return the values that the product allows, as the form writes them."""
        return f"1 to {written(self.name, getattr(LAXEST, self.name))}"


LIMITS = (
    LimitWords(
        "initial_notice_within",
        "First notice within",
        "minutes after detection",
        "Customers should hear it from you first, even if all you can say is that you are looking.",
    ),
    LimitWords(
        "promise_earliest",
        "Next update no sooner than",
        "minutes after a notice",
        "The nearest time that a notice may promise. A lower number lets people promise sooner.",
    ),
    LimitWords(
        "promise_latest",
        "Next update no later than",
        "minutes after a notice",
        "The farthest time that a notice may promise. Nobody is left waiting longer than this.",
    ),
    LimitWords(
        "resolution_notice_within",
        "Resolution notice within",
        "minutes after restoration",
        "Once service is back, customers should learn it while they still wonder.",
    ),
    LimitWords(
        "postmortem_within",
        "Postmortem within",
        "hours after resolution",
        "What happened, why, and what will be done about it: public while it still matters.",
    ),
)
_BY_NAME = {words.name: words for words in LIMITS}


class PolicyForm(SectionForm):
    """Every limit, and each again for every impact, where empty means as for all."""

    aliases: ClassVar[Mapping[str, str]] = {
        f"policy.by_impact.{impact}.{name}": f"{impact}_{name}" for impact in Impact for name in _BY_NAME
    }

    def refuse_all(self, mistakes: list[RuleError]) -> None:
        """Put every mistake beside its field."""
        for mistake in mistakes:
            self.refuse(mistake)


for _words in LIMITS:
    setattr(PolicyForm, _words.name, StringField(f"{_words.label} ({_words.unit})"))
    for _impact in Impact:
        setattr(PolicyForm, f"{_impact}_{_words.name}", StringField(f"{_words.label} ({_words.unit})"))


class MistakesError(RuleError):
    """All that is wrong with a policy at once."""

    def __init__(self, mistakes: list[RuleError]) -> None:
        first = mistakes[0]
        super().__init__(first.code, first.message, first.field)
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class PolicySection(Section):
    """The section of the policy."""

    def shown(self, page: Page) -> dict[str, str]:
        """Return the limits as texts; one for an impact is empty where it is as for all."""
        policy = page.limits
        return {
            **{name: written(name, getattr(policy.limits, name)) for name in _BY_NAME},
            **{f"{impact}_{name}": _own(policy, impact, name) for impact in Impact for name in _BY_NAME},
        }

    def fields(self, values: Values) -> PageFields:
        """Return the policy that was typed; raise `MistakesError` with all that is wrong with it."""
        mistakes: list[RuleError] = []
        limits = _limits(values, "", LAXEST, mistakes)
        own = {impact: _limits(values, f"{impact}_", limits, mistakes) for impact in Impact}
        policy = Policy(limits, {impact: each for impact, each in own.items() if each != limits})
        mistakes += [_reworded(one) for one in policy_mistakes(policy)]
        if mistakes:
            raise MistakesError(list(_once(mistakes)))
        return PageFields(policy=policy)


CLOCK = PolicySection("clock", "Clock", PolicyForm, "The clock is saved. It holds from now on.")


def written(name: str, limit: timedelta) -> str:
    """Return a limit as the form writes it: minutes, or hours."""
    minutes = limit // ONE_MINUTE
    return f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".") if name in _IN_HOURS else str(minutes)


def _own(policy: Policy, impact: Impact, name: str) -> str:
    limit = getattr(policy.for_impact(impact), name)
    return "" if limit == getattr(policy.limits, name) else written(name, limit)


def _limits(values: Values, prefix: str, base: Limits, mistakes: list[RuleError]) -> Limits:
    chosen: dict[str, timedelta] = {}
    for name in _BY_NAME:
        text = values[f"{prefix}{name}"]
        try:
            chosen[name] = _read(name, text) if text or not prefix else getattr(base, name)
        except ValueError:
            mistakes.append(RuleError("invalid", _how_to_write(name), f"{prefix}{name}"))
            chosen[name] = getattr(base, name)
    return Limits(**chosen)


def _read(name: str, text: str) -> timedelta:
    if name not in _IN_HOURS:
        return timedelta(minutes=int(_matching(_MINUTES, text)))
    return timedelta(minutes=round(Decimal(_matching(_HOURS, text).replace(",", ".")) * 60))


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _how_to_write(name: str) -> str:
    unit = "number of hours, like 48 or 36.5" if name in _IN_HOURS else "whole number of minutes"
    return f"Write a {unit}."


def _reworded(mistake: RuleError) -> RuleError:
    """Say it in the unit that the field is in."""
    if mistake.code == "policy_too_lax" and mistake.field.endswith(tuple(_IN_HOURS)):
        hours = LAXEST.postmortem_within // timedelta(hours=1)
        sentence = f"Choose at most {hours} hours; a site may be stricter, never laxer."
        return RuleError(mistake.code, sentence, mistake.field)
    return mistake


def _once(mistakes: list[RuleError]) -> Iterator[RuleError]:
    """Leave out what an impact has only because all incidents have it."""
    said: set[tuple[str, str]] = set()
    for mistake in mistakes:
        key = (mistake.field.rpartition(".")[2], mistake.message)
        if key not in said or "by_impact" not in mistake.field:
            yield mistake
        said.add(key)


def presets(policy: Policy) -> Mapping[Impact, int]:
    """Return the minutes that a notice promises where nobody chose, the worst impact first."""
    return {impact: policy.preset(impact) // ONE_MINUTE for impact in IMPACTS}
