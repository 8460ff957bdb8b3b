"""The headers of the published site."""

from statuspage.site.layout import (
    KEEPS_ITS_SUFFIX,
    content_type,
    is_compressible,
    is_immutable,
    is_read_by_programs,
)

CACHE_PAGE = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
CACHE_FOREVER = "public, max-age=31536000, immutable"
CACHE_MISSING = "public, max-age=5"
CACHE_REDIRECT = "public, max-age=15"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; "
    "frame-ancestors {ancestors}"
)


def headers_of(path: str, *, is_found: bool) -> list[tuple[str, str]]:
    """Return the headers that a file of the site has in every encoding; they follow from its name alone."""
    headers = [("Content-Type", content_type(path)), ("Cache-Control", _cache_control(path, is_found))]
    if is_compressible(path):
        headers.append(("Vary", "Accept-Encoding"))
    if is_read_by_programs(path):
        headers.append(("Access-Control-Allow-Origin", "*"))
    headers.append(("X-Content-Type-Options", "nosniff"))
    if path.endswith(".html"):
        ancestors = "*" if path in KEEPS_ITS_SUFFIX else "'none'"
        headers.append(("Content-Security-Policy", CONTENT_SECURITY_POLICY.format(ancestors=ancestors)))
        headers.append(("Referrer-Policy", "strict-origin-when-cross-origin"))
    return headers


def _cache_control(path: str, is_found: bool) -> str:
    if not is_found:
        return CACHE_MISSING
    return CACHE_FOREVER if is_immutable(path) else CACHE_PAGE
