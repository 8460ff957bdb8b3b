"""Staging: the files of a coming build, written aside and on the disk before the build is decided."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from statuspage.site.encodings import BEST_BROTLI, QUICK_BROTLI, brotli_of, gzip_of
from statuspage.site.journal import sync_files, write_new
from statuspage.site.layout import BUILD, INCOMING, is_compressible, is_public

NANOSECONDS = 1_000_000_000


class Staging:
    """Writes what differs from the site, under temporary names; the site itself stays as it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._prefix = f"{INCOMING}/{secrets.token_hex(4)}"
        self._moves: list[tuple[str, str]] = []
        self._made_for: set[Path] = set()
        self.seen: set[str] = set()
        self.changed: list[str] = []
        (folder / INCOMING).mkdir(exist_ok=True)

    def add(self, path: str, content: bytes, is_best: bool) -> None:
        """Stage a page with its compressed copies, unless it is there already. ValueError for a bad path."""
        require_public(path)
        self.seen.add(path)
        if self._is_unchanged(path, content):
            return
        self.changed.append(path)
        self._make_parent(path)
        copies = {path: content}
        if is_compressible(path):
            copies[path + ".gz"] = gzip_of(content)
            copies[path + ".br"] = brotli_of(content, BEST_BROTLI if is_best else QUICK_BROTLI)
        date = self._next_date(path)
        for name, data in copies.items():
            self._write(name, data, date)

    def finish(self, record: bytes) -> tuple[tuple[str, str], ...]:
        """Stage the record of the build, have everything on the disk, return all moves, the record last."""
        self._write(BUILD, record, None)
        sync_files(self._folder / staged for staged, _ in self._moves)
        return tuple(self._moves)

    def _write(self, name: str, data: bytes, date: int | None) -> None:
        staged = f"{self._prefix}-{len(self._moves)}"
        write_new(self._folder / staged, data)
        if date is not None:
            os.utime(self._folder / staged, ns=(date, date))
        self._moves.append((staged, name))

    def _is_unchanged(self, path: str, content: bytes) -> bool:
        target = self._folder / path
        with suppress(FileNotFoundError):
            is_same = target.stat().st_size == len(content) and target.read_bytes() == content
            return is_same and all(Path(f"{target}{suffix}").exists() for suffix in _suffixes(path))
        return False

    def _next_date(self, path: str) -> int | None:
        """Return a date for the new file where the clock's own would not be a later second than the old.

        Last-Modified counts seconds: without this, two notices within one second, or after a clock was set
        back, would look unchanged to a reader that asks by date.
        """
        with suppress(FileNotFoundError):
            old = (self._folder / path).stat().st_mtime_ns // NANOSECONDS
            now = (self._folder / INCOMING).stat().st_mtime_ns // NANOSECONDS
            if now <= old:
                return (old + 1) * NANOSECONDS
        return None

    def _make_parent(self, path: str) -> None:
        parent = (self._folder / path).parent
        if parent not in self._made_for:
            parent.mkdir(parents=True, exist_ok=True)
            self._made_for.add(parent)


def require_public(path: str) -> str:
    """Return the path; raises ValueError when it must not be part of the site."""
    if not is_public(path):
        raise ValueError(f"{path!r} is no path of the published site")
    return path


def _suffixes(path: str) -> tuple[str, ...]:
    return (".gz", ".br") if is_compressible(path) else ()
