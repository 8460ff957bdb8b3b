"""Where the staff work: the running product, who is employed, and what happens without them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import lxml.html
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from statuspage.adapters.clock import SystemClock
from statuspage.adapters.passwords import Argon2Passwords
from statuspage.domain.roles import COMMAND_LINE, SiteRole
from statuspage.domain.silence import WarningKind
from statuspage.services.context import unit_of_work, writing
from statuspage.services.set_up import new_setup_link
from statuspage.settings import Settings
from statuspage.store.accounts import Account
from statuspage.store.drafts import NoticeDraft, Presence
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import get_incident
from statuspage.store.involvement import OpenQuestion
from statuspage.store.sessions import session_factory
from statuspage.store.sign_ins import StaffSession
from statuspage.store.silence import SilenceWarning
from statuspage.worker.imports import run_imports
from statuspage.worker.tools import make_tools
from tests.browser.company import caller
from tests.factories import make_account, make_warning
from tests.processes.http_client import Access, Connection, admit, dispose
from tests.processes.product import Product
from tests.web.callers import Api, Json

PASSWORD = "correct horse battery"
_TRACES = (NoticeDraft, Presence, SilenceWarning)
COMPONENTS = ("Public API", "Dashboard", "E-mail")


@dataclass(frozen=True)
class Employee:
    """Somebody with an account."""

    name: str
    email: str


class Office:
    """The company behind one running product."""

    def __init__(self, product: Product) -> None:
        self.folder = product.folder
        self.address = f"http://127.0.0.1:{product.port}"
        self._database = f"sqlite:///{product.folder / 'statuspage.db'}"
        self._port = product.port
        self._password_hash = Argon2Passwords().hash(PASSWORD)
        self.cookies: dict[str, list[dict[str, Any]]] = {}
        self.components: dict[str, str] = {}

    @cached_property
    def api(self) -> Api:
        """A program with a token, and its owner, who come with its first use."""
        return caller(self._port, admit(self._database))

    def with_token(self, secret: str) -> Api:
        """Return a program with that token."""
        return caller(self._port, Access(self.api.page_id, secret))

    def furnish(self) -> None:
        """Name the page and say what customers use."""
        self._ok("PATCH", "", page={"name": "Acme"})
        for name in COMPONENTS:
            made = self._ok("POST", "components", component={"name": name})
            self.components[name] = made["id"]

    def _ok(self, method: str, path: str, **body: Any) -> Json:
        answer = self.api.send(method, path, json=body)
        assert answer.status_code in (200, 201), answer.text
        found: Json = answer.get_json()
        return found

    def put_in_order(self) -> None:
        """Have customers see the components in the order in which they were added."""
        for place, name in enumerate(COMPONENTS, 1):
            self._ok("PATCH", f"components/{self.components[name]}", component={"position": place})

    def live_in(self, zone: str) -> None:
        """Have the page's clock in that zone."""
        self.set_page(time_zone=zone)

    def set_page(self, **fields: Any) -> None:
        """Change settings of the page."""
        self._ok("PATCH", "", page=fields)

    def hire(self, name: str, role: SiteRole = SiteRole.ADMIN) -> Employee:
        """Give somebody an account."""
        email = f"{name.lower()}@example.com"
        self._write(
            lambda session: make_account(
                session, role=role, email=email, name=name, password_hash=self._password_hash
            )
        )
        return Employee(name, email)

    def end_sessions_of(self, who: Employee) -> None:
        """Have nobody be signed in as that person any more."""
        self._write(
            lambda session: session.execute(
                delete(StaffSession).where(StaffSession.account_id == _account(session, who).id)
            )
        )
        self.cookies.pop(who.email, None)

    def disable(self, who: Employee) -> None:
        """Take somebody's account away."""

        def act(session: Session) -> None:
            _account(session, who).disabled_at = SystemClock().now()

        self._write(act)

    def has_open(self, who: Employee, incident: Json) -> None:
        """Have somebody else write at an incident's screen."""

        def act(session: Session) -> None:
            row, account = get_incident(session, incident["id"]), _account(session, who)
            now = SystemClock().now()
            session.add(Presence(incident_id=row.id, account_id=account.id, seen_at=now, writing_at=now))

        self._write(act)

    def do_the_workers_part(self) -> None:
        """Take in the histories that wait for the worker, which does not run here."""
        variables = {"STATUSPAGE_INSTANCE_DIR": str(self.folder), "STATUSPAGE_DATABASE_URL": self._database}
        tools = make_tools(Settings.from_env(variables))
        run_imports(tools)
        tools.sessions.kw["bind"].dispose()

    def _write(self, act: Callable[[Session], Any]) -> None:
        with session_factory(self._database)() as session, writing(session):
            act(session)
        dispose(session)

    def calm_down(self) -> None:
        """End all that is open or rehearsed, have every component work, and throw every draft away."""
        for drill in self.api.get("drills"):
            if drill["state"] != "over":
                self.api.send("POST", f"drills/{drill['id']}/end")
        detected = self.api.get("incidents?status=detected&limit=100")
        for incident in [*self.api.get("incidents/unresolved?limit=100"), *detected]:
            self.api.change(incident, **_ENDS.get(incident["status"], _FALSE_ALARM))
        for component in self.api.get("components"):
            if component["status"] != "operational":  # a resolution may have left it so, or a hand
                self._ok("PATCH", f"components/{component['id']}", component={"status": "operational"})
        self._write(lambda session: [session.execute(delete(table)) for table in _TRACES])

    def prepare(self, incident: Json, body: str) -> str:
        """Have a colleague's update ready to go; return the draft's id."""
        path = f"incidents/{incident['id']}/draft"
        self._ok("PUT", path, draft={"body": body, "status": "identified"})
        ready: Json = self._ok("PUT", f"{path}/ready")
        return str(ready["id"])

    def is_told_of_silence(self, incident: Json) -> None:
        """Have the silence detector warn of an incident, and its technical lead's question be open."""

        def act(session: Session) -> None:
            row, now = get_incident(session, incident["id"]), SystemClock().now()
            fields = {"kind": WarningKind.NO_MITIGATION, "component_id": None, "incident_id": row.id}
            make_warning(session, at=now, **fields)
            due_at = row.updates[-1].next_update_by
            question = OpenQuestion(
                public_id=new_public_id(), incident_id=row.id, due_at=due_at, asked_at=now
            )
            session.add(question)

        self._write(act)

    def newest(self) -> Json:
        """Return the incident that was declared last."""
        found: Json = self.api.get("incidents?limit=1")[0]
        return found

    def announce(self, name: str = "Requests fail", *on: str, **fields: Any) -> Json:
        """Have an incident that customers know of."""
        states = {self.components[one]: "partial_outage" for one in on or ("Public API",)}
        return self.api.declare(name, components=states, body="We are looking into it.", **fields)

    def ago(self, **span: float) -> str:
        """Return that long ago as the API reads it."""
        return f"{SystemClock().now() - timedelta(**span):%Y-%m-%dT%H:%M:%S}Z"

    def typed(self, **span: float) -> str:
        """Return that long ago as a field for day and time has it."""
        return f"{SystemClock().now() - timedelta(**span):%Y-%m-%dT%H:%M}"

    def page(self, path: str = "/") -> str:
        """Return what a customer reads on a public page, in one line."""
        connection = Connection(self._port)
        try:
            reply = connection.get(path)
        finally:
            connection.close()
        assert reply.status == 200, f"{path}: {reply.status}"
        return _line(lxml.html.fromstring(reply.content).find("body"))

    def raw(self, path: str) -> str:
        """Return what stands behind a public address."""
        connection = Connection(self._port)
        try:
            return connection.get(path).content.decode()
        finally:
            connection.close()

    def front(self) -> str:
        """Return what the front page says of now: of what is open, and nothing of what is over."""
        connection = Connection(self._port)
        try:
            return _line(lxml.html.fromstring(connection.get("/").content).get_element_by_id("state"))
        finally:
            connection.close()


def _line(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content())


_FALSE_ALARM = {"status": "resolved", "false_alarm": True}
_ENDS = {"detected": {"status": "dismissed", "reason": "The test is over."}}


def _account(session: Session, who: Employee) -> Account:
    return session.scalars(select(Account).where(Account.email == who.email)).one()


def database_of(folder: Path) -> str:
    """Return the address of the database in that folder."""
    return f"sqlite:///{folder / 'statuspage.db'}"


def set_up_link(folder: Path) -> str:
    """Return the link that the product prints where nobody has an account yet."""
    with (
        session_factory(database_of(folder))() as session,
        unit_of_work(session, SystemClock(), lambda _session, _now: COMMAND_LINE) as ctx,
    ):
        secret = new_setup_link(ctx)
    dispose(session)
    return f"/setup?token={secret}"
