"""Named placeholders in prepared texts, filled by plain replacement: stored text is never a program."""

import re
from collections.abc import Mapping

from statuspage.domain.errors import RuleError

# What the product fills in by itself, and what only a person can know, each with what it stands for.
BY_THE_PRODUCT: Mapping[str, str] = {
    "page": "the name of this page",
    "incident": "the title of the incident",
    "components": "the affected components, as a list in words",
    "impact": "how bad it is, in a word",
    "began": "when service broke",
    "detected": "when it was noticed",
    "restored": "when service was back",
    "duration": "how long service was broken",
}
BY_A_PERSON: Mapping[str, str] = {
    "symptom": "what customers notice",
    "cause": "what was found to be wrong",
    "action": "what you are doing about it",
    "workaround": "what customers can do meanwhile",
}
KNOWN = {**BY_THE_PRODUCT, **BY_A_PERSON}

_PLACEHOLDER = re.compile(r"\{\{([^{}\n]{1,64})\}\}")
# Where these stand in a value they would become markup: anywhere, in `&…;` or `<…>`, at the start of a line.
_MARKUP = re.compile(r"[\\`*\[\]{}|]|(?<![^\W_])_|_(?![^\W_])")
_ENTITY, _TAG = re.compile(r"&(?=#?\w+;)"), re.compile(r"<(?=\w)")
_LINE_START = re.compile(r"^([-+>#]|\d+(?=\.))")


def placeholders(text: str) -> list[str]:
    """Return every name between double braces, in order."""
    return [name.strip() for name in _PLACEHOLDER.findall(text)]


def check_placeholders(text: str, field: str) -> None:
    """Refuse a prepared text that names a placeholder which there is not."""
    unknown = [name for name in placeholders(text) if name not in KNOWN]
    if unknown:
        known = ", ".join(f"{{{{{name}}}}}" for name in KNOWN)
        raise RuleError(
            "unknown_placeholder", f"There is no placeholder {{{{{unknown[0]}}}}}. Known are {known}.", field
        )


def unfilled(text: str) -> list[str]:
    """Return the known placeholders that still stand in a text, each once."""
    return list(dict.fromkeys(name for name in placeholders(text) if name in KNOWN))


def refuse_unfilled(text: str, field: str = "body") -> None:
    """Refuse to publish a text in which a placeholder still stands."""
    left = unfilled(text)
    if left:
        named = ", ".join(f"{{{{{name}}}}} ({KNOWN[name]})" for name in left)
        raise RuleError("unfilled_placeholder", f"Write in place of {named}.", field)


def fill(text: str, values: Mapping[str, str], *, is_markdown: bool = True) -> str:
    """Return the text with the values that are known in place; the others stay as placeholders.

    A value is taken as it is: nothing in it is replaced again, and in Markdown none of it becomes markup.
    """

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1].strip())
        if value is None:
            return match[0]
        return _verbatim(value, text[: match.start()]) if is_markdown else value

    return _PLACEHOLDER.sub(value_of, text)


def _verbatim(value: str, before: str) -> str:
    value = _MARKUP.sub(r"\\\g<0>", _TAG.sub("&lt;", _ENTITY.sub("&amp;", value)))
    line = before.rpartition("\n")[2]
    if any(letter.isalpha() for letter in line):
        return value
    return _LINE_START.sub(lambda found: f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}", value)


def in_words(names: list[str]) -> str:
    """Return `A`, `A and B`, or `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
