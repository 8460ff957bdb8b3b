"""Fixtures of the tests with real processes."""

from pathlib import Path

import pytest

from tests import databases


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database, where one database is enough."""
    return databases.copy_of(sqlite_template, tmp_path / "statuspage.db")


@pytest.fixture
def emptied_postgresql(postgresql_server: str) -> str:
    """The address of the tests' PostgreSQL database, where only it will do."""
    databases.empty_postgresql(postgresql_server)
    return postgresql_server
