"""`demo`: a believable company to look at, in a folder of its own, told back from the moment it starts."""

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from statuspage.cli.common import Refused, session_on, settings_from
from statuspage.cli.database import migrate
from statuspage.cli.run import host_option, port_option, serve

if TYPE_CHECKING:
    from statuspage.settings import Settings

FOLDER = "demo-instance"
MARK = ".demo"
# What a demonstration leaves behind, beside its secret key.
MADE = {"statuspage.db", "statuspage.db-wal", "statuspage.db-shm", "statuspage.db-journal", "site", "outbox"}


@click.command()
@host_option
@port_option
@click.pass_context
def demo(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve a demonstration: a company with months of history and an open incident.

    It lies in ./demo-instance (or STATUSPAGE_INSTANCE_DIR) and begins anew at each start.
    """
    os.environ.setdefault("STATUSPAGE_INSTANCE_DIR", FOLDER)
    settings = settings_from(host, port)
    clear(settings)
    ctx.invoke(migrate, setup_link=False)
    fill(settings)
    _say_who_may_come_in(settings)
    ctx.invoke(serve, host=host, port=port)


def clear(settings: "Settings") -> None:
    """Remove the last demonstration; refuse a folder or a database that is none."""
    folder = settings.instance_dir
    if (folder / "statuspage.db").exists() and not (folder / MARK).exists():
        raise Refused(
            f"{folder} holds a status page that is no demonstration. Name another folder in "
            "STATUSPAGE_INSTANCE_DIR; nothing was changed."
        )
    if settings.database_url != f"sqlite:///{folder / 'statuspage.db'}":
        raise Refused("The demonstration keeps its own database; unset STATUSPAGE_DATABASE_URL.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("This folder is a demonstration and made anew at each start.\n")
    for entry in folder.iterdir():
        if entry.name in MADE:
            _remove(entry)


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def fill(settings: "Settings") -> None:
    """Tell the company's story into the migrated database."""
    from statuspage.adapters.clock import SystemClock
    from statuspage.adapters.markdown import MarkdownChild
    from statuspage.adapters.passwords import Argon2Passwords
    from statuspage.demo.play import play

    with closing(MarkdownChild()) as renderer, session_on(settings) as session:
        play(session, renderer, Argon2Passwords(), SystemClock().now())


def _say_who_may_come_in(settings: "Settings") -> None:
    from statuspage.demo.company import PASSWORD, PEOPLE

    click.echo(f"Sign in at {settings.base_url}/login with the password “{PASSWORD}” as")
    for person in PEOPLE:
        click.echo(f"  {person.email:<22} {person.role}")
