"""The outside watcher: a service that raises the alarm when it is no longer asked for its address."""

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from statuspage.services.ports import WatcherError

_WITHIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class HttpWatcher:
    """Asks for one address, which the operator has set."""

    url: str = field(repr=False)

    def ping(self) -> None:
        """Ask for the address; raise `WatcherError` where it does not answer well."""
        request = urllib.request.Request(self.url, headers={"User-Agent": "statuspage"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_WITHIN_SECONDS):  # noqa: S310
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise WatcherError(f"The outside watcher answered {error.code}.") from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            said = getattr(reason, "strerror", None) or type(reason).__name__
            raise WatcherError(f"The outside watcher can't be reached: {said}.") from None
