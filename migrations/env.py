"""How migrations run: one transaction on both databases, in batch mode, with portable column types."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Enum
from sqlalchemy.exc import IntegrityError

import statuspage.store  # noqa: F401 - registers every table
from statuspage.store.db import Base, UtcDateTime


def run() -> None:
    """Bring the application's own database to the revision that was asked for."""
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:  # batch mode drops and renames tables, which would take their children along
            set_foreign_keys(connection, "OFF")
        try:
            with connection.execution_options(is_writer=True).begin():
                migrate(connection)
                if is_sqlite:
                    check_foreign_keys(connection)
        finally:
            if is_sqlite:
                set_foreign_keys(connection, "ON")


def migrate(connection: Connection) -> None:
    """Run the migrations inside the connection's transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=portable_type,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def portable_type(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write column types that don't depend on the models of the day."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def set_foreign_keys(connection: Connection, state: str) -> None:
    """Switch SQLite's foreign keys, which it ignores inside a transaction, so past SQLAlchemy's own."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(f"PRAGMA foreign_keys={state}")


def check_foreign_keys(connection: Connection) -> None:
    """Refuse a migration that leaves a row without its parent."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise IntegrityError("foreign_key_check", None, ValueError(f"a row of {broken[0]} lost its parent"))


run()
