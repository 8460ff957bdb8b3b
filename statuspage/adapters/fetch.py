"""Reading a file from disk or over HTTP, for the command line."""

import urllib.error
import urllib.request
from pathlib import Path

LARGEST = 256 * 1024 * 1024
_TIMEOUT_SECONDS = 30


class FetchError(Exception):
    """The file can't be had; the message says why."""


def fetch(place: str) -> bytes:
    """Return the content of a file, or of an `http://` or `https://` address."""
    try:
        content = _over_http(place) if place.startswith(("http://", "https://")) else _from_disk(place)
    except (OSError, ValueError) as error:
        raise FetchError(f"{place} can't be read: {_reason(error)}.") from error
    if len(content) > LARGEST:
        raise FetchError(f"{place} is larger than {LARGEST // 1024 // 1024} MB.")
    return content


def _over_http(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"Accept": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
        content: bytes = answer.read(LARGEST + 1)
    return content


def _from_disk(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(LARGEST + 1)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code}"
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    return getattr(error, "strerror", None) or str(error)
