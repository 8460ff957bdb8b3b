"""Somebody of the staff at the console, on a desk or on a phone at three in the morning."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self
from urllib.parse import urlsplit

from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from tests.browser.chromium import PATIENCE, Browser
from tests.browser.hands import Hands, Screen
from tests.browser.office import PASSWORD, Employee, Office

BUTTONS = "button, a, summary"
LABELS = "label"
# What the page's policy refuses is kept over pages, and told at the end.
_POLICY = """addEventListener('securitypolicyviolation', event => {
  const now = `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}; `;
  sessionStorage.refused = (sessionStorage.refused || '') + now })"""
_HASTE = """(() => { const wait = setTimeout;
  window.setTimeout = (act, ms) => wait(act, ms >= 5e3 ? 200 : ms) })()"""
_ROW = """const row = document.querySelector(`[data-id="${arguments[0]}"]`);
return {row: row.firstElementChild, handle: row.querySelector('[data-handle]')}"""
_REFUSALS = (
    *(f"status of {status}" for status in (400, 401, 403, 404, 409, 422)),
    *("Error Code 400", "Error Code 401"),
    # Whoever leaves a page takes back what it was asking for just then.
    *("htmx:afterRequest", "htmx:sendAbort"),
)


def path_of(address: str) -> str:
    """Return a link's path: the product names the site's address, the test another."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


class Person:
    """What every person can do at the console."""

    def __init__(self, browser: Browser, office: Office, account: Employee, screen: Screen) -> None:
        self.browser, self.office, self.account, self.screen = browser, office, account, screen
        self.hands = Hands(browser, screen)

    @classmethod
    def coming_in(cls, driver: Chrome, office: Office, account: Employee, screen: Screen) -> Self:
        """Return somebody who sits down before an empty browser."""
        person = cls(Browser(driver, office.address), office, account, screen)
        person.sits_down()
        return person

    def sits_down(self, scheme: str = "") -> None:
        """Come to an empty browser, with the screen one has."""
        self.browser.forget()
        self.browser.have_screen(self.screen.width, self.screen.height)
        self.browser.prefer(scheme)
        touch = {"enabled": self.screen.has_touch, "maxTouchPoints": 1}
        self.browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", touch)
        self.browser.inject(_POLICY)

    def is_impatient(self) -> None:
        """Have pages look for news at once instead of every five seconds."""
        self.browser.inject(_HASTE)

    def is_signed_in(self) -> None:
        """Be signed in since some days ago."""
        known = self.office.cookies.get(self.account.email)
        if known is None:
            self.opens("/login")
            self.signs_in()
            told = self.browser.driver.execute_cdp_cmd("Network.getCookies", {"urls": [self.office.address]})
            self.office.cookies[self.account.email] = told["cookies"]
            return
        for cookie in known:
            kept = {key: cookie[key] for key in ("name", "value", "path", "httpOnly", "sameSite")}
            self.browser.driver.execute_cdp_cmd("Network.setCookie", {**kept, "url": self.office.address})

    def signs_in(self, password: str = PASSWORD) -> None:
        """Give mail address and password on the page that asks for them."""
        self.writes("Mail address", self.account.email)
        self.writes("Password", password)
        with self.hands.turning():
            self.hits(Keys.ENTER)

    def comes_anew(self) -> None:
        """Come to an empty browser, signed in since before."""
        self.sits_down()
        self.is_signed_in()

    def takes_link(self, address: str, password: str) -> None:
        """Open a link that was handed over, and choose a password."""
        self.sits_down()
        self.opens(path_of(address))
        self.writes("Choose a password", password)
        self.goes_by("Set password and sign in")

    def signs_out(self) -> None:
        """Leave, by the menu."""
        self.presses("Menu of")
        self.goes_by("Sign out")

    def opens(self, path: str = "/console/") -> None:
        """Go to a page."""
        self.browser.open(path)

    def presses(self, words: str, kind: str = BUTTONS) -> None:
        """Press what says so."""
        self.hands.touch(self.hands.named(words, kind))

    def goes_by(self, words: str) -> None:
        """Press what says so, and wait for the page to which it leads."""
        element = self.hands.named(words, BUTTONS)
        with self.hands.turning():
            self.hands.touch(element)

    @contextmanager
    def in_another_window(self, words: str) -> Iterator[None]:
        """Press what opens another window, act there, close it and come back."""
        driver = self.browser.driver
        first = driver.current_window_handle
        self.presses(words)
        self.hands.wait_until(lambda: len(driver.window_handles) == 2, "another window opens")
        driver.switch_to.window(next(one for one in driver.window_handles if one != first))
        yield
        driver.close()
        driver.switch_to.window(first)
        self.browser.run("dispatchEvent(new Event('focus'))")  # without a screen no window has the focus

    def ticks(self, words: str) -> None:
        """Choose the chip or tick the box that says so."""
        self.presses(words, LABELS)

    def drags(self, component_id: str, below: str) -> None:
        """Drag a component by its handle to just below another."""
        start, end = (self.browser.run(_ROW, one) for one in (component_id, below))
        with self.hands.turning():
            self.hands.drag(start["handle"], end["row"])

    def unfolds(self, words: str) -> None:
        """Open what is folded, unless it is open."""
        element = self.hands.named(words, "summary")
        if not self.browser.run("return arguments[0].parentNode.open", element):
            self.hands.touch(element)

    def writes(self, label: str, text: str) -> None:
        """Type a text into a field, in place of what stands there."""
        self.hands.write(label, text)

    def hits(self, *keys: str) -> None:
        """Press keys."""
        self.browser.press(*keys)

    def hits_ctrl_enter(self) -> None:
        """Press Ctrl-Enter where the focus is."""
        self.browser.chord(Keys.CONTROL, Keys.ENTER)

    def reads(self, words: str, within: float = PATIENCE) -> None:
        """Wait until the page says so where it can be seen."""
        self.hands.wait_until(lambda: words in self.browser.text("body"), f"the page says {words!r}", within)

    def does_not_read(self, words: str) -> None:
        """Look whether the page says so, and find that it doesn't."""
        assert words not in self.browser.text("body")

    def reads_no_more(self, words: str) -> None:
        """Wait until the page does not say so any more."""
        self.hands.wait_until(
            lambda: words not in self.browser.text("body"), f"the page does not say {words!r}"
        )

    def finds_written(self, label: str) -> str:
        """Return what stands in a field."""
        return str(self.browser.run("return arguments[0].value", self.hands.field(label)))

    def complaints(self) -> list[str]:
        """Return what the browser has to say against the pages: errors, and what their policy refused."""
        said = [line for line in self.browser.console() if not any(one in line for one in _REFUSALS)]
        refused = self.browser.run("try { return sessionStorage.refused } catch { return null }")
        return [*said, *([f"refused by policy: {refused}"] if refused else [])]

    def scrolls_sideways(self) -> bool:
        """Return whether the page is wider than the screen."""
        return bool(
            self.browser.run("const el = document.documentElement; return el.scrollWidth > el.clientWidth")
        )
