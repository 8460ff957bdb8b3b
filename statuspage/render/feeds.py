"""The feeds: one entry per incident (`history.*`), one per notice (`updates.*`, `feed.json`).

All times come from the content, so that the bytes, and with them the ETag, change only with it. feedgen
and lxml stay behind this module and are imported on first use.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from statuspage.domain.public import FrontPage, PublicIncident, PublicNotice, PublicPage
from statuspage.domain.public_postmortem import PublicPostmortem
from statuspage.render.feed_content import layout, notices_html
from statuspage.render.postmortem import feed_html
from statuspage.render.text import without_invalid_characters
from statuspage.render.v2 import moment, postmortem_url, to_json
from statuspage.render.zone import Zone

_INCIDENTS, _NOTICES = 25, 50
_Html: TypeAlias = Callable[[PublicNotice | PublicPostmortem, PublicPage], str]


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    url: str
    title: str
    html: str
    published_at: datetime
    changed_at: datetime
    edited_at: datetime | None = None


def history_atom(front: FrontPage) -> bytes:
    """Return `/history.atom`: the 25 newest incidents, each with all its notices."""
    return _atom(front, "history.atom", _incident_entries(front))


def history_rss(front: FrontPage) -> bytes:
    """Return `/history.rss`: the same as RSS 2.0."""
    return _rss(front, "history.rss", _incident_entries(front))


def updates_atom(front: FrontPage) -> bytes:
    """Return `/updates.atom`: the 50 newest notices and postmortems."""
    return _atom(front, "updates.atom", _update_entries(front, _laid_out))


def updates_rss(front: FrontPage) -> bytes:
    """Return `/updates.rss`: the same as RSS 2.0."""
    return _rss(front, "updates.rss", _update_entries(front, _laid_out))


def json_feed(front: FrontPage) -> bytes:
    """Return `/feed.json`: the 50 newest notices and postmortems as JSON Feed 1.1."""
    page = front.page
    return to_json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _title(page),
            "home_page_url": f"{page.url}/",
            "feed_url": f"{page.url}/feed.json",
            "language": "en",
            "items": [_json_item(entry) for entry in _update_entries(front, _as_it_is)],
        }
    )


def notice_url(page: PublicPage, notice: PublicNotice) -> str:
    """Return the address of one notice on its incident's page."""
    return f"{page.url}/incidents/{notice.incident_id}#update-{notice.id}"


def _incident_entries(front: FrontPage) -> list[_Entry]:
    return [_incident_entry(front.page, shown) for shown in front.recent[:_INCIDENTS]]


def _incident_entry(page: PublicPage, shown: PublicIncident) -> _Entry:
    html = notices_html(shown.notices, Zone(page.time_zone))
    published_at = changed_at = shown.latest.display_at
    if shown.postmortem is not None:
        html = f"{_laid_out(shown.postmortem, page)}\n{html}"
        published_at = max(published_at, shown.postmortem.published_at)
        changed_at = max(changed_at, shown.postmortem.updated_at)
    return _Entry(
        id=_tag(page, "Incident", shown.id),
        url=f"{page.url}/incidents/{shown.id}",
        title=shown.name,
        html=html,
        published_at=published_at,
        changed_at=changed_at,
    )


def _update_entries(front: FrontPage, html: _Html) -> list[_Entry]:
    """Return the newest notices and postmortems, each with what `html` makes of it."""
    page = front.page
    dated = [
        (notice.published_at, _notice_entry(page, shown, notice, html))
        for shown, notice in front.recent_notices
    ]
    dated += [
        (shown.postmortem.published_at, _postmortem_entry(page, shown, shown.postmortem, html))
        for shown in front.recent_postmortems
        if shown.postmortem
    ]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return [entry for _, entry in dated[:_NOTICES]]


