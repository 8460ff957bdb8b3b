"""Settings to adapters: the only module that knows them all."""

from dataclasses import dataclass

from statuspage.adapters.clock import SystemClock
from statuspage.adapters.images import PillowPictures
from statuspage.adapters.markdown import MarkdownChild
from statuspage.adapters.passwords import Argon2Passwords
from statuspage.adapters.public_fetch import PublicFetcher
from statuspage.adapters.smtp import FolderMailer, SmtpMailer, default_sender
from statuspage.adapters.staff_alerts import AppriseAlerts
from statuspage.adapters.watcher import HttpWatcher
from statuspage.services.ports import (
    Clock,
    Fetcher,
    Mailer,
    MarkdownRenderer,
    PasswordHasher,
    PictureEncoder,
    StaffAlerts,
    Watcher,
)
from statuspage.settings import Settings
from statuspage.site.build import Site


@dataclass(frozen=True, slots=True)
class Adapters:
    """The outside world, put together for one process."""

    settings: Settings
    clock: Clock
    markdown: MarkdownRenderer
    passwords: PasswordHasher
    mailer: Mailer
    alerts: StaffAlerts
    watcher: Watcher | None
    fetcher: Fetcher
    pictures: PictureEncoder
    site: Site


def wire(settings: Settings, clock: Clock | None = None) -> Adapters:
    """Return the adapters that these settings ask for; a test may bring its own clock."""
    clock = clock or SystemClock()
    return Adapters(
        settings=settings,
        clock=clock,
        markdown=MarkdownChild(),
        passwords=Argon2Passwords(),
        mailer=mailer_for(settings, clock),
        alerts=alerts_for(settings),
        watcher=HttpWatcher(settings.watcher_url) if settings.watcher_url else None,
        pictures=PillowPictures(),
        fetcher=PublicFetcher(settings.allow_private_webhooks),
        site=Site(settings.site_dir),
    )


def mailer_for(settings: Settings, clock: Clock) -> Mailer:
    """Return what sends mails: a server where one is named, else a folder."""
    sender = settings.mail_from or default_sender(settings.base_url)
    if settings.smtp_url is None:
        return FolderMailer(settings.instance_dir / "outbox", sender, clock)
    return SmtpMailer(settings.smtp_url, sender, clock)


def alerts_for(settings: Settings) -> AppriseAlerts:
    """Return what reaches staff over chat and paging services; what the operator set may lead anywhere."""
    return AppriseAlerts(allows_private=settings.allow_private_webhooks, trusted=settings.staff_alerts)
