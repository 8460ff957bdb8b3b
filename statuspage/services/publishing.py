"""Publishing: public view, rendered, swapped into the site.

Builders hold the site's lock and render current rows, so that no older build can win. What a notice changes
is rendered at once; what a setting changes on thousands of old pages is noted and built in pieces.
"""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from statuspage.domain.public import FrontPage
from statuspage.services.aftermath import turned_postmortems
from statuspage.services.context import snapshot
from statuspage.services.incident_views import IncidentViews
from statuspage.services.ports import Clock
from statuspage.services.public_view import front_page, month_page, public_page
from statuspage.services.site_files import (
    absent_files,
    absent_postmortems,
    front_files,
    incident_files,
    month_files,
    month_path,
)
from statuspage.site.backlog import ask_for_everything, everything_asked_for
from statuspage.site.build import Site
from statuspage.store.pages import Page, the_page
from statuspage.store.postmortem_clock import postmortems_due
from statuspage.store.public_incidents import incidents_by_keys, open_incidents
from statuspage.store.records import Publication, publications_after

# More than this behind, a builder starts from everything that is open and leaves the rest to the rebuild.
MOST_FOLLOWED = 500

Files = dict[str, bytes]


def publish(session: Session, site: Site, clock: Clock, url: str) -> bool:
    """Bring the site up to the last public act; return whether there was anything to do.

    The cost depends on what changed, not on how long history is.
    """
    with site.lock() as build, snapshot(session):
        page = the_page(session)
        built = build.number
        if built is not None and built >= page.publication:
            return False
        pending = publications_after(session, built or 0, MOST_FOLLOWED)
        if built is None or _leaves_gap(pending, page.publication):
            ask_for_everything(site.folder, page.publication)
        keys, touched = _changes(pending)
        files, removed = _changed_files(session, site, page, url, clock.now(), keys, touched)
        build.swap(page.publication, files, (*absent_files(public_page(page, url)), *removed))
        return True


def _leaves_gap(pending: list[Publication], target: int) -> bool:
    return any(act.is_everything for act in pending) or not pending or pending[-1].number != target


def _changes(pending: list[Publication]) -> tuple[set[int], set[str]]:
    keys = {act.incident_id for act in pending if act.incident_id is not None}
    return keys, {month for act in pending for month in act.months}


def _changed_files(
    session: Session,
    site: Site,
    page: Page,
    url: str,
    now: datetime,
    keys: set[int],
    touched: set[str],
) -> tuple[Files, Collection[str]]:
    """Render the front page and its like, these incidents and all open ones, and these months.

    Returned with them is what may be there of these incidents and must be no more.
    """
    view = IncidentViews(session, now, page)
    front = front_page(view, page, url)
    rows = {row.id: row for row in [*open_incidents(session), *incidents_by_keys(session, keys)]}
    files = front_files(front)
    incidents = view.of(rows.values())
    for incident in incidents:
        files |= incident_files(front.page, incident)
    for month in sorted((touched | _missing_months(site, front)) & set(front.months)):
        files |= month_files(month_page(view, page, url, month, front.months))
    return files, absent_postmortems(incidents)


def _missing_months(site: Site, front: FrontPage) -> set[str]:
    """Return the months that have no page yet, and their neighbours, whose links must now reach them.

    While everything is to be built, only the newest: the others come with the rebuild, in pieces.
    """
    found = set()
    is_rebuild_due = everything_asked_for(site.folder) is not None
    for index, month in enumerate(front.months[:1] if is_rebuild_due else front.months):
        if not (site.folder / month_path(month)).exists():
            found |= set(front.months[max(0, index - 1) : index + 2])
    return found


def refresh(session: Session, site: Site, clock: Clock, url: str, since: datetime | None) -> datetime:
    """Render again what has changed with time alone since then; return the instant this holds for.

    A promise that ran out and a day that turned over change pages though nobody published (rule 10).
    """
    with snapshot(session):
        now, page = clock.now(), the_page(session)
        postmortems = turned_postmortems(session, page, since, now)
        if since is not None and not postmortems and not _has_turned(session, page, since, now):
            return now
    with site.lock() as build, snapshot(session):
        page = the_page(session)
        if build.number is not None:
            zone = ZoneInfo(page.time_zone)
            started = [now, *(row.started_at for row in open_incidents(session))]
            touched = {f"{instant.astimezone(zone):%Y-%m}" for instant in started}
            files, removed = _changed_files(session, site, page, url, now, postmortems, touched)
            build.swap(build.number, files, removed)
    return now


def _has_turned(session: Session, page: Page, since: datetime, now: datetime) -> bool:
    """Return whether the day changed, or a promise or the time of a postmortem ran out or came back into the
    future (a clock step)."""
    zone = ZoneInfo(page.time_zone)
    if since.astimezone(zone).date() != now.astimezone(zone).date():
        return True
    promises = [row.updates[-1].next_update_by for row in open_incidents(session) if row.updates]
    due = [*promises, *postmortems_due(session, page.limits)]
    return any(instant is not None and (since > instant) != (now > instant) for instant in due)
