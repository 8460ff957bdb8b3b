"""Reminders over real connections: a mail server and an HTTP endpoint of this machine, there or away."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.services.commands import Declaration
from statuspage.services.declare_incident import declare_incident
from statuspage.settings import Settings
from statuspage.store.contacts import Contact, ContactKind
from statuspage.store.reminders import MessageState, StaffMessage
from statuspage.worker.delivery import deliver_messages
from statuspage.worker.reminders import remind_of_notices
from statuspage.worker.tools import Tools, make_tools
from tests.conftest import Act
from tests.fakes import FakeClock
from tests.processes.postbox import Postbox, serving
from tests.processes.product import free_port
from tests.worker.watch import Company


class Endpoint(ThreadingHTTPServer):
    """An HTTP endpoint that keeps what it is sent."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.taken: list[dict[str, str]] = []


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Endpoint)
        self.server.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def tools(settings: Settings, clock: FakeClock, postbox: Postbox) -> Iterator[Tools]:
    made = make_tools(replace(settings, smtp_url=postbox.url, allow_private_webhooks=True), clock)
    yield made
    made.sessions.kw["bind"].dispose()
    made.adapters.alerts.close()  # type: ignore[attr-defined]


@pytest.fixture
def company(act: Act, session: Session, port: int) -> Company:
    company = Company.make(session)
    session.commit()
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name="Zahlungen schlagen fehl – überall"))
        company.staff(row)
        ctx.session.add(
            Contact(
                public_id="c" * 12,
                account_id=company.lead.id,
                label="Chat",
                kind=ContactKind.CHAT,
                url=f"json://127.0.0.1:{port}/hook",
                created_at=ctx.now,
            )
        )
    return company


def messages(session: Session) -> dict[str, StaffMessage]:
    session.rollback()
    session.expire_all()
    return {each.account.name: each for each in session.scalars(select(StaffMessage)) if each.account}


def test_a_mail_server_and_an_endpoint_receive_the_reminders(
    session: Session, company: Company, tools: Tools, port: int, postbox: Postbox
):
    with Endpoint(port) as endpoint, serving(postbox):
        threading.Thread(target=endpoint.serve_forever, daemon=True).start()
        remind_of_notices(tools)
        deliver_messages(tools)
        endpoint.shutdown()

    [hooked] = endpoint.taken
    assert hooked["title"] == "15 min left: first notice for “Zahlungen schlagen fehl – überall”"
    assert "The first notice is due by 12:15 UTC: 15 min left." in hooked["message"]
    assert "/console/incidents/" in hooked["message"]
    told = messages(session)
    assert dict(postbox.taken) == {f"<{told['Commander'].public_id}@status.example.com>": 1}
    assert {name: each.sent_by for name, each in told.items()} == {"Lead": "chat", "Commander": "mail"}


def test_while_neither_can_be_reached_nothing_is_lost_and_everybody_can_see_it(
    session: Session, company: Company, tools: Tools, clock: FakeClock, postbox: Postbox
):
    remind_of_notices(tools)
    deliver_messages(tools)

    lead, commander = messages(session)["Lead"], messages(session)["Commander"]
    assert lead.state is commander.state is MessageState.PENDING
    assert (lead.last_error or "").startswith("Chat: The service can't be reached")
    assert "The mail server 127.0.0.1 can't be reached: Connection refused." in (commander.last_error or "")

    clock.advance(seconds=5)
    with serving(postbox):
        deliver_messages(tools)

    told = messages(session)
    assert {each.state for each in told.values()} == {MessageState.SENT}
    assert told["Lead"].sent_by == "mail"
    assert set(postbox.taken) == {f"<{each.public_id}@status.example.com>" for each in told.values()}
    assert session.scalars(select(Contact)).one().failed_at == clock.now()
