"""On paper: nothing folded away, absolute times, addresses written out."""

import re

import pytest

from tests.browser.chromium import Browser
from tests.browser.company import Company
from tests.processes.waiting import wait_for

SHOWN = """const el = [...document.querySelectorAll(arguments[0])];
const how = {visibilityProperty: true, contentVisibilityAuto: true};
return el.length > 0 && el.every(each => each.checkVisibility(how) && each.getClientRects().length > 0)"""
AFTER = "return getComputedStyle(document.querySelector(arguments[0]), '::after').content"


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_printed_page_is_unfolded(browser: Browser, has_script: bool):
    if not has_script:
        browser.switch_scripts_off()
    browser.open("/")
    assert not browser.run(SHOWN, "details:not([open]) .row"), "nothing was folded"
    browser.prefer(media="print")

    wait_for(lambda: browser.run(SHOWN, "details .row"), "groups are unfolded", 3)
    wait_for(lambda: browser.run(SHOWN, "#state details .body"), "incidents are unfolded", 3)


def test_a_printed_page_has_absolute_times_alone(browser: Browser):
    browser.live_in("Asia/Tokyo")
    browser.open("/")
    browser.prefer(media="print")

    assert "UTC" in browser.text("#state .promise")
    assert " · in " not in browser.text("#state .promise")
    assert "GMT+9" not in browser.text("main")
    day = browser.run("return getComputedStyle(document.querySelector('.day time'), '::before').content")
    assert re.fullmatch(r'"\d{4}-\d\d-\d\d"', day)


def test_a_printed_page_says_where_it_and_its_links_lead(browser: Browser, company: Company):
    browser.open("/")
    browser.prefer(media="print")
    assert browser.text(".paper") == "http://status.example.com/"
    assert "/incidents/" in browser.run(AFTER, ".day a")

    browser.open(company.path("worst"))
    assert browser.text(".paper") == "http://status.example.com" + company.path("worst")
    assert "https://example.com/a/very/long/address" in browser.run(AFTER, ".body a[href]")


@pytest.mark.parametrize("page", ["front", "worst"])
def test_a_page_printed_in_dark_mode_costs_no_ink(browser: Browser, company: Company, page: str):
    browser.prefer("dark", media="print")
    browser.open(company.path(page))

    assert browser.brightness() > 0.9
    assert not browser.run("return document.querySelector('#theme').checkVisibility()")
