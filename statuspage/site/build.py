"""Build the published site: write the changed files aside, then swap all of them in at once."""

import os
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from statuspage.site.journal import Journal, discard_staged, locked, roll_forward
from statuspage.site.layout import ENCODING_SUFFIXES, is_for_everyone, is_immutable, is_public
from statuspage.site.record import BuildRecord, read_record
from statuspage.site.staging import Staging, require_public

Files = Mapping[str, bytes] | Iterable[tuple[str, bytes]]

# Reading a longer list costs a server more than loading everything anew.
MAX_LISTED_CHANGES = 1000


class Site:
    """The folder of the published site, as its builders see it."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    @property
    def number(self) -> int | None:
        """The number of the last completed build, read without the lock; None before the first."""
        record = read_record(self.folder)
        return record.number if record else None

    @contextmanager
    def lock(self) -> "Iterator[Build]":
        """Exclude the other builders on this machine, waiting for them; finish what a killed one left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder, wait=True):
            roll_forward(self.folder)
            discard_staged(self.folder)
            yield Build(self.folder)


class Build:
    """The site under its lock. Comes from `Site.lock()` and ends with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._record = read_record(folder)

    @property
    def number(self) -> int | None:
        """The number of the last completed build; None before the first."""
        return self._record.number if self._record else None

    def swap(
        self,
        number: int,
        files: Files,
        removed: Collection[str] = (),
        everyone: Collection[str] | None = None,
    ) -> bool:
        """Swap files in, and `removed` ones out, all at once; return False when a newer build is there.

        A reader sees either the whole new build or the whole old one, whatever happens to this process. Files
        whose content is the same keep their bytes, inode and date. The cost depends on `files` alone, not on
        the size of the site; pairs from a generator are written as they come. `everyone` names the files that
        are worth the slowest and best compression (by default the front page and the static files).

        Raises ValueError for a path that must not be public, and OSError (a full disk, say) with the old site
        whole. Where even renaming fails, the build is decided: the next builder or server finishes it.
        """
        return self._swap(number, files, lambda: removed, everyone)

    def rebuild(self, number: int, files: Files, everyone: Collection[str] | None = None) -> bool:
        """Swap in a complete site: like `swap`, and every page that is not among `files` goes.

        Old static files stay, because pages in somebody's cache still name them.
        """
        return self._swap(number, files, lambda: self.pages(), everyone)

    def prune(self, keep: Callable[[str], bool]) -> bool:
        """Remove the pages for which `keep` is false, as a build of the same number; static files stay."""
        gone = [path for path in self.pages() if not keep(path)]
        return self._swap(self.number or 0, {}, lambda: gone, None)

    def pages(self) -> list[str]:
        """Return the paths of all files of the site but the static ones and the compressed copies.

        Its cost grows with the site.
        """
        found = []
        for folder, _, names in os.walk(self._folder):
            relative = Path(folder).relative_to(self._folder)
            found += [(relative / name).as_posix() for name in names]
        return sorted(path for path in found if is_public(path) and not is_immutable(path))

    def _swap(
        self,
        number: int,
        files: Files,
        removed: Callable[[], Collection[str]],
        everyone: Collection[str] | None,
    ) -> bool:
        if self._record is not None and number < self._record.number:
            return False
        is_best = is_for_everyone if everyone is None else frozenset(everyone).__contains__
        try:
            staging = Staging(self._folder)
            for path, content in files.items() if isinstance(files, Mapping) else files:
                staging.add(path, content, is_best(path))
            journal = self._journal(number, staging, removed())
            if journal is not None:
                journal.commit(self._folder)
                roll_forward(self._folder)
                self._record = read_record(self._folder)
        finally:
            discard_staged(self._folder)
        return True

    def _journal(self, number: int, staging: Staging, removed: Collection[str]) -> Journal | None:
        """Return what the build has to do, or None when it would change nothing."""
        gone = [
            path
            for path in map(require_public, removed)
            if path not in staging.seen and (self._folder / path).exists()
        ]
        changed = (*staging.changed, *gone)
        if not changed and self.number == number:
            return None
        record = BuildRecord(
            number=number,
            id=secrets.token_hex(8),
            previous=self._record.id if self._record else None,
            changed=changed if len(changed) <= MAX_LISTED_CHANGES else None,
        )
        suffixes = ("", *ENCODING_SUFFIXES.values())
        return Journal(
            moves=staging.finish(record.dump()),
            removes=tuple(path + suffix for path in gone for suffix in suffixes),
        )
