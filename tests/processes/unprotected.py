"""The product with one protection taken out: `python -m tests.processes.unprotected PROTECTION COMMAND`.

Only the controls run this. They prove that the check of the kill tests finds what each protection prevents.
"""

import json
import queue
import sys
import threading
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask, Response, current_app, request

from statuspage.cli import main
from statuspage.site import build
from statuspage.site.layout import BUILD
from statuspage.web.api import endpoint

DISK_SECONDS = 0.2
BATCH_SECONDS = 0.3


def without_journal() -> None:
    """Write all files of the site in place, as a slow disk would."""

    def swap(self: Any, number: int, files: Any, *_: object) -> bool:
        pairs = [(self._folder / path, content) for path, content in dict(files).items()]
        for file, content in pairs:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content[: len(content) // 2])
        time.sleep(DISK_SECONDS)
        for file, content in pairs:
            file.write_bytes(content)
        record = {"number": number, "id": str(time.monotonic()), "previous": None, "changed": None}
        (self._folder / BUILD).write_text(json.dumps(record))
        return True

    build.Build._swap = swap  # type: ignore[method-assign]


def without_commit() -> None:
    """Answer changes before they are committed: they are done a moment later, in their order."""
    waiting: queue.Queue[tuple[Flask, dict[str, Any]]] = queue.Queue()
    careful = endpoint._answer

    def do_later() -> None:
        while True:
            app, environ = waiting.get()
            time.sleep(BATCH_SECONDS)
            with app.request_context(environ):
                app.full_dispatch_request()

    def hasty(one: endpoint.Endpoint, ids: dict[str, str]) -> Response:
        if one.method != "PATCH" or request.environ.get("tests.later"):
            return careful(one, ids)
        body = BytesIO(request.get_data())
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        if waiting.empty() and "later" not in {thread.name for thread in threading.enumerate()}:
            threading.Thread(target=do_later, name="later", daemon=True).start()
        waiting.put((app, {**request.environ, "wsgi.input": body, "tests.later": True}))
        return Response("{}", mimetype="application/json")

    endpoint._answer = hasty


def without_keys() -> None:
    """Carry out a repeated request again."""
    endpoint.remembered = lambda _ctx, act, _once="": act()


PROTECTIONS: dict[str, Callable[[], None]] = {
    "journal": without_journal,
    "commit": without_commit,
    "keys": without_keys,
}

if __name__ == "__main__":
    PROTECTIONS[sys.argv.pop(1)]()
    sys.exit(main())
