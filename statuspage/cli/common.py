"""What the commands share: settings, a transaction as the command line, and errors in plain words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

from statuspage.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from statuspage.services.context import Context


class Refused(click.ClickException):
    """The command can't be done as asked."""

    exit_code = 1


class Unavailable(click.ClickException):
    """The database does not answer, or is not migrated."""

    exit_code = os.EX_UNAVAILABLE


class WrongSettings(click.ClickException):
    """The environment holds mistakes, one a line."""

    exit_code = os.EX_CONFIG

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the lines as they are."""
        click.echo(self.message, file=file, err=file is None)


def settings_from(host: str | None = None, port: int | None = None) -> Settings:
    """Return the environment's settings; options win, and child processes see them too."""
    if host is not None:
        os.environ["HOST"] = host
    if port is not None:
        os.environ["PORT"] = str(port)
    try:
        return Settings.from_env()
    except SettingsError as error:
        raise WrongSettings(str(error)) from error


@contextmanager
def session_on(settings: Settings) -> Iterator["Session"]:
    """Open a session; refusals and an absent database become one plain line."""
    from sqlalchemy.exc import SQLAlchemyError

    from statuspage.domain.errors import DomainError
    from statuspage.store.sessions import is_unready, session_at, unready_sentence

    try:
        with session_at(settings.database_url) as session:
            yield session
    except DomainError as error:
        raise Refused(error.message) from error
    except SQLAlchemyError as error:
        if not is_unready(error):
            raise
        raise Unavailable(unready_sentence(error, settings.database_url)) from error


@contextmanager
def acting() -> Iterator["Context"]:
    """Open a unit of work in which the command line acts, as an admin without a name."""
    from statuspage.adapters.clock import SystemClock
    from statuspage.domain.roles import COMMAND_LINE
    from statuspage.services.context import unit_of_work

    settings = settings_from()
    with (
        session_on(settings) as session,
        unit_of_work(session, SystemClock(), lambda _session, _now: COMMAND_LINE) as ctx,
    ):
        yield ctx


@contextmanager
def looking() -> Iterator["Context"]:
    """Open a transaction that only reads, as the command line."""
    from statuspage.adapters.clock import SystemClock
    from statuspage.domain.roles import COMMAND_LINE
    from statuspage.services.context import reading

    settings = settings_from()
    with (
        session_on(settings) as session,
        reading(session, SystemClock(), lambda _session, _now: COMMAND_LINE) as ctx,
    ):
        yield ctx


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows as aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)
