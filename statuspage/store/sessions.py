"""Engines and sessions for processes without Flask, and what to say when the database does not answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from statuspage.store.db import engine_options, prepare_engine

_UNDEFINED = ("42P01", "42703")  # PostgreSQL's codes for an unknown table and an unknown column


def open_engine(url: str) -> Engine:
    """Return an engine with the product's pragmas and pool; connects to nothing yet."""
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    return engine


def session_factory(url: str) -> sessionmaker[Session]:
    """Return what makes sessions on that database; connects to nothing yet."""
    return sessionmaker(open_engine(url))


@contextmanager
def session_at(url: str) -> Iterator[Session]:
    """Open a session for a short-lived process, and close all connections after it."""
    engine = open_engine(url)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def is_unready(error: SQLAlchemyError) -> bool:
    """Return whether the error says that the database is away or not migrated, not that we asked wrongly."""
    if isinstance(error, ProgrammingError):
        return getattr(error.orig, "sqlstate", None) in _UNDEFINED
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_lost or isinstance(error, OperationalError | PoolTimeoutError)


def unready_sentence(error: SQLAlchemyError, url: str | None = None) -> str:
    """Return one plain line that says what is wrong; for everybody without `url`, never with a password."""
    if _is_unmigrated(error):
        return "The database is not migrated; run `statuspage migrate`."
    if url is None:
        return "The database does not answer."
    place = make_url(url).render_as_string(hide_password=True)
    reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().split("\n")[0]
    return f"The database does not answer ({place}): {reason}"


def _is_unmigrated(error: SQLAlchemyError) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    text = str(error.orig)
    return isinstance(error, ProgrammingError) or "no such table" in text or "no such column" in text


def sqlite_path(url: str) -> str | None:
    """Return the file of a SQLite database, None for other databases."""
    parsed = make_url(url)
    return parsed.database if parsed.get_backend_name() == "sqlite" else None
