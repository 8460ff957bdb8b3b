"""What tests need beside Python: skipped and said at the end, or failed where it is required."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.databases import HOST, PORT, postgresql_answers

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def data_file(name: str) -> Path:
    """Return a file of the real input, which lies beside the repository; mark the test `needs("data")`."""
    return DATA / name


def chromium_is_there() -> bool:
    """Return whether a browser and its driver can be started."""
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


def faketime_library() -> Path | None:
    """Return the library that moves the clock of a process from outside."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


_CHECKS: Mapping[str, tuple[Callable[[], bool], str]] = {
    "postgresql": (
        postgresql_answers,
        f"no server answers at {HOST}:{PORT} (PGHOST, PGPORT); `.ci/run` installs and starts one",
    ),
    "chromium": (chromium_is_there, "run `apt-get install chromium chromium-driver`"),
    "faketime": (lambda: faketime_library() is not None, "run `apt-get install faketime`"),
    "data": (lambda: DATA.is_dir(), "put the real input into ../shared/data"),
}


@cache
def _is_there(name: str) -> bool:
    return _CHECKS[name][0]()


def required() -> set[str]:
    """Return what STATUSPAGE_REQUIRE says must be there."""
    return {name.strip() for name in os.environ.get("STATUSPAGE_REQUIRE", "").split(",") if name.strip()}


def pytest_configure() -> None:
    """Refuse a requirement that nothing could meet."""
    unknown = required() - set(_CHECKS)
    if unknown:
        raise pytest.UsageError(f"STATUSPAGE_REQUIRE: unknown {', '.join(sorted(unknown))}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose need is not met; fail it where the need is required."""
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            if not _is_there(name):
                _do_without(name)


def _do_without(name: str) -> None:
    if name in required():
        pytest.fail(f"needs {name}: {_CHECKS[name][1]}", pytrace=False)
    pytest.skip(f"needs {name}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was not tested, and how to have it tested."""
    # From the reports, because the tests may have run in other processes.
    reasons = (report.longrepr[2] for report in terminalreporter.getreports("skipped"))
    missing = Counter(reason.removeprefix("Skipped: needs ") for reason in reasons)
    for name, count in sorted((name, count) for name, count in missing.items() if name in _CHECKS):
        terminalreporter.write_line(f"{count} tests need {name}: {_CHECKS[name][1]}", yellow=True)
