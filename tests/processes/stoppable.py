"""Databases that a test can stop and start again."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import psycopg

from tests import databases
from tests.processes.product import free_port
from tests.processes.waiting import wait_for

UNPRIVILEGED = "postgres"


class Stoppable(Protocol):
    """A migrated database at `url`."""

    url: str

    def stop(self) -> None:
        """Let nobody use it."""

    def start(self) -> None:
        """Let it be used again."""


class SqliteFile:
    """A database whose file can be taken away; what is open meanwhile keeps what it has."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._file = Path(url.removeprefix("sqlite:///"))
        self._away = self._file.with_name("away")

    def stop(self) -> None:
        self._away.mkdir()
        for part in self._parts(self._file.parent):
            part.rename(self._away / part.name)

    def start(self) -> None:
        for part in self._parts(self._away):
            part.rename(self._file.parent / part.name)
        self._away.rmdir()

    def _parts(self, folder: Path) -> list[Path]:
        return sorted(folder.glob(f"{self._file.name}*"))


class Cluster:
    """A PostgreSQL server of the test's own, in a folder of its own."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._data, self._programs, self._port = folder / "data", programs, free_port()
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self.url = f"postgresql+psycopg://status@127.0.0.1:{self._port}/postgres"
        if self._user:
            shutil.chown(folder, self._user)
        self._run("initdb", "-U", "status", "-A", "trust", "-E", "UTF8", "-N", "-D", str(self._data))

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, check=True, user=self._user, cwd=self._folder, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self._port)]
        quietly = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
        self._server = subprocess.Popen([*command, *settings], user=self._user, cwd=self._folder, **quietly)
        wait_for(self._answers, "the cluster answers")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url.replace("+psycopg", "")).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop as an administrator does who does not wait for clients."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(15)
            finally:
                self._server.kill()
                self._server.wait()
            self._server = None


class Door:
    """A way to the tests' own server, through this process, that can be closed."""

    def __init__(self, url: str) -> None:
        self._port = free_port()
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []
        self.url = url.replace(f"{databases.HOST}:{databases.PORT}", f"127.0.0.1:{self._port}")

    def start(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        for each in [*filter(None, [self._listener]), *self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._listener, self._open = None, []

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection((databases.HOST, int(databases.PORT)))
                self._open += [client, server]
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=_pump, args=pair, daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def programs_of_postgresql() -> Path | None:
    """Where initdb and postgres are, if this user may use them."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = shutil.which("initdb")
    folders += [Path(found).resolve().parent] if found else []
    with suppress(KeyError):
        if os.geteuid() == 0:
            pwd.getpwnam(UNPRIVILEGED)
        return next(
            (each for each in folders if (each / "initdb").exists() and (each / "postgres").exists()), None
        )
    return None


@contextmanager
def own_cluster(programs: Path) -> Iterator[Cluster]:
    """A running, migrated cluster, gone with its folder at the end."""
    # Not below pytest's own folder, which is closed to the user that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    cluster = Cluster(folder, programs)
    try:
        cluster.start()
        with tempfile.TemporaryDirectory() as instance:
            databases.migrate_at(cluster.url, Path(instance))
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)
