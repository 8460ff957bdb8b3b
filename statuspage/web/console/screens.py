"""What every screen has in common: whose it is, how it is drawn, and what follows an act."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, UnauthorizedError
from statuspage.domain.roles import SiteRole
from statuspage.render import words
from statuspage.render.assets import Assets, load_assets
from statuspage.render.icon import icon_address
from statuspage.render.zone import Zone
from statuspage.services.context import Context, reading, rehearsing, unit_of_work
from statuspage.store.accounts import Account
from statuspage.web.database import db
from statuspage.web.publish import publish_now
from statuspage.web.security import adapters, authenticate_request


@dataclass(frozen=True, slots=True)
class Person:
    """Who looks at the screen."""

    key: int
    name: str
    email: str
    role: SiteRole

    def reaches(self, role: str) -> bool:
        """Return whether the person may do what this role may."""
        return self.role.reaches(SiteRole(role))


def looking() -> AbstractContextManager[Context]:
    """Open a transaction that only reads, as the person who is signed in."""
    return _speaking(reading(db.session(), adapters().clock, authenticate_request))


def acting() -> AbstractContextManager[Context]:
    """Open a transaction that writes, as the person who is signed in."""
    return _speaking(unit_of_work(db.session(), adapters().clock, authenticate_request))


def trying() -> AbstractContextManager[Context]:
    """Open a transaction in which an act can be tried; nothing of it stays."""
    return _speaking(rehearsing(db.session(), adapters().clock, authenticate_request))


@contextmanager
def _speaking(opened: AbstractContextManager[Context]) -> Iterator[Context]:
    """Have refusals name clock times in the zone that people here type them in."""
    with opened as ctx:
        zone = ZoneInfo(ctx.page.time_zone)
        try:
            yield ctx
        except DomainError as error:
            error.use_zone(zone)
            raise


@contextmanager
def looking_or(ctx: Context | None) -> Iterator[Context]:
    """Go on in the transaction that is open, or open one that reads."""
    if ctx is not None:
        yield ctx
        return
    with looking() as opened:
        yield opened


def person_of(ctx: Context) -> Person:
    """Return who acts in this transaction."""
    account = None if ctx.actor.account_id is None else ctx.session.get(Account, ctx.actor.account_id)
    if account is None:
        raise UnauthorizedError("Sign in first.")
    return Person(account.id, account.name, account.email, ctx.actor.role)


def screen(
    ctx: Context, template: str, *, title: str, section: str = "", status: int = 200, **values: object
) -> Response:
    """Return a whole page of the console. Call it inside the transaction that the values come from."""
    html = render_template(
        f"console/{template}", title=title, section=section, person=person_of(ctx), **common(ctx), **values
    )
    return make_response(html, status)


def fragment(ctx: Context, template: str, *, status: int = 200, **values: object) -> Response:
    """Return a part of a page, for htmx."""
    html = render_template(f"console/{template}", person=person_of(ctx), **common(ctx), **values)
    return make_response(html, status)


def common(ctx: Context) -> dict[str, object]:
    """Return what every template of the console may use."""
    return {
        "page": ctx.page,
        "now": ctx.now,
        "zone": Zone(ctx.page.time_zone),
        "assets": assets_for(ctx.page.accent_color),
        "words": words,
        "icon_address": icon_address,
        "is_fragment": is_fragment(),
        "ctx": ctx,
    }


@lru_cache(4)
def assets_for(accent_color: str) -> Assets:
    """Return the static files in that colour; they lie in the published site."""
    return load_assets(accent_color)


def is_fragment() -> bool:
    """Return whether htmx asks, which wants a part and not a page."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def done(location: str, message: str = "") -> AnyResponse:
    """Publish what the act has changed, say that it is done, and go on to that page."""
    publish_if_behind()
    if message:
        flash(message)
    return go_to(location)


def go_to(location: str) -> AnyResponse:
    """Send the browser to another page, whether htmx asked or the browser itself."""
    if is_fragment():
        return Response(status=204, headers={"HX-Redirect": location})
    return redirect(location, code=303)


def publish_if_behind() -> None:
    """Build what was published and is not on the site yet."""
    from statuspage.store.pages import the_page

    with looking() as ctx:
        published = the_page(ctx.session).publication
    if (adapters().site.number or 0) < published:
        publish_now()
