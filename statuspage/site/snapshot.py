"""A snapshot: everything the server knows of one build. It is replaced as a whole, never updated."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import sleep

from statuspage.site.journal import finish_dead_build
from statuspage.site.layout import (
    BUILD,
    HOT_FOLDERS,
    JOURNAL,
    NOT_FOUND_DOCUMENT,
    NOT_FOUND_PAGE,
    is_fallback,
    is_hot,
    is_public,
    url_of,
)
from statuspage.site.page import Page, load_page
from statuspage.site.record import BuildRecord

CACHE_BYTES = 32 * 1024 * 1024
MAX_HOT_BYTES = 512 * 1024
START_ATTEMPTS = 100
START_PAUSE = 0.01


class PageCache:
    """The pages from disk that were asked for last, up to a number of bytes."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes held, nearly."""
        return self._size

    def get(self, path: str) -> Page | None:
        """Return a page that is held, and hold it longer."""
        with self._lock:
            page = self._pages.get(path)
            if page is not None:
                self._pages.move_to_end(path)
            return page

    def put(self, path: str, page: Page) -> None:
        """Hold a page, at the cost of those that nobody asked for the longest."""
        if page.size > self._limit // 8:
            return
        with self._lock:
            self._drop(path)
            self._pages[path] = page
            self._size += page.size
            while self._size > self._limit:
                self._drop(next(iter(self._pages)))

    def without(self, paths: Iterable[str]) -> "PageCache":
        """Return a copy that does not hold these pages."""
        copy = PageCache(self._limit)
        with self._lock:
            copy._pages = self._pages.copy()
            copy._size = self._size
        for path in paths:
            copy._drop(path)
        return copy

    def _drop(self, path: str) -> None:
        page = self._pages.pop(path, None)
        if page is not None:
            self._size -= page.size


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One build in memory: `hot` pages by address, a cache of the others, the two "not found" answers."""

    stamp: bytes
    record: BuildRecord | None
    hot: dict[str, Page] = field(default_factory=dict)
    cold: PageCache = field(default_factory=PageCache)
    not_found: dict[str, Page] = field(default_factory=dict)


def read_stamp(folder: Path) -> bytes:
    """Return what tells one build from another: the bytes of `.build`, empty before the first."""
    try:
        return (folder / BUILD).read_bytes()
    except OSError:
        return b""


def is_build_under_way(folder: Path) -> bool:
    """Tell whether a builder is between deciding a build and having carried it out."""
    return (folder / JOURNAL).exists()


def load_first(folder: Path) -> Snapshot:
    """Load the site when a server starts, after finishing what a dead builder left.

    Waits a second at most for a living builder: a server must start whatever the others do.
    """
    for _ in range(START_ATTEMPTS):
        finish_dead_build(folder)
        snapshot = load_snapshot(folder, None)
        if snapshot is not None:
            return snapshot
        sleep(START_PAUSE)
    return _load(folder, read_stamp(folder), None)


def load_snapshot(folder: Path, last: Snapshot | None) -> Snapshot | None:
    """Load the build that is there now; after a change of a few pages only those.

    Returns None when another build is being swapped in: what was read could be of both.
    """
    stamp = read_stamp(folder)
    snapshot = _load(folder, stamp, last)
    return snapshot if read_stamp(folder) == stamp and not is_build_under_way(folder) else None


def _load(folder: Path, stamp: bytes, last: Snapshot | None) -> Snapshot:
    try:
        record = BuildRecord.parse(stamp)
    except ValueError:
        record = None
    changed = _changed_since(last, record)
    if last is None or changed is None:
        snapshot = Snapshot(stamp, record)
        _load_hot(folder, snapshot, _hot_paths(folder))
        return snapshot
    snapshot = Snapshot(stamp, record, last.hot.copy(), last.cold.without(changed), last.not_found.copy())
    _load_hot(folder, snapshot, (path for path in changed if is_hot(path)))
    return snapshot


def _changed_since(last: Snapshot | None, record: BuildRecord | None) -> tuple[str, ...] | None:
    """Return what changed since the last snapshot; None when unknown, because builds were missed."""
    if last is None or last.record is None or record is None or record.previous != last.record.id:
        return None
    return record.changed


def _load_hot(folder: Path, snapshot: Snapshot, paths: Iterable[str]) -> None:
    for path in paths:
        if path in (NOT_FOUND_PAGE, NOT_FOUND_DOCUMENT):
            _set(snapshot.not_found, path, load_page(folder, path, 404))
        else:
            page = load_page(folder, path)
            url = url_of(path)
            is_welcome = page is not None and page.size <= MAX_HOT_BYTES and not is_fallback(url)
            _set(snapshot.hot, url, page if is_welcome else None)


def _set(pages: dict[str, Page], key: str, page: Page | None) -> None:
    if page is None:
        pages.pop(key, None)
    else:
        pages[key] = page


def _hot_paths(folder: Path) -> Iterator[str]:
    for name in HOT_FOLDERS:
        place = folder / name
        if place.is_dir():
            for entry in sorted(place.iterdir()):
                path = f"{name}/{entry.name}" if name else entry.name
                if is_public(path) and entry.is_file():
                    yield path
