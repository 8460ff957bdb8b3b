"""How long the web process takes until it answers, and how much memory web and worker hold."""

import random
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import median
from time import monotonic, perf_counter, sleep

from bench.history import message
from bench.instance import Client, Instance
from bench.processes import memory
from bench.table import Row
from statuspage.site.backlog import ask_for_everything, everything_asked_for

_PAGES_READ = 4000
_REBUILD_WITHIN = 300.0
_START_WITHIN = 30.0


def rows(instance: Instance, starts: int) -> Iterator[Row]:
    """Start the web process several times; then let web and worker work, and look at them."""
    yield Row(
        what="start of `statuspage web` to the first 200",
        value=median(_start(instance) for _ in range(starts)),
        unit="s",
        at_most=2,
        note=f"median of {starts}, {instance.incidents:,} incidents",
    )
    with instance.web() as web, instance.worker() as worker:
        read = _use(instance)
        sizes = memory(web), memory(worker)
    yield Row(
        what="memory of web and worker",
        value=sum(sizes),
        unit="MB",
        at_most=300,
        note=f"PSS of all their processes, {sizes[0]:.0f} + {sizes[1]:.0f}, after {read:,} pages were read, "
        f"5 notices published and every page rebuilt; {instance.incidents:,} incidents",
    )


def _start(instance: Instance) -> float:
    started = perf_counter()
    with instance.web():
        deadline = monotonic() + _START_WITHIN
        while monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{instance.port}/", timeout=5):
                    return perf_counter() - started
            except urllib.error.URLError:
                sleep(0.01)
    raise SystemExit(f"no page within {_START_WITHIN:.0f} s")


def _use(instance: Instance) -> int:
    """Have everything loaded that is loaded on first use, and the cache of pages full."""
    chance = random.Random(4)
    client = Client(instance)
    incident = client.declare(message(chance))
    for _ in range(4):
        client.publish(incident, message(chance))
    pages = sorted(path.stem for path in (instance.site / "incidents").glob("*.html"))[:_PAGES_READ]
    connection = HTTPConnection("127.0.0.1", instance.port, timeout=10)
    for page in pages:
        connection.request("GET", f"/incidents/{page}")
        connection.getresponse().read()
    client.resolve(incident)
    _rebuild(instance)
    return len(pages)


def _rebuild(instance: Instance) -> None:
    """Have the worker build every page anew, the most that it ever does."""
    ask_for_everything(instance.site, 0)
    deadline = monotonic() + _REBUILD_WITHIN
    while everything_asked_for(instance.site) is not None:
        if monotonic() > deadline:
            raise SystemExit(f"the worker did not rebuild the site within {_REBUILD_WITHIN:.0f} s")
        sleep(0.2)
