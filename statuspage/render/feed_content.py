"""A notice as HTML for feeds, in the layout that readers of Statuspage's feeds take apart."""

import re
from collections.abc import Iterable

from markupsafe import escape

from statuspage.domain.public import PublicNotice
from statuspage.render.zone import Zone, short_day

_PARAGRAPH = re.compile(r"\s*<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


def notices_html(notices: Iterable[PublicNotice], zone: Zone) -> str:
    """Return the notices one after the other, each with its time and label (`wire.md`, Feeds)."""
    return "\n".join(_notice_html(notice, zone) for notice in notices)


def _notice_html(notice: PublicNotice, zone: Zone) -> str:
    at = zone.local(notice.display_at)
    month, day = short_day(at.date()).split()
    when = f"{month} <var data-var='date'>{day}</var>, <var data-var='time'>{at:%H:%M}</var>"
    text, rest = _split(notice.html)
    dash = " - " if text else ""
    return (
        f"<p><small>{when} {escape(zone.name(at))}</small><br>"
        f"<strong>{escape(notice.label)}</strong>{dash}{text}</p>{rest}"
    )


def _split(html: str) -> tuple[str, str]:
    """Return the leading paragraphs joined by line breaks, and what can't stand inside a paragraph."""
    paragraphs, end = [], 0
    while match := _PARAGRAPH.match(html, end):
        paragraphs.append(match[1])
        end = match.end()
    return "<br><br>".join(paragraphs), html[end:].strip()
