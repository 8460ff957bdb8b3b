"""A reader who goes round all public pages, in every encoding, and notes whatever is wrong."""

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus

from tests.processes.http_client import ENCODINGS, GONE, Connection, Reply
from tests.processes.story import version_of

PAGES = (
    "/",
    "/history.atom",
    "/history.rss",
    "/updates.atom",
    "/updates.rss",
    "/feed.json",
    "/api/v2/summary.json",
    "/api/v2/incidents.json",
)
PAUSE = 0.01
MOST_FAULTS = 20


def today() -> str:
    """The day by the clock that the product has too."""
    return f"{datetime.now(UTC):%Y-%m-%d}"  # noqa: TID251


def pages_of(incident_ids: list[str]) -> list[str]:
    """All pages that a notice changes, and those of these incidents."""
    own = (
        path.format(each) for each in incident_ids for path in ("/incidents/{}", "/api/v2/incidents/{}.json")
    )
    return [*PAGES, f"/history/{today()[:7]}", *own]


class Reader:
    """Reads while the `with` block runs. `incident_ids` tells which incidents there are by now."""

    def __init__(self, port: int, incident_ids: Callable[[], list[str]]) -> None:
        self._connection = Connection(port)
        self._incident_ids = incident_ids
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name="reader")
        self._shown: dict[str, int] = {}
        self._tags: dict[tuple[str, str], str] = {}
        self._bodies: dict[tuple[str, int], set[str]] = {}
        self._day = today()
        self.faults: list[str] = []
        self.pages_read = 0
        self.unanswered = 0

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._connection.close()

    @property
    def version(self) -> int:
        """The version of the front page when it was last read."""
        return self._shown.get("/", 0)

    def _read(self) -> None:
        for path, encoding in self._rounds():
            if self._stop.wait(PAUSE) or len(self.faults) >= MOST_FAULTS:
                return
            try:
                reply = self._connection.get(path, encoding)
            except GONE:
                self.unanswered += 1
                continue
            try:
                self._check(path, encoding, reply)
            except Exception as fault:
                self.faults.append(f"{type(fault).__name__}: {str(fault)[:600]}")

    def _rounds(self) -> Iterator[tuple[str, str]]:
        for encoding in itertools.cycle(ENCODINGS):
            for path in pages_of(self._incident_ids()[-2:]):
                yield path, encoding
                yield "/", encoding

    def _check(self, path: str, encoding: str, reply: Reply) -> None:
        if reply.status == HTTPStatus.NOT_FOUND and path not in self._shown:
            return  # announced a moment ago; once shown it must stay
        assert reply.status == HTTPStatus.OK, f"{path} answers {reply.status}"
        assert reply.headers.get("content-encoding", "identity") in (encoding, "identity")
        self.pages_read += 1
        version = version_of(path, reply.content)
        if version == 0:
            assert path == "/api/v2/summary.json", f"{path} has lost its incidents"
            return
        before = self._shown.get(path, 0)
        assert version >= before, f"{path} went back to {version} from {before}"
        self._shown[path] = version
        self._check_hashes(path, version, reply)

    def _check_hashes(self, path: str, version: int, reply: Reply) -> None:
        """Each tag stands for one body, and each version reads the same in every encoding."""
        raw, content = (hashlib.sha256(part).hexdigest() for part in (reply.raw, reply.content))
        known = self._tags.setdefault((path, reply.headers["etag"]), raw)
        assert known == raw, f"{path}: one ETag for two bodies"
        bodies = self._bodies.setdefault((path, version), set())
        bodies.add(content)
        assert len(bodies) == 1 or today() != self._day, f"{path} of {version} reads in two ways"
