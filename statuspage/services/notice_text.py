"""The text of a notice together with its markup."""

from dataclasses import dataclass
from html import escape

from statuspage.domain.text import checked_message
from statuspage.services.ports import MarkdownRenderer


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A checked text and the safe markup it renders to."""

    body: str
    html: str


def render_text(renderer: MarkdownRenderer, text: str, field: str = "body") -> NoticeText:
    """Return the text with its markup, rendered once. Raises a `RuleError` naming `field`.

    Call it before the transaction: a text may take a second to be found too complex.
    """
    body = checked_message(text, field)
    return NoticeText(body, renderer.render(body))


def plain_text(text: str) -> NoticeText:
    """Return one of the product's own plain texts with its markup."""
    return NoticeText(text, f"<p>{escape(text, quote=False)}</p>")
