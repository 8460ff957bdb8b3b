"""Markdown to safe HTML: the only door through which text becomes markup.

Some texts take minutes, so callers other than the child process (`markdown_child.py`) use
`adapters.markdown`, which bounds the time.
"""

import re
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, LinkInlineProcessor
from markdown.treeprocessors import Treeprocessor

from statuspage.render.text import without_invalid_characters

_TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "strong", "em", "del", "a"),
    *("ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_REL = "nofollow noopener"
# Valid HTML has no `rel` where there is no `href`. Text can't look like this: its `<` is `&lt;`.
_WITHOUT_ADDRESS = re.compile(rf'<a( title="[^"]*")? rel="{_REL}">')


def to_html(text: str) -> str:
    """Return `text` as an HTML fragment that is safe to publish anywhere.

    Single line breaks are kept, bare addresses become links, raw HTML is shown as it was typed, headings
    become bold paragraphs (a notice must not disturb the outline of the page it stands on).
    """
    converter, cleaner = _tools()
    converter.reset()
    html = cleaner.clean(converter.convert(without_invalid_characters(text))).strip()
    return _WITHOUT_ADDRESS.sub(r"<a\1>", html)


@cache
def _tools() -> tuple[markdown.Markdown, nh3.Cleaner]:
    converter = markdown.Markdown(
        extensions=["fenced_code", "tables", "sane_lists", "nl2br", _Notice()], output_format="html"
    )
    cleaner = nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=set(),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=_REL,
    )
    return converter, cleaner


class _Notice(Extension):
    """How notices differ from documents."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        """Show raw HTML as text, link images and bare addresses, keep headings out of the outline."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.register(LinkInlineProcessor(r"\!\[", md), "image_link", 150)
        md.inlinePatterns.deregister("image_reference")
        md.inlinePatterns.deregister("short_image_ref")
        md.inlinePatterns.register(_BareAddress(_BareAddress.PATTERN, md), "bare_address", 65)
        md.parser.blockprocessors.register(_SpacedHeading(md.parser), "hashheader", 70)
        md.treeprocessors.register(_BoldHeadings(md), "bold_headings", 15)


class _BareAddress(InlineProcessor):
    """`https://…` in running text, without the punctuation that ends the sentence."""

    PATTERN = r"(https?://[^\s<>\"\x02\x03]*[^\s<>\"\x02\x03.,;:!?()\[\]{}'*_~])"
    ANCESTOR_EXCLUDES = ("a",)

    # The library's own annotation of this method is wider than what it does.
    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: ARG002, N802
        """Return the link."""
        link = Element("a", {"href": self.unescape(m.group(1))})
        link.text = m.group(1)
        return link, m.start(0), m.end(0)


class _SpacedHeading(HashHeaderProcessor):
    """Headings want a space after `#`: "#4711 is fixed" is a sentence."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ \t]+(?P<header>(?:\\.|[^\\])*?)#*(?:\n|$)")


class _BoldHeadings(Treeprocessor):
    def run(self, root: Element) -> None:
        """Turn every heading into a paragraph of strong text."""
        for element in list(root.iter()):
            if isinstance(element.tag, str) and re.fullmatch("h[1-6]", element.tag):
                strong = Element("strong")
                strong.text, strong[:] = element.text, list(element)
                element.tag, element.text, element[:] = "p", None, [strong]
