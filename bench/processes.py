"""Processes of the benchmark: started, pinned to a core, measured through /proc, and ended by their id."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1
_START_WITHIN_SECONDS = 30
_STOP_WITHIN_SECONDS = 20


@contextmanager
def running(
    command: Sequence[str], port: int | None, env: Mapping[str, str] | None = None, core: int | None = None
) -> Iterator[int]:
    """Run a command for the length of the block, from when it listens; yield its process id.

    The pin covers every thread and child.
    """
    pin = [] if core is None else ["taskset", "-c", str(core)]
    with subprocess.Popen([*pin, *command], env=env, stdout=subprocess.DEVNULL) as process:
        try:
            if port is not None:
                wait_for(port)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(_STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + _START_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"nothing listens on port {port} after {_START_WITHIN_SECONDS} s")


def tree(process: int) -> list[int]:
    """Return a process and all that descend from it."""
    children = [
        int(child)
        for thread in Path(f"/proc/{process}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]
    return [process, *(each for child in children for each in tree(child))]


def processor_time(process: int) -> float:
    """Return the seconds that a process, its threads and its children have run."""
    threads = (thread for one in tree(process) for thread in Path(f"/proc/{one}/task").iterdir())
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def memory(process: int) -> float:
    """Return the megabytes that a process and its children hold: PSS, shared pages counted once."""
    lines = (
        line
        for one in tree(process)
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )
    return sum(int(line.split()[1]) for line in lines) / 1000


def load() -> str:
    """Return how busy the machine was lately, for the conditions."""
    return " ".join(f"{average:.1f}" for average in os.getloadavg())
