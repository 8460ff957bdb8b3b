"""The parent of web and worker: starts them, restarts what dies, ends them. Loads nothing heavy."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from time import monotonic

from statuspage.pause import pause

TICK_SECONDS = 0.1
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_AFTER_SECONDS = 60
STOP_WITHIN_SECONDS = 15

_PR_SET_PDEATHSIG = 1


class Child:
    """One process that is to run for ever, with growing pauses between starts while it keeps failing."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._pause = SHORTEST_PAUSE

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def keep(self, now: float) -> None:
        """Start the process if it does not run and its pause is over."""
        if self.is_running:
            return
        if self._process is not None:
            self._bury(self._process, now)
        if now >= self._due_at:
            self._started_at = now
            self._process = start(self._command)

    def _bury(self, process: subprocess.Popen[bytes], now: float) -> None:
        kill_group(process)  # what it left behind would hold the port
        self._process = None
        if now - self._started_at >= STEADY_AFTER_SECONDS:
            self._pause = SHORTEST_PAUSE
        self._due_at = now + self._pause
        say(f"{self.name} ended with {process.returncode}; it starts again in {self._pause:g} s.")
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self._process is not None and self.is_running:
            self._process.terminate()

    def kill(self) -> None:
        """Send SIGKILL to the process and all that it started."""
        if self._process is not None:
            kill_group(self._process)
            self._process.wait()


class Preparation:
    """A command that must succeed once; what it complains about is said once and tried again.

    `output` is what it printed when it succeeded.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._due_at = 0.0
        self._pause = SHORTEST_PAUSE
        self._said = b""
        self.output = ""
        self.is_done = False

    def attempt(self, now: float) -> None:
        """Start the command when it is due, and look whether it has ended."""
        if self._process is None:
            if now >= self._due_at:
                self._process = start(self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        elif self._process.poll() is not None:
            output, complaint = self._process.communicate()
            self.is_done = self._process.returncode == 0
            self.output = output.decode() if self.is_done else ""
            if complaint != self._said:
                sys.stderr.buffer.write(complaint)
                sys.stderr.flush()
            self._process, self._said, self._due_at = None, complaint, now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE / 3)

    def kill(self) -> None:
        """End an attempt that is under way."""
        if self._process is not None:
            kill_group(self._process)
            self._process.communicate()


class Supervisor:
    """Runs children until it is told to stop; those in `waiting` start after `first` has succeeded.

    The others start at once, so that the published site is up while the database is not. What `first` printed
    follows the announcement.
    """

    def __init__(
        self,
        first: Sequence[str],
        children: Mapping[str, Sequence[str]],
        waiting: Collection[str],
        address: tuple[str, int],
        announcement: str,
    ) -> None:
        self._first = Preparation(first)
        self._children = [Child(name, command) for name, command in children.items()]
        self._waiting = waiting
        self._address = address
        self._announcement = announcement
        self._is_announced = False
        self._is_stopping = False

    def run(self) -> int:
        """Supervise until SIGTERM, SIGINT or SIGHUP; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note_stop)
        while not self._is_stopping:
            self._tick(monotonic())
            pause(TICK_SECONDS)
        self._end()
        return 0

    def _note_stop(self, *_: object) -> None:
        self._is_stopping = True

    def _tick(self, now: float) -> None:
        if not self._first.is_done:
            self._first.attempt(now)
        for child in self._children:
            if self._first.is_done or child.name not in self._waiting:
                child.keep(now)
        if not self._is_announced and answers(self._address):
            self._is_announced = True
            print(self._announcement, flush=True)  # noqa: T201 - for the operator, on standard output
        if self._is_announced and self._first.output:
            print(self._first.output, end="", flush=True)  # noqa: T201 - likewise
            self._first.output = ""

    def _end(self) -> None:
        self._first.kill()
        for child in self._children:
            child.ask_to_stop()
        deadline = monotonic() + STOP_WITHIN_SECONDS
        while any(child.is_running for child in self._children) and monotonic() < deadline:
            pause(TICK_SECONDS)
        for child in self._children:
            child.kill()


def start(
    command: Sequence[str], stdout: int | None = None, stderr: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own that ends when this one does (at once on Linux)."""
    return subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=_end_with_parent(os.getpid()),
    )


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def say(line: str) -> None:
    """Tell the operator."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def answers(address: tuple[str, int]) -> bool:
    """Return whether something accepts connections at that address."""
    host, port = address
    try:
        socket.create_connection(({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port), 1).close()  # noqa: S104
    except OSError:
        return False
    return True


def require_free(host: str, port: int, patience: float = 0) -> None:
    """Raise OSError where nobody can listen at that address, after so many seconds of waiting for it."""
    deadline = monotonic() + patience
    while True:
        try:
            return _bind(host, port)
        except OSError:
            if monotonic() >= deadline:
                raise
            pause(TICK_SECONDS)


def _bind(host: str, port: int) -> None:
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)


def _end_with_parent(parent: int):  # type: ignore[no-untyped-def]
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the call
            os._exit(1)

    return in_child
