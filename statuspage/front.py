"""What our own web server serves: the published site at once, the application as soon as it is loaded."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from statuspage import logs
from statuspage.settings import Settings
from statuspage.site.serve import SiteServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = logging.getLogger(__name__)


def server_application() -> SiteServer:
    """Return the published site, with the application behind it still loading.

    Loading takes most of a start. Whatever goes wrong in it, the public pages are there.
    """
    settings = Settings.from_env()
    logs.configure(settings.log_format)
    behind = LoadingApplication()
    server = SiteServer(settings.site_dir, fallback=behind)

    def load() -> "WSGIApplication":
        from statuspage.app import application_behind

        return application_behind(server, settings)

    behind.load(load)
    return server


class LoadingApplication:
    """A WSGI application that is put together in a thread of its own; requests wait for it."""

    def load(self, put_together: "Callable[[], WSGIApplication]") -> None:
        """Begin, once."""
        loader = ThreadPoolExecutor(1, thread_name_prefix="load-application")
        self._application = loader.submit(_logged, put_together)
        loader.shutdown(wait=False)

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request; raises what went wrong in loading."""
        return self._application.result()(environ, start_response)


def _logged(put_together: "Callable[[], WSGIApplication]") -> "WSGIApplication":
    try:
        return put_together()
    except BaseException:
        log.exception("the application can't be loaded; only the published site is served")
        raise
