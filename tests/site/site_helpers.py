"""What the tests of the published site share: a site whose every page says which version it belongs to."""

import gzip
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import brotli
from werkzeug.test import Client, TestResponse

from statuspage.site.build import Site
from statuspage.site.serve import SiteServer

PATHS = {
    "index.html": "/",
    "history.atom": "/history.atom",
    "api/v2/summary.json": "/api/v2/summary.json",
    "incidents/abc123def456.html": "/incidents/abc123def456",
    "incidents/abc123def456/postmortem.html": "/incidents/abc123def456/postmortem",
    "history/2026-11.html": "/history/2026-11",
}


def page(path: str, version: int) -> bytes:
    """A page of that version; versions differ in length and all over, so that a mixture shows."""
    return f"<{path} v{version}>".encode() + f"{version} ".encode() * (300 + version % 7 * 50)


def site_of(version: int) -> dict[str, bytes]:
    return {path: page(path, version) for path in PATHS}


def version_of(path: str, content: bytes) -> int:
    """The one version that a page belongs to; fails for a torn or mixed page."""
    match = re.match(rb"<(?P<path>[^ ]+) v(?P<version>\d+)>", content)
    assert match, f"{path} starts with {content[:40]!r}"
    version = int(match["version"])
    assert content == page(path, version), f"{path} is torn"
    return version


def publish(folder: Path, version: int, **changes: Any) -> None:
    with Site(folder).lock() as build:
        build.swap(version, site_of(version), **changes)


def fallback(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"application"]


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def client_of(folder: Path, clock: Callable[[], float] | None = None) -> Client:
    """A client of a server that looks for a new build at every request, unless it gets another clock."""
    return Client(SiteServer(folder, fallback, clock or Clock()))


def body_of(response: TestResponse) -> bytes:
    decode = {"gzip": gzip.decompress, "br": brotli.decompress}.get(
        response.headers.get("Content-Encoding", "")
    )
    return decode(response.data) if decode else response.data


def served_versions(client: Client) -> set[int]:
    """The versions that the pages show, in every encoding; fails for a page that is torn."""
    return {
        version_of(path, body_of(client.get(url, headers={"Accept-Encoding": encoding})))
        for path, url in PATHS.items()
        for encoding in ("identity", "gzip", "br")
    }


def check_whole(folder: Path) -> int:
    """Check that a server that starts now shows one single version everywhere; return it."""
    versions = served_versions(client_of(folder))
    assert len(versions) == 1, f"the site shows the versions {sorted(versions)}"
    for path in PATHS:
        content = (folder / path).read_bytes()
        assert gzip.decompress((folder / f"{path}.gz").read_bytes()) == content
        assert brotli.decompress((folder / f"{path}.br").read_bytes()) == content
    return versions.pop()
