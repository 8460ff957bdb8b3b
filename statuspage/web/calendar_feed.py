"""A person's turns of duty for a calendar program, which brings no cookie: the address is the secret."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from statuspage.domain.roles import COMMAND_LINE
from statuspage.render.calendar import calendar_of
from statuspage.render.words import ROLE_WORDS
from statuspage.services.calendars import calendar_owner, shifts_of
from statuspage.services.context import reading
from statuspage.web.database import db
from statuspage.web.security import adapters, allow

blueprint = Blueprint("calendar", __name__, url_prefix="/console/calendar")


@blueprint.get("/<secret>.ics")
@allow("public")
def calendar(secret: str) -> Response:
    """Answer with the turns of whoever the secret belongs to."""
    wired = adapters()
    base = wired.settings.base_url
    with reading(db.session(), wired.clock, lambda _session, _now: COMMAND_LINE) as ctx:
        owner = calendar_owner(ctx, secret)
        shifts = shifts_of(ctx, owner, ROLE_WORDS, urlsplit(base).hostname or "statuspage")
        content = calendar_of(f"{ctx.page.name}: on duty", f"{base}/console/rota", shifts)
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
