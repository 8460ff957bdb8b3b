"""However an incident is led, at the console or over the API: the same rows, and the same public bytes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, select

from statuspage.adapters.markdown import MarkdownChild
from statuspage.site.layout import is_public
from statuspage.store.db import Base
from statuspage.store.sessions import session_at
from tests import databases
from tests.conftest import MakeApp
from tests.factories import make_account, make_component, make_token
from tests.fakes import NOON, FakeClock, FakePasswords
from tests.web.browsers import PASSWORD, Browser
from tests.web.callers import Api, PublicSite
from tests.web.desks import Desk
from tests.web.lives import LEAD, AtTheConsole, OverTheApi, live

COMPONENTS = {"c0mponent001": "API", "c0mponent002": "Dashboard"}
# How somebody came in, and what keeps a form or a request from acting twice.
OF_THE_WAY = {"staff_sessions", "form_keys", "idempotency_keys", "throttles", "presences", "api_tokens"}
Rows = dict[str, list[dict[str, Any]]]


class Instance:
    """A product with a database and a site of its own, and Ana, who is signed in and has a token."""

    def __init__(self, app: Flask, url: str, folder: Path) -> None:
        self._app, self._url = app, url
        with session_at(url) as session:
            ana = make_account(session, email=LEAD, name="Ana", password_hash=FakePasswords().hash(PASSWORD))
            make_token(session, owner=ana, name="Ana's program", secret="admin")
            for at, (public_id, name) in enumerate(COMPONENTS.items(), 1):
                make_component(session, name=name, position=at).public_id = public_id
            session.commit()
        client = app.test_client()
        self._site = PublicSite(client, folder / "site")
        [page] = client.get("/v1/pages", headers={"Authorization": "Bearer admin"}).json or []
        self.api = Api(client, page["id"], "admin")
        self.desk = Desk(Browser(app.test_client()).enter(LEAD))

    def rows(self) -> Rows:
        """Return every row but those of the way, each key replaced by the place of its row."""
        with session_at(self._url) as session:
            read = {
                name: [
                    dict(row)
                    for row in session.execute(select(table).order_by(*table.primary_key)).mappings()
                ]
                for name, table in Base.metadata.tables.items()
            }
        self._names = {
            row["public_id"]: f"{name}#{place}"
            for name, rows in read.items()
            for place, row in enumerate(rows)
            if row.get("public_id")
        }
        # A digest covers ids, which are random; the text that it covers is compared itself.
        for place, row in enumerate(read["postmortems"]):
            self._names[row["update_public_id"]] = f"notice of postmortem {place}"
        for place, row in enumerate(read["postmortem_revisions"]):
            self._names[row["digest"]] = f"digest {place}"
        places = {name: {row.get("id"): at for at, row in enumerate(rows)} for name, rows in read.items()}
        return {
            name: [self._of_the_life(Base.metadata.tables[name], row, places) for row in rows]
            for name, rows in read.items()
            if name not in OF_THE_WAY
        }

    def _of_the_life(self, table: Table, row: dict[str, Any], places: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in table.columns:
            value = row[column.name]
            if column.name == "token_id":  # the program that acted for Ana
                continue
            for key in column.foreign_keys:
                value = places[key.column.table.name].get(value)
            if column.name == "id":
                value = places[table.name][value]
            found[column.name] = self.without_ids(value) if isinstance(value, str) else value
            if isinstance(value, dict | list):
                found[column.name] = self.without_ids(repr(value))
        return found

    def files(self) -> dict[str, str]:
        """Return what is public, byte by byte, but for the compressed copies."""
        return {
            self.without_ids(path): self.without_ids(content.decode("latin-1"))
            for path, content in self._site.files().items()
            if is_public(path)
        }

    def without_ids(self, text: str) -> str:
        """Return the text with each public id replaced by what it names."""
        for public_id, name in self._names.items():
            text = text.replace(public_id, name)
        return text


@pytest.fixture
def make_instance(
    request: pytest.FixtureRequest,
    database_url: str,
    tmp_path: Path,
    make_app: MakeApp,
    markdown: MarkdownChild,
) -> Callable[[str], Instance]:
    """Make an instance with the test's clock at noon; on PostgreSQL it takes the place of the one before."""

    def make(name: str) -> Instance:
        url, folder = database_url, tmp_path / name
        if url.startswith("sqlite"):
            url = databases.copy_of(request.getfixturevalue("sqlite_template"), tmp_path / f"{name}.db")
        else:
            databases.empty_postgresql(url)
        app = make_app(
            {
                "STATUSPAGE_INSTANCE_DIR": str(folder),
                "STATUSPAGE_DATABASE_URL": url,
                "STATUSPAGE_BASE_URL": "https://status.example.com",
            }
        )
        wired = replace(app.extensions["statuspage"], markdown=markdown, passwords=FakePasswords())
        app.extensions["statuspage"] = wired
        return Instance(app, url, folder)

    return make


def test_the_full_life_of_an_incident_is_the_same_by_either_way(make_instance, clock: FakeClock):
    left: list[tuple[Rows, dict[str, str]]] = []

    for way in (AtTheConsole, OverTheApi):
        clock.set(NOON)
        instance = make_instance(way.__name__)
        live(way(instance), clock, list(COMPONENTS))
        left.append((instance.rows(), instance.files()))

    (console_rows, console_files), (api_rows, api_files) = left
    assert len(console_rows["incident_updates"]) == 8
    for table, rows in console_rows.items():
        assert rows == api_rows[table], f"the rows of {table} differ"
    assert set(console_files) == set(api_files)
    assert [path for path, content in console_files.items() if content != api_files[path]] == []
