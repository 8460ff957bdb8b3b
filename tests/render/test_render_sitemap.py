"""What search engines read."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from public_values import make_front, make_month, make_page, make_resolved_incident

from statuspage.render import sitemap

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(body):
    return [element.text for element in ET.fromstring(body).iter(f"{NAMESPACE}loc")]


def test_robots_may_read_the_public_and_find_the_index():
    text = sitemap.robots(make_page()).decode()

    assert text.startswith("User-agent: *\nDisallow: /console\n")
    assert text.endswith("\nSitemap: https://status.acme.example/sitemap.xml\n")
    assert "Disallow: /\n" not in text


@pytest.mark.parametrize(
    ("today", "expires"),
    [
        (date(2026, 1, 1), "2026-12-01"),
        (date(2026, 1, 31), "2026-12-01"),
        (date(2026, 2, 1), "2027-01-01"),
        (date(2026, 12, 31), "2027-11-01"),
    ],
)
def test_whoever_finds_a_weakness_learns_where_to_write_for_less_than_a_year(today: date, expires: str):
    page = replace(make_page(), support_url="mailto:help@acme.example")

    lines = sitemap.security_txt(page, today).decode().splitlines()

    assert lines[:2] == ["Contact: mailto:help@acme.example", f"Expires: {expires}T00:00:00Z"]


def test_without_a_contact_the_page_itself_is_named():
    text = sitemap.security_txt(replace(make_page(), support_url=None), date(2026, 5, 1)).decode()

    assert text.startswith("Contact: https://status.acme.example/\n")


def test_the_index_lists_a_sitemap_for_each_month():
    assert addresses(sitemap.sitemap_index(make_page(), ["2026-11", "2026-10"])) == [
        "https://status.acme.example/sitemap-pages.xml",
        "https://status.acme.example/sitemap-2026-11.xml",
        "https://status.acme.example/sitemap-2026-10.xml",
    ]


def test_a_month_lists_its_page_and_incidents_with_their_last_change():
    incident = make_resolved_incident()

    body = sitemap.sitemap_month(make_month([incident]))

    assert addresses(body) == [
        "https://status.acme.example/history/2026-10",
        f"https://status.acme.example/incidents/{incident.id}",
    ]
    assert body.count(b"<lastmod>2026-10-30T10:40:00.000Z</lastmod>") == 2


def test_addresses_are_escaped():
    page = make_page(url="https://status.acme.example/a&b")

    assert addresses(sitemap.sitemap_pages(make_front(page=page)))[0] == "https://status.acme.example/a&b/"
