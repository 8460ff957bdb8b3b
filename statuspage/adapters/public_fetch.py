"""Fetching what somebody typed an address for: never from inside our own network, never without end.

The name is looked up once, and the connection goes to the very address that was judged; a redirect is judged
like the first address.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from statuspage.services.ports import FetchRefusedError

LARGEST = 64 * 1024 * 1024
_STEP_SECONDS = 15
_WHOLE_SECONDS = 60
_MOST_REDIRECTS = 3
_PIECE = 256 * 1024
_HEADERS = {"Accept": "application/json", "User-Agent": "statuspage"}
_MOVED = {301, 302, 303, 307, 308}
_INNER_FORMS = (
    ipaddress.ip_network("64:ff9b::/96"),  # NAT64
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2002::/16"),  # 6to4
    ipaddress.ip_network("2001::/32"),  # Teredo
)


@dataclass(frozen=True, slots=True)
class PublicFetcher:
    """Fetches over HTTP; with `allows_private` from anywhere."""

    allows_private: bool = False

    def fetch(self, address: str) -> bytes:
        """Return what lies at the address; raise `FetchRefusedError` with a sentence that says why not."""
        until = time.monotonic() + _WHOLE_SECONDS
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                content, moved_to = self._once(_parts(address), until)
            except (OSError, ValueError, http.client.HTTPException) as error:
                raise FetchRefusedError(f"The address can't be read: {_reason(error)}.") from error
            if moved_to is None:
                return content
            address = urljoin(address, moved_to)
        raise FetchRefusedError("The address leads on and on; give the one it ends at.")

    def _once(self, parts: SplitResult, until: float) -> tuple[bytes, str | None]:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        connection = _Pinned(host, port, self._judged(host, port), is_tls=parts.scheme == "https")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(
                "GET", path, headers={"Accept": "application/json", "User-Agent": "statuspage"}
            )
            with connection.getresponse() as answer:
                if answer.status in _MOVED and answer.headers.get("Location"):
                    return b"", answer.headers["Location"]
                if answer.status != http.client.OK:
                    raise FetchRefusedError(f"The server there answered {answer.status}.")
                return _read(answer, until), None
        finally:
            connection.close()

    def _judged(self, host: str, port: int) -> str:
        """Return the address to connect to; every address that the name has must be a public one."""
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self.allows_private and not all(is_public(address) for address in found):
            raise FetchRefusedError("That address leads into a private network; nothing is fetched there.")
        return found[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged before, for the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, *, is_tls: bool) -> None:
        super().__init__(host, port, timeout=_STEP_SECONDS)
        self._address, self._is_tls = address, is_tls
        self.default_port = 443 if is_tls else 80  # so that the Host header leaves it out

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), timeout=_STEP_SECONDS)
        if self._is_tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the open internet, whatever form it is wrapped in."""
    judged = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(judged, ipaddress.IPv6Address):
        if judged.ipv4_mapped is not None:
            return is_public(str(judged.ipv4_mapped))
        if any(judged in network for network in _INNER_FORMS):
            return False
    return judged.is_global and not judged.is_multicast


def _parts(address: str) -> SplitResult:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchRefusedError("Give an address that begins with https:// or http://.")
    if not address.isascii() or any(each.isspace() for each in address):
        raise FetchRefusedError("This address has characters that no address has.")
    return parts


def _read(answer: http.client.HTTPResponse, until: float) -> bytes:
    pieces, size = [], 0
    while piece := answer.read1(_PIECE):
        size += len(piece)
        if size > LARGEST:
            raise FetchRefusedError(f"What lies there is larger than {LARGEST // 1024 // 1024} MB.")
        if time.monotonic() > until:
            raise FetchRefusedError("The server there is too slow; it was given a minute.")
        pieces.append(piece)
    if answer.length:
        raise FetchRefusedError("The server there broke off in the middle.")
    return b"".join(pieces)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "the server there does not answer in time"
    if isinstance(error, socket.gaierror):
        return "there is no server of that name"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
