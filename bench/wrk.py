"""wrk on its own core, and what it says."""

import re
import subprocess
from dataclasses import dataclass

from bench.processes import CLIENT_CORE

CONNECTIONS = 64
_SCALES = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclass(frozen=True, slots=True)
class Reading:
    """What wrk saw: requests a second, requests in all, how many failed, the 99th percentile in seconds."""

    rate: float
    requests: int
    failed: int
    p99: float


def read(port: int, path: str, seconds: float) -> Reading:
    """Ask for one page over 64 connections, as fast as it is answered."""
    command = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s"]
    command += ["--latency", "-H", "Accept-Encoding: gzip", f"http://127.0.0.1:{port}{path}"]
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30).stdout
    return parse(output)


def parse(output: str) -> Reading:
    """Return the figures of wrk's report."""
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    failed = sum(map(int, errors.groups())) if errors else 0
    return Reading(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", output)[0]),
        requests=int(_found(r"(\d+) requests in", output)[0]),
        failed=failed + (int(refused[1]) if refused else 0),
        p99=_seconds(*_found(r"99%\s+([\d.]+)(us|ms|s)", output)),
    )


def _found(pattern: str, output: str) -> tuple[str, ...]:
    match = re.search(pattern, output)
    if match is None:
        raise SystemExit(f"wrk said something else than expected:\n{output}")
    return match.groups()


def _seconds(number: str, unit: str) -> float:
    return float(number) * _SCALES[unit]
