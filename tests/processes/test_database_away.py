"""The database stops: reading goes on, writing says so, and when it is back all goes on by itself."""

import json
from collections.abc import Iterator

import pytest

from tests.conftest import ON_BOTH
from tests.processes.http_client import Access, admit
from tests.processes.pages import bodies, call, commit_only, publish, read
from tests.processes.product import EVERYTHING, Product, running
from tests.processes.reader import pages_of
from tests.processes.stoppable import Door, SqliteFile, Stoppable, own_cluster, programs_of_postgresql
from tests.processes.waiting import wait_for


@pytest.fixture(params=ON_BOTH)
def database(request: pytest.FixtureRequest) -> Iterator[Stoppable]:
    """A database that can be stopped; PostgreSQL as a server of its own where it is installed."""
    if request.param == "sqlite":
        yield SqliteFile(request.getfixturevalue("sqlite_url"))
        return
    programs = programs_of_postgresql()
    if programs is not None:
        with own_cluster(programs) as cluster:
            yield cluster
        return
    door = Door(request.getfixturevalue("emptied_postgresql"))
    door.start()
    yield door
    door.stop()


def refusals(product: Product, access: Access) -> set[tuple[int, str, tuple[str, ...]]]:
    """How reading and writing over the API are refused: status, code and the fields of the answer."""
    replies = [
        call(product, access, "GET", "incidents"),
        call(product, access, "POST", "incidents", name="Outage", body="Now?"),
    ]
    answers = [(reply.status, json.loads(reply.raw)) for reply in replies if reply is not None]
    return {(status, answer.get("code", ""), tuple(answer)) for status, answer in answers}


REFUSED = {(503, "database_unavailable", ("error", "code", "fields"))}


def test_pages_are_read_without_a_database_and_when_it_is_back_publishing_goes_on(database, tmp_path):
    access = admit(database.url)
    with running(Product(tmp_path / "instance", database.url)) as product:
        wait_for(lambda: publish(product, access, "before"), "a notice is published")
        paths = pages_of([each["id"] for each in incidents(product)])
        before = bodies(product, paths)
        assert {status for status, _, _ in before.values()} == {200}

        database.stop()

        wait_for(lambda: refusals(product, access) == REFUSED, "the API says that the database is away")
        assert bodies(product, paths) == before
        product.kill(EVERYTHING)
        product.start()
        wait_for(lambda: read(product), "the web process is up without a database")
        assert bodies(product, paths) == before
        wait_for(lambda: refusals(product, access) == REFUSED, "the API says that the database is away")
        assert bodies(product, paths) == before

        database.start()

        commit_only(database.url, "first after")
        wait_for(lambda: "first after" in read(product), "the worker builds what was published")
        wait_for(lambda: publish(product, access, "second after"), "a notice is published")
        assert "second after" in read(product)
        assert len(incidents(product)) == 3


def incidents(product: Product) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(read(product, "/api/v2/incidents.json"))["incidents"]
    return found
