"""What a test reads of the public pages, and notices that the processes themselves did not publish."""

import json
from collections.abc import Collection
from http import HTTPStatus

from statuspage.adapters.clock import SystemClock
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import COMMAND_LINE
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.context import unit_of_work
from statuspage.services.declare_incident import declare_incident
from statuspage.services.notice_text import plain_text
from statuspage.services.ports import Clock
from statuspage.services.publish_notice import publish_notice
from statuspage.store.sessions import session_factory
from tests.processes.http_client import ENCODINGS, GONE, Access, Connection, Reply, dispose
from tests.processes.product import Product


def commit_only(database_url: str, text: str, clock: Clock | None = None) -> None:
    """Publish an initial notice in the database alone, as another machine does: no page is built here."""
    with (
        session_factory(database_url)() as session,
        unit_of_work(session, clock or SystemClock(), lambda _session, _now: COMMAND_LINE) as ctx,
    ):
        row = declare_incident(ctx, Declaration(name=f"Outage, {text}"))
        publish_notice(ctx, row, NoticeCommand(status=IncidentStatus.INVESTIGATING, text=plain_text(text)))
    dispose(session)


def call(product: Product, access: Access, method: str, path: str, **incident: str) -> Reply | None:
    """Call the API once; None when nobody answers."""
    connection = Connection(product.port)
    try:
        return access.call(connection, method, path, **incident)
    except GONE:
        return None
    finally:
        connection.close()


def publish(product: Product, access: Access, text: str) -> str | None:
    """Publish an initial notice over the API; return the incident's id, None when it was not accepted."""
    reply = call(product, access, "POST", "incidents", name=f"Outage, {text}", body=text)
    if reply is None or reply.status >= HTTPStatus.MULTIPLE_CHOICES:
        return None
    found: str = json.loads(reply.raw)["id"]
    return found


def read(product: Product, path: str = "/") -> str:
    """Read a page; empty when there is none."""
    connection = Connection(product.port)
    try:
        reply = connection.get(path)
        return reply.content.decode() if reply.status == HTTPStatus.OK else ""
    except GONE:
        return ""
    finally:
        connection.close()


def bodies(product: Product, paths: Collection[str]) -> dict[tuple[str, str], tuple[int, str, bytes]]:
    """Status, tag and bytes of each page in each encoding."""
    connection = Connection(product.port)
    try:
        replies = {(path, each): connection.get(path, each) for path in paths for each in ENCODINGS}
    finally:
        connection.close()
    return {key: (reply.status, reply.headers.get("etag", ""), reply.raw) for key, reply in replies.items()}
