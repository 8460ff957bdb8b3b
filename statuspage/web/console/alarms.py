"""What stands on top of every screen: no worker runs; and, at home, that messages don't reach you."""

from datetime import datetime, timedelta

from flask import Response, render_template, request

from statuspage.domain.roles import SiteRole
from statuspage.services.contacts import own_contacts
from statuspage.services.context import Context
from statuspage.store.records import last_heartbeat
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.home import if_changed
from statuspage.web.console.screens import common, looking, person_of
from statuspage.web.health import WORKER
from statuspage.web.security import allow

# A beat is due every 10 s, and an open screen looks every 10 s: within a minute it is told.
MISSED_AFTER = timedelta(seconds=45)


@blueprint.get("/alarms")
@allow(SiteRole.VIEWER)
def alarms() -> Response:
    """Answer an open screen's question whether anything has changed; 204 when nothing has."""
    with looking() as ctx:
        return if_changed(alarms_html(ctx, is_home="home" in request.args))


def alarms_html(ctx: Context, *, is_home: bool) -> str:
    """Return the alarms of this moment, an empty text when there is none."""
    seen_at = last_heartbeat(ctx.session, WORKER)
    failing = [contact for contact in own_contacts(ctx) if contact.is_failing] if is_home else []
    is_missing = is_worker_missing(seen_at, ctx.real_now)
    if not is_missing and not failing:
        return ""
    return render_template(
        "console/alarms.html",
        is_missing=is_missing,
        seen_at=seen_at,
        failing=failing,
        person=person_of(ctx),
        **common(ctx),
    )


def is_worker_missing(seen_at: datetime | None, now: datetime) -> bool:
    """Return whether no worker has shown lately that it lives; a beat from the future came before a clock
    step."""
    return seen_at is None or abs(now - seen_at) > MISSED_AFTER
