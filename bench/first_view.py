"""What a first visit to the front page costs: every byte on the wire, headers included, and every request."""

import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from bench.instance import Instance
from bench.table import Row

_MOST_BYTES = 15_000
_MOST_SCRIPT_BYTES = 5_000


class _Resources(HTMLParser):
    """Collects what a browser fetches for a page, and the length of scripts inside it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.inline_script = 0
        self._is_script = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        kinds = (found.get("rel") or "").split()
        if tag == "link" and {"stylesheet", "icon", "preload", "manifest"} & set(kinds):
            self._add(found.get("href"))
        elif tag in ("script", "img", "iframe", "source"):
            self._add(found.get("src"))
        if tag == "script":
            self._is_script = True
            if found.get("src"):
                self.scripts.append(found["src"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._is_script = self._is_script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._is_script:
            self.inline_script += len(data.encode())

    def _add(self, address: str | None) -> None:
        if address and not address.startswith("data:"):
            self.addresses.append(address)


def rows(instance: Instance) -> Iterator[Row]:
    """Load the front page as a browser with an empty cache does."""
    with instance.web():
        page = _Resources()
        page.feed(_fetch(instance, "/", "identity")[1].decode())
        own = sorted({each for each in page.addresses if not _is_elsewhere(instance, each)})
        for encoding in ("gzip", "br"):
            sizes = {path: _fetch(instance, path, encoding)[0] for path in ("/", *own)}
            note = ", ".join(f"{path} {size:,}" for path, size in sizes.items())
            yield Row(
                what=f"first view of the front page, {encoding}",
                value=sum(sizes.values()),
                unit="bytes",
                at_most=_MOST_BYTES,
                note=f"20 components, without 90-day bars, which do not exist yet; {note}",
            )
        yield Row(what="  requests", value=1 + len(own), unit="", at_most=3)
        elsewhere = [each for each in page.addresses if _is_elsewhere(instance, each)]
        yield Row(what="  from third parties", value=len(elsewhere), unit="", at_most=0)
        script = sum(len(_fetch(instance, path, "identity")[1]) for path in page.scripts)
        yield Row(
            what="  script, uncompressed",
            value=script + page.inline_script,
            unit="bytes",
            at_most=_MOST_SCRIPT_BYTES,
        )


def _is_elsewhere(instance: Instance, address: str) -> bool:
    return urlsplit(address).netloc not in ("", f"127.0.0.1:{instance.port}")


def _fetch(instance: Instance, path: str, encoding: str) -> tuple[int, bytes]:
    """Return how many bytes came for a request, and the body."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{instance.port}\r\nAccept-Encoding: {encoding}\r\n"
    with socket.create_connection(("127.0.0.1", instance.port), timeout=10) as connection:
        connection.sendall(f"{request}Connection: close\r\n\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"{path} answered {head[:40]!r}")
    return len(received), body
