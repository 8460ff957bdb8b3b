"""What a visit costs: few bytes, few requests, no cookie, nobody else told."""

from urllib.parse import urlsplit

from tests.browser.chromium import Browser
from tests.browser.company import Company
from tests.processes.http_client import Connection
from tests.processes.product import Product

PAGES = ("front", "worst", "postmortem", "month", "history", "missing")


def sent(browser: Browser) -> list[str]:
    """Return the addresses asked over the network, in order."""
    return [
        event["params"]["request"]["url"]
        for event in browser.requests()
        if event["method"] == "Network.requestWillBeSent"
        and urlsplit(event["params"]["request"]["url"]).scheme in ("http", "https")
    ]


def test_the_first_view_takes_three_requests_and_15_kilobytes(browser: Browser):
    browser.requests()
    browser.open("/")
    browser.wait_for_text("#state .promise", " · ")
    events = browser.requests()
    asked = [event for event in events if event["method"] == "Network.requestWillBeSent"]
    weight = sum(
        event["params"]["encodedDataLength"]
        for event in events
        if event["method"] == "Network.loadingFinished"
    )

    assert len([each for each in asked if each["params"]["request"]["url"].startswith("http")]) == 3
    assert 1000 < weight <= 15_000


def test_nobody_else_hears_of_a_visit(browser: Browser, company: Company):
    browser.requests()
    for page in PAGES:
        browser.open(company.path(page))

    assert {urlsplit(url).netloc for url in sent(browser)} == {urlsplit(browser.site).netloc}


def test_no_page_sets_a_cookie_or_breaks_its_own_policy(browser: Browser, company: Company):
    for page in PAGES:
        browser.open(company.path(page))
        assert browser.run("return document.cookie") == ""

    assert browser.driver.execute_cdp_cmd("Network.getAllCookies", {})["cookies"] == []
    assert browser.complaints() == []


def test_the_policy_keeps_strange_scripts_out(browser: Browser):
    browser.open("/")
    browser.run("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">')")

    assert any("Content Security Policy" in complaint for complaint in browser.complaints())


def test_the_script_is_at_most_5_kilobytes(browser: Browser, product: Product):
    browser.open("/")
    source = browser.run("return document.querySelector('script').getAttribute('src')")
    connection = Connection(product.port)
    script = connection.get(source)
    connection.close()

    assert len(script.content) <= 5_000
