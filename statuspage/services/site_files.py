"""Which files the published site has, and what renders each."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache, lru_cache

from statuspage import __version__
from statuspage.domain.public import FrontPage, MonthPage, PublicIncident, PublicPage
from statuspage.render import feeds, pages, sitemap, v2
from statuspage.render.assets import STATIC, Assets, load_assets
from statuspage.render.postmortem_page import postmortem_page

Files = dict[str, bytes]
INFORMED = "informed.html"


@lru_cache(maxsize=4)
def assets(accent_color: str) -> Assets:
    """Return the static files in the site's colour; read once per process."""
    return load_assets(accent_color)


@cache
def design_of(url: str) -> str:
    """Return a mark of everything that shapes every page beside the data: version, address, templates."""
    digest = hashlib.sha256(f"{__version__} {url}".encode())
    for folder in (pages.TEMPLATES, STATIC):
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def front_files(front: FrontPage) -> Files:
    """Return everything that any notice changes: the front page, feeds, roll-ups and indexes."""
    page, static = front.page, assets(front.page.accent_color)
    return {
        **static.files,
        **_logo_files(front),
        **_report_files(front),
        "index.html": pages.front_page(front, static).encode(),
        "history.html": pages.history_index(page, front.months, static).encode(),
        "404.html": pages.not_found_page(page, static).encode(),
        "404.json": json.dumps({"error": "There is nothing here.", "code": "not_found"}).encode(),
        "robots.txt": sitemap.robots(page),
        ".well-known/security.txt": sitemap.security_txt(page, front.past_days[0].day),
        "sitemap.xml": sitemap.sitemap_index(page, front.months),
        "sitemap-pages.xml": sitemap.sitemap_pages(front),
        **_feed_files(front),
        **_api_files(front),
    }


def _logo_files(front: FrontPage) -> Files:
    logo = front.page.logo
    return {} if logo is None or front.logo_content is None else {logo.path: front.logo_content}


def _report_files(front: FrontPage) -> Files:
    if front.report is None:
        return {}
    return {INFORMED: pages.informed_page(front.page, front.report, assets(front.page.accent_color)).encode()}


def absent_files(page: PublicPage) -> tuple[str, ...]:
    """Return the files that the site must not have, as the page is set."""
    return () if page.has_report else (INFORMED,)


def _feed_files(front: FrontPage) -> Files:
    return {
        "history.atom": feeds.history_atom(front),
        "history.rss": feeds.history_rss(front),
        "updates.atom": feeds.updates_atom(front),
        "updates.rss": feeds.updates_rss(front),
        "feed.json": feeds.json_feed(front),
    }


def _api_files(front: FrontPage) -> Files:
    # There is no maintenance to list; clients expect the lists all the same.
    maintenances = v2.scheduled_maintenances(front.page)
    return {
        "api/v2/summary.json": v2.summary(front),
        "api/v2/status.json": v2.status(front),
        "api/v2/components.json": v2.components(front),
        "api/v2/incidents.json": v2.incidents(front),
        "api/v2/incidents/unresolved.json": v2.unresolved_incidents(front),
        "api/v2/scheduled-maintenances.json": maintenances,
        "api/v2/scheduled-maintenances/upcoming.json": maintenances,
        "api/v2/scheduled-maintenances/active.json": maintenances,
    }


def incident_files(page: PublicPage, incident: PublicIncident) -> Files:
    """Return one incident's own files: its page, its JSON, and its postmortem once that is public."""
    static = assets(page.accent_color)
    files = {
        f"incidents/{incident.id}.html": pages.incident_page(page, incident, static).encode(),
        f"api/v2/incidents/{incident.id}.json": v2.incident(page, incident),
    }
    if incident.postmortem is not None:
        shown = postmortem_page(page, incident, incident.postmortem, static)
        files[postmortem_path(incident.id)] = shown.encode()
    return files


def postmortem_path(public_id: str) -> str:
    """Return the file of an incident's postmortem."""
    return f"incidents/{public_id}/postmortem.html"


def absent_postmortems(incidents: Iterable[PublicIncident]) -> tuple[str, ...]:
    """Return the files that the site must not have, as no postmortem of these incidents is public."""
    return tuple(postmortem_path(incident.id) for incident in incidents if incident.postmortem is None)


def month_files(month: MonthPage) -> Files:
    """Return one month's own files: its page and its sitemap."""
    static = assets(month.page.accent_color)
    return {
        month_path(month.month): pages.month_page(month, static).encode(),
        f"sitemap-{month.month}.xml": sitemap.sitemap_month(month),
    }


def month_path(month: str) -> str:
    """Return the file of a month's page."""
    return f"history/{month}.html"


def lasting_paths(public_ids: set[str], months: set[str], postmortems: set[str]) -> set[str]:
    """Return the files that belong to these incidents, months, and incidents with a public postmortem."""
    return {
        *(postmortem_path(public_id) for public_id in postmortems & public_ids),
        *(f"incidents/{public_id}.html" for public_id in public_ids),
        *(f"api/v2/incidents/{public_id}.json" for public_id in public_ids),
        *(month_path(month) for month in months),
        *(f"sitemap-{month}.xml" for month in months),
    }