def _notice_entry(page: PublicPage, shown: PublicIncident, notice: PublicNotice, html: _Html) -> _Entry:
    return _Entry(
        id=_tag(page, "IncidentUpdate", notice.id),
        url=notice_url(page, notice),
        title=f"{notice.label}: {shown.name}",
        html=html(notice, page),
        published_at=notice.display_at,
        changed_at=notice.display_at,
        edited_at=notice.edited_at,
    )


def _postmortem_entry(
    page: PublicPage, shown: PublicIncident, postmortem: PublicPostmortem, html: _Html
) -> _Entry:
    return _Entry(
        id=_tag(page, "IncidentUpdate", postmortem.id),
        url=postmortem_url(page, shown),
        title=f"Postmortem: {shown.name}",
        html=html(postmortem, page),
        published_at=postmortem.published_at,
        changed_at=postmortem.updated_at,
        edited_at=postmortem.edited_at,
    )


def _laid_out(shown: PublicNotice | PublicPostmortem, page: PublicPage) -> str:
    zone = Zone(page.time_zone)
    if isinstance(shown, PublicNotice):
        return notices_html([shown], zone)
    return layout("Postmortem", shown.published_at, feed_html(shown, zone), zone)


def _as_it_is(shown: PublicNotice | PublicPostmortem, page: PublicPage) -> str:
    return shown.html if isinstance(shown, PublicNotice) else feed_html(shown, Zone(page.time_zone))


def _json_item(entry: _Entry) -> dict[str, object]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": moment(entry.published_at),
    }
    if entry.edited_at is not None:
        item["date_modified"] = moment(entry.edited_at)
    return {key: without_invalid_characters(value or "") for key, value in item.items()}


def _atom(front: FrontPage, name: str, entries: list[_Entry]) -> bytes:
    page = front.page
    feed = _feed(page, name, "application/atom+xml", entries)
    feed.id(_feed_id(page, name))
    for entry in entries:
        item = feed.add_entry(order="append")
        item.id(entry.id)
        item.title(_clean(entry.title))
        item.link(href=entry.url, rel="alternate", type="text/html")
        item.content(_clean(entry.html), type="html")
        item.published(entry.published_at)
        item.updated(entry.changed_at)
    return _finished(feed.atom_str())


def _rss(front: FrontPage, name: str, entries: list[_Entry]) -> bytes:
    feed = _feed(front.page, name, "application/rss+xml", entries)
    for entry in entries:
        item = feed.add_entry(order="append")
        item.title(_clean(entry.title))
        item.link(href=entry.url)
        item.guid(entry.url, permalink=True)
        item.description(_clean(entry.html))
        item.published(entry.published_at)
    return _finished(feed.rss_str())


def _feed(page: PublicPage, name: str, media_type: str, entries: list[_Entry]) -> Any:
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.title(_clean(_title(page)))
    feed.description(_clean(page.description or f"Incidents and their updates at {page.name}"))
    feed.author(name=_clean(page.name))
    feed.link(href=f"{page.url}/{name}", rel="self", type=media_type)
    feed.link(href=f"{page.url}/", rel="alternate", type="text/html")
    feed.language("en")
    feed.generator("statuspage")
    feed.updated(_changed_at(page, entries))
    return feed


def _changed_at(page: PublicPage, entries: Iterable[_Entry]) -> datetime:
    return max((entry.changed_at for entry in entries), default=page.created_at)


def _tag(page: PublicPage, kind: str, public_id: str) -> str:
    return f"tag:{urlsplit(page.url).hostname},2005:{kind}/{public_id}"


def _feed_id(page: PublicPage, name: str) -> str:
    return f"tag:{urlsplit(page.url).hostname},2005:/{name.removesuffix('.atom')}"


def _title(page: PublicPage) -> str:
    return f"{page.name} status"


def _clean(text: str) -> str:
    # Refused at input; here only so that one old character can never stop a publication.
    return without_invalid_characters(text)


def _finished(xml: bytes) -> bytes:
    return xml + b"\n"
