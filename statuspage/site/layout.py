"""The folder of the published site: its names, and what each kind of file is."""

import re
from pathlib import PurePosixPath

BUILD = ".build"
JOURNAL = ".journal"
LOCK = ".lock"
INCOMING = ".incoming"

WELL_KNOWN = ".well-known"
NOT_FOUND_PAGE = "404.html"
NOT_FOUND_DOCUMENT = "404.json"

ENCODING_SUFFIXES = {"gzip": ".gz", "br": ".br"}

CONTENT_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".ics": "text/calendar; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".png": "image/png",
    ".rss": "application/rss+xml; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
}
FEED_JSON = "feed.json"
FEED_JSON_TYPE = "application/feed+json; charset=utf-8"
ALREADY_COMPRESSED = {".jpg", ".png", ".webp", ".woff2"}
READ_BY_PROGRAMS = {".atom", ".ics", ".json", ".rss", ".svg"}

HOT_FOLDERS = ("", "api/v2", "static")

# Its address stands in other people's pages.
KEEPS_ITS_SUFFIX = {"embed.html"}

# The folder must fit every file system and every address bar; no page needs more.
_SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}", re.ASCII)
_MAX_DEPTH = 8

# What belongs to the application behind the site, by the first segment of the address.
FALLBACK_ROOTS = frozenset(
    (
        *("setup", "login", "logout", "console", "healthz", "metrics", "v1", "hooks"),
        *("subscribe", "subscriptions", "shared"),
    )
)
FALLBACK_PREFIX = "/api/v2/subscri"


def is_public(path: str) -> bool:
    """Tell whether a path inside the site may be written and shown.

    Refuses whatever could lead out of the folder, every hidden name but `.well-known`, and the names that
    belong to the compressed copies.
    """
    first, *rest = segments = path.split("/")
    if first == WELL_KNOWN and rest:
        segments = rest
    if len(segments) > _MAX_DEPTH or not all(_SEGMENT.fullmatch(segment) for segment in segments):
        return False
    return PurePosixPath(path).suffix in CONTENT_TYPES


def is_compressible(path: str) -> bool:
    """Tell whether a file has a `.gz` and a `.br` beside it."""
    return PurePosixPath(path).suffix not in ALREADY_COMPRESSED


def is_immutable(path: str) -> bool:
    """Tell whether the name of a file carries a hash of its content, so that it never changes."""
    return path.startswith("static/")


def is_for_everyone(path: str) -> bool:
    """Tell whether nearly every visitor loads this file, so that the best compression pays."""
    return path == "index.html" or is_immutable(path)


def is_hot(path: str) -> bool:
    """Tell whether the server holds this file in memory: the front page, feeds, roll-ups, static files."""
    folder, _, _ = path.rpartition("/")
    return folder in HOT_FOLDERS


def content_type(path: str) -> str:
    """Return the media type of a file of the site."""
    if path == FEED_JSON:
        return FEED_JSON_TYPE
    return CONTENT_TYPES[PurePosixPath(path).suffix]


def is_read_by_programs(path: str) -> bool:
    """Tell whether scripts of other sites may read this file (CORS): JSON, feeds, calendars, badges."""
    return PurePosixPath(path).suffix in READ_BY_PROGRAMS


def url_of(path: str) -> str:
    """Return the one clean address of a file: `incidents/x.html` is `/incidents/x`, `index.html` is `/`."""
    if path == "index.html":
        return "/"
    if path.endswith("/index.html"):
        return "/" + path.removesuffix("/index.html")
    if path in KEEPS_ITS_SUFFIX:
        return "/" + path
    return "/" + path.removesuffix(".html")


def files_of(url: str) -> list[str]:
    """Return the files that may stand behind an address, best first; none when the address is not clean."""
    if url == "/":
        return ["index.html"]
    path = url[1:]
    if not url.startswith("/") or path.endswith(("/", "/index")):
        return []
    candidates = [path, path + ".html", path + "/index.html"]
    return [each for each in candidates if is_public(each) and url_of(each) == url]


def is_fallback(url: str) -> bool:
    """Tell whether an address belongs to the application behind the site, in whatever state the site is."""
    root = url.removeprefix("/").partition("/")[0]
    return root in FALLBACK_ROOTS or url.startswith(FALLBACK_PREFIX)
