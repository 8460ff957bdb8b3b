"""Fetching from an address that somebody typed: never from inside our own network."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from statuspage.adapters import public_fetch
from statuspage.adapters.public_fetch import PublicFetcher, is_public
from statuspage.services.ports import FetchRefusedError

Serve = Callable[..., str]


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_all_others_are_not_in_whatever_form(address: str):
    assert not is_public(address)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve one answer on the loopback: `serve(status, body, **headers)` returns its address."""
    servers: list[HTTPServer] = []

    def start(status: int = 200, body: bytes = b"{}", **headers: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                for name, value in {"Content_Length": str(len(body)), **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/incidents.json?a=b"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def refusal(address: str, *, allows_private: bool = True) -> str:
    with pytest.raises(FetchRefusedError) as refused:
        PublicFetcher(allows_private).fetch(address)
    return refused.value.message


def test_a_file_is_fetched_where_private_addresses_are_allowed(serve: Serve):
    assert PublicFetcher(allows_private=True).fetch(serve(body=b'{"incidents": []}')) == b'{"incidents": []}'


def test_it_is_not_fetched_where_they_are_not(serve: Serve):
    assert "private network" in refusal(serve(), allows_private=False)
    assert "private network" in refusal("http://localhost:1/", allows_private=False)


def test_a_redirect_is_followed_but_not_for_ever(serve: Serve):
    there = serve(body=b"[]")
    assert PublicFetcher(allows_private=True).fetch(serve(302, b"", Location=there)) == b"[]"

    assert "leads on and on" in refusal(serve(302, b"", Location="/again"))


def test_a_redirect_does_not_lead_elsewhere_than_the_web(serve: Serve):
    assert "begins with https://" in refusal(serve(302, b"", Location="file:///etc/passwd"))


def test_a_refusal_there_is_told(serve: Serve):
    assert refusal(serve(404)) == "The server there answered 404."


@pytest.mark.parametrize(("size", "is_taken"), [(1000, True), (1001, False)])
def test_no_more_is_read_than_can_be_kept(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, size: int, is_taken: bool
):
    monkeypatch.setattr(public_fetch, "LARGEST", 1000)
    address = serve(body=b"x" * size)

    if is_taken:
        assert len(PublicFetcher(allows_private=True).fetch(address)) == size
    else:
        assert "larger than" in refusal(address)


def test_half_a_file_is_none(serve: Serve):
    assert "in the middle" in refusal(serve(body=b"{}", Content_Length="10"))


@pytest.mark.parametrize(
    "address", ["ftp://example.com/x", "https://", "//example.com", "http://example.com/a b", "http://[::1"]
)
def test_what_is_no_address_is_refused(address: str):
    assert refusal(address)


def test_a_server_that_is_not_there_is_told():
    assert "can't be read" in refusal("http://127.0.0.1:1/")
