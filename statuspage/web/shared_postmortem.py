"""A postmortem for chosen readers, who bring nothing but its address: `/shared/<secret>`."""

from contextlib import AbstractContextManager
from http import HTTPStatus

from flask import Blueprint, Response, request

from statuspage.domain.errors import NotFoundError, ThrottledError
from statuspage.domain.roles import COMMAND_LINE
from statuspage.render.postmortem_page import GONE, gone_page, shared_postmortem_page
from statuspage.services.context import Context, reading
from statuspage.services.incident_views import IncidentViews
from statuspage.services.postmortem_links import find_link, let_in
from statuspage.services.public_postmortem import postmortem_document, with_progress
from statuspage.services.public_view import public_page
from statuspage.services.site_files import assets
from statuspage.site.headers import CONTENT_SECURITY_POLICY
from statuspage.store.postmortems import published_of
from statuspage.web.database import db
from statuspage.web.security import adapters, allow

blueprint = Blueprint("shared", __name__, url_prefix="/shared")

# What a program fetches for later was read by nobody.
_AHEAD = "prefetch"


@blueprint.get("/", defaults={"secret": ""})
@blueprint.get("/<path:secret>")
@allow("public")
def shared(secret: str) -> Response:
    """Show the postmortem behind that secret; whatever is wrong with it, the answer is the same."""
    try:
        address = request.remote_addr or ""
        let_in(db.session(), adapters().clock, secret, address, is_counted=_is_read())
        with _reading() as ctx:
            return _answer(_shown(ctx, secret))
    except NotFoundError:
        return _answer(_gone(GONE), HTTPStatus.NOT_FOUND)
    except ThrottledError as error:
        answer = _answer(_gone(error.message), HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(int(error.free_within.total_seconds()) + 1)
        return answer


def _is_read() -> bool:
    return request.method == "GET" and _AHEAD not in request.headers.get("Sec-Purpose", "")


def _reading() -> AbstractContextManager[Context]:
    return reading(db.session(), adapters().clock, lambda _session, _now: COMMAND_LINE)


def _shown(ctx: Context, secret: str) -> str:
    """Return the page exactly as the public one would be."""
    postmortem = find_link(ctx, secret).postmortem
    revision = published_of(ctx.session, postmortem)
    assert revision is not None
    (incident,) = IncidentViews(ctx.session, ctx.now, ctx.page).of([postmortem.incident])
    return shared_postmortem_page(
        public_page(ctx.page, adapters().settings.base_url),
        incident,
        with_progress(ctx.session, ctx.page, postmortem_document(postmortem, revision)),
        assets(ctx.page.accent_color),
        is_unlisted=not postmortem.is_public,
    )


def _gone(sentence: str) -> str:
    with _reading() as ctx:
        page = public_page(ctx.page, adapters().settings.base_url)
        return gone_page(page, assets(ctx.page.accent_color), sentence)


def _answer(html: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a page that no cache keeps, no search engine lists, and no other site hears of."""
    answer = Response(html, status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(ancestors="'none'")
    return answer
