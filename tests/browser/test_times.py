"""Times: the page's zone always, the visitor's own beside it, never instead."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.browser.chromium import Browser
from tests.browser.company import Company

TIMES = """return [...document.querySelectorAll('time.at')].map(el => [el.dateTime, el.textContent,
  el.nextSibling?.className === 'local' ? el.nextSibling.textContent : ''])"""


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Asia/Tokyo"])
@pytest.mark.parametrize("page", ["front", "worst", "month"])
def test_a_visitor_reads_the_own_time_beside_the_pages(
    browser: Browser, company: Company, page: str, zone: str
):
    browser.live_in(zone)
    browser.open(company.path(page))
    times = browser.run(TIMES)

    assert len(times) >= 4
    for instant, text, local in times:
        page_time = datetime.fromisoformat(instant)
        here = page_time.astimezone(ZoneInfo(zone))
        assert text.endswith(f"{page_time:%H:%M} UTC")
        assert f"{here:%H:%M}" in local
        assert (f"{here:%b} {here.day}" in local) == (here.date() != page_time.date())


def test_a_visitor_in_the_pages_zone_reads_each_time_once(browser: Browser):
    browser.live_in("UTC")
    browser.open("/")

    assert browser.texts(".local") == []


def test_without_script_times_carry_the_pages_zone(browser: Browser):
    browser.switch_scripts_off()
    browser.live_in("Asia/Tokyo")
    browser.open("/")

    assert browser.texts("time.at")
    assert all(re.search(r"\d\d:\d\d UTC$", text) for text in browser.texts("time.at"))
