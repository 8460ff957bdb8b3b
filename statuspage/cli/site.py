"""`site …`: the published site."""

import click

from statuspage.cli.common import Refused, session_on, settings_from


@click.group()
def site() -> None:
    """Look after the published site."""


@site.command()
@click.option("--all", "is_everything", is_flag=True, help="Render every page anew, not only what changed.")
def build(is_everything: bool) -> None:
    """Bring the site up to the last public act."""
    settings = settings_from()

    from statuspage.adapters.clock import SystemClock
    from statuspage.services.publishing import publish
    from statuspage.services.rebuilding import rebuild
    from statuspage.site.build import Site

    folder = Site(settings.site_dir)
    try:
        with session_on(settings) as session:
            publish(session, folder, SystemClock(), settings.base_url)
            if is_everything:
                rebuild(session, folder, SystemClock(), settings.base_url, _show_progress)
    except OSError as error:
        raise Refused(f"The site can't be written: {error}") from error
    click.echo(f"The site in {folder.folder} is at publication {folder.number}.", err=True)


def _show_progress(done: int, total: int) -> None:
    click.echo(f"{done} of {total} incidents", err=True)
