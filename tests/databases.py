"""Databases for tests: migrated once, then copied or emptied."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy.orm import Session, sessionmaker

from statuspage.app import create_app
from statuspage.services.pages import ensure_page
from statuspage.settings import Settings
from statuspage.store.db import Base
from statuspage.store.sessions import session_factory
from statuspage.web.database import db
from statuspage.web.schema import migrate
from tests.fakes import NOON

HOST = os.environ.get("PGHOST", "127.0.0.1")
PORT = os.environ.get("PGPORT", "5432")
USER = os.environ.get("PGUSER", "postgres")
DATABASE = os.environ.get("PGDATABASE", "test")
DSN = f"host={HOST} port={PORT} user={USER} dbname={DATABASE} connect_timeout=2"

_FILLED = " UNION ALL ".join(
    f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in Base.metadata.tables
)
_emptying: dict[str, sessionmaker[Session]] = {}


def migrated_sqlite(folder: Path) -> Path:
    """Make a migrated SQLite database in that folder and return its file."""
    file = folder / "statuspage.db"
    migrate_at(f"sqlite:///{file}", folder)
    return file


def copy_of(template: Path, file: Path) -> str:
    """Copy a SQLite database that nobody has open and return the copy's address."""
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


def migrate_at(url: str, folder: Path) -> None:
    """Migrate the database at that address."""
    environment = {"STATUSPAGE_DATABASE_URL": url, "STATUSPAGE_INSTANCE_DIR": str(folder)}
    app = create_app(Settings.from_env(environment))
    migrate(app)
    close(app)


def close(app: Flask) -> None:
    """Give the application's connections back, so that nothing keeps a table locked."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def own_postgresql() -> Iterator[str]:
    """Make a database for this test run alone, and remove it at the end."""
    name = sql.Identifier(f"test_{secrets.token_hex(6)}")
    with psycopg.connect(DSN, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        # Tests kill our processes, never the server, so that nothing is lost by not waiting for the disk.
        server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
    url = f"postgresql+psycopg://{USER}@{HOST}:{PORT}/{name.as_string().strip(chr(34))}"
    try:
        yield url
    finally:
        _leave(url)
        with psycopg.connect(DSN, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def empty_postgresql(url: str) -> None:
    """Remove every row of a migrated database and make the page anew."""
    if url not in _emptying:
        _emptying[url] = session_factory(url)
    with _emptying[url]() as session:
        connection = session.connection()
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        filled = connection.exec_driver_sql(_FILLED).scalars().all()
        if filled:
            # Seven times as fast as TRUNCATE, which makes every table's files anew. As a replica the server
            # asks neither foreign keys nor the trigger that keeps the audit.
            emptied = "; ".join(f"DELETE FROM {table}" for table in filled)
            connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {emptied}")
            connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
        ensure_page(session, NOON)
        session.commit()


def _leave(url: str) -> None:
    sessions = _emptying.pop(url, None)
    if sessions is not None:
        sessions.kw["bind"].dispose()


def postgresql_answers() -> bool:
    """Return whether there is a server for tests."""
    try:
        psycopg.connect(DSN).close()
    except psycopg.OperationalError:
        return False
    return True
