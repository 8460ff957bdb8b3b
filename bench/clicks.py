"""How long the console takes for what is done at three in the morning: a script presses what leads press."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from urllib.parse import urlsplit

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from bench.instance import EMAIL, PASSWORD, Instance
from bench.table import Row

_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_WITHIN = 15.0


def rows(instance: Instance, rounds: int) -> Iterator[Row]:
    """Declare, publish and update some incidents at the console, where there is a browser."""
    whats = "from “Declare” to the published first notice", "a prepared update, to its publication"
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        for what in whats:
            yield Row(what=what, value=None, unit="s", note="needs chromium and chromedriver")
        return
    with instance.web(), _browser() as driver:
        lead = _Lead(driver, f"http://127.0.0.1:{instance.port}")
        lead.comes_in()
        measured = [lead.leads_one() for _ in range(rounds)]
    notes = "2 decisions, 2 presses, ", "1 press and the agreement, "
    for what, note, seconds in zip(whats, notes, zip(*measured, strict=True), strict=True):
        yield Row(what=what, value=median(seconds), unit="s", note=f"{note}scripted; median of {rounds}")


class _Lead:
    """Presses what a communications lead presses."""

    def __init__(self, driver: Chrome, address: str) -> None:
        self._driver, self._address = driver, address

    def comes_in(self) -> None:
        """Sign in."""
        self._driver.get(f"{self._address}/login")
        self._find("[name=email]").send_keys(EMAIL)
        self._find("[name=password]").send_keys(PASSWORD)
        self._turn(lambda: self._press("form .strong"))

    def leads_one(self) -> tuple[float, float]:
        """Return the seconds of a first notice, and of an update whose text was saved before; then end it."""
        self._driver.get(f"{self._address}/console/")
        started = perf_counter()
        self._turn(lambda: self._press("#declare"))
        self._press(".situations .chip")
        self._choose(".states select", "partial_outage")
        self._publish()
        first = perf_counter() - started
        incident = urlsplit(self._driver.current_url).path
        self._say("A change of this morning is taken back.")
        self._driver.get(f"{self._address}{incident}")
        started = perf_counter()
        self._publish()
        update = perf_counter() - started
        self._press("[name=status][value=resolved]")
        self._say("It is over.")
        self._publish()
        return first, update

    def _say(self, text: str) -> None:
        field = self._find("#c-body")
        field.clear()
        field.send_keys(text)
        self._wait(lambda: "waits for you" in self._find("#saved").text)

    def _publish(self) -> None:
        self._press("#publish")
        self._wait(lambda: self._find("#ask[open] #confirm").is_displayed())
        self._turn(lambda: self._press("#confirm"))

    def _find(self, selector: str) -> WebElement:
        return self._driver.find_element(By.CSS_SELECTOR, selector)

    def _press(self, selector: str) -> None:
        self._find(selector).click()

    def _choose(self, selector: str, value: str) -> None:
        self._find(f"{selector} option[value={value}]").click()

    def _turn(self, act: Callable[[], None]) -> None:
        """Act, and return when another page is all there."""
        self._driver.execute_script("window.isOld = true")
        act()
        is_new = "return window.isOld === undefined && document.readyState === 'complete'"
        self._wait(lambda: bool(self._driver.execute_script(is_new)))

    def _wait(self, is_true: Callable[[], bool]) -> None:
        until = monotonic() + _WITHIN
        while monotonic() < until:
            try:
                if is_true():
                    return
            except WebDriverException:  # between two pages there is none
                pass
            sleep(0.01)
        raise SystemExit(f"the console did not go on within {_WITHIN:.0f} s: {self._driver.current_url}")


@contextmanager
def _browser() -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*_FLAGS, f"--user-data-dir={Path(profile)}"):
            options.add_argument(flag)
        driver = Chrome(options, Service(shutil.which("chromedriver")))
        try:
            yield driver
        finally:
            driver.quit()
