"""One line of migrations, equal to the models on both databases, safe to run from everywhere at once."""

import multiprocessing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from statuspage.app import create_app
from statuspage.settings import Settings
from statuspage.store.db import Base
from statuspage.store.pages import Page
from statuspage.store.records import AuditEntry
from statuspage.store.sessions import open_engine
from statuspage.web.schema import MIGRATIONS, alembic_config, head, is_current, migrate
from tests import databases
from tests.fakes import NOON


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path):
    app = app_on(empty_database_url, tmp_path / "instance")
    yield app
    databases.close(app)


def app_on(url: str, folder: Path) -> Flask:
    environment = {"STATUSPAGE_INSTANCE_DIR": str(folder), "STATUSPAGE_DATABASE_URL": url}
    return create_app(Settings.from_env(environment))


def test_there_is_one_head():
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_migrations_import_neither_the_models_nor_anything_else_of_the_product():
    for file in (MIGRATIONS / "versions").glob("*.py"):
        assert "import statuspage" not in file.read_text()
        assert "from statuspage" not in file.read_text()


def test_the_migrations_make_exactly_what_the_models_say(empty_app: Flask, empty_database_url: str):
    migrate(empty_app)

    engine = open_engine(empty_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = compare_metadata(context, Base.metadata)
        assert is_current(connection)
    engine.dispose()
    assert difference == []


def test_an_empty_database_is_not_current(empty_database_url: str):
    engine = open_engine(empty_database_url)

    with engine.connect() as connection:
        assert not is_current(connection)
    engine.dispose()


def test_migrating_again_changes_nothing_and_keeps_the_page(empty_app: Flask, empty_database_url: str):
    migrate(empty_app)
    before = rows(empty_database_url, sa.select(Page.public_id, Page.version))

    migrate(empty_app)

    assert rows(empty_database_url, sa.select(Page.public_id, Page.version)) == before
    assert len(before) == 1


def test_processes_that_migrate_at_once_make_one_page(empty_database_url: str, tmp_path: Path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(_migrate, [(empty_database_url, str(tmp_path))] * 2)

    assert len(rows(empty_database_url, sa.select(Page.id))) == 1
    assert rows(empty_database_url, sa.text("SELECT version_num FROM alembic_version")) == [(head(),)]


def test_every_migration_can_be_taken_back(empty_app: Flask, empty_database_url: str):
    migrate(empty_app)

    with empty_app.app_context():
        command.downgrade(alembic_config(empty_app), "base")
        command.upgrade(alembic_config(empty_app), "head")

    assert rows(empty_database_url, sa.select(Page.id)) == []


def test_the_audit_can_only_be_added_to(database_url: str):
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.insert(AuditEntry).values(at=NOON, verb="x", subject="y", details={}))

    for statement in (sa.update(AuditEntry).values(verb="z"), sa.delete(AuditEntry)):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), engine.begin() as connection:
            connection.execute(statement)
    with engine.connect() as connection:
        assert connection.execute(sa.select(AuditEntry.verb)).all() == [("x",)]
    engine.dispose()


def rows(url: str, query: sa.Executable) -> list[tuple[object, ...]]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(query)]
    engine.dispose()
    return found


def _migrate(url: str, folder: str) -> None:
    migrate(app_on(url, Path(folder)))
