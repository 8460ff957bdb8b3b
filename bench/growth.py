"""What a publication costs with little history and with much: the same notice, published to both in turn."""

import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.history import message
from bench.instance import Client, Instance, copy_instance, make_instance
from bench.postgresql import own_database, server_answers
from bench.table import Row

_FEW = 10
_WARM_UP = 3


def rows(scratch: Path, large: Instance, publications: int, with_postgresql: bool) -> Iterator[Row]:
    """Compare on SQLite, and on PostgreSQL where a server answers."""
    small = make_instance(scratch, "few", _FEW)
    yield _row("SQLite", small, large, publications)
    if not with_postgresql:
        return
    if not server_answers():
        yield Row(what=_what("PostgreSQL", large), value=None, note="no server answers")
        return
    with own_database() as few_url, own_database() as many_url:
        small = make_instance(scratch, "few-postgresql", _FEW, few_url)
        many = copy_instance(scratch, "many-postgresql", large, many_url)
        yield _row("PostgreSQL", small, many, publications)


def _what(database: str, large: Instance) -> str:
    return f"publishing, {large.incidents:,} against {_FEW} incidents, {database}"


def _row(database: str, small: Instance, large: Instance, publications: int) -> Row:
    times = _times([small, large], publications)
    before, after = (median(each[_WARM_UP:]) for each in times)
    return Row(
        what=_what(database, large),
        value=after / before,
        at_most=1.5,
        note=f"{after * 1000:.0f} against {before * 1000:.0f} ms, median of {publications}",
    )


def _times(instances: list[Instance], publications: int) -> list[list[float]]:
    """Return the seconds of each publication, as its caller sees them, by instance."""
    chance = random.Random(3)
    texts = [message(chance) for _ in range(publications + _WARM_UP)]
    times: list[list[float]] = [[] for _ in instances]
    with instances[0].web(), instances[1].web():
        clients = [Client(instance) for instance in instances]
        incidents = [client.declare(texts[0]) for client in clients]
        for number, text in enumerate(texts):
            for turn in (0, 1) if number % 2 else (1, 0):
                started = perf_counter()
                clients[turn].publish(incidents[turn], text)
                times[turn].append(perf_counter() - started)
        for client, incident in zip(clients, incidents, strict=True):
            client.resolve(incident)
    return times
