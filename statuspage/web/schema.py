"""The database's schema: is it current, and bring it there. Knows Flask-Migrate, loaded on first use."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import Connection, inspect, text

from statuspage.services.context import writing
from statuspage.services.pages import ensure_page
from statuspage.store.sessions import sqlite_path
from statuspage.web.database import db
from statuspage.web.security import adapters

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_LOCK_FILE = "migrate.lock"
_LOCK_KEY = 0x57A7  # any number, the same in every process


def is_current(connection: Connection) -> bool:
    """Return whether the schema is the one that this version of the product works with."""
    return current(connection) == head()


def current(connection: Connection) -> str | None:
    """Return the migration that the database is at, None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


@cache
def head() -> str | None:
    """Return the newest migration that comes with the product."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def migrate(app: Flask) -> None:
    """Bring the database to the newest schema and make the page where there is none.

    Any number of processes may call it at once: one does it, the others wait and find it done.
    """
    from alembic import command

    with app.app_context(), _alone(app):
        command.upgrade(alembic_config(app), "head")
        with writing(db.session()):
            ensure_page(db.session(), adapters().clock.now())


def alembic_config(app: Flask) -> "Config":
    """Return what Alembic needs to know, from Flask-Migrate. Inside the application's context."""
    from flask_migrate import Migrate

    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(MIGRATIONS))
    config: Config = app.extensions["migrate"].migrate.get_config()
    return config


@contextmanager
def _alone(app: Flask) -> Iterator[None]:
    settings = app.extensions["statuspage"].settings
    if sqlite_path(settings.database_url) is None:
        with _advisory_lock():
            yield
    else:
        with (settings.instance_dir / _LOCK_FILE).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _advisory_lock() -> Iterator[None]:
    # A connection of its own: the lock belongs to it and falls with it.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
