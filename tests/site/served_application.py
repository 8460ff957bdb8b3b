"""The application that the web server's tests serve: slow, failing and echoing pages behind a site."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from statuspage.site.serve import SiteServer


def make() -> SiteServer:
    return SiteServer(Path(os.environ["SERVED_SITE"]), application)


def make_none() -> SiteServer:
    raise RuntimeError("wrong settings")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/console/slow":
        time.sleep(1)
    if path == "/console/broken":
        raise RuntimeError("a mistake in a view")
    start_response("200 OK", [("Content-Type", "text/plain")])
    if path == "/console/stream":
        return (b"%d\n" % number for number in range(1000))
    if path == "/console/pid":
        return [b"%d" % os.getpid()]
    return [environ["wsgi.input"].read()]
