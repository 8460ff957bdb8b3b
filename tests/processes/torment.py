"""Killing the product again and again while notices are published and read, and judging what is left."""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from statuspage.store.incidents import IncidentRow, IncidentUpdate
from statuspage.store.sessions import session_factory
from tests.processes import story
from tests.processes.http_client import ENCODINGS, GONE, Connection, admit, dispose
from tests.processes.product import EVERYTHING, WEB, WEB_CHILD, WEB_PARENT, WORKER, Product
from tests.processes.publisher import Publisher
from tests.processes.reader import Reader, pages_of
from tests.processes.waiting import eventually

VICTIMS = (WEB, WEB_PARENT, WEB_CHILD, WORKER, EVERYTHING)
# Ordinarily two or three seconds; a machine that does much else may take far longer to start a process.
RECOVERS_WITHIN = 120.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Blow:
    """Whom to kill, and how long after the last recovery."""

    victim: str
    after: float

    def __str__(self) -> str:
        return f"{self.victim} killed after {self.after:.3f} s"


def blows(seed: int, count: int, victims: Sequence[str] = VICTIMS) -> list[Blow]:
    """The same blows for the same seed; every kind of victim comes up equally often."""
    chance = random.Random(seed)
    chosen = chance.sample(victims, len(victims)) * (count // len(victims) + 1)
    chosen = chance.sample(chosen[:count], count)
    return [Blow(victim, round(chance.uniform(0.0, 0.5), 3)) for victim in chosen]


@dataclass
class Verdict:
    """What the run has shown. Without faults the product has kept its word."""

    kills: int = 0
    notices: int = 0
    repeated: int = 0
    pages_read: int = 0
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Torment:
    """One run on one installation."""

    def __init__(self, product: Product, database_url: str) -> None:
        self._product, self._database_url = product, database_url
        self._publisher = Publisher(product.port, admit(database_url))
        self._reader = Reader(product.port, lambda: self._publisher.incident_ids)
        self._verdict = Verdict()

    def run(self, plan: Sequence[Blow]) -> Verdict:
        """Carry out the plan; the verdict tells all that was wrong. The product runs already."""
        publisher, verdict = self._publisher, self._verdict
        try:
            publisher.start()
            self._require(lambda: publisher.acknowledged > 0, "the first notice is published")
            with self._reader as reader:
                for blow in plan[:-1]:
                    if not self._has_trouble():
                        self._strike(blow)
                self._strike_last(plan[-1])
                verdict.faults += reader.faults
        finally:
            publisher.stop()
        verdict.faults += publisher.faults
        verdict.notices, verdict.repeated = publisher.acknowledged, publisher.repeated
        verdict.pages_read = self._reader.pages_read
        log.info("%s", {**vars(verdict), "recoveries": summary(verdict.recoveries)})
        return verdict

    def _strike(self, blow: Blow) -> None:
        """Kill, start again, and wait until a later notice is published and read."""
        time.sleep(blow.after)
        sent = self._publisher.sent
        began = time.monotonic()
        self._kill(blow)
        self._require(lambda: self._reader.version > sent, f"notices appear after {blow}")
        took = time.monotonic() - began
        self._verdict.recoveries.setdefault(blow.victim, []).append(took)
        log.info("%d: %s, at notice %d, back after %.2f s", self._verdict.kills, blow, sent, took)

    def _kill(self, blow: Blow) -> None:
        self._product.kill(blow.victim)
        self._verdict.kills += 1
        self._product.start()

    def _strike_last(self, blow: Blow) -> None:
        """Kill while nobody repeats what failed: what was committed appears without a further notice."""
        time.sleep(blow.after)
        self._kill(blow)
        publisher = self._publisher
        publisher.stop()
        stored = len(notices_in(self._database_url)[1])
        if stored not in (publisher.acknowledged, publisher.sent):
            self._fault(
                f"{stored} are stored, {publisher.acknowledged} of {publisher.sent} were acknowledged"
            )
        self._require(lambda: self._reader.version == stored, f"the worker builds notice {stored}")
        publisher.start(goal=publisher.sent + 2)
        publisher.join()
        self._judge(publisher.acknowledged)

    def _judge(self, version: int) -> None:
        """Compare every page and the database with what was acknowledged."""
        names, texts = notices_in(self._database_url)
        expected = [story.text(number) for number in range(1, version + 1)]
        lost, surplus = Counter(expected) - Counter(texts), Counter(texts) - Counter(expected)
        if lost:
            self._fault(f"lost: {_beginnings(lost)}")
        if surplus:
            self._fault(f"doubled or never sent: {_beginnings(surplus)}")
        if not (lost or surplus) and (names, texts) != (story.titles(version), expected):
            self._fault(f"out of order: {names[-3:]}")
        self._require(lambda: self._shown() == {version}, f"every page shows notice {version}")

    def _shown(self) -> set[int]:
        """The versions of all pages in all encodings; 0 stands for one that is not to be read."""
        newest = self._publisher.incident_ids[-1:]
        connection = Connection(self._product.port)
        try:
            replies = [(path, connection.get(path, each)) for path in pages_of(newest) for each in ENCODINGS]
            versions = {
                story.version_of(path, reply.content) for path, reply in replies if reply.status == 200
            }
            is_calm = story.is_resolution(max(versions))
            return versions - {0} if is_calm else versions
        except (*GONE, AssertionError):
            return {0}
        finally:
            connection.close()

    def _require(self, is_true: Callable[[], object], what: str) -> None:
        """Note a fault when it does not become true in time, and do not wait once there is one.

        Meanwhile whatever ends is started again, as a service manager does.
        """

        def is_over() -> object:
            self._product.start()
            return is_true() or self._has_trouble()

        if not eventually(is_over, RECOVERS_WITHIN):
            self._fault(f"not recovered: {what}; {self._product.log[-1500:]}")

    def _has_trouble(self) -> bool:
        return bool(self._verdict.faults or self._publisher.faults or self._reader.faults)

    def _fault(self, what: str) -> None:
        self._verdict.faults.append(what)


def notices_in(database_url: str) -> tuple[list[str], list[str]]:
    """The names of all incidents and the texts of all notices in the database, oldest first."""
    with session_factory(database_url)() as session:
        names = list(session.scalars(select(IncidentRow.name).order_by(IncidentRow.id)))
        texts = list(session.scalars(select(IncidentUpdate.body).order_by(IncidentUpdate.id)))
    dispose(session)
    return names, texts


def summary(recoveries: dict[str, list[float]]) -> dict[str, str]:
    """Count, median and longest of the recoveries, by victim."""
    return {
        victim: f"{len(took)}: median {sorted(took)[len(took) // 2]:.2f} s, longest {max(took):.2f} s"
        for victim, took in recoveries.items()
    }


def _beginnings(texts: Counter[str]) -> list[str]:
    return [text[:20] for text in texts.elements()]
