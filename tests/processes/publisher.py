"""A publisher who tells the story over the API as fast as the answers come, and repeats what failed."""

import json
import threading
from http import HTTPStatus

from tests.processes import story
from tests.processes.http_client import GONE, Access, Connection, Reply

RETRY_SECONDS = 0.02


class Publisher:
    """Publishes notice after notice; each is repeated with the same key until it is acknowledged."""

    def __init__(self, port: int, access: Access) -> None:
        self._port, self._access = port, access
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._goal = 0
        self.sent = 0
        self.acknowledged = 0
        self.repeated = 0
        self.incident_ids: list[str] = []
        self.faults: list[str] = []

    def start(self, goal: int = 10**9) -> None:
        """Publish until that notice is acknowledged, or until told to stop."""
        self._goal = goal
        self._stop.clear()
        self._thread = threading.Thread(target=self._publish, name="publisher")
        self._thread.start()

    def stop(self) -> None:
        """Stop after the request that is under way; it is not repeated."""
        self._stop.set()
        self.join()

    def join(self) -> None:
        """Wait until it has stopped or reached its goal."""
        if self._thread is not None:
            self._thread.join()

    def _publish(self) -> None:
        connection = Connection(self._port)
        try:
            while self.acknowledged < self._goal and not self._stop.is_set() and not self.faults:
                self._send(connection, self.acknowledged + 1)
        finally:
            connection.close()

    def _send(self, connection: Connection, number: int) -> None:
        self.repeated += number == self.sent
        self.sent = number
        try:
            reply = self._request(connection, number)
        except GONE:
            self._stop.wait(RETRY_SECONDS)
            return
        if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self._stop.wait(RETRY_SECONDS)
        elif reply.status not in (HTTPStatus.OK, HTTPStatus.CREATED):
            self.faults.append(f"notice {number} was refused with {reply.status}: {reply.raw[:300]!r}")
        else:
            self._note(number, reply)

    def _request(self, connection: Connection, number: int) -> Reply:
        fields = {"name": story.title(number), "body": story.text(number)}
        if story.is_resolution(number):
            fields["status"] = "resolved"
        method, path = ("POST", "incidents") if story.is_first(number) else ("PATCH", self._path)
        return self._access.call(connection, method, path, key=f"notice-{number}", **fields)

    @property
    def _path(self) -> str:
        return f"incidents/{self.incident_ids[-1]}"

    def _note(self, number: int, reply: Reply) -> None:
        if story.is_first(number):
            self.incident_ids.append(json.loads(reply.raw)["id"])
        self.acknowledged = number
