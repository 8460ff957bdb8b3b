"""The promise counts down, and is broken at its minute, though nobody publishes and no worker runs."""

import re
from datetime import datetime, timedelta

import pytest

from statuspage.render.zone import Zone
from tests.browser.chromium import Browser
from tests.browser.company import Company

PATHS = ["front", "worst"]
PROMISE = "#state .promise"


@pytest.fixture(params=PATHS)
def page(request: pytest.FixtureRequest) -> str:
    """The name of a page with a promise."""
    return str(request.param)


def promise_of(company: Company) -> datetime:
    """Return what the worst incident promises now."""
    return datetime.fromisoformat(company.api.incident(company.incidents["worst"])["next_update_by"])


def promised(company: Company) -> str:
    """Return the promise of the worst incident as the page says it: with its day if that is another."""
    return Zone("Etc/UTC").text(promise_of(company), company.now.date())


def be_before(browser: Browser, company: Company, seconds: float) -> None:
    """Set the visitor's clock to so long before the promise, or after it."""
    browser.be_at(promise_of(company) - timedelta(seconds=seconds))


def test_a_promise_counts_down(browser: Browser, company: Company, page: str):
    be_before(browser, company, seconds=21 * 60 + 1)
    browser.open(company.path(page))

    assert browser.text(PROMISE) == f"Next update by {promised(company)} · in 22 min"
    browser.wait_for_text(PROMISE, "in 21 min")


def test_a_promise_is_broken_at_its_minute_without_reload_and_without_worker(
    browser: Browser, company: Company, page: str
):
    be_before(browser, company, seconds=3)
    browser.open(company.path(page))
    browser.run("window.isSame = true")
    assert browser.text(PROMISE) == f"Next update by {promised(company)} · in 1 min"
    calm = browser.colour(PROMISE)

    browser.wait_for_text(PROMISE, f"Update was due {promised(company)} · just now")

    assert browser.run("return window.isSame") is True
    assert browser.colour(PROMISE) != calm


def test_a_page_that_lay_in_a_cache_tells_of_the_broken_promise_at_once(
    browser: Browser, company: Company, page: str
):
    browser.be_offline()
    be_before(browser, company, seconds=-(12 * 60 + 5))
    browser.open(company.path(page))

    assert browser.text(PROMISE) == f"Update was due {promised(company)} · 12 min ago"


def test_a_promise_long_broken_is_counted_in_hours(browser: Browser, company: Company):
    browser.be_offline()
    be_before(browser, company, seconds=-(3 * 60 * 60 + 25 * 60 + 5))
    browser.open("/")

    assert browser.text(PROMISE) == f"Update was due {promised(company)} · 3 h 25 min ago"


def test_a_visitor_whose_clock_is_wrong_is_not_told_of_a_broken_promise_for_long(
    browser: Browser, company: Company
):
    browser.be_ahead(6 * 60 * 60)
    browser.open("/")

    browser.wait_for_text(PROMISE, "Next update by")
    assert re.search(r"in \d\d min$", browser.text(PROMISE))


def test_each_of_several_incidents_has_its_own_promise_worst_first(browser: Browser):
    browser.open("/")
    rows = browser.texts("#state summary")

    assert [row.split(" Next update by ")[0] for row in rows] == [
        "Elevated error rates on the API",
        "Dashboard loads slowly",
    ]
    assert all(re.search(r"Next update by (\w+ \d+, )?\d\d:\d\d UTC · in ", row) for row in rows)
    assert browser.run("return [...document.querySelectorAll('#state details')].map(d => d.open)") == [
        True,
        False,
    ]
