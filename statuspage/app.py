"""The one place where the web application is put together."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from statuspage.services.ports import Clock
from statuspage.settings import Settings
from statuspage.site.serve import SiteServer
from statuspage.web import (
    api,
    calendar_feed,
    health,
    link_pages,
    setup_pages,
    shared_postmortem,
    sign_in_pages,
)
from statuspage.web.console import init_console
from statuspage.web.database import init_database
from statuspage.web.errors import init_errors
from statuspage.web.security import init_security
from statuspage.web.sign_in import csrf, init_sign_in
from statuspage.web.uploads import init_uploads
from statuspage.wiring import wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class PlainJson(DefaultJSONProvider):
    """JSON as people would write it: fields in their order, letters as they are."""

    sort_keys = False
    ensure_ascii = False


ROOT = Path(__file__).resolve().parent.parent
MAX_BODY = 1024 * 1024


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """Return the application: the published site in front, the staff's part behind it.

    Touches neither the database nor the network and starts no thread, so that it starts whatever is down.
    """
    app = _staff_application(settings, clock)
    server = SiteServer(settings.site_dir, fallback=_behind_proxies(app, settings))
    app.extensions["statuspage.site"] = server
    app.wsgi_app = server  # type: ignore[method-assign]
    return app


def application_behind(server: SiteServer, settings: Settings) -> "WSGIApplication":
    """Return the staff's part alone, for a server that already shows the published site."""
    app = _staff_application(settings, None)
    app.extensions["statuspage.site"] = server
    return _behind_proxies(app, settings)


def _staff_application(settings: Settings, clock: Clock | None) -> Flask:
    app = Flask("statuspage", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["SECRET_KEY"] = settings.secret_key
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json = PlainJson(app)
    app.extensions["statuspage"] = wire(settings, clock)
    init_database(app, settings.database_url)
    init_security(app)
    init_uploads(app)
    init_errors(app)
    init_sign_in(app, settings)
    for blueprint in (health.blueprint, api.blueprint):
        csrf.exempt(blueprint)  # programs bring a token with each request, and no cookie
        app.register_blueprint(blueprint)
    app.register_blueprint(sign_in_pages.blueprint)
    app.register_blueprint(setup_pages.blueprint)
    app.register_blueprint(link_pages.blueprint)
    app.register_blueprint(calendar_feed.blueprint)
    app.register_blueprint(shared_postmortem.blueprint)
    init_console(app)
    return app


def _behind_proxies(app: Flask, settings: Settings) -> "WSGIApplication":
    """Believe as many proxies about the client's address, scheme and host as there are."""
    hops = settings.trusted_proxies
    return ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops) if hops else app.wsgi_app
