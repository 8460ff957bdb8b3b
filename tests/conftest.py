"""Fixtures for all tests. `services/` and `worker/` tests run on both databases."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from statuspage.app import create_app
from statuspage.domain.roles import COMMAND_LINE, Actor
from statuspage.services.context import Context, unit_of_work
from statuspage.settings import Settings
from statuspage.store.sessions import open_engine
from statuspage.wiring import Adapters
from tests import cheaper, databases, network
from tests.fakes import FakeClock

pytest_plugins = ["tests.needs"]
network.close()
cheaper.remember_compiled_addresses()
cheaper.compress_quickly()
cheaper.remember_compiled_statements()
cheaper.collect_garbage_seldom()

# What takes longest comes first, so that in the end no process waits for another.
LONGEST_FIRST = ("processes", "browser", "cli", "contracts")
ON_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))]


def pytest_xdist_auto_num_workers() -> int:
    """Use one process more than there are cores: browsers and other processes are waited for a lot."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose tests take longest."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    return databases.migrated_sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a migrated PostgreSQL database that belongs to this test run alone."""
    with databases.own_postgresql() as url:
        databases.migrate_at(url, tmp_path_factory.mktemp("postgresql"))
        yield url


@pytest.fixture(params=ON_BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database with nothing but the page in it; on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        return databases.copy_of(request.getfixturevalue("sqlite_template"), tmp_path / "statuspage.db")
    url: str = request.getfixturevalue("postgresql_server")
    databases.empty_postgresql(url)
    return url


@pytest.fixture(params=ON_BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with databases.own_postgresql() as url:
        yield url


@pytest.fixture
def clock() -> FakeClock:
    """A clock at noon of a day in November that only the test moves."""
    return FakeClock()


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The variables that make the product use the test's own folder and database."""
    return {
        "STATUSPAGE_INSTANCE_DIR": str(tmp_path / "instance"),
        "STATUSPAGE_DATABASE_URL": database_url,
        "STATUSPAGE_BASE_URL": "https://status.example.com",
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """Settings for the test's own folder and database."""
    return Settings.from_env(environment)


MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(clock: FakeClock) -> Iterator[MakeApp]:
    """Make a web application with the test's clock from these variables, and close it at the end."""
    made: list[Flask] = []

    def make(environment: dict[str, str]) -> Flask:
        made.append(create_app(Settings.from_env(environment), clock))
        return made[-1]

    yield make
    for app in made:
        databases.close(app)


@pytest.fixture
def app(make_app: MakeApp, environment: dict[str, str]) -> Flask:
    """The web application, with the test's clock."""
    return make_app(environment)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the web application, published site included."""
    return app.test_client()


@pytest.fixture
def adapters(app: Flask) -> Adapters:
    """The adapters of the web application."""
    wired: Adapters = app.extensions["statuspage"]
    return wired


@pytest.fixture
def sessions(database_url: str) -> Iterator[sessionmaker[Session]]:
    """What makes sessions on the test's database."""
    engine = open_engine(database_url)
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session on the test's database."""
    with sessions() as session:
        yield session


Act = Callable[..., AbstractContextManager[Context]]


@pytest.fixture
def act(session: Session, clock: FakeClock) -> Act:
    """Open a unit of work, by default as an admin at the command line: `with act() as ctx:`.

    What the test has read or added before is committed first: a unit of work begins its own transaction.
    """

    def open_unit(actor: Actor = COMMAND_LINE) -> AbstractContextManager[Context]:
        session.commit()
        return unit_of_work(session, clock, lambda _session, _now: actor)

    return open_unit
