"""Real processes: what is killed comes back, what is down does not take the page along."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import CliRunner

from statuspage.cli import main

NO_DATABASE = "postgresql://nobody@127.0.0.1:9/nowhere"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = monotonic() + seconds
    while not condition() and monotonic() < deadline:
        sleep(0.05)
    return condition()


def get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def status(port: int, path: str) -> int:
    return get(port, path)[0]


class Command:
    """A running `statuspage` command."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process = process
        self._output = output

    @property
    def output(self) -> str:
        return self._output.read_text()

    def child(self, verb: str) -> int:
        """Return the process id of the child that runs that verb, 0 while there is none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in children:
            if verb in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                return int(pid)
        return 0

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(25)


@contextmanager
def running(tmp_path: Path, environment: dict[str, str], *arguments: str) -> Iterator[Command]:
    output = tmp_path / f"{arguments[0]}.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "statuspage", *arguments],
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Command(process, output)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(25)


@pytest.fixture
def fresh(tmp_path: Path) -> dict[str, str]:
    """Variables for an installation that does not exist yet."""
    return {"STATUSPAGE_INSTANCE_DIR": str(tmp_path / "instance"), "PORT": str(free_port())}


@pytest.fixture
def port(fresh: dict[str, str]) -> int:
    return int(fresh["PORT"])


def build_site(environment: dict[str, str]) -> None:
    for arguments in (["migrate"], ["site", "build"]):
        assert CliRunner().invoke(main, arguments, env=environment).exit_code == 0


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads Linux's /proc")
def test_serve_brings_up_everything_from_nothing_restarts_what_dies_and_ends_clean(
    tmp_path: Path, fresh: dict[str, str], port: int
):
    with running(tmp_path, fresh, "serve") as serve:
        assert eventually(lambda: status(port, "/") == 200)
        assert eventually(lambda: status(port, "/healthz/worker") == 200)
        assert f"Serving http://127.0.0.1:{port}\n" in serve.output
        web, worker = serve.child("web"), serve.child("worker")

        os.kill(web, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)

        assert eventually(lambda: serve.child("web") not in (0, web))
        assert eventually(lambda: serve.child("worker") not in (0, worker))
        assert eventually(lambda: status(port, "/") == 200)
        assert "web ended with -9" in serve.output
        web, worker = serve.child("web"), serve.child("worker")

        assert serve.stop() == 0
        assert not Path(f"/proc/{web}").exists()
        assert not Path(f"/proc/{worker}").exists()
        assert "Traceback" not in serve.output
    assert status(port, "/") == 0


def links(output: str) -> list[str]:
    """Return the secrets of the set-up links that were printed."""
    return re.findall(
        r"^Set-up link: http://127\.0\.0\.1:\d+/setup\?token=([\w-]{43})$", output, re.MULTILINE
    )


def test_serve_prints_a_new_set_up_link_at_each_start_until_there_is_an_account(
    tmp_path: Path, fresh: dict[str, str], port: int
):
    found: list[str] = []
    for _ in range(2):
        with running(tmp_path, fresh, "serve") as serve:
            assert eventually(lambda serve=serve: len(links(serve.output)) == 1)
            assert serve.output.index("Serving ") < serve.output.index("Set-up link: ")
            assert eventually(lambda: status(port, "/healthz/worker") == 200)
            found += links(serve.output)
            assert [status(port, f"/setup?token={secret}") for secret in found][-1] == 200
            assert serve.stop() == 0
    assert len(set(found)) == 2

    add = ["user", "add", "ann@example.com", "--name", "Ann", "--role", "admin"]
    assert CliRunner().invoke(main, add, env=fresh).exit_code == 0
    with running(tmp_path, fresh, "serve") as serve:
        assert eventually(lambda: status(port, "/healthz/worker") == 200)
        assert "Set-up link" not in serve.output
        assert status(port, f"/setup?token={found[-1]}") == 404


def test_web_alone_prints_no_set_up_link(tmp_path: Path, fresh: dict[str, str], port: int):
    build_site(fresh)
    with running(tmp_path, fresh, "web") as web:
        assert eventually(lambda: status(port, "/login") == 200)
        assert "Set-up link" not in web.output


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such signal")
def test_children_end_with_a_supervisor_that_was_killed(tmp_path: Path, fresh: dict[str, str], port: int):
    with running(tmp_path, fresh, "serve") as serve:
        assert eventually(
            lambda: bool(serve.child("web") and serve.child("worker")) and status(port, "/") > 0
        )
        children = [serve.child("web"), serve.child("worker")]

        serve.process.kill()
        serve.process.wait()

        have_ended = eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))
        for pid in children if not have_ended else ():
            os.kill(pid, signal.SIGKILL)
        assert have_ended
        assert eventually(lambda: status(port, "/") == 0)


def test_serve_without_a_database_shows_the_published_page_and_says_once_what_is_wrong(
    tmp_path: Path, fresh: dict[str, str], port: int
):
    build_site(fresh)
    fresh["STATUSPAGE_DATABASE_URL"] = NO_DATABASE
    with running(tmp_path, fresh, "serve") as serve:
        assert eventually(lambda: status(port, "/") == 200)
        assert eventually(lambda: "does not answer" in serve.output)
        assert status(port, "/healthz/ready") == 503
        assert serve.child("worker") == 0
        sleep(2)
        assert serve.output.count("does not answer") == 1
        assert "Traceback" not in serve.output


def test_web_without_a_database_serves_pages_and_tells_programs_to_come_back(
    tmp_path: Path, fresh: dict[str, str], port: int
):
    build_site(fresh)
    fresh["STATUSPAGE_DATABASE_URL"] = NO_DATABASE
    with running(tmp_path, fresh, "web") as web:
        assert eventually(lambda: status(port, "/") == 200)
        assert status(port, "/api/v2/summary.json") == 200
        assert eventually(lambda: status(port, "/healthz/live") == 200)  # it loads behind the site
        assert web.stop() == 0


def test_a_worker_waits_for_its_database_and_then_works(tmp_path: Path, fresh: dict[str, str]):
    with running(tmp_path, fresh, "worker") as worker:
        assert eventually(lambda: "not migrated" in worker.output)
        assert CliRunner().invoke(main, ["migrate"], env=fresh).exit_code == 0
        assert eventually(lambda: (tmp_path / "instance/site/index.html").exists())
        assert eventually(lambda: "over: " in worker.output)
        assert worker.output.count("WARNING") == 1
        assert "Traceback" not in worker.output
        assert worker.stop() == 0


def test_a_port_that_is_taken_is_said_in_a_line(tmp_path: Path, fresh: dict[str, str], port: int):
    with socket.create_server(("127.0.0.1", port)):
        result = CliRunner().invoke(main, ["serve"], env=fresh)

    assert result.exit_code == 1
    assert f"port {port}" in result.stderr


def test_one_pass_of_the_worker_tells_by_its_exit_code_whether_all_went_well(fresh: dict[str, str]):
    command = [sys.executable, "-m", "statuspage", "worker", "--once"]
    failed = subprocess.run(command, env={**os.environ, **fresh}, capture_output=True)
    build_site(fresh)
    done = subprocess.run(command, env={**os.environ, **fresh}, capture_output=True)

    assert (failed.returncode, done.returncode) == (1, 0)
    assert b"statuspage migrate" in failed.stderr
    assert b"Traceback" not in failed.stderr


@pytest.mark.skipif(not shutil.which("faketime"), reason="apt-get install faketime")
@pytest.mark.parametrize("is_monotonic_faked", [False, True])
def test_a_clock_that_is_set_back_an_hour_does_not_stop_the_worker(
    tmp_path: Path, fresh: dict[str, str], is_monotonic_faked: bool
):
    build_site(fresh)
    offset = tmp_path / "offset"
    offset.write_text("+0")
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    fresh |= {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1"}
    if not is_monotonic_faked:
        fresh["DONT_FAKE_MONOTONIC"] = "1"
    with running(tmp_path, fresh, "worker") as worker:
        assert eventually(lambda: "the worker runs" in worker.output)
        sleep(1.5)
        offset.write_text("-3600")
        assert eventually(lambda: "set back" in worker.output)
        build = tmp_path / "instance/site/.build"
        build.unlink()
        assert eventually(build.exists, 5)
