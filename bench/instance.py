"""An instance of the product for the benchmark: own folder and database, real processes, a real client."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.history import components, history
from bench.postgresql import copy_rows
from bench.processes import free_port, running
from statuspage.adapters.clock import SystemClock
from statuspage.domain.roles import COMMAND_LINE
from statuspage.services.context import unit_of_work
from statuspage.services.import_history import import_history, prepare
from statuspage.services.import_source import read_source
from statuspage.settings import Settings
from statuspage.store.sessions import session_factory
from statuspage.wiring import wire

EMAIL, PASSWORD = "bench@example.com", "a long enough password for nobody"


@dataclass(frozen=True, slots=True)
class Instance:
    """A folder with a migrated database, an API token, and history, which took `import_seconds`."""

    name: str
    folder: Path
    env: dict[str, str]
    port: int
    token: str
    incidents: int
    import_seconds: float

    @property
    def site(self) -> Path:
        """Return the folder of the published site."""
        return self.folder / "site"

    def run(self, *arguments: str) -> float:
        """Run a command of the product; return the seconds it took."""
        started = perf_counter()
        _statuspage(self.env, *arguments)
        return perf_counter() - started

    @contextmanager
    def web(self, core: int | None = None) -> Iterator[int]:
        """Run `statuspage web`; yield its process id."""
        with running(_command("web"), self.port, self.env, core) as process:
            yield process

    @contextmanager
    def worker(self) -> Iterator[int]:
        """Run `statuspage worker`; yield its process id."""
        with running(_command("worker"), None, self.env) as process:
            yield process


def make_instance(scratch: Path, name: str, incidents: int, database_url: str | None = None) -> Instance:
    """Make an instance and import so many incidents; its site is not built yet."""
    folder, port = scratch / name, free_port()
    env = {key: value for key, value in os.environ.items() if not key.startswith("STATUSPAGE_")}
    env |= {"STATUSPAGE_INSTANCE_DIR": str(folder), "PORT": str(port)}
    if database_url is not None:
        env["STATUSPAGE_DATABASE_URL"] = database_url
    _statuspage(env, "migrate")
    add = ("user", "add", EMAIL, "--name", "Bench", "--role", "admin", "--password-stdin")
    _statuspage(env, *add, sent=f"{PASSWORD}\n".encode())
    token = _statuspage(env, "token", "add", "bench", "--role", "admin").strip()
    seconds = _fill(Settings.from_env(env), incidents)
    return Instance(name, folder, env, port, token, incidents, seconds)


def copy_instance(scratch: Path, name: str, original: Instance, database_url: str) -> Instance:
    """Make an instance whose other, empty database holds the same rows; importing them takes minutes."""
    folder, port = scratch / name, free_port()
    env = original.env | {
        "STATUSPAGE_INSTANCE_DIR": str(folder),
        "STATUSPAGE_DATABASE_URL": database_url,
        "PORT": str(port),
    }
    _statuspage(env, "migrate")
    copy_rows(Settings.from_env(original.env).database_url, database_url)
    return replace(original, name=name, folder=folder, env=env, port=port)


def _fill(settings: Settings, incidents: int) -> float:
    # The last incident takes some hours, and none may end in the future.
    source = read_source(history(incidents, datetime.now(UTC) - timedelta(days=1)), components())
    wired = wire(settings, SystemClock())
    started = perf_counter()
    prepared = prepare(source, wired.markdown)
    with (
        session_factory(settings.database_url)() as session,
        unit_of_work(session, wired.clock, lambda _session, _now: COMMAND_LINE) as ctx,
    ):
        report = import_history(ctx, prepared)
    assert (report.incidents, report.left_out) == (incidents, []), report
    return perf_counter() - started


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "statuspage", *arguments]


def _statuspage(env: dict[str, str], *arguments: str, sent: bytes = b"") -> str:
    done = subprocess.run(_command(*arguments), env=env, input=sent, capture_output=True)
    if done.returncode:
        raise SystemExit(f"statuspage {' '.join(arguments)} failed:\n{done.stderr.decode()}")
    return done.stdout.decode()


@dataclass(slots=True)
class Client:
    """A client of an instance over one connection that is kept open."""

    instance: Instance
    connection: HTTPConnection = field(init=False)
    page_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.instance.port, timeout=60)
        self.page_id = self.call("GET", "/v1/pages")[0]["id"]

    def declare(self, text: str) -> str:
        """Announce an incident on the first component; return its id."""
        first = self.call("GET", f"/v1/pages/{self.page_id}/components")[0]["id"]
        fields = {"name": "Benchmark", "body": text, "components": {first: "partial_outage"}}
        sent = {"incident": {**fields, "next_update_in": 45}}
        public_id: str = self.call("POST", f"/v1/pages/{self.page_id}/incidents", sent)["id"]
        return public_id

    def publish(self, incident: str, text: str) -> None:
        """Publish an update; the answer comes when the site shows it."""
        sent = {"incident": {"body": text, "next_update_in": 45}}
        self.call("PATCH", f"/v1/pages/{self.page_id}/incidents/{incident}", sent)

    def resolve(self, incident: str) -> None:
        """Publish the resolution."""
        sent = {"incident": {"status": "resolved"}}
        self.call("PATCH", f"/v1/pages/{self.page_id}/incidents/{incident}", sent)

    def call(self, method: str, path: str, sent: object = None) -> Any:
        """Call the manage API; fail loudly unless it did what was asked."""
        headers = {"Authorization": f"Bearer {self.instance.token}", "Content-Type": "application/json"}
        self.connection.request(method, path, None if sent is None else json.dumps(sent), headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} answered {answer.status}: {content.decode()}")
        return json.loads(content)
