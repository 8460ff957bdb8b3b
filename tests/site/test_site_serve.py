"""Serving the published site: addresses, headers, and who answers what."""

import pytest
from site_helpers import Clock, client_of, fallback, publish
from werkzeug.test import Client

from statuspage.site.build import Site
from statuspage.site.serve import SiteServer

FILES = {
    "index.html": b"front page",
    "404.html": b"no such page",
    "404.json": b'{"error": "not found"}',
    "embed.html": b"embedded",
    "embed.js": b"script",
    "history.html": b"history",
    "history/2026-11.html": b"november",
    "history.atom": b"<feed/>",
    "history.rss": b"<rss/>",
    "feed.json": b"{}",
    "history.ics": b"BEGIN:VCALENDAR",
    "badge.svg": b"<svg/>",
    "sitemap.xml": b"<urlset/>",
    "robots.txt": b"User-agent: *",
    "api/v2/summary.json": b"{}",
    "api/v2/incidents/abc.json": b"{}",
    "components/abc/badge.svg": b"<svg/>",
    "components/abc.atom": b"<feed/>",
    "incidents/abc.html": b"incident",
    "incidents/abc/postmortem.html": b"postmortem",
    "static/app.1a2b.css": b"body{}",
    "static/app.1a2b.js": b"void 0",
    ".well-known/security.txt": b"Contact:",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Client:
    folder = tmp_path_factory.mktemp("served") / "site"
    with Site(folder).lock() as build:
        build.swap(1, FILES)
    return client_of(folder)


@pytest.mark.parametrize(
    ("url", "body", "content_type"),
    [
        ("/", b"front page", "text/html; charset=utf-8"),
        ("/history", b"history", "text/html; charset=utf-8"),
        ("/history/2026-11", b"november", "text/html; charset=utf-8"),
        ("/incidents/abc", b"incident", "text/html; charset=utf-8"),
        ("/incidents/abc/postmortem", b"postmortem", "text/html; charset=utf-8"),
        ("/embed.html", b"embedded", "text/html; charset=utf-8"),
        ("/history.atom", b"<feed/>", "application/atom+xml; charset=utf-8"),
        ("/components/abc.atom", b"<feed/>", "application/atom+xml; charset=utf-8"),
        ("/history.rss", b"<rss/>", "application/rss+xml; charset=utf-8"),
        ("/feed.json", b"{}", "application/feed+json; charset=utf-8"),
        ("/api/v2/summary.json", b"{}", "application/json; charset=utf-8"),
        ("/api/v2/incidents/abc.json", b"{}", "application/json; charset=utf-8"),
        ("/history.ics", b"BEGIN:VCALENDAR", "text/calendar; charset=utf-8"),
        ("/badge.svg", b"<svg/>", "image/svg+xml; charset=utf-8"),
        ("/components/abc/badge.svg", b"<svg/>", "image/svg+xml; charset=utf-8"),
        ("/static/app.1a2b.css", b"body{}", "text/css; charset=utf-8"),
        ("/static/app.1a2b.js", b"void 0", "text/javascript; charset=utf-8"),
        ("/robots.txt", b"User-agent: *", "text/plain; charset=utf-8"),
        ("/sitemap.xml", b"<urlset/>", "application/xml; charset=utf-8"),
        ("/.well-known/security.txt", b"Contact:", "text/plain; charset=utf-8"),
    ],
)
def test_every_public_address_answers_with_its_file(client, url, body, content_type):
    response = client.get(url)

    assert (response.status_code, response.data) == (200, body)
    assert response.headers["Content-Type"] == content_type
    assert "Set-Cookie" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("url", ["/?a=b", "/?", "/incidents/abc?utm_source=mail&x=%00"])
def test_query_strings_do_not_matter(client, url):
    assert client.get(url).data == client.get(url.partition("?")[0]).data


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("/index.html", "/"),
        ("/index", "/"),
        ("/history/", "/history"),
        ("/history.html", "/history"),
        ("/incidents/abc.html", "/incidents/abc"),
        ("/incidents/abc/", "/incidents/abc"),
        ("/incidents/abc.html?from=mail", "/incidents/abc"),
        ("/i/abc", "/incidents/abc"),
    ],
)
def test_other_spellings_of_an_address_lead_to_the_clean_one(client, url, location):
    response = client.get(url)

    assert response.status_code == 301
    assert response.headers["Location"] == location


