"""What programs look for: robots.txt, security.txt, and sitemaps, one per month so that old ones keep their
bytes."""

from collections.abc import Iterable
from datetime import date, datetime
from xml.sax.saxutils import escape

from statuspage.domain.public import FrontPage, MonthPage, PublicPage
from statuspage.render.v2 import moment, postmortem_url

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_STAFF_ONLY = ("/console", "/login", "/logout", "/setup", "/subscriptions/", "/v1/", "/hooks/")


def robots(page: PublicPage) -> bytes:
    """Return `/robots.txt`: everything public may be read by all."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _STAFF_ONLY), ""]
    return "\n".join([*lines, f"Sitemap: {page.url}/sitemap.xml", ""]).encode()


def security_txt(page: PublicPage, today: date) -> bytes:
    """Return `/.well-known/security.txt` (RFC 9116): where to write, else the page itself.

    It expires between eleven and twelve months ahead, at a month's first day, so that it changes with the
    months alone.
    """
    expires_on = date(today.year + (today.month > 1), (today.month + 10) % 12 + 1, 1)
    lines = [
        f"Contact: {page.support_url or f'{page.url}/'}",
        f"Expires: {expires_on:%Y-%m-%d}T00:00:00Z",
        f"Canonical: {page.url}/.well-known/security.txt",
        "",
    ]
    return "\n".join(lines).encode()


def sitemap_index(page: PublicPage, months: Iterable[str]) -> bytes:
    """Return `/sitemap.xml`, which lists `sitemap-pages.xml` and each month's `sitemap-2026-11.xml`."""
    names = ["pages", *months]
    return _document("sitemapindex", [_entry("sitemap", f"{page.url}/sitemap-{name}.xml") for name in names])


def sitemap_pages(front: FrontPage) -> bytes:
    """Return `/sitemap-pages.xml`: the pages that belong to no month."""
    paths = ["/", "/history", *(["/informed"] if front.report else [])]
    return _document("urlset", [_entry("url", f"{front.page.url}{path}") for path in paths])


def sitemap_month(month: MonthPage) -> bytes:
    """Return one month's sitemap: its page, its incidents and their postmortems, with their last changes."""
    changed = [shown.updated_at for shown in month.incidents]
    entries = [_entry("url", f"{month.page.url}/history/{month.month}", max(changed, default=None))]
    for shown in month.incidents:
        entries.append(_entry("url", f"{month.page.url}/incidents/{shown.id}", shown.updated_at))
        if shown.postmortem:
            entries.append(_entry("url", postmortem_url(month.page, shown), shown.postmortem.updated_at))
    return _document("urlset", entries)


def _entry(tag: str, address: str, changed_at: datetime | None = None) -> str:
    changed = f"<lastmod>{moment(changed_at)}</lastmod>" if changed_at else ""
    return f"<{tag}><loc>{escape(address)}</loc>{changed}</{tag}>"


def _document(tag: str, entries: list[str]) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{tag} xmlns="{_NAMESPACE}">'
    return "\n".join([head, *entries, f"</{tag}>", ""]).encode()
