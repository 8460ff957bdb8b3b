"""What the tests of the web part share: a caller of the manage API, and a reader of the published site."""

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from statuspage.adapters.markdown import MarkdownChild
from statuspage.domain.roles import SiteRole
from statuspage.settings import Settings
from statuspage.store.accounts import Account
from statuspage.store.db import Base
from tests.factories import make_account, make_component, make_token
from tests.fakes import FakePasswords
from tests.web.browsers import PASSWORD, Browser
from tests.web.callers import Api, PublicSite

ON_POSTGRESQL_TOO = 3


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder runs on SQLite; on PostgreSQL a third of them, and all in the long run.

    The services below run on both each time.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents and _is_left_to_the_long_run(item):
            item.add_marker(pytest.mark.soak)


def _is_left_to_the_long_run(item: pytest.Item) -> bool:
    function = item.getparent(pytest.Function)
    if not isinstance(function, pytest.Function) or not hasattr(function, "callspec"):
        return False
    is_on_postgresql = function.callspec.params.get("database_url") == "postgresql"
    # By the name, so that it stays the same whatever is added around it.
    return is_on_postgresql and zlib.crc32(function.originalname.encode()) % ON_POSTGRESQL_TOO != 0


@pytest.fixture(autouse=True)
def _kernel_stays_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is killed here, so that the site's builder need not wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(scope="session")
def markdown() -> Iterator[MarkdownChild]:
    """One warm formatter for all tests: starting it costs more than all their texts."""
    renderer = MarkdownChild()
    yield renderer
    renderer.close()


class CompiledTemplates(BytecodeCache):
    """What templates compile to, for all applications of a test run."""

    known: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture
def app(app: Flask, markdown: MarkdownChild) -> Flask:
    """The web application, with the shared formatter and templates that were compiled before."""
    app.jinja_env.bytecode_cache = CompiledTemplates()
    app.extensions["statuspage"] = replace(app.extensions["statuspage"], markdown=markdown)
    return app


Staff = dict[SiteRole, Account]


@pytest.fixture
def app_for_people(app: Flask) -> Flask:
    """The web application, with passwords that cost no time."""
    app.extensions["statuspage"] = replace(app.extensions["statuspage"], passwords=FakePasswords())
    return app


@pytest.fixture
def person(session: Session) -> Callable[..., Account]:
    """Make an account whose password is `PASSWORD`: `person(role=…, email=…)`."""

    def make(role: SiteRole = SiteRole.ADMIN, **fields: Any) -> Account:
        session.rollback()  # what began by reading could not go on to write after somebody else did
        fields = {"password_hash": FakePasswords().hash(PASSWORD), **fields}
        account = make_account(session, role=role, **fields)
        session.commit()
        return account

    return make


@pytest.fixture
def signed_in(
    app_for_people: Flask, session: Session, person: Callable[..., Account]
) -> Callable[..., Browser]:
    """Return a browser in which somebody of that role is signed in, by default an admin, just now."""

    def enter(role: SiteRole = SiteRole.ADMIN, **fields: Any) -> Browser:
        email = person(role, **fields).email
        session.commit()  # having read it, the test would go on looking at the database of this moment
        return Browser(app_for_people.test_client()).enter(email)

    return enter


@pytest.fixture
def staff(session: Session) -> Staff:
    """A person of each role, with a token whose secret is the role's name."""
    session.rollback()  # what began by reading could not go on to write after somebody else did
    people = {role: make_account(session, role=role, email=f"{role}@example.com") for role in SiteRole}
    for role, person in people.items():
        make_token(session, role=role, owner=person, secret=role.value)
    session.commit()
    return people


@pytest.fixture
def api(client: FlaskClient, staff: Staff) -> Api:
    """A caller of the manage API, by default as an admin: `api.acting_as(role)` is another."""
    page = client.get("/v1/pages", headers={"Authorization": "Bearer admin"}).json
    assert isinstance(page, list)
    return Api(client, page[0]["id"], "admin")


@pytest.fixture
def site(client: FlaskClient, settings: Settings) -> PublicSite:
    """What a customer reads."""
    return PublicSite(client, settings.site_dir)


@pytest.fixture
def components(session: Session) -> list[str]:
    """The ids of two components, “API” and “Dashboard”."""
    made = [
        make_component(session, name=name, position=at) for at, name in enumerate(("API", "Dashboard"), 1)
    ]
    session.commit()
    return [component.public_id for component in made]


@pytest.fixture
def component(components: list[str]) -> str:
    """The id of the component “API”."""
    return components[0]


Unchanged = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def nothing_changes(sessions: sessionmaker[Session], site: PublicSite) -> Unchanged:
    """Fail when a row or a public byte changes inside `with nothing_changes():`."""

    @contextmanager
    def watch() -> Iterator[None]:
        before = rows(sessions), site.files()
        yield
        after = rows(sessions), site.files()
        assert after[0] == before[0], "a row changed"
        assert after[1] == before[1], "a public byte changed"

    return watch


def rows(sessions: sessionmaker[Session]) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with sessions() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }


@pytest.fixture
def another_caller(app: Flask, api: Api) -> Callable[[], Api]:
    """Return what makes further callers, one for each thread."""
    return lambda: Api(app.test_client(), api.page_id, "admin")
