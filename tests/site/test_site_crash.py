"""Builders that are killed: at every single step, and at random moments beside a reader."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from site_helpers import PATHS, check_whole, client_of, publish, served_versions, site_of, version_of

from statuspage.site import journal, snapshot
from statuspage.site.build import Site
from statuspage.site.journal import Journal, carry_out

BUILDER = """
import itertools, sys
from pathlib import Path
from site_helpers import publish
first = int(sys.argv[2])
for version in itertools.count(first):
    publish(Path(sys.argv[1]), version)
    print(version, flush=True)
"""
STEPS = ("open", "rename", "unlink", "mkdir")


def killed_at(step: int, folder: Path, act: Callable[[], None]) -> bool:
    """Do something in a child that is killed at its n-th change of the disk; False if it got through."""
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    try:
        _die_at(step)
        act()
    finally:
        os._exit(0)


def _die_at(step: int) -> None:
    count = iter(range(step))

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **options: object) -> object:
            if next(count, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **options)

        return wrapped

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    Path.unlink = counted(Path.unlink)
    Path.open = counted(Path.open)


def versions_after_every_kill(folder: Path) -> list[int]:
    """Kill the build of each next version one step later, and check the site each time."""
    publish(folder, 0)
    seen = []
    for step in range(1000):
        version = step + 1
        was_killed = killed_at(step, folder, lambda version=version: publish(folder, version))
        seen.append(check_whole(folder))
        assert seen[-1] in (version, *seen[-2:-1], 0), "neither the old site nor the new"
        if not was_killed:
            return seen
    raise AssertionError("a build has no end")


def test_a_builder_killed_at_any_step_leaves_the_old_site_or_the_new(folder):
    seen = versions_after_every_kill(folder)

    kept = sum(1 for before, after in pairwise(seen) if before == after)
    assert kept > 5, "some kills must come before the decision"
    assert len(set(seen)) > 5, "some must come after it"


def test_without_the_journal_the_same_check_finds_a_mixed_site(folder, monkeypatch):
    monkeypatch.setattr(Journal, "commit", lambda self, folder: carry_out(folder, self))

    with pytest.raises(AssertionError, match=r"the site shows the versions"):
        versions_after_every_kill(folder)


def test_written_in_place_the_same_check_finds_a_torn_page(folder):
    publish(folder, 0)

    def write_half() -> None:
        (folder / "incidents/abc123def456.html").write_bytes(site_of(1)["incidents/abc123def456.html"][:500])

    write_half()

    with pytest.raises(AssertionError, match="is torn"):
        check_whole(folder)


def test_the_litter_of_a_dead_builder_goes_with_the_next_build(folder):
    publish(folder, 0)
    assert killed_at(12, folder, lambda: publish(folder, 1))
    assert list((folder / ".incoming").iterdir())

    publish(folder, 2)

    assert not (folder / ".incoming").exists()
    assert not (folder / ".journal").exists()


def test_a_reader_does_not_touch_the_staged_files_of_a_living_builder(folder, monkeypatch):
    monkeypatch.setattr(snapshot, "START_ATTEMPTS", 2)
    publish(folder, 0)
    with Site(folder).lock():
        (folder / ".incoming").mkdir()
        (folder / ".incoming/x-0").write_bytes(b"coming")
        (folder / ".journal").write_text('{"moves": [[".incoming/x-0", ".build"]], "removes": []}')

        assert served_versions(client_of(folder)) == {0}
        assert (folder / ".incoming/x-0").exists()
        (folder / ".journal").unlink()


def test_a_running_server_finishes_the_build_of_a_dead_builder(folder, monkeypatch):
    publish(folder, 0)
    client = client_of(folder)
    monkeypatch.setattr(journal, "carry_out", lambda folder, journal: os.kill(os.getpid(), signal.SIGKILL))
    assert killed_at(10_000, folder, lambda: publish(folder, 1))
    monkeypatch.undo()
    assert (folder / ".journal").exists()

    assert served_versions(client) == {1}
    assert not (folder / ".journal").exists()


def test_a_disk_that_fails_while_renaming_leaves_the_build_to_the_next_builder(folder, monkeypatch):
    publish(folder, 0)
    rename = os.rename

    def fail_late(source: Path, target: Path) -> None:
        if Path(target).name == "history.atom":
            raise OSError("input/output error")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail_late)
    with pytest.raises(OSError, match="input/output error"):
        publish(folder, 1)
    monkeypatch.undo()
    with Site(folder).lock() as build:
        assert build.number == 1

    assert check_whole(folder) == 1
    assert not (folder / ".incoming").exists()


class Reader:
    """Reads all pages over and over, and remembers what was wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: dict[str, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self.faults: list[str] = []
        self.reads = 0

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        client = client_of(self._folder)
        while not self._stop.is_set():
            for path, url in PATHS.items():
                try:
                    self._check(path, version_of(path, client.get(url).data))
                    version_of(path, (self._folder / path).read_bytes())
                except AssertionError as fault:
                    self.faults.append(str(fault))

    def _check(self, path: str, version: int) -> None:
        self.reads += 1
        assert version >= self._last.get(path, 0), f"{path} went back to v{version}"
        self._last[path] = version


def kill_at_random(folder: Path, moments: list[float]) -> None:
    """Let real builders run, kill each after a moment, and check the site between and meanwhile."""
    publish(folder, 0)
    version = 0
    with Reader(folder) as reader:
        for moment in moments:
            version = max(version, kill_one(folder, version + 1, moment))
    assert reader.faults == []
    assert reader.reads > len(moments)
    assert version >= len(moments)


def kill_one(folder: Path, first: int, moment: float) -> int:
    command = [sys.executable, "-c", BUILDER, str(folder), str(first)]
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}) as builder:
        assert builder.stdout is not None
        builder.stdout.readline()  # one build at least is complete, however slow the machine
        time.sleep(moment)
        builder.kill()
    return check_whole(folder)


def test_builders_killed_at_random_moments_never_show_a_mixed_page(folder):
    chance = random.Random(20261123)

    kill_at_random(folder, [chance.uniform(0.0, 0.04) for _ in range(6)])


@pytest.mark.soak
def test_two_hundred_builders_killed_at_random_moments_never_show_a_mixed_page(folder):
    chance = random.Random(7)

    kill_at_random(folder, [chance.uniform(0.0, 0.08) for _ in range(200)])
