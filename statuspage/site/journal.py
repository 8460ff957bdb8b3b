"""The journal of a swap: one small file that decides whether a build has happened.

Before it exists the old site stands untouched. As soon as it exists the new build is decided, and whoever
comes next carries out what is left of it. Carrying out only renames and removes, so that a full disk does not
stop it, and doing it twice does no harm.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from statuspage.site.layout import INCOMING, JOURNAL, LOCK

# A file system writes together what is asked for at the same time: one by one takes ten times as long.
SYNCED_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class Journal:
    """What a decided build has to do: `moves` from staged to final names, the record last, and `removes`."""

    moves: tuple[tuple[str, str], ...]
    removes: tuple[str, ...]

    def commit(self, folder: Path) -> None:
        """Decide the build. When this returns, the build survives a crash; before, nothing has happened."""
        staged = folder / INCOMING / "journal"
        write_durably(staged, json.dumps({"moves": self.moves, "removes": self.removes}).encode())
        sync_folder(folder / INCOMING)
        os.rename(staged, folder / JOURNAL)
        sync_folder(folder)


@contextmanager
def locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the builders' lock; without `wait`, yield False when another builder holds it."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            # A child that was forked meanwhile has the same descriptor: closing alone would not unlock.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def roll_forward(folder: Path) -> bool:
    """Carry out what is left of a decided build, if there is one. Only under the lock; needs no database."""
    try:
        journal = _read(folder)
    except FileNotFoundError:
        return False
    carry_out(folder, journal)
    (folder / JOURNAL).unlink()
    return True


def carry_out(folder: Path, journal: Journal) -> None:
    """Rename and remove what the journal says, the record of the build last; a second time does no harm."""
    *pages, record = journal.moves
    for staged, path in pages:
        _move(folder, staged, path)
    for path in journal.removes:
        (folder / path).unlink(missing_ok=True)
    _sync_parents(folder, (path for _, path in pages), journal.removes)
    _move(folder, *record)
    sync_folder(folder)


def finish_dead_build(folder: Path) -> None:
    """Roll forward what a killed builder left, unless a living one is at it; failing is left to the next."""
    with suppress(OSError):
        if (folder / JOURNAL).exists():
            with locked(folder, wait=False) as is_mine:
                if is_mine:
                    roll_forward(folder)


def discard_staged(folder: Path) -> None:
    """Remove what dead or failed builders staged, but not what a decided build needs. Only under the lock."""
    if not (folder / JOURNAL).exists():
        shutil.rmtree(folder / INCOMING, ignore_errors=True)


def write_durably(target: Path, content: bytes) -> None:
    """Write a new file and have it on the disk when this returns."""
    write_new(target, content)
    _sync_file(target)


def write_new(target: Path, content: bytes) -> None:
    """Write a new file, which is not on the disk before `sync_files`."""
    with target.open("xb") as file:
        file.write(content)


def sync_files(files: Iterable[Path]) -> None:
    """Have the content of files on the disk when this returns; raises OSError where it can't be."""
    with ThreadPoolExecutor(SYNCED_TOGETHER) as pool:
        for _ in pool.map(_sync_file, files):
            pass


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_file(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _read(folder: Path) -> Journal:
    document = json.loads((folder / JOURNAL).read_bytes())
    moves = tuple((staged, path) for staged, path in document["moves"])
    return Journal(moves, tuple(document["removes"]))


def _move(folder: Path, staged: str, path: str) -> None:
    if (folder / staged).exists():  # otherwise an earlier attempt got this far
        os.rename(folder / staged, folder / path)


def _sync_parents(folder: Path, *groups: Iterable[str]) -> None:
    parents = {(folder / path).parent for group in groups for path in group}
    for parent in sorted(parents):
        if parent.is_dir():
            sync_folder(parent)
