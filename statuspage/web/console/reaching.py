"""Settings: how the staff is reached, and by what it is noticed when nobody is."""

from flask import Response

from statuspage.domain.addresses import masked_address
from statuspage.domain.roles import SiteRole
from statuspage.services.contacts import reachable_staff
from statuspage.store.records import last_heartbeat
from statuspage.store.reminders import MessageChannel, last_message_to
from statuspage.web.console.alarms import is_worker_missing
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.screens import looking, screen
from statuspage.web.health import WATCHER, WORKER, is_watcher_behind
from statuspage.web.security import adapters, allow
from statuspage.web.sign_in import confirmed


@blueprint.get("/settings/reaching")
@allow(SiteRole.ADMIN)
@confirmed
def reaching() -> Response:
    """Show mail, the shared addresses, the watcher, and who has which kinds of contacts."""
    wired = adapters()
    with looking() as ctx:
        worker_at = last_heartbeat(ctx.session, WORKER)
        pinged_at = last_heartbeat(ctx.session, WATCHER)
        return screen(
            ctx,
            "settings_reaching.html",
            title="Settings: Reaching staff",
            section="settings",
            delivers=wired.mailer.delivers,
            sender=wired.settings.mail_from,
            shared=[masked_address(url) for url in wired.settings.staff_alerts],
            last=last_message_to(ctx.session, MessageChannel.STAFF_ALERTS),
            worker_at=worker_at,
            is_missing=is_worker_missing(worker_at, ctx.now),
            has_watcher=wired.settings.watcher_url is not None,
            pinged_at=pinged_at,
            is_behind=is_watcher_behind(pinged_at, ctx.now),
            staff=reachable_staff(ctx),
            masked=masked_address,
        )
