"""Pinging an address outside: what it answers is told in a sentence, never the address."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from statuspage.adapters.watcher import HttpWatcher
from statuspage.services.ports import WatcherError

SECRET = "s3cret"


@pytest.fixture
def serve() -> Iterator[Callable[[int], str]]:
    servers: list[HTTPServer] = []

    def start(status: int) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/{SECRET}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_watcher_that_answers_well_is_reached(serve: Callable[[int], str]):
    HttpWatcher(serve(200)).ping()


@pytest.mark.parametrize("status", [404, 500])
def test_another_answer_is_told(serve: Callable[[int], str], status: int):
    with pytest.raises(WatcherError) as refused:
        HttpWatcher(serve(status)).ping()

    assert str(refused.value) == f"The outside watcher answered {status}."


def test_one_that_is_not_there_is_told_without_its_address():
    with pytest.raises(WatcherError, match="can't be reached: Connection refused") as refused:
        HttpWatcher(f"http://127.0.0.1:1/{SECRET}").ping()

    assert SECRET not in str(refused.value) + repr(HttpWatcher(f"http://127.0.0.1:1/{SECRET}"))
