"""`import …`: history from other places."""

from typing import TYPE_CHECKING

import click

from statuspage.cli.common import Refused, session_on, settings_from
from statuspage.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from statuspage.services.import_history import Report
    from statuspage.services.import_source import Source


@click.group("import")
def import_() -> None:
    """Take over history from another status page."""


@import_.command("statuspage")
@click.argument("file_or_url")
@click.option("--components", metavar="FILE_OR_URL", help="A components.json that belongs to it.")
def statuspage(file_or_url: str, components: str | None) -> None:
    """Import ended incidents from an /api/v2/incidents.json, plain or .gz.

    They become history: nobody is notified. Importing the same file again changes nothing.
    """
    settings = settings_from()
    source = _read(file_or_url, components)
    with session_on(settings) as session:
        report = _import(settings, session, source)
        _show(report)
        _build(settings, session)


def _read(file_or_url: str, components: str | None) -> "Source":
    from statuspage.adapters.fetch import FetchError, fetch
    from statuspage.services.import_source import SourceError, read_source

    try:
        return read_source(fetch(file_or_url), fetch(components) if components else None)
    except FetchError as error:
        raise Refused(str(error)) from error
    except SourceError as error:
        raise Refused(f"Nothing was imported. {error.message}") from error


def _import(settings: Settings, session: "Session", source: "Source") -> "Report":
    from statuspage.domain.roles import COMMAND_LINE
    from statuspage.services.context import unit_of_work
    from statuspage.services.import_history import import_history, prepare
    from statuspage.wiring import wire

    wired = wire(settings)
    prepared = prepare(source, wired.markdown)
    with unit_of_work(session, wired.clock, lambda _session, _now: COMMAND_LINE) as ctx:
        return import_history(ctx, prepared)


def _build(settings: Settings, session: "Session") -> None:
    from statuspage.adapters.clock import SystemClock
    from statuspage.services.publishing import publish
    from statuspage.services.rebuilding import rebuild_if_asked
    from statuspage.site.build import Site

    site = Site(settings.site_dir)
    try:
        publish(session, site, SystemClock(), settings.base_url)
        rebuild_if_asked(session, site, SystemClock(), settings.base_url)
    except OSError as error:
        raise Refused(f"Everything is imported, but the site can't be written: {error}") from error


def _show(report: "Report") -> None:
    click.echo(f"{report.incidents} incidents with {report.notices} notices are new.")
    if report.components:
        click.echo(f"{report.components} components were unknown and are operational now.")
    if report.changed:
        click.echo(f"{report.changed} of the incidents here were brought up to date.")
    if report.unchanged:
        click.echo(f"{report.unchanged} incidents were here already.")
    if report.left_out:
        click.echo(f"{len(report.left_out)} were left out:")
    for one in report.left_out:
        click.echo(f"  {one.what}: {one.why}")
