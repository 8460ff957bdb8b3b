"""What a request's headers ask for: an encoding, and only a page that the reader lacks (RFC 9110)."""

import re
from email.utils import parsedate_to_datetime
from functools import lru_cache

from statuspage.site.encodings import BROTLI, GZIP, IDENTITY

# Best first: what the server prefers among encodings that the reader likes equally.
PREFERENCE = (BROTLI, GZIP, IDENTITY)

_QUALITY = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


@lru_cache(maxsize=512)
def accepted_encodings(header: str) -> tuple[str, ...]:
    """Return the encodings that an Accept-Encoding header allows, best first (RFC 9110 §12.5.3).

    The plain bytes are always last at the least: a reader that refuses everything gets those.
    """
    qualities = dict(_weighted(part) for part in header.lower().split(",") if part.strip())
    rest = qualities.get("*", 0.0)
    gzip = qualities.get(GZIP, qualities.get("x-gzip", rest))
    wishes = {BROTLI: qualities.get(BROTLI, rest), GZIP: gzip, IDENTITY: qualities.get(IDENTITY, 0.0)}
    liked = [encoding for encoding in PREFERENCE if wishes[encoding] > 0]
    ordered = sorted(liked, key=lambda encoding: -wishes[encoding])
    return (*ordered, IDENTITY) if IDENTITY not in ordered else tuple(ordered)


def has_entity_tag(if_none_match: str, etag: str) -> bool:
    """Tell whether If-None-Match names the page's tag; weak tags match strong ones (RFC 9110 §13.1.2)."""
    return if_none_match.strip() == "*" or etag in _ENTITY_TAG.findall(if_none_match)


def is_not_modified_since(if_modified_since: str, modified_at: int) -> bool:
    """Tell whether a page of that date (in seconds since 1970) is no newer than the reader's copy."""
    try:
        return modified_at <= int(parsedate_to_datetime(if_modified_since).timestamp())
    except (ValueError, OverflowError):
        return False


def _weighted(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    match = _QUALITY.fullmatch(parameter.strip())
    if parameter and match is None:
        return name.strip(), 0.0
    return name.strip(), float(match.group(1)) if match else 1.0
