"""Two machines on one PostgreSQL database, each with its own web process, worker and site folder."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus

import pytest

from tests import databases
from tests.processes.http_client import Access, Connection, admit
from tests.processes.pages import bodies, publish, read
from tests.processes.product import Product, running
from tests.processes.reader import pages_of
from tests.processes.waiting import wait_for

EACH = 8


@pytest.fixture(scope="module")
def machines(
    postgresql_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Access, list[Product]]]:
    databases.empty_postgresql(postgresql_server)
    access = admit(postgresql_server)
    folder = tmp_path_factory.mktemp("machines")
    with ExitStack() as stack:
        products = [Product(folder / name, postgresql_server) for name in ("one", "other")]
        for product in products:
            stack.enter_context(running(product))
        for product in products:
            wait_for(lambda product=product: read(product), "the first build is there")
        yield access, products


@pytest.mark.needs("postgresql")
def test_what_is_published_on_one_machine_appears_on_the_other(machines):
    access, (one, other) = machines

    assert publish(one, access, "said here")
    assert "said here" in read(one)
    wait_for(lambda: "said here" in read(other), "it is on the other machine's page")

    assert publish(other, access, "said there")
    wait_for(lambda: "said there" in read(one), "it is on the first machine's page")


@pytest.mark.needs("postgresql")
def test_publishers_on_both_machines_at_once_lose_nothing_and_double_nothing(machines):
    access, products = machines
    incident_id = publish(products[0], access, "the beginning")
    assert incident_id is not None

    publishers = [
        threading.Thread(target=publish_updates, args=(product, access, incident_id, name))
        for product, name in zip(products, ("one", "other"), strict=True)
    ]
    for thread in publishers:
        thread.start()
    for thread in publishers:
        thread.join()

    wait_for(
        lambda: all(len(texts_on(each, incident_id)) == 2 * EACH + 1 for each in products), "all is there"
    )
    texts = texts_on(products[0], incident_id)
    assert texts[0] == "the beginning"
    for name in ("one", "other"):
        assert [text for text in texts if text.startswith(f"{name} ")] == [f"{name} {n}" for n in range(EACH)]
    paths = pages_of([incident_id])
    wait_for(lambda: bodies(products[0], paths) == bodies(products[1], paths), "both show the same bytes")


def publish_updates(product: Product, access: Access, incident_id: str, name: str) -> None:
    connection = Connection(product.port)
    try:
        for number in range(EACH):
            reply = access.call(connection, "PATCH", f"incidents/{incident_id}", body=f"{name} {number}")
            assert reply.status == HTTPStatus.OK, reply.raw
    finally:
        connection.close()


def texts_on(product: Product, incident_id: str) -> list[str]:
    """The texts of the incident as that machine's site has them, oldest first."""
    document = json.loads(read(product, f"/api/v2/incidents/{incident_id}.json") or "{}")
    updates = document.get("incident", {}).get("incident_updates", [])
    return [update["body"] for update in reversed(updates)]
