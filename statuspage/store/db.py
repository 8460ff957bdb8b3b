"""The base of all tables: naming, time, connections."""

import os
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from types import ModuleType
from typing import Any, ClassVar

from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

# Named constraints, so that SQLite's batch migrations and PostgreSQL speak of the same things.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# WAL has a corruption race with two connections before this version.
_WAL_SAFE_SINCE = (3, 51, 3)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, stores UTC, returns aware ones. SQLite drops time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, without its zone where the database has none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant aware and in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(states: type[StrEnum]) -> list[str]:
    return [state.value for state in states]


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=_values),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


class Versioned:
    """A row that people edit: a lost race raises `StaleDataError` instead of overwriting."""

    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        """Return the column that SQLAlchemy compares and raises with each change."""
        return {"version_id_col": cls.version}


def engine_options(url: str) -> dict[str, Any]:
    """Return the options for `create_engine`: a current SQLite where a wheel brings one, a bounded pool."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"module": sqlite_module(), "connect_args": {"timeout": 5}}
    return {
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 5,
        "connect_args": {"connect_timeout": 3},
    }


def sqlite_module() -> ModuleType:
    """Return pysqlite3 where its wheel is installed, else the standard library's sqlite3."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


def sqlite_supports_wal(module: ModuleType) -> bool:
    """Return whether the linked SQLite's write-ahead log is safe with several connections."""
    version: tuple[int, ...] = module.sqlite_version_info
    return version >= _WAL_SAFE_SINCE


def prepare_engine(engine: Engine) -> None:
    """Set the pragmas and the transaction mode of a SQLite engine; other databases need nothing."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "do_connect", _before_connect)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "checkout", _on_checkout)
    event.listen(engine, "begin", _on_begin)


def _before_connect(_dialect: Dialect, record: Any, args: list[Any], _parameters: dict[str, Any]) -> None:
    # SQLite would let everybody read the file that it makes.
    with suppress(OSError):
        os.close(os.open(args[0], os.O_RDWR | os.O_CREAT, 0o600))
    record.info["path"], record.info["file"] = args[0], _file_behind(args[0])


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions itself: it would begin them as readers.
    connection.isolation_level = None
    cursor = connection.cursor()
    journal = "WAL" if sqlite_supports_wal(sqlite_module()) else "DELETE"
    for pragma in (
        "busy_timeout=5000",
        f"journal_mode={journal}",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_checkout(_connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: Any) -> None:
    # A connection stays with the file that it has opened. After the file was put back or replaced by a
    # backup it would go on reading and writing what nobody else sees.
    if entry.info["file"] != _file_behind(entry.info["path"]):
        raise DisconnectionError("the database file was replaced")


def _file_behind(path: str) -> tuple[int, int] | None:
    with suppress(OSError):
        status = os.stat(path)
        return status.st_dev, status.st_ino
    return None


def _on_begin(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get("is_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
