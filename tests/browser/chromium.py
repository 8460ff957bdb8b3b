"""A browser with verbs: what a visitor does, and what the visitor's machine is set to."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from statuspage.adapters.clock import SystemClock
from tests.processes.waiting import wait_for

# Seconds to wait for what a page comes to: long, for busy machines. Only a failing test waits so.
PATIENCE = 20
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
# The script looks again after 30 to 60 seconds; a test can't wait that long.
_HASTE = """(() => { const wait = setTimeout;
  window.setTimeout = (act, ms) => wait(act, ms > 2e4 ? 150 : ms); })()"""
_NO_STORAGE = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('forbidden', 'SecurityError'); }})"""
_CLOCK = """(() => { const Real = Date, off = %d; window.Date = class extends Real {
  constructor(...of) { super(...(of.length ? of : [Real.now() + off])); }
  static now() { return Real.now() + off; } }; })()"""


@contextmanager
def started(profile: Path) -> Iterator[Chrome]:
    """Start Debian's browser with an empty profile; nothing is ever downloaded."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options, Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(60)
    driver.set_script_timeout(60)
    try:
        yield driver
    finally:
        driver.quit()


class Browser:
    """One visitor at one site. `forget` makes a new visitor of it."""

    def __init__(self, driver: Chrome, site: str) -> None:
        self.driver, self.site = driver, site
        self._injected: list[str] = []

    def forget(self) -> None:
        """Undo every setting and forget everything the site has stored."""
        self.driver.get("about:blank")
        for script in self._injected:
            self._tell("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
        self._injected.clear()
        self._tell("Emulation.clearDeviceMetricsOverride")
        self._tell("Emulation.setTouchEmulationEnabled", enabled=False)
        self._tell("Emulation.setEmulatedMedia", media="", features=[])
        self._tell("Emulation.setTimezoneOverride", timezoneId="UTC")
        self._tell("Emulation.setScriptExecutionDisabled", value=False)
        self._tell("Network.enable")
        self._tell("Network.setBlockedURLs", urls=[])
        self._tell("Network.clearBrowserCache")
        self._tell("Network.clearBrowserCookies")
        self._tell("Storage.clearDataForOrigin", origin=self.site, storageTypes="all")
        self.console()
        self.requests()

    def open(self, path: str) -> None:
        """Go to a page of the site."""
        self.driver.get(self.site + path)

    def have_screen(self, width: int, height: int = 800) -> None:
        """Look through a screen of that size."""
        self._tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def prefer(self, scheme: str = "", media: str = "") -> None:
        """Prefer `light` or `dark`; look at the `print` of a page."""
        features = [{"name": "prefers-color-scheme", "value": scheme}] if scheme else []
        self._tell("Emulation.setEmulatedMedia", media=media, features=features)

    def live_in(self, zone: str) -> None:
        """Have the machine's clock in that zone."""
        self._tell("Emulation.setTimezoneOverride", timezoneId=zone)

    def switch_scripts_off(self) -> None:
        """Run no script of any page from now on."""
        self._tell("Emulation.setScriptExecutionDisabled", value=True)

    def be_ahead(self, seconds: float) -> None:
        """Have a clock that is so much ahead of the server's, on every page opened from now on."""
        self.inject(_CLOCK % (seconds * 1000))

    def look_again_soon(self) -> None:
        """Have pages look for news at once instead of within a minute."""
        self.inject(_HASTE)

    def be_at(self, instant: datetime) -> None:
        """Have the clock say so when the next page is opened."""
        self.be_ahead((instant - SystemClock().now()).total_seconds())

    def lose_script(self) -> None:
        """Have the script of every page not arrive."""
        self._tell("Network.setBlockedURLs", urls=["*app*.js"])

    def be_offline(self) -> None:
        """Have no page learn anything after it was opened."""
        self.inject("window.fetch = () => Promise.reject(new TypeError('offline'))")

    def forbid_storage(self) -> None:
        """Forbid every page to keep anything."""
        self.inject(_NO_STORAGE)

    def inject(self, source: str) -> None:
        """Run a script on every page opened from now on, before its own."""
        made = self._tell("Page.addScriptToEvaluateOnNewDocument", source=source)
        self._injected.append(made["identifier"])

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script says of the page; works where the page's own scripts are off."""
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        """Return the text of the first such element as it is shown, an empty one if there is none."""
        shown: str = self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
        return " ".join(shown.split())

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all such elements, shown or not."""
        script = "return [...document.querySelectorAll(arguments[0])].map(el => el.textContent)"
        return [" ".join(text.split()) for text in self.run(script, selector)]

    def brightness(self) -> float:
        """Return how bright the paper is, from 0 to 1."""
        colour = self.run("return getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / (3 * 255)

    def colour(self, selector: str) -> str:
        """Return the colour of the first such element."""
        return str(self.run("return getComputedStyle(document.querySelector(arguments[0])).color", selector))

    def unfold(self) -> None:
        """Open everything that is folded."""
        self.run("document.querySelectorAll('details').forEach(el => { el.open = true })")

    def wait_for_said(self, text: str) -> None:
        """Return when a screen reader has been told something that begins so."""
        said = "return document.getElementById('say').textContent.startsWith(arguments[0])"
        wait_for(lambda: self.run(said, text), f"{text!r} is announced", PATIENCE)

    def wait_for_text(self, selector: str, text: str, within: float = PATIENCE) -> None:
        """Return when the element says so."""
        wait_for(lambda: text in self.text(selector), f"{selector} says {text!r}", within)

    def wait_for_open(self, selector: str) -> None:
        """Return when the dialog is open."""
        is_open = "return document.querySelector(arguments[0])?.open"
        wait_for(lambda: self.run(is_open, selector), f"{selector} opens", PATIENCE)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def press_back(self) -> None:
        """Press the tab key together with shift."""
        self.chord(Keys.SHIFT, Keys.TAB)

    def chord(self, held: str, key: str) -> None:
        """Press a key while another is held."""
        ActionChains(self.driver, duration=0).key_down(held).send_keys(key).key_up(held).perform()

    def focused(self) -> str:
        """Return the text of what has the focus, its id if it has one."""
        return str(self.run("const el = document.activeElement; return el.id || el.innerText.trim()"))

    def console(self) -> list[str]:
        """Return what the console has said since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def complaints(self) -> list[str]:
        """Return what the console has said, but that a page which is not there is not there."""
        return [line for line in self.console() if "000000000000 - Failed to load resource" not in line]

    def requests(self) -> list[dict[str, Any]]:
        """Return the events of the network since they were asked for last."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [event for event in events if event["method"].startswith("Network.")]

    def _tell(self, command: str, **arguments: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.driver.execute_cdp_cmd(command, arguments)
        return told


def pause(seconds: float) -> None:
    """Let time pass where nothing is to be waited for."""
    time.sleep(seconds)
