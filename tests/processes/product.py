"""The product as an operator has it: real processes, which a test starts, kills and finds again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.processes.waiting import wait_for

REPOSITORY = Path(__file__).resolve().parents[2]
APART = ("web", "worker")
TOGETHER = ("serve",)

# What can be killed: all processes of a kind, all but their first, or the first alone.
WEB, WEB_PARENT, WEB_CHILD, WORKER, EVERYTHING = "web", "web's parent", "web's child", "worker", "everything"


class Product:
    """One installation: its own folder, its own port, any number of processes.

    `commands` are what runs at the top: `web` and `worker` apart, or `serve`. `program` is what is run as
    `python -m`. A process belongs to the installation when its environment names the folder, however it was
    started and whoever its parent is by now.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        commands: Sequence[str] = APART,
        program: Sequence[str] = ("statuspage",),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.commands, self.port = folder, commands, free_port()
        self._program = program
        self._environment = _environment(folder, database_url, self.port) | dict(environment or {})
        self._mark = f"STATUSPAGE_INSTANCE_DIR={folder}".encode()
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start what does not run."""
        for command in self.commands:
            known = self._started.get(command)
            if known is None or known.poll() is not None:
                self._started[command] = self._run(command)

    def _run(self, command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *self._program, command],
                cwd=REPOSITORY,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self, victim: str) -> None:
        """Send SIGKILL, and return when the victims are gone."""
        if victim == EVERYTHING:
            wait_for(self._nothing_runs, "all processes are gone")
            victims = [process.pid for process in self._started.values()]
        else:
            victims = self._victims(victim)
            for pid in victims:
                _kill(pid)
            wait_for(lambda: not set(victims) & set(self.pids()), f"{victim} is gone")
        for process in self._started.values():
            if process.pid in victims:
                process.wait()  # out of sight is not yet over

    def _victims(self, victim: str) -> list[int]:
        if victim not in (WEB_PARENT, WEB_CHILD):
            return self.pids(victim)
        found = self.pids(WEB)
        return [pid for pid in found if (_parent_of(pid) in found) == (victim == WEB_CHILD)]

    def _nothing_runs(self) -> bool:
        # The oldest first: a supervisor must not start others meanwhile.
        found = self.pids()
        for pid in found:
            _kill(pid)
        return not found

    def pids(self, command: str = "") -> list[int]:
        """Return the living processes, all of them or those of one command, the oldest first."""
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdecimal() and self._mark in (entry / "environ").read_bytes().split(b"\0"):
                    arguments = (entry / "cmdline").read_bytes().split(b"\0")
                    if not command or command.encode() in arguments:
                        found.append(int(entry.name))
        return sorted(found)

    @property
    def log(self) -> str:
        """What the processes have said."""
        return (self.folder / "log.txt").read_text()

    def end(self) -> None:
        """Kill every process by its id and collect those that are our children."""
        try:
            self.kill(EVERYTHING)
        finally:
            for process in self._started.values():
                process.kill()
                process.wait()


@contextmanager
def running(product: Product) -> Iterator[Product]:
    """Have the product run, and leave no process behind."""
    try:
        product.start()
        yield product
    finally:
        product.end()


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _environment(folder: Path, database_url: str, port: int) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("STATUSPAGE_")}
    return {
        **kept,
        "STATUSPAGE_INSTANCE_DIR": str(folder),
        "STATUSPAGE_DATABASE_URL": database_url,
        "STATUSPAGE_BASE_URL": "http://status.example.com",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _parent_of(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0
