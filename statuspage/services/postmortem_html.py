"""The markup of a postmortem, made outside any transaction: some texts take long."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from statuspage.domain.errors import RuleError
from statuspage.domain.postmortem import TIMELINE, Content, Section
from statuspage.domain.postmortem_gate import SECTION_NAMES, has_real_text
from statuspage.services.ports import MarkdownRenderer

_NO_PROMPTS: Mapping[Section, Collection[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RenderedPostmortem:
    """The markup of exactly the text that `digest` names.

    `sections` holds safe HTML by section, and of each public line of the timeline under `timeline:<id>`. What
    is not in it is not shown: sections that nobody wrote, and internal lines.
    """

    digest: str
    sections: Mapping[str, str]


def render_postmortem(
    renderer: MarkdownRenderer, content: Content, prompts: Mapping[Section, Collection[str]] = _NO_PROMPTS
) -> RenderedPostmortem:
    """Return the markup of what customers may read; never call it inside a transaction.

    `prompts` are the texts of templates, which are not for customers. Raises `too_complex` beside the part
    that takes too long.
    """
    texts = dict(_texts(content, prompts))
    rendered = renderer.render_many(list(texts.values()))
    found = {}
    for key, html in zip(texts, rendered, strict=True):
        if isinstance(html, RuleError):
            raise _refusal(key)
        found[key] = html
    return RenderedPostmortem(content.digest(), found)


def line_key(entry_id: str) -> str:
    """Return under which name the markup of a line of the timeline is kept."""
    return f"{TIMELINE}:{entry_id}"


def _texts(content: Content, prompts: Mapping[Section, Collection[str]]) -> Iterator[tuple[str, str]]:
    for section in Section:
        text = content.text_of(section)
        if has_real_text(text, prompts.get(section, ())):
            yield section.value, text
    for entry in content.timeline:
        if entry.is_public:
            yield line_key(entry.id), entry.text


def _refusal(key: str) -> RuleError:
    part = key.partition(":")[0]
    return RuleError(
        "too_complex",
        f"“{SECTION_NAMES[part]}” is too complex to format. Simplify its brackets, nesting or markup.",
        part,
    )
