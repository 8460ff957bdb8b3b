"""Every public page on a phone and on a desk, in light and in dark, with and without its script."""

import pytest

from tests.browser.chromium import Browser
from tests.browser.company import Company

PAGES = (
    *("front", "worst", "withdrawn", "merged", "edited", "postmortem"),
    *("month", "imported month", "history", "missing"),
)
WIDTHS = (360, 390, 1280)
SCHEMES = ("light", "dark")

# What a page must say in words that can be seen, be it on the smallest phone.
SAYS = {
    "front": ("Major System Outage", "Elevated error rates on the API", "Next update by", "Public API"),
    "worst": ("Elevated error rates on the API", "Identified", "Next update by", "Began", "Payments America"),
    "withdrawn": ("Export stands still", "withdrawn", "none is lost"),
    "merged": ("Webhooks arrive twice", "merged into Elevated error rates on the API"),
    "edited": (
        "Search finds too little",
        "For 40 minutes",
        "Read the whole postmortem",
        "Search is complete",
    ),
    "postmortem": ("Search finds too little", "Published", "Root cause", "Timeline", "Warn at 80 per cent"),
    "month": ("Delayed e-mail", "Payments look slow", "False alarm", "All months"),
    "imported month": ("February 2024", "Slow answers", "It works again."),
    "history": ("Incident history", "2024", "February 2024"),
    "missing": ("Page not found", "Current status"),
}

COMPLAINTS = """
const found = [], root = document.documentElement, width = root.clientWidth;
if (root.scrollWidth > width) found.push(`scrolls sideways to ${root.scrollWidth}`);
for (const el of document.querySelectorAll('body *')) {
  const own = [...el.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (!own || el.closest('.skip, .hushed, svg') || !el.checkVisibility({visibilityProperty: true})) continue;
  const box = el.getBoundingClientRect(), style = getComputedStyle(el);
  const name = el.textContent.trim().slice(0, 40);
  if (box.left < -.5 || box.right > width + .5) found.push(`${name}: ${box.left} to ${box.right}`);
  if (parseFloat(style.fontSize) < 14) found.push(`${name}: ${style.fontSize}`);
  if (style.overflowX !== 'visible' && el.scrollWidth > el.clientWidth + 1) found.push(`${name}: cut off`);
}
for (const el of document.querySelectorAll('button, .button, summary, nav a, .more, .feeds a, .months a')) {
  const isSmall = el.checkVisibility() && el.getBoundingClientRect().height < 44;
  if (isSmall) found.push(`${el.innerText}: hard to hit`);
}
return found"""


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    """The name of a page."""
    return str(request.param)


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_page_is_readable_on_every_screen(browser: Browser, company: Company, page: str, has_script: bool):
    if not has_script:
        browser.switch_scripts_off()
    browser.open(company.path(page))

    for width in WIDTHS:
        browser.have_screen(width)
        for scheme in SCHEMES:
            browser.prefer(scheme)
            assert browser.run(COMPLAINTS) == [], f"{width} px, {scheme}"
        shown = browser.text("main")
        assert [text for text in SAYS[page] if text not in shown] == [], f"{width} px"
    browser.unfold()
    browser.have_screen(WIDTHS[0])
    assert browser.run(COMPLAINTS) == [], "unfolded"
    assert browser.complaints() == []


def test_a_page_without_script_says_all_that_matters_and_shows_no_dead_switch(
    browser: Browser, company: Company
):
    browser.switch_scripts_off()
    browser.open("/")
    shown = browser.text("main")

    assert all(incident["name"] in shown for incident in company.incidents.values())
    assert "UTC" in browser.text(".promise")
    assert browser.run("return document.getElementById('theme').checkVisibility()") is False


def test_dark_is_dark_and_light_is_light(browser: Browser):
    browser.open("/")
    browser.prefer("light")
    assert browser.brightness() > 0.9
    browser.prefer("dark")
    assert browser.brightness() < 0.2


def test_the_state_is_the_first_thing_on_a_phone(browser: Browser):
    browser.have_screen(390, 844)
    browser.open("/")
    for selector in ("h1", ".open h2", ".promise", ".open .body"):
        top = browser.run("return document.querySelector(arguments[0]).getBoundingClientRect().top", selector)
        assert top < 844, selector
