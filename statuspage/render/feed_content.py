"""A notice as HTML for feeds, in the layout that readers of Statuspage's feeds take apart."""

import re
from collections.abc import Iterable
from datetime import datetime

from markupsafe import escape

from statuspage.domain.public import PublicNotice
from statuspage.render.zone import Zone, short_day

_PARAGRAPH = re.compile(r"\s*<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


def notices_html(notices: Iterable[PublicNotice], zone: Zone) -> str:
    """Return the notices one after the other, each with its time and label (`wire.md`, Feeds)."""
    return "\n".join(layout(notice.label, notice.display_at, notice.html, zone) for notice in notices)


def layout(label: str, instant: datetime, html: str, zone: Zone) -> str:
    """Return one text with its time and label."""
    at = zone.local(instant)
    month, day = short_day(at.date()).split()
    when = f"{month} <var data-var='date'>{day}</var>, <var data-var='time'>{at:%H:%M}</var>"
    text, rest = _split(html)
    dash = " - " if text else ""
    return (
        f"<p><small>{when} {escape(zone.name(at))}</small><br>"
        f"<strong>{escape(label)}</strong>{dash}{text}</p>{rest}"
    )


def _split(html: str) -> tuple[str, str]:
    """Return the leading paragraphs joined by line breaks, and what can't stand inside a paragraph."""
    paragraphs, end = [], 0
    while match := _PARAGRAPH.match(html, end):
        paragraphs.append(match[1])
        end = match.end()
    return "<br><br>".join(paragraphs), html[end:].strip()
