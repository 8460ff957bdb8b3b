"""The web server: Granian with one worker, where public pages and the application behind them cannot meet.

Public pages are answered at once by Granian's own few threads. A request for the application is handed to
threads of ours, so that any number of slow ones (a password being hashed, a locked database) may wait and no
public page waits behind them.
"""

import logging
import os
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import mp

from statuspage.memory import give_memory_back
from statuspage.pause import pause
from statuspage.site.serve import SiteServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# More of Granian's threads make public pages slower: they contend for the interpreter.
SERVER_THREADS = 8
BODY_READERS = 6
BODY_READER_WITHIN_SECONDS = 0.05
MAX_BODY_BYTES = 16 * 1024 * 1024
APPLICATION_THREADS = 8
BACKLOG = 4096
# Connections that are open at once, idle and half-sent ones included; not a number of threads.
MAX_CONNECTIONS = 8192
HEADER_READ_TIMEOUT_MS = 5000
STOP_WITHIN_SECONDS = 10
PARENT_WATCH_SECONDS = 0.5

PLAIN_TEXT = [("Content-Type", "text/plain; charset=utf-8")]

LOG = logging.getLogger(__name__)

# Granian's own way of calling an application: (protocol, environ) -> status.
Call = Callable[[Any, dict[str, Any]], int]


def run_server(target: str, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; a worker that dies is replaced.

    `target` names a function without arguments, `package.module:function`, that returns the application. It
    is imported and called in the worker process alone. Where it returns a `SiteServer`, public pages take the
    short way. Exits with status 1 when the worker fails again and again.
    """
    _raise_file_limit()
    server = mp.MPServer(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=SERVER_THREADS,
        backlog=BACKLOG,
        backpressure=MAX_CONNECTIONS,
        # Without HTTP/2 nobody guesses the protocol from the first bytes, which is faster too.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_READ_TIMEOUT_MS),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_SECONDS,
        log_level=LogLevels.error,
        log_dictconfig={"handlers": {name: _to_stderr() for name in ("console", "access")}},
    )
    server.serve(target_loader=partial(_load_in_worker, target, os.getpid()), wrap_loader=False)


def stop_with_parent(parent: int) -> None:
    """Stop this process as by SIGTERM once its parent is gone: a killed server leaves no worker behind."""
    threading.Thread(target=_watch_parent, args=(parent,), name="watch-parent", daemon=True).start()


def _load_in_worker(target: str, parent: int) -> "WSGIApplication":
    stop_with_parent(parent)
    give_memory_back()
    application: WSGIApplication = resolve_name(target)()
    mp._wsgi_call_wrap = partial(_short_way, mp._wsgi_call_wrap)  # type: ignore[attr-defined]  # see _short_way
    return application


def _short_way(wrap: Callable[..., Call], application: "WSGIApplication", *options: Any) -> Call:
    """Return how Granian calls the application: public answers at once, all else from our threads.

    This stands in for a function inside Granian, because WSGI itself knows no way to answer later and from
    another thread; a test with a real server tells when a new version of Granian differs.
    """
    ordinary = wrap(application, *options)
    if not isinstance(application, SiteServer):
        return ordinary
    answer_of = application.answer
    long_way = _LongWay(ordinary)

    def call(protocol: Any, environ: dict[str, Any]) -> int:
        answer = answer_of(environ)
        if answer is None:
            return long_way.take(protocol, environ)
        protocol.response_bytes(answer.code, answer.headers, answer.body)
        return answer.code

    return call


class _LongWay:
    """Runs requests for the application in threads of its own, after their bodies have arrived.

    Granian ends a body when its own thread is done with the request, so the body is read there. Whoever sends
    half a body holds such a thread; some are never given to bodies, so that public pages go on.
    """

    def __init__(self, ordinary: Call) -> None:
        self._ordinary = ordinary
        self._readers = threading.BoundedSemaphore(BODY_READERS)
        self._threads = ThreadPoolExecutor(APPLICATION_THREADS, thread_name_prefix="application")

    def take(self, protocol: Any, environ: dict[str, Any]) -> int:
        refusal = self._read_body(environ)
        if refusal is None:
            self._threads.submit(self._run, protocol, environ)
            return 0
        protocol.response_bytes(refusal, [*PLAIN_TEXT, ("Retry-After", "1")], b"Please try again later.\n")
        return refusal

    def _read_body(self, environ: dict[str, Any]) -> int | None:
        """Put the whole body into the environ; return the status to refuse it with, if so."""
        length = environ.get("CONTENT_LENGTH", "")
        if length in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
            return None
        if length.isdecimal() and int(length) > MAX_BODY_BYTES:
            return 413
        if not self._readers.acquire(timeout=BODY_READER_WITHIN_SECONDS):
            return 503
        try:
            body = environ["wsgi.input"].read(MAX_BODY_BYTES + 1)
        finally:
            self._readers.release()
        environ["wsgi.input"] = BytesIO(body)
        return 413 if len(body) > MAX_BODY_BYTES else None

    def _run(self, protocol: Any, environ: dict[str, Any]) -> None:
        try:
            self._ordinary(protocol, environ)
        except Exception:
            # No address in the log: those of subscriptions and hooks are secrets.
            LOG.exception("The application failed outside its own error handling")
            protocol.response_bytes(500, PLAIN_TEXT, b"Internal error.\n")


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        pause(PARENT_WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    pause(STOP_WITHIN_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def _raise_file_limit() -> None:
    """Allow as many open connections as the system lets us: the usual 1,024 is soon used up by a crowd."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MAX_CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _to_stderr() -> dict[str, str]:
    return {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}