@pytest.mark.parametrize(
    "url",
    [
        "/incidents/nope",
        "/incidents/nope/",
        "/incidents/nope.html",
        "/i/nope",
        "/i/",
        "/i/../console",
        "/incidents",
        "/incidents/",
        "/404",
        "/404.html",
        "/404.json",
        "/embed",
        "/consoles",
        "/Console",
        "/.build",
        "/.lock",
        "/.journal",
        "/.incoming/x",
        "/index.html.gz",
        "/index.html.br",
        "/history.atom.gz",
        "/.well-known/",
        "/.well-known/.hidden.txt",
        "/static/../index.html",
        "/static/../../site/index.html",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%252e%252e/index.html",
        "/incidents/abc%00",
        "/incidents/abc%00.html",
        "/incidents/abc%0d%0aX:%20y",
        "/incidents//abc",
        "/incidents/./abc",
        "/incidents\\abc",
        "/%ff%fe",
        "/incidents/%E2%80%AE",
        "/" + "a" * 5000,
        "/" + "a/" * 500,
        "/static",
        "/static/",
    ],
)
def test_everything_else_gets_the_finished_404_page(client, url):
    response = client.get(url)

    assert (response.status_code, response.data) == (404, b"no such page")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=5"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("host_like", ["//example.org/", "//example.org", "//example.org/%2e%2e"])
def test_no_address_leads_to_another_site(client, host_like):
    environ = {"PATH_INFO": host_like.replace("%2e", "."), "REQUEST_METHOD": "GET"}

    response = client.open("/", environ_overrides=environ)

    assert response.status_code == 404


def test_an_unknown_address_of_the_api_gets_the_finished_json(client):
    response = client.get("/api/v2/nope.json")

    assert (response.status_code, response.get_json()) == (404, {"error": "not found"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "url",
    [
        *("/setup", "/login", "/logout", "/console", "/console/", "/console/incidents/1", "/healthz/live"),
        *(
            "/metrics",
            "/v1/pages",
            "/hooks/generic/secret",
            "/subscribe",
            "/subscribe/",
            "/subscriptions/token",
            "/shared/secret",
        ),
        *("/api/v2/subscribers.json", "/api/v2/subscribe"),
    ],
)
def test_what_belongs_to_the_application_goes_there(client, url):
    assert client.get(url).data == b"application"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_methods_that_are_no_reading_go_to_the_application(client, method):
    assert client.open("/", method=method).data == b"application"


def test_a_file_of_the_site_never_hides_a_page_of_the_application(folder):
    with Site(folder).lock() as build:
        build.swap(1, {"subscribe.html": b"file", "login.html": b"file"})

    assert client_of(folder).get("/subscribe").data == b"application"
    assert client_of(folder).get("/login").data == b"application"


def test_pages_are_cached_shortly_static_files_for_ever(client):
    page = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"

    assert client.get("/").headers["Cache-Control"] == page
    assert client.get("/incidents/abc").headers["Cache-Control"] == page
    assert client.get("/history.atom").headers["Cache-Control"] == page
    assert (
        client.get("/static/app.1a2b.css").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    )


@pytest.mark.parametrize(
    "url", ["/history.atom", "/history.rss", "/feed.json", "/api/v2/summary.json", "/history.ics"]
)
def test_scripts_of_other_sites_may_read_feeds_and_json(client, url):
    assert client.get(url).headers["Access-Control-Allow-Origin"] == "*"


def test_scripts_of_other_sites_may_not_read_pages(client):
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


def test_pages_carry_a_strict_content_security_policy(client):
    policy = client.get("/").headers["Content-Security-Policy"]

    directives = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["connect-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == directives["object-src"] == "'none'"
    assert "unsafe" not in policy
    assert client.get("/").headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_only_the_page_for_embedding_may_be_embedded(client):
    assert "frame-ancestors *" in client.get("/embed.html").headers["Content-Security-Policy"]


def test_before_the_first_build_the_server_says_that_it_is_being_built(folder):
    client = client_of(folder)

    response = client.get("/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/console").data == b"application"
    publish(folder, 1)
    assert client.get("/").status_code == 200


def test_a_site_without_a_404_page_has_a_plain_one(folder):
    publish(folder, 1)

    response = client_of(folder).get("/nope")

    assert (response.status_code, response.data) == (404, b"Not found.\n")


def test_an_application_that_is_broken_takes_no_public_page_with_it(folder):
    def broken(environ, start_response):
        raise RuntimeError("no database")

    publish(folder, 1)

    assert Client(SiteServer(folder, broken, Clock())).get("/").status_code == 200


def test_the_answer_of_one_request_cannot_be_changed_by_another(folder):
    publish(folder, 1)
    server = SiteServer(folder, fallback, Clock())

    def spoil(status, headers):
        headers.append(("X-Spoilt", "yes"))

    list(server({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, spoil))

    assert "X-Spoilt" not in Client(server).get("/").headers
