"""Readers while notices are being published every two seconds: nothing fails, hardly anybody waits longer."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from bench import wrk
from bench.history import message
from bench.instance import Client, Instance
from bench.processes import SERVER_CORE
from bench.serving import PAGES
from bench.table import Row

_EVERY_SECONDS = 2.0


def rows(instance: Instance, rounds: int, seconds: int) -> Iterator[Row]:
    """Measure each page quiet and under publishing in turn, in one process that serves and publishes."""
    failed = requests = 0
    with instance.web(SERVER_CORE):
        for name, path in PAGES.items():
            quiet, busy = [], []
            for _ in range(rounds):
                quiet.append(wrk.read(instance.port, path, seconds))
                with _publishing(instance):
                    busy.append(wrk.read(instance.port, path, seconds))
            failed += sum(reading.failed for reading in quiet + busy)
            requests += sum(reading.requests for reading in quiet + busy)
            yield _row(name, quiet, busy)
    yield Row(
        what="requests that failed meanwhile", value=failed, unit="", at_most=0, note=f"of {requests:,}"
    )


def _row(name: str, quiet: list[wrk.Reading], busy: list[wrk.Reading]) -> Row:
    before, after = (median(reading.p99 for reading in readings) for readings in (quiet, busy))
    rate = median(reading.rate for reading in busy) / median(reading.rate for reading in quiet)
    return Row(
        what=f"{name}, p99 while publishing against quiet",
        value=after / before,
        below=5,
        note=f"{after * 1000:.1f} against {before * 1000:.1f} ms; {rate:.0%} of the requests",
    )


@contextmanager
def _publishing(instance: Instance) -> Iterator[None]:
    """Publish from another thread for the length of the block; a failed publication ends the benchmark."""
    stop = threading.Event()
    troubles: list[BaseException] = []

    def publish() -> None:
        chance = random.Random(1)
        try:
            client = Client(instance)
            incident = client.declare(message(chance))
            while not stop.wait(_EVERY_SECONDS):
                client.publish(incident, message(chance))
            client.resolve(incident)
        except (SystemExit, OSError) as error:
            troubles.append(error)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    if troubles:
        raise troubles[0]
