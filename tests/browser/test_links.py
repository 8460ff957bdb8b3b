"""Every link leads somewhere, and programs find the feeds."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest

from tests.browser.chromium import Browser
from tests.browser.company import Company
from tests.processes.http_client import Connection
from tests.processes.product import Product

ADDRESSES = """return [...document.querySelectorAll('a[href], link[href], script[src]')].map(
  el => [el.rel || '', el.getAttribute('href') ?? el.getAttribute('src')])"""
IDS = "return [...document.querySelectorAll('[id]')].map(el => el.id)"
FEEDS = """return [...document.querySelectorAll('link[rel=alternate]')].map(
  el => [el.type + el.title, el.getAttribute('href')])"""
OWN = "http://status.example.com"


@pytest.fixture
def connection(product: Product) -> Iterator[Connection]:
    """A program that asks for addresses."""
    connection = Connection(product.port)
    yield connection
    connection.close()


def test_no_link_is_dead(browser: Browser, company: Company, connection: Connection):
    to_read, seen, ids, anchors, files = ["/"], {"/"}, {}, set(), set()
    while to_read:
        path = to_read.pop()
        browser.open(path)
        ids[path] = browser.run(IDS)
        for rel, address in browser.run(ADDRESSES):
            url = urlsplit(urljoin(OWN + path, address))
            if f"{url.scheme}://{url.netloc}" != OWN:
                continue
            is_page = rel not in ("alternate", "stylesheet", "icon") and "." not in url.path
            (anchors if url.fragment else files).add((url.path, url.fragment, path))
            if is_page and url.path not in seen:
                seen.add(url.path)
                to_read.append(url.path)

    assert company.path("worst") in seen
    assert company.path("imported month") in seen
    dead = [path for path, _, _ in files if connection.get(path).status != 200]
    assert dead == []
    assert [anchor for anchor in anchors if anchor[1] not in ids[anchor[0]]] == []


def test_the_links_of_the_feeds_lead_to_the_notices(
    browser: Browser, company: Company, connection: Connection
):
    feed = feedparser.parse(connection.get("/updates.atom").content)
    links = {entry.link for entry in feed.entries if company.path("worst") in entry.link}
    browser.open(company.path("worst"))
    ids = browser.run(IDS)

    assert links
    assert all(link.startswith(OWN) and link.partition("#")[2] in ids for link in links)


@pytest.mark.parametrize("page", ["front", "worst", "month", "history", "missing"])
def test_feeds_are_found_from_every_page(
    browser: Browser, company: Company, connection: Connection, page: str
):
    browser.open(company.path(page))
    found = dict(browser.run(FEEDS))

    assert len(found) == 5
    for path in found.values():
        reply = connection.get(path)
        assert reply.status == 200
        if not path.endswith(".json"):
            parsed = feedparser.parse(reply.content)
            assert not parsed.bozo
            assert parsed.entries
