"""Everything works without a mouse, and shows where the focus is."""

from selenium.webdriver.common.keys import Keys

from tests.browser.chromium import Browser
from tests.browser.company import Company
from tests.processes.waiting import wait_for

FOCUS = """const el = document.activeElement; if (el === document.body) return null;
const style = getComputedStyle(el), box = el.getBoundingClientRect();
return {name: el.id || el.innerText.trim().slice(0, 30),
  outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
  inView: box.top > -1 && box.left > -1 && box.bottom < innerHeight + 1 && box.right < innerWidth + 1}"""


def test_the_first_key_leads_past_the_header(browser: Browser):
    browser.open("/")
    browser.press(Keys.TAB)
    assert browser.focused() == "Skip to content"
    assert browser.run(FOCUS)["inView"]

    browser.press(Keys.ENTER)
    browser.press(Keys.TAB)

    assert browser.run("return document.querySelector('main').contains(document.activeElement)")


def test_every_stop_of_the_tab_key_is_seen(browser: Browser, company: Company):
    for page in ("front", "worst", "month", "history", "missing"):
        browser.open(company.path(page))
        stops = []
        while len(stops) < 100:
            browser.press(Keys.TAB)
            stop = browser.run(FOCUS)
            if stop is None:
                break
            stops.append(stop)
            wait_for(lambda: browser.run(FOCUS)["inView"], f"{stop['name']} scrolls into view", 2)

        assert stops[-1]["name"] == "theme", page
        assert [stop for stop in stops if stop["outline"] < 2] == [], page


def test_an_incident_unfolds_with_a_key(browser: Browser):
    browser.open("/")
    browser.run("document.querySelectorAll('#state summary')[1].focus()")
    browser.press(Keys.ENTER)

    assert browser.run("return document.querySelectorAll('#state details')[1].open")


def test_dark_mode_is_switched_with_a_key_and_remembered_on_every_page(browser: Browser, company: Company):
    browser.prefer("light")
    browser.open("/")
    assert browser.run("return document.getElementById('theme').ariaPressed") == "false"
    browser.press_back()
    assert browser.focused() == "theme"

    browser.press(Keys.SPACE)
    assert browser.run("return document.getElementById('theme').ariaPressed") == "true"
    assert browser.brightness() < 0.2
    browser.open(company.path("worst"))
    assert browser.brightness() < 0.2

    browser.run("document.getElementById('theme').focus()")
    browser.press(Keys.ENTER)
    assert browser.brightness() > 0.9
    browser.prefer("dark")
    assert browser.brightness() > 0.9


def test_a_visitor_who_forbids_storage_still_reads_and_switches(browser: Browser):
    browser.forbid_storage()
    browser.prefer("light")
    browser.open("/")
    browser.run("document.getElementById('theme').click()")

    assert browser.brightness() < 0.2
    assert browser.complaints() == []
