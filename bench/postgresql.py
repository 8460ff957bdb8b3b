"""A PostgreSQL database for the benchmark alone, where a server answers (PGHOST, PGPORT, PGUSER)."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table, delete, exists, func, insert, select, text

from statuspage.store.db import Base
from statuspage.store.sessions import open_engine

_HOST = os.environ.get("PGHOST", "127.0.0.1")
_PORT = os.environ.get("PGPORT", "5432")
_USER = os.environ.get("PGUSER", "postgres")
_ROWS_AT_ONCE = 5_000
_SERVER = f"host={_HOST} port={_PORT} user={_USER} dbname=postgres connect_timeout=2"


def server_answers() -> bool:
    """Return whether there is a server."""
    try:
        psycopg.connect(_SERVER).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def own_database() -> Iterator[str]:
    """Make a database, yield its address, and remove it."""
    name = f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(_SERVER, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield f"postgresql+psycopg://{_USER}@{_HOST}:{_PORT}/{name}"
    finally:
        with psycopg.connect(_SERVER, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def copy_rows(source_url: str, target_url: str) -> None:
    """Copy every row into a database that is migrated and has nothing but what that brings."""
    source, target = open_engine(source_url), open_engine(target_url)
    with source.connect() as old, target.begin() as new:
        for table in reversed(Base.metadata.sorted_tables):
            if new.scalar(select(exists().select_from(table))):
                new.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            for part in old.execute(select(table)).mappings().partitions(_ROWS_AT_ONCE):
                new.execute(insert(table), [dict(row) for row in part])
            _continue_numbering(new, table)
        new.execute(text("ANALYZE"))
    for engine in (source, target):
        engine.dispose()


def _continue_numbering(connection: Connection, table: Table) -> None:
    if "id" not in table.columns:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    if sequence is not None:
        last = connection.scalar(select(func.max(table.columns.id))) or 1
        connection.execute(select(func.setval(sequence, last)))
