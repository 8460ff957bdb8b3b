"""Requests that wait for the database delay no public page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from statuspage.services.context import writing
from statuspage.store.pages import lock_page
from statuspage.store.sessions import session_factory
from tests.processes.http_client import GONE, Access, Connection, admit, dispose
from tests.processes.pages import publish
from tests.processes.product import Product, running
from tests.processes.waiting import wait_for

# More than there are threads for the application.
WAITING, READS = 16, 100


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Hold the lock that every act needs."""
    with session_factory(database_url)() as session, writing(session):
        lock_page(session)
        yield
    dispose(session)


class Requests:
    """Acts that are sent at once, each again until it is accepted."""

    def __init__(self, product: Product, access: Access) -> None:
        self._product, self._access = product, access
        self._threads = [threading.Thread(target=self._send, args=(each,)) for each in range(WAITING)]
        self.accepted: list[int] = []

    def send(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _send(self, number: int) -> None:
        connection = Connection(self._product.port)
        fields = {"name": f"Outage {number}", "body": "It waits."}
        try:
            # SQLite waits for five seconds and then refuses.
            while self._access.call(connection, "POST", "incidents", **fields).status != HTTPStatus.CREATED:
                pass
            self.accepted.append(number)
        finally:
            connection.close()


def application_answers(product: Product) -> bool:
    """Whether a request that needs no database gets through to the application."""
    connection = Connection(product.port, timeout=0.5)
    try:
        return connection.get("/healthz/live").status == HTTPStatus.OK
    except GONE:
        return False
    finally:
        connection.close()


def test_public_pages_are_read_while_every_thread_of_the_application_waits(database_url, tmp_path):
    access = admit(database_url)
    with running(Product(tmp_path / "instance", database_url)) as product:
        wait_for(lambda: publish(product, access, "first"), "a notice is published")
        reader, requests = Connection(product.port), Requests(product, access)
        with locked(database_url):
            requests.send()
            wait_for(lambda: not application_answers(product), "every thread of the application waits")

            replies = [reader.get("/") for _ in range(READS)]

            assert {reply.status for reply in replies} == {HTTPStatus.OK}
            assert requests.accepted == []
        requests.join()
        reader.close()
    assert len(requests.accepted) == WAITING
