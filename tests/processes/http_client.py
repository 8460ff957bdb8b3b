"""What readers and programs see: one kept connection, opened anew when the server is gone."""

import gzip
import http.client
import json
from dataclasses import dataclass, field
from typing import Any

import brotli
from sqlalchemy.orm import Session

from statuspage.services.context import writing
from statuspage.store.pages import the_page
from statuspage.store.sessions import session_factory
from tests.factories import make_token

ENCODINGS = ("identity", "gzip", "br")
GONE = (OSError, http.client.HTTPException)
TIMEOUT = 60


@dataclass(frozen=True)
class Reply:
    """One answer. `raw` is what came over the wire."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def content(self) -> bytes:
        """The body without its encoding; raises when it can't be decoded."""
        encoding = self.headers.get("content-encoding", "identity")
        return {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[encoding](self.raw)


class Connection:
    """Asks one server. Raises one of GONE when the server does not answer, or not to the end."""

    def __init__(self, port: int, timeout: float = TIMEOUT) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """Send a request and return the whole answer."""
        try:
            self._connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            response = self._connection.getresponse()
            names = {name.lower(): text for name, text in response.getheaders()}
            return Reply(response.status, names, response.read())
        except GONE:
            self._connection.close()
            raise

    def get(self, path: str, encoding: str = "identity") -> Reply:
        """Read a public page."""
        return self.ask("GET", path, Accept_Encoding=encoding)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True)
class Access:
    """What a program must know to use the manage API."""

    page_id: str
    secret: str = field(default="a secret", repr=False)

    def call(
        self, connection: Connection, method: str, path: str, key: str | None = None, **incident: Any
    ) -> Reply:
        """Call the API, with `Idempotency-Key` if there is a key and a body if there are fields."""
        headers = {"Authorization": f"Bearer {self.secret}", "Content_Type": "application/json"}
        if key is not None:
            headers["Idempotency_Key"] = key
        body = json.dumps({"incident": incident}).encode() if incident else None
        return connection.ask(method, f"/v1/pages/{self.page_id}/{path}", body, **headers)


def admit(database_url: str) -> Access:
    """Make a token for the API in that database."""
    # The product is running and writes too: what begins as a reader could not go on to write.
    with session_factory(database_url)() as session, writing(session):
        access = Access(the_page(session).public_id)
        make_token(session, secret=access.secret)
    dispose(session)
    return access


def dispose(session: Session) -> None:
    """Close the connections behind a session."""
    session.get_bind().dispose()  # type: ignore[union-attr]
