"""What axe finds: nothing."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.browser.chromium import Browser
from tests.browser.company import Company

PAGES = ("front", "worst", "withdrawn", "edited", "postmortem", "month", "history", "missing")
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}).then(
  ({violations}) => done(violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.html}`))),
  error => done([String(error)]));
"""


@cache
def axe() -> str:
    """Return the source of axe-core, which a package for another driver of browsers brings along."""
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text()


def violations(browser: Browser) -> list[str]:
    found: list[str] = browser.driver.execute_async_script(RUN)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(browser: Browser, company: Company, page: str):
    browser.open(company.path(page))
    browser.run(axe())
    for scheme, width in (("light", 390), ("dark", 1280)):
        browser.have_screen(width)
        browser.prefer(scheme)
        browser.unfold()
        assert violations(browser) == [], f"{scheme}, {width} px"


def test_axe_finds_nothing_where_the_script_does_not_arrive(browser: Browser):
    browser.lose_script()
    browser.have_screen(1280)
    browser.open("/")
    browser.run(axe())

    assert violations(browser) == []


def test_axe_does_look(browser: Browser):
    browser.open("/")
    browser.run(axe())
    browser.run("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"data:,\">')")

    assert any(found.startswith("image-alt") for found in violations(browser))
