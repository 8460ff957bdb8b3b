"""Serve the published site: finished bytes from memory, in front of the application that staff uses.

With everything else dead (database, builder, application) this goes on serving, and starts.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from statuspage.site.headers import CACHE_REDIRECT
from statuspage.site.journal import finish_dead_build
from statuspage.site.layout import NOT_FOUND_DOCUMENT, NOT_FOUND_PAGE, files_of, is_fallback
from statuspage.site.page import Answer, Page, load_page
from statuspage.site.snapshot import load_first, load_snapshot, read_stamp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

# How old a look at the folder may be, in seconds.
LOOK_AGAIN_AFTER = 0.25

PLAIN = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
NOT_FOUND = Answer(404, [*PLAIN, ("Cache-Control", "public, max-age=5")], b"Not found.\n")
NOT_BUILT = Answer(
    503,
    [*PLAIN, ("Cache-Control", "no-store"), ("Retry-After", "5")],
    b"The status page is being built. Please try again in a few seconds.\n",
)


class SiteServer:
    """A WSGI application: public pages from the folder, everything that belongs to staff from `fallback`."""

    def __init__(
        self, folder: Path, fallback: "WSGIApplication", clock: Callable[[], float] = monotonic
    ) -> None:
        """Load the site. `clock` counts seconds from anywhere and may jump or stand still."""
        self._folder = Path(folder)
        self.fallback = fallback
        self._clock = clock
        self._looking = Lock()
        self._snapshot = load_first(self._folder)
        self._looked_at = clock()

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        answer = self.answer(environ)
        if answer is None:
            return self.fallback(environ, start_response)
        start_response(answer.status, answer.headers.copy())
        return [answer.body]

    def answer(self, environ: dict[str, Any]) -> Answer | None:
        """Return the finished answer to a request, or None when it is the fallback's to answer."""
        # Not a plain "later than": a clock that jumps back, or stands still, must not stop the looking.
        if not 0.0 < self._clock() - self._looked_at < LOOK_AGAIN_AFTER:
            self._look()
        method = environ["REQUEST_METHOD"]
        url = environ.get("PATH_INFO") or "/"
        page = self._snapshot.hot.get(url)
        if page is not None and method == "GET":
            return _whole_or_304(page, environ)
        if method not in ("GET", "HEAD") or is_fallback(url):
            return None
        page = page or self._find(url)
        answer = (
            _whole_or_304(page, environ) if page else self._redirect(url) or self._not_found(environ, url)
        )
        return answer.without_body() if method == "HEAD" else answer

    def look_again(self) -> None:
        """Look for a newer build with the next request, for a process that has just made one."""
        self._looked_at = float("inf")

    def _look(self) -> None:
        """Load a newer build if there is one. One thread does; the others go on with what they have."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            self._looked_at = self._clock()
            finish_dead_build(self._folder)
            last = self._snapshot
            if read_stamp(self._folder) not in (b"", last.stamp):
                self._snapshot = load_snapshot(self._folder, last) or last
        except OSError:
            # A disk that fails takes nothing from the readers that is in memory. The next look tries again.
            return
        finally:
            self._looking.release()

    def _find(self, url: str) -> Page | None:
        """Return the page behind an address that is not in the hot map, from the cache or from disk."""
        snapshot = self._snapshot
        for path in files_of(url):
            page = snapshot.cold.get(path) or load_page(self._folder, path)
            if page is not None and path not in (NOT_FOUND_PAGE, NOT_FOUND_DOCUMENT):
                snapshot.cold.put(path, page)
                return page
        return None

    def _redirect(self, url: str) -> Answer | None:
        """Return the way to the clean address, or from `/i/<id>` to the incident, if there is such a page.

        Only to pages that exist, so that no address can be made up that leads elsewhere.
        """
        if url.startswith("/i/"):
            target = "/incidents/" + url.removeprefix("/i/")
        else:
            target = url.removesuffix("/").removesuffix(".html").removesuffix("/index") or "/"
        if target == url or (target not in self._snapshot.hot and self._find(target) is None):
            return None
        headers = [*PLAIN, ("Cache-Control", CACHE_REDIRECT), ("Location", target)]
        return Answer(301, headers, f"Moved to {target}\n".encode())

    def _not_found(self, environ: dict[str, Any], url: str) -> Answer:
        snapshot = self._snapshot
        if snapshot.record is None and not snapshot.hot:
            return NOT_BUILT
        document = snapshot.not_found.get(NOT_FOUND_DOCUMENT) if url.startswith("/api/") else None
        page = document or snapshot.not_found.get(NOT_FOUND_PAGE)
        return page.answer(environ.get("HTTP_ACCEPT_ENCODING", "")) if page else NOT_FOUND


def _whole_or_304(page: Page, environ: dict[str, Any]) -> Answer:
    accept_encoding = environ.get("HTTP_ACCEPT_ENCODING", "")
    if_none_match = environ.get("HTTP_IF_NONE_MATCH")
    if_modified_since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if if_none_match is None and if_modified_since is None:
        return page.answer(accept_encoding)
    return page.revalidated(accept_encoding, if_none_match, if_modified_since)
