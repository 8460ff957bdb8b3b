"""A page that stays open: news appear by themselves, are spoken of politely, and take nothing away."""

from tests.browser.chromium import Browser, pause
from tests.browser.company import Company

PLACE = "return document.querySelector('#past h2').getBoundingClientRect().top"
SAID = "return document.getElementById('say').textContent"


def publish(company: Company, body: str) -> None:
    company.api.change(company.incidents["worst"], body=body, next_update_in=50)


def test_a_notice_appears_without_reload_and_is_announced(browser: Browser, company: Company):
    browser.look_again_soon()
    for page in ("front", "worst"):
        browser.open(company.path(page))
        browser.run("window.isSame = true")
        assert browser.run(SAID) == ""

        publish(company, f"Half of the load has moved, seen from {page}.")

        browser.wait_for_text("main", f"Half of the load has moved, seen from {page}.")
        assert browser.run("return window.isSame") is True
        assert browser.run("return document.getElementById('say').getAttribute('role')") == "status"
        said = browser.run(SAID)
        assert said.startswith("Page updated. ")
        assert "Elevated error rates on the API" in said
        assert "Next update by" in browser.text("#state .promise")
    assert browser.complaints() == []


def test_news_leave_focus_and_folds_and_place_as_they_are(browser: Browser, company: Company):
    browser.look_again_soon()
    browser.have_screen(390)
    browser.open("/")
    browser.run("document.querySelectorAll('#state details')[1].open = true")
    browser.run("document.querySelector('#components details:not([open])').open = true")
    browser.run("document.querySelectorAll('#state summary')[1].focus({preventScroll: true})")
    browser.run("document.querySelector('#past').scrollIntoView()")
    focused, folds = browser.focused(), browser.run("return document.querySelectorAll('[open]').length")
    place = browser.run(PLACE)

    publish(company, "Writing works for most of you again.")
    browser.wait_for_text("#state", "Writing works for most of you again.")

    assert browser.focused().split("·")[0] == focused.split("·")[0]
    assert browser.run("return document.activeElement.tagName") == "SUMMARY"
    assert browser.run("return document.querySelectorAll('[open]').length") == folds
    assert abs(browser.run(PLACE) - place) < 2


def test_what_was_folded_by_hand_stays_folded(browser: Browser, company: Company):
    browser.look_again_soon()
    browser.open("/")
    browser.run("document.querySelectorAll('#state summary')[0].click()")

    publish(company, "The last machine is being replaced.")
    browser.wait_for_said("Page updated.")

    assert browser.run("return document.querySelectorAll('#state details')[0].open") is False


def test_a_link_keeps_the_focus_when_its_section_is_replaced(browser: Browser, company: Company):
    browser.look_again_soon()
    browser.open("/")
    browser.run("document.querySelector('#state .more').focus()")

    publish(company, "The queue is draining.")
    browser.wait_for_text("#state", "The queue is draining.")

    assert browser.focused() == "All updates on this incident"


def test_nothing_is_said_while_nothing_is_new(browser: Browser):
    browser.look_again_soon()
    browser.open("/")
    browser.requests()
    pause(1)

    looks = [event for event in browser.requests() if event["method"] == "Network.requestWillBeSent"]
    assert len(looks) >= 2
    assert browser.run(SAID) == ""


def test_pages_of_the_past_ask_for_no_news(browser: Browser, company: Company):
    browser.look_again_soon()
    for page in ("month", "history", "missing"):
        browser.open(company.path(page))
        browser.requests()
        pause(0.5)

        assert [each for each in browser.requests() if each["method"] == "Network.requestWillBeSent"] == []
