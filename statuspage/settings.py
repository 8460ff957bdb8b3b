"""Settings from the environment: typed, frozen, and all mistakes reported at once."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from statuspage import setting_values as values

PREFIX = "STATUSPAGE_"
IGNORED = frozenset({"STATUSPAGE_REQUIRE"})  # the test suite's
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
SECRET_KEY_FILE = "secret_key"  # noqa: S105 - a file name

_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "INSTANCE_DIR": values.absolute_path,
    "DATABASE_URL": values.database_url,
    "BASE_URL": values.base_url,
    "SECRET_KEY": values.secret_key,
    "SITE_DIR": values.absolute_path,
    "SITE_TARGET": values.site_target,
    "SMTP_URL": values.smtp_url,
    "MAIL_FROM": values.mail_from,
    "STAFF_ALERTS": values.addresses,
    "TRUSTED_PROXIES": values.hops,
    "ALLOW_PRIVATE_WEBHOOKS": values.switch,
    "LOG_FORMAT": values.log_format,
    "METRICS_TOKEN": values.token,
    "WATCHER_URL": values.watcher_url,
}
NAMES = tuple(PREFIX + name for name in _PARSERS)


class SettingsError(Exception):
    """The environment holds mistakes; `problems` has one line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decides. Paths are absolute, `base_url` has no slash at its end."""

    instance_dir: Path
    database_url: str = field(repr=False)
    base_url: str
    secret_key: str = field(repr=False)
    site_dir: Path
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    site_target: str | None = None
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    staff_alerts: tuple[str, ...] = field(default=(), repr=False)
    trusted_proxies: int = 0
    allow_private_webhooks: bool = False
    log_format: str = "text"
    metrics_token: str | None = field(default=None, repr=False)
    watcher_url: str | None = field(default=None, repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings of this environment; raise `SettingsError` naming every mistake.

        Makes the instance folder, and in it the secret key unless the environment brings one.
        """
        env = os.environ if env is None else env
        problems = _unknown(env)
        found = _parsed(env, problems)
        host, port = env.get("HOST") or DEFAULT_HOST, _port(env, problems)
        if problems:
            raise SettingsError(problems)
        instance = found.pop("instance_dir", None) or Path("instance").absolute()
        found.setdefault("database_url", f"sqlite:///{instance / 'statuspage.db'}")
        found.setdefault("base_url", f"http://{f'[{host}]' if ':' in host else host}:{port}")
        found.setdefault("site_dir", instance / "site")
        try:
            instance.mkdir(parents=True, exist_ok=True)
            if "secret_key" not in found:
                found["secret_key"] = _kept_secret(instance / SECRET_KEY_FILE)
        except OSError as error:
            raise SettingsError([f"{PREFIX}INSTANCE_DIR: {instance}: {error.strerror}"]) from error
        return cls(instance_dir=instance, host=host, port=port, **found)

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over TLS."""
        return self.base_url.startswith("https://")


def _unknown(env: Mapping[str, str]) -> list[str]:
    known = {*NAMES, *(f"{name}_FILE" for name in NAMES), *IGNORED}
    problems = []
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            problems.append(f"{name}: there is no such setting{hint}")
    return problems


def _parsed(env: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    """Return the values by field name; what is set to nothing counts as unset."""
    found = {}
    for name, parse in _PARSERS.items():
        try:
            text = _text(env, PREFIX + name)
            if text:
                found[name.lower()] = parse(text)
        except ValueError as error:
            problems.append(f"{PREFIX}{name}: {error}")
    return found


def _text(env: Mapping[str, str], name: str) -> str:
    text, file = env.get(name, "").strip(), env.get(f"{name}_FILE", "").strip()
    if text and file:
        raise ValueError(f"set either this or {name}_FILE, not both")
    if not file:
        return text
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is not text in UTF-8"
        raise ValueError(f"can't read the file {file}: {reason}") from error


def _port(env: Mapping[str, str], problems: list[str]) -> int:
    try:
        return values.port(env.get("PORT") or str(DEFAULT_PORT))
    except ValueError as error:
        problems.append(f"PORT: {error}")
        return DEFAULT_PORT


def _kept_secret(path: Path) -> str:
    """Return the key in that file, made on first use; of two processes at once, both get the same."""
    if not path.exists():
        draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, this never replaces what another process made
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("ascii").strip()
