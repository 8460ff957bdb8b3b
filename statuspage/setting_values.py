"""One parser per kind of setting: text in, value out, ValueError with a sentence for people."""

import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

_SWITCHES = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}
_DATABASES = ("sqlite:", "postgresql+psycopg:")
_SHORTEST_SECRET = 16
_SENDER = re.compile(r"[^@<>\s]+@[^@<>\s]+|[^<>\x00-\x1f]*<[^@<>\s]+@[^@<>\s]+>")
_MOST_HOPS = 10
_HIGHEST_PORT = 65535


def absolute_path(text: str) -> Path:
    """Return the path, taken from the working directory where it is relative."""
    return Path(text).expanduser().absolute()


def database_url(text: str) -> str:
    """Return an address SQLAlchemy understands: a SQLite file (made absolute) or PostgreSQL over psycopg."""
    text = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", text)
    if text.startswith("sqlite:///"):
        path, mark, query = text.removeprefix("sqlite:///").partition("?")
        if not path or path == ":memory:":
            raise ValueError(
                "several processes share the database; name a file, as in sqlite:///statuspage.db"
            )
        return f"sqlite:///{absolute_path(path)}{mark}{query}"
    if text.startswith("postgresql+psycopg://"):
        _split(text)
        return text
    raise ValueError(f"use one of {_DATABASES[0]}///FILE and {_DATABASES[1]}//USER:PASSWORD@HOST/NAME")


def base_url(text: str) -> str:
    """Return scheme, host and port as people type them, without a slash at the end."""
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise ValueError("this must be an address like https://status.example.com")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError("the site lives at the root of its host; leave out the path")
    return f"{parts.scheme}://{parts.netloc}".lower()


def secret_key(text: str) -> str:
    """Return the key, refused where it is short enough to be guessed."""
    if len(text) < _SHORTEST_SECRET:
        raise ValueError(f"use at least {_SHORTEST_SECRET} random characters")
    return text


def site_target(text: str) -> str:
    """Return the place in object storage, `s3://bucket/prefix`."""
    parts = _split(text)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError("this must look like s3://bucket/prefix")
    return text.rstrip("/")


def smtp_url(text: str) -> str:
    """Return the address of a mail server."""
    parts = _split(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("this must look like smtp://user:password@host:587 or smtps://…")
    return text


def mail_from(text: str) -> str:
    """Return the sender of mails, alone or with a name before it."""
    if not _SENDER.fullmatch(text):
        raise ValueError("this must be like status@example.com or Status <status@example.com>")
    return text


def addresses(text: str) -> tuple[str, ...]:
    """Return the addresses in a list separated by white space or commas."""
    found = tuple(part for part in re.split(r"[\s,]+", text) if part)
    if any("://" not in address for address in found):
        raise ValueError("each entry must be an address with its scheme, like slack://…")
    return found


def watcher_url(text: str) -> str:
    """Return the address that an outside watcher wants to be asked for; who knows it may ping in our name."""
    parts = _split(text)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(parts)):
        raise ValueError("this must be an address like https://hc-ping.com/…")
    if not parts.hostname or not text.isascii() or any(each.isspace() for each in text):
        raise ValueError("this must be an address like https://hc-ping.com/…")
    return text


def hops(text: str) -> int:
    """Return a number of proxies."""
    if not text.isascii() or not text.isdigit() or int(text) > _MOST_HOPS:
        raise ValueError(f"this must be a number of proxies from 0 to {_MOST_HOPS}, not {text!r}")
    return int(text)


def switch(text: str) -> bool:
    """Return on or off."""
    if text.lower() not in _SWITCHES:
        raise ValueError(f"this must be on or off, not {text!r}")
    return _SWITCHES[text.lower()]


def log_format(text: str) -> str:
    """Return the name of a log format."""
    if text not in ("text", "json"):
        raise ValueError(f"this must be text or json, not {text!r}")
    return text


def token(text: str) -> str:
    """Return a bearer token: it must fit into a header."""
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("use printable ASCII characters without spaces")
    return text


def port(text: str) -> int:
    """Return a TCP port."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _HIGHEST_PORT:
        raise ValueError(f"this must be a port from 1 to {_HIGHEST_PORT}, not {text!r}")
    return int(text)


def _is_this_machine(parts: SplitResult) -> bool:
    return parts.hostname in {"localhost", "127.0.0.1", "::1"}


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"this is no address: {error}") from error
    return parts
