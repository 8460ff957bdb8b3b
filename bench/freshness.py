"""How long a customer waits for a notice: from the request that publishes it to the page that shows it."""

import math
import random
import threading
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from time import perf_counter, sleep

from bench.history import message
from bench.instance import Client, Instance
from bench.table import Row

_PAGES = ("/", "/history.atom")
_PAUSE = 0.003
_WITHIN = 20.0


def rows(instance: Instance, publications: int) -> Iterator[Row]:
    """Publish again and again; each time wait until the front page and the feed show it."""
    chance = random.Random(2)
    with instance.web():
        client = Client(instance)
        incident = client.declare(message(chance))
        waits = []
        for number in range(publications):
            sleep(chance.uniform(0, 0.5))  # out of step with the server's looking
            waits.append(_publish(client, incident, f"Mark {number} of this run. {message(chance)}"))
        client.resolve(incident)
    note = f"of {publications} publications, front page and feed, {instance.incidents:,} incidents"
    from_request, from_answer = zip(*waits, strict=True)
    yield Row(what="publish → readable, p99", value=percentile(from_request), unit="s", at_most=1, note=note)
    yield Row(what="  of it after the API's answer", value=percentile(from_answer), unit="s")


def percentile(values: Sequence[float], share: float = 0.99) -> float:
    """Return the value that so large a share does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def _publish(client: Client, incident: str, text: str) -> tuple[float, float]:
    """Return the seconds from the request and from its answer until the last of the pages showed the text."""
    mark = text.partition(".")[0].encode()
    seen: list[float] = []
    readers = [
        threading.Thread(target=_wait_for, args=(client.instance.port, path, mark, seen)) for path in _PAGES
    ]
    for reader in readers:
        reader.start()
    sent = perf_counter()
    client.publish(incident, text)
    answered = perf_counter()
    for reader in readers:
        reader.join()
    if len(seen) != len(readers):
        raise SystemExit(f"{mark.decode()!r} was not readable within {_WITHIN:.0f} s")
    return max(seen) - sent, max(0.0, max(seen) - answered)


def _wait_for(port: int, path: str, mark: bytes, seen: list[float]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    deadline = perf_counter() + _WITHIN
    while perf_counter() < deadline:
        connection.request("GET", path)
        if mark in connection.getresponse().read():
            seen.append(perf_counter())
            return
        sleep(_PAUSE)
