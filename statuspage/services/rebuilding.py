"""Rebuilding every page of the site, in pieces, so that notices go on being published meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy.orm import Session

from statuspage.services.context import snapshot
from statuspage.services.incident_views import IncidentViews
from statuspage.services.ports import Clock
from statuspage.services.public_view import front_page, month_page, months, public_page
from statuspage.services.site_files import (
    absent_files,
    absent_postmortems,
    design_of,
    front_files,
    incident_files,
    lasting_paths,
    month_files,
)
from statuspage.site.backlog import (
    ask_for_everything,
    built_design,
    everything_asked_for,
    everything_done,
    note_design,
    only_rebuilder,
)
from statuspage.site.build import Site
from statuspage.store.pages import the_page
from statuspage.store.public_incidents import ids_of_announced, incidents_by_keys
from statuspage.store.public_postmortems import with_public_postmortem

_PIECE = 20
_T = TypeVar("_T")

Progress = Callable[[int, int], None]


def rebuild_if_asked(
    session: Session, site: Site, clock: Clock, url: str, progress: Progress | None = None
) -> bool:
    """Rebuild everything when a note asks for it, or the design is another; return whether that was so.

    Another process that is rebuilding is waited for; it has usually done the work.
    """
    if not _is_due(site, url):
        return False
    with only_rebuilder(site.folder):
        if not _is_due(site, url):
            return False
        _rebuild(session, site, clock, url, progress)
    return True


def _is_due(site: Site, url: str) -> bool:
    if site.number is None:  # the first publication is still to come, and asks for everything
        return False
    return everything_asked_for(site.folder) is not None or built_design(site.folder) != design_of(url)


def rebuild(session: Session, site: Site, clock: Clock, url: str, progress: Progress | None = None) -> None:
    """Render every page anew and take away those that no longer belong.

    `progress` is told how many incidents are done of how many. What was published meanwhile stays as it is
    or is rendered as it is now, never older.
    """
    with only_rebuilder(site.folder):
        _rebuild(session, site, clock, url, progress)


def _rebuild(session: Session, site: Site, clock: Clock, url: str, progress: Progress | None) -> None:
    with site.lock() as build, snapshot(session):
        page = the_page(session)
        number = page.publication
        # Noted first: should this process die, the next one begins anew.
        ask_for_everything(site.folder, number)
        front = front_page(IncidentViews(session, clock.now(), page), page, url)
        build.swap(number, front_files(front), absent_files(front.page))
        keys = list(ids_of_announced(session))
        all_months = months(session, page, clock.now())
    done = 0
    for piece in _pieces(keys):
        _build_incidents(session, site, clock, url, piece)
        done += len(piece)
        if progress:
            progress(done, len(keys))
    for month in all_months:
        _build_month(session, site, clock, url, month)
    _remove_strangers(session, site, clock)
    note_design(site.folder, design_of(url))
    everything_done(site.folder, number)


def _pieces(things: Sequence[_T]) -> Iterator[list[_T]]:
    iterator = iter(things)
    while piece := list(islice(iterator, _PIECE)):
        yield piece


def _build_incidents(session: Session, site: Site, clock: Clock, url: str, keys: list[int]) -> None:
    with site.lock() as build, snapshot(session):
        page = the_page(session)
        incidents = IncidentViews(session, clock.now(), page).of(incidents_by_keys(session, keys))
        shown = public_page(page, url)
        files = {path: file for one in incidents for path, file in incident_files(shown, one).items()}
        build.swap(build.number or 0, files, absent_postmortems(incidents), everyone=())
    session.expunge_all()


def _build_month(session: Session, site: Site, clock: Clock, url: str, month: str) -> None:
    with site.lock() as build, snapshot(session):
        page, now = the_page(session), clock.now()
        present = months(session, page, now)
        if month in present:
            one = month_page(IncidentViews(session, now, page), page, url, month, present)
            build.swap(build.number or 0, month_files(one), everyone=())
    session.expunge_all()


def _remove_strangers(session: Session, site: Site, clock: Clock) -> None:
    """Remove the pages of incidents and months that are gone: after a restore, or another time zone."""
    with site.lock() as build, snapshot(session):
        page = the_page(session)
        public_ids = set(ids_of_announced(session).values())
        keep = lasting_paths(
            public_ids, set(months(session, page, clock.now())), set(with_public_postmortem(session))
        )
        folders = ("incidents/", "api/v2/incidents/", "history/", "sitemap-2")
        build.prune(
            lambda path: (
                path in keep or not path.startswith(folders) or path == "api/v2/incidents/unresolved.json"
            )
        )
