"""`doctor`: one line for each thing that must be right, and what to do about what is not."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from statuspage import __version__
from statuspage.cli.common import WrongSettings, settings_from
from statuspage.settings import SECRET_KEY_FILE, Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `advice` is empty where all is well."""

    name: str
    fact: str
    advice: str = ""


@click.command()
def doctor() -> None:
    """Check settings, disk, mail, database, site and worker; exit 1 when something is wrong."""
    try:
        settings = settings_from()
    except WrongSettings as error:
        _show(Finding("settings", "wrong", error.message))
        sys.exit(1)
    has_failed = False
    for finding in _findings(settings):
        _show(finding)
        has_failed = has_failed or bool(finding.advice)
    sys.exit(1 if has_failed else 0)


def _show(finding: Finding) -> None:
    click.echo(f"{'FAIL' if finding.advice else 'ok':4}  {finding.name}: {finding.fact}")
    for line in finding.advice.splitlines():
        click.echo(f"      {line}")


def _findings(settings: Settings) -> Iterator[Finding]:
    yield Finding("settings", f"public address {settings.base_url}")
    yield Finding("versions", f"statuspage {__version__}, Python {sys.version.split()[0]}")
    yield _folder("instance folder", settings.instance_dir)
    yield _secret_key(settings)
    yield _disk(settings.instance_dir)
    yield _mail(settings)
    yield _alerts(settings)
    yield from _database(settings)


def _folder(name: str, folder: Path) -> Finding:
    probe = folder / f".doctor-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(name, f"{folder} can't be written", f"{error.strerror}: make it belong to this user.")
    return Finding(name, f"{folder} can be written")


def _secret_key(settings: Settings) -> Finding:
    file = settings.instance_dir / SECRET_KEY_FILE
    if not file.exists() or settings.secret_key != file.read_text("ascii").strip():
        return Finding("secret key", "comes from the environment")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Finding("secret key", "others can read it", f"Run: chmod 600 {file}")
    return Finding("secret key", "is readable by its owner alone")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    fact = f"{free // 1024**2:,} MB free"
    return Finding(
        "disk", fact, "" if free >= LEAST_FREE_BYTES else "Make room before notices can't be published."
    )


def _mail(settings: Settings) -> Finding:
    from statuspage.adapters.clock import SystemClock
    from statuspage.services.ports import MailError
    from statuspage.wiring import mailer_for

    mailer = mailer_for(settings, SystemClock())
    if not mailer.delivers:
        return Finding("mail", "no server is set, so mails lie in instance/outbox")
    try:
        mailer.check()
    except MailError as error:
        return Finding("mail", "can't be sent", f"{error}\nCheck STATUSPAGE_SMTP_URL.")
    return Finding("mail", "the server answers")


def _alerts(settings: Settings) -> Finding:
    from statuspage.domain.addresses import masked_address
    from statuspage.domain.errors import RuleError
    from statuspage.wiring import alerts_for

    if not settings.staff_alerts:
        return Finding("staff alerts", "no shared channel is set")
    alerts = alerts_for(settings)
    try:
        services = [alerts.kind_of(url) for url in settings.staff_alerts]
    except RuleError:
        shown = ", ".join(masked_address(url) for url in settings.staff_alerts)
        return Finding("staff alerts", f"not all of {shown} are known", "Check STATUSPAGE_STAFF_ALERTS.")
    finally:
        alerts.close()
    return Finding("staff alerts", ", ".join(services))


def _database(settings: Settings) -> Iterator[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

    from statuspage.store.sessions import session_at, unready_sentence

    try:
        with session_at(settings.database_url) as session:
            yield _server(session)
            checks: tuple[Callable[[Session, Settings], Finding], ...] = (
                _schema,
                _page,
                _site,
                _worker,
                _watcher,
            )
            for check in checks:
                finding = check(session, settings)
                yield finding
                if check in (_schema, _page) and finding.advice:
                    return
    except SQLAlchemyError as error:
        yield Finding("database", "does not answer", unready_sentence(error, settings.database_url))


def _server(session: "Session") -> Finding:
    from sqlalchemy import text

    from statuspage.store.db import sqlite_module, sqlite_supports_wal

    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return Finding("database", f"PostgreSQL {connection.scalar(text('SHOW server_version'))}")
    module = sqlite_module()
    mode = connection.scalar(text("PRAGMA journal_mode"))
    fact = f"SQLite {module.sqlite_version}, journal mode {mode}"
    if mode == "wal" and not sqlite_supports_wal(module):
        return Finding(
            "database", fact, "This SQLite can damage such a database; install the wheel pysqlite3."
        )
    return Finding("database", fact)


def _schema(session: "Session", _settings: Settings) -> Finding:
    from statuspage.web.schema import current, head

    found = current(session.connection())
    if found == head():
        return Finding("schema", f"current ({found})")
    return Finding("schema", f"{found or 'none'}, this version needs {head()}", "Run: statuspage migrate")


def _page(session: "Session", _settings: Settings) -> Finding:
    from sqlalchemy import select

    from statuspage.store.accounts import active_admins
    from statuspage.store.pages import Page

    page = session.scalar(select(Page).limit(1))
    if page is None:
        return Finding("page", "there is none", "Run: statuspage migrate")
    admins = len(active_admins(session))
    advice = "" if admins else "Run: statuspage user add EMAIL --name NAME --role admin"
    return Finding("page", f"{page.public_id}, {admins} admins", advice)


def _site(session: "Session", settings: Settings) -> Finding:
    from statuspage.site.build import Site
    from statuspage.store.pages import the_page

    folder = _folder("site", settings.site_dir)
    if folder.advice:
        return folder
    published, built = the_page(session).publication, Site(settings.site_dir).number
    if built == published:
        return Finding("site", f"{settings.site_dir} shows publication {built}")
    fact = f"built {'never' if built is None else built}, published {published}"
    return Finding("site", fact, "Start the worker, or run: statuspage site build")


def _worker(session: "Session", _settings: Settings) -> Finding:
    from statuspage.adapters.clock import SystemClock
    from statuspage.store.records import last_heartbeat
    from statuspage.web.health import WORKER, reasons_against_worker

    seen_at = last_heartbeat(session, WORKER)
    reasons = reasons_against_worker(seen_at, SystemClock().now())
    if reasons:
        return Finding("worker", "does not run", "\n".join(reasons))
    return Finding("worker", f"seen at {seen_at:%H:%M:%S} UTC")


def _watcher(session: "Session", settings: Settings) -> Finding:
    from statuspage.adapters.clock import SystemClock
    from statuspage.store.records import last_heartbeat
    from statuspage.web.health import WATCHER, is_watcher_behind

    if settings.watcher_url is None:
        return Finding("watcher", "nobody outside notices when this machine falls silent")
    pinged_at = last_heartbeat(session, WATCHER)
    if is_watcher_behind(pinged_at, SystemClock().now()):
        fact = f"last pinged {pinged_at:%Y-%m-%dT%H:%M:%SZ}" if pinged_at else "was never pinged"
        return Finding("watcher", fact, "Check STATUSPAGE_WATCHER_URL and the worker's log.")
    return Finding("watcher", f"pinged at {pinged_at:%H:%M:%S} UTC")
