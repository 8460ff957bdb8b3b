"""A mouse and a keyboard on a desk, or a finger on a phone: what people touch a page with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser.chromium import PATIENCE, Browser
from tests.processes.waiting import wait_for


@dataclass(frozen=True)
class Screen:
    """What somebody sits in front of, or holds."""

    name: str
    width: int
    height: int
    has_touch: bool


DESK = Screen("desk", 1280, 900, False)
PHONE = Screen("phone", 390, 844, True)

# People go by what they read. Of several things that begin so, the one that says just that.
_NAMED = """
const [words, kind] = arguments, scope = [...document.querySelectorAll('dialog[open]')].pop() || document;
const said = el => (el.ariaLabel || el.innerText || '').replace(/\\s+/g, ' ').trim();
const seen = [...scope.querySelectorAll(kind)].filter(el => el.checkVisibility({visibilityProperty: true}));
return seen.find(el => said(el) === words) || seen.find(el => said(el).startsWith(words)) || null"""
_FIELD = """
const [words] = arguments, said = el => el.innerText.replace(/\\s+/g, ' ').trim();
const seen = [...document.querySelectorAll('label')].filter(el => el.checkVisibility());
const label = seen.find(el => said(el) === words) || seen.find(el => said(el).startsWith(words));
const others = [...document.querySelectorAll('[aria-label]')];
return label?.control || others.find(el => el.ariaLabel === words) || null"""
_MIDDLE = """
const el = arguments[0]; el.scrollIntoView({block: 'center', behavior: 'instant'});
const box = el.getClientRects()[0], x = box.x + box.width / 2, y = box.y + box.height / 2;
const hit = document.elementFromPoint(x, y);
const isFree = el.contains(hit) || hit?.contains(el);
return {x, y, inTheWay: isFree ? null : hit?.outerHTML.slice(0, 120) ?? 'nothing'}"""
_FILL = """
const [el, text] = arguments; el.value = text;
for (const kind of ['input', 'change']) el.dispatchEvent(new Event(kind, {bubbles: true}))"""


class Hands:
    """Touches one page: finds things by what they say, and refuses to touch what something else covers."""

    def __init__(self, browser: Browser, screen: Screen) -> None:
        self.browser, self.screen = browser, screen
        self.done: list[str] = []  # every choice and press, in order

    def named(self, words: str, kind: str) -> Any:
        """Return what says so or begins so, once it is there; while a dialog is open, only what is in it."""
        found: list[Any] = []

        def look() -> bool:
            with suppress(WebDriverException):
                found[:] = [self.browser.run(_NAMED, words, kind)]
            return bool(found and found[0])

        wait_for(look, f"there is a {kind} {words!r}", PATIENCE)
        return found[0]

    def touch(self, element: Any) -> None:
        """Click it, or tap it with a finger."""
        self.done.append("press")
        if not self.screen.has_touch:
            element.click()
            return
        at = self.browser.run(_MIDDLE, element)
        assert at["inTheWay"] is None, f"{element.text!r} can't be tapped: {at['inTheWay']}"
        self._finger("touchStart", at["x"], at["y"])
        self._finger("touchEnd")

    def drag(self, element: Any, onto: Any) -> None:
        """Drag one thing to just below another."""
        height = onto.size["height"]
        if not self.screen.has_touch:
            chain = ActionChains(self.browser.driver, duration=50).click_and_hold(element)
            chain.move_to_element_with_offset(onto, 0, height // 2 - 2).release().perform()
            return
        start, end = self.browser.run(_MIDDLE, element), None
        self._finger("touchStart", start["x"], start["y"])
        end = onto.rect
        top = self.browser.run("return scrollY")
        for part in (0.3, 0.7, 1.0):
            y = start["y"] + (end["y"] - top + height - 2 - start["y"]) * part
            self._finger("touchMove", start["x"], y)
        self._finger("touchEnd")

    def _finger(self, kind: str, x: float | None = None, y: float | None = None) -> None:
        points = [] if x is None else [{"x": x, "y": y}]
        self.browser.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def field(self, label: str) -> Any:
        """Return the field with that label, once it can be seen."""
        found: list[Any] = []

        def look() -> bool:
            with suppress(WebDriverException):
                found[:] = [self.browser.run(_FIELD, label)]
            return bool(found and found[0])

        wait_for(look, f"there is a field {label!r}", PATIENCE)
        return found[0]

    def write(self, label: str, text: str) -> None:
        """Type a text in place of what stands in a field."""
        field = self.field(label)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(Keys.DELETE if text == "" else text)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.done.append("choose")
        Select(self.field(label)).select_by_visible_text(option)

    def give_file(self, label: str, file: Path) -> None:
        """Choose a file."""
        self.field(label).send_keys(str(file))

    def set_time(self, label: str, text: str) -> None:
        """Set a day and time as the browser's own picker does."""
        self.browser.run(_FILL, self.field(label), text)

    @contextmanager
    def turning(self) -> Iterator[None]:
        """Return when what is done inside has led to another page, and that is all there."""
        self.browser.run("window.isOld = true")
        yield
        wait_for(self._is_new, "another page opens", 2 * PATIENCE)

    def _is_new(self) -> bool:
        is_new = "return window.isOld === undefined && document.readyState === 'complete'"
        with suppress(WebDriverException):  # between two pages there is none
            return bool(self.browser.run(is_new)) and self.browser.driver.current_url != "about:blank"
        return False

    def wait_until(self, is_true: Callable[[], object], what: str, within: float = PATIENCE) -> None:
        """Return when it is true, whatever the browser says between two pages."""

        def look() -> bool:
            with suppress(WebDriverException):
                return bool(is_true())
            return False

        wait_for(look, what, within)
