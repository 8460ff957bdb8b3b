"""The web server as readers meet it: a real process, real connections."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from site_helpers import publish, version_of

HERE = Path(__file__).parent
START = """
import sys
from statuspage.web_server import run_server
run_server(sys.argv[1], "127.0.0.1", int(sys.argv[2]))
"""


class Server:
    """A running web server in front of a small site."""

    def __init__(self, folder: Path, port: int, target: str = "served_application:make") -> None:
        path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, target, str(port)],
            env={**os.environ, "PYTHONPATH": path, "SERVED_SITE": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def request(
        self, path: str, method: str = "GET", body: bytes | Iterator[bytes] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, encode_chunked=not isinstance(body, bytes | None))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return self.request("/")[0] == 200
        except OSError:
            return False

    def worker(self) -> int:
        return int(self.request("/console/pid")[1])

    def stop(self) -> tuple[int, bytes]:
        """Stop it, if it runs, and return its exit status and all that it has printed."""
        if self.process.poll() is None:
            self.process.terminate()
        output, _ = self.process.communicate(timeout=20)
        return self.process.returncode, output


def eventually(is_true: Callable[[], bool], within: float = 10.0) -> bool:
    for _ in range(int(within / 0.02)):
        if is_true():
            return True
        time.sleep(0.02)
    return False


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "site"
    publish(folder, 1)
    return folder


@pytest.fixture(scope="module")
def server(folder) -> Iterator[Server]:
    server = Server(folder, free_port())
    assert eventually(server.answers)
    yield server
    server.stop()


@pytest.fixture
def own_server(folder) -> Iterator[Server]:
    server = Server(folder, free_port())
    assert eventually(server.answers)
    yield server
    server.stop()


def slowest_of_public_pages(server: Server, count: int = 20) -> float:
    slowest = 0.0
    for _ in range(count):
        before = time.perf_counter()
        assert server.request("/")[0] == 200
        slowest = max(slowest, time.perf_counter() - before)
    return slowest


def test_public_pages_and_the_application_answer(server):
    status, body = server.request("/")

    assert (status, version_of("index.html", body)) == (200, 1)
    assert server.request("/nope")[0] == 404
    assert server.request("/console/stream") == (200, b"".join(b"%d\n" % number for number in range(1000)))


@pytest.mark.parametrize("size", [1, 5_000, 3_000_000])
def test_the_body_of_a_request_reaches_the_application_whole(server, size):
    assert server.request("/subscribe", "POST", b"a" * size) == (200, b"a" * size)
    assert server.request("/subscribe", "POST", iter([b"b" * size, b"c"])) == (200, b"b" * size + b"c")


def test_fifty_requests_with_bodies_at_once_are_all_answered(server):
    answers: list[tuple[int, bytes]] = []
    post = lambda: answers.append(server.request("/subscribe", "POST", b"a" * 20_000))  # noqa: E731
    threads = [threading.Thread(target=post) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [(200, b"a" * 20_000)] * 50


def test_a_body_that_is_too_large_is_refused(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"POST /hooks HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")

        assert connection.recv(1000).startswith(b"HTTP/1.1 413")


def test_half_sent_bodies_stop_no_public_page(server):
    half_sent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
    for connection in half_sent:
        connection.sendall(b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    time.sleep(0.2)

    assert slowest_of_public_pages(server) < 1.0
    assert server.request("/console/pid")[0] == 200
    for connection in half_sent:
        connection.close()
    assert eventually(lambda: server.request("/subscribe", "POST", b"a") == (200, b"a"))


def test_any_number_of_slow_requests_delays_no_public_page(server):
    slow = [threading.Thread(target=server.request, args=("/console/slow",)) for _ in range(16)]
    for thread in slow:
        thread.start()
    time.sleep(0.2)

    assert slowest_of_public_pages(server) < 1.0
    assert all(thread.is_alive() for thread in slow[8:]), "the slow ones must still be waiting"
    for thread in slow:
        thread.join()


def test_half_sent_requests_stop_nobody(server):
    half_sent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(300)]
    for connection in half_sent:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Never")

    assert slowest_of_public_pages(server) < 1.0
    for connection in half_sent:
        connection.close()


def test_a_view_that_fails_outside_its_own_handling_answers_500(server):
    assert server.request("/console/broken")[0] == 500
    assert server.answers()


def test_a_worker_that_dies_is_replaced(own_server):
    worker = own_server.worker()

    os.kill(worker, signal.SIGKILL)

    assert eventually(lambda: not is_alive(worker) and own_server.answers())
    assert own_server.worker() != worker


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_server_stops_quietly_when_asked(own_server, how):
    worker = own_server.worker()

    own_server.process.send_signal(how)

    assert own_server.process.wait(15) == 0
    assert own_server.stop() == (0, b"")
    assert not is_alive(worker)


def test_no_worker_outlives_a_killed_server(own_server):
    worker = own_server.worker()

    own_server.process.kill()

    assert eventually(lambda: not is_alive(worker))


def test_an_application_that_cannot_start_ends_the_server_with_an_error(folder):
    server = Server(folder, free_port(), "served_application:make_none")

    assert server.process.wait(20) == 1
    assert b"wrong settings" in server.stop()[1]
