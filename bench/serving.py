"""How fast the published site is served, as a ratio to nginx serving the same files from one core.

Both servers are pinned to one core and wrk to another, and they take turns: what else the machine does meets
both alike. The ratio of processor time for each request hardly depends on what else runs.
"""

import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import wrk
from bench.instance import Instance
from bench.processes import SERVER_CORE, free_port, processor_time, running
from bench.table import Row

PAGES = {"front page": "/", "feed": "/history.atom", "JSON": "/api/v2/summary.json"}
_SECONDS = 1
_CONFIGURATION = Path(__file__).with_name("nginx.conf")

# Less of the core than this means that other programs took the rest, and that the rates say little.
_UNDISTURBED = 0.9


@dataclass(frozen=True, slots=True)
class Measured:
    """One round: requests a second, processor seconds for each, and the server's share of its core."""

    rate: float
    cost: float
    share: float


def rows(instance: Instance, scratch: Path, rounds: int) -> Iterator[Row]:
    """Measure every page in turn, both servers in each round."""
    with nginx(scratch, instance.site) as (theirs, their_port), instance.web(SERVER_CORE) as ours:
        for name, path in PAGES.items():
            _require_same_bytes(path, their_port, instance.port)
            pairs = [
                (_measure(theirs, their_port, path), _measure(ours, instance.port, path))
                for _ in range(rounds)
            ]
            yield _row(name, pairs)


def _row(name: str, pairs: list[tuple[Measured, Measured]]) -> Row:
    rates = [median(pair[side].rate for pair in pairs) for side in (0, 1)]
    by_time = median(theirs.cost / ours.cost for theirs, ours in pairs)
    share = min(median(pair[side].share for pair in pairs) for side in (0, 1))
    doubt = "" if share >= _UNDISTURBED else f"; disturbed, the servers had {share:.0%} of their core"
    return Row(
        what=f"{name}, served against nginx",
        value=median(ours.rate / theirs.rate for theirs, ours in pairs),
        at_least=0.5,
        note=f"{rates[1]:,.0f} against {rates[0]:,.0f} a second; by processor time {by_time:.2f}{doubt}",
    )


def _measure(server: int, port: int, path: str) -> Measured:
    before = processor_time(server)
    reading = wrk.read(port, path, _SECONDS)
    if reading.failed:
        raise SystemExit(f"{path}: {reading.failed} requests failed")
    spent = processor_time(server) - before
    return Measured(reading.rate, spent / reading.requests, spent * reading.rate / reading.requests)


def _require_same_bytes(path: str, *ports: int) -> None:
    bodies = {_body(port, path) for port in ports}
    if len(bodies) != 1:
        raise SystemExit(f"{path}: the two servers do not send the same bytes")


def _body(port: int, path: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body: bytes = answer.read()
        return body


@contextmanager
def nginx(scratch: Path, site: Path) -> Iterator[tuple[int, int]]:
    """Serve a folder with nginx on the servers' core; yield its process id and port."""
    place, port = scratch / "nginx", free_port()
    place.mkdir()
    (place / "www").symlink_to(site)
    text = _CONFIGURATION.read_text().replace("127.0.0.1:9100", f"127.0.0.1:{port}")
    (place / "nginx.conf").write_text(text)
    program = shutil.which("nginx") or "nginx"
    command = [program, "-p", str(place), "-e", "error.log", "-c", "nginx.conf", "-g", "daemon off;"]
    with running(command, port, core=SERVER_CORE) as process:
        yield process, port
