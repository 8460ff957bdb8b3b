"""Somebody at the console: opens pages, fills in the forms that stand there, presses their buttons."""

from typing import Any

import lxml.html
from werkzeug.test import TestResponse

from tests.web.browsers import Browser


class Form:
    """One form of a page, as a browser without script has it."""

    def __init__(self, browser: Browser, page: str, element: Any) -> None:
        self._browser, self._page, self._element = browser, page, element
        self.fields: dict[str, Any] = {}
        for name, value in element.form_values():
            # A browser drops the line end that a text area may begin with.
            text = value.removeprefix("\n")
            known = self.fields.get(name)
            # A field that stands there several times is sent as often.
            self.fields[name] = (
                text if known is None else [*(known if isinstance(known, list) else [known]), text]
            )

    def names(self) -> set[str]:
        """Return the names of all fields, filled in or not."""
        return set(self._element.inputs.keys())

    def press(self, act: str | None = None, **fields: str | None) -> "Page":
        """Fill in some fields and send it; None leaves a field out, as an empty check box does."""
        sent = {**self.fields, **fields}
        if act is not None:
            sent["act"] = act
        kept = {name: value for name, value in sent.items() if value is not None and name is not None}
        kept.pop("csrf_token", None)
        path = self._element.get("action") or self._page
        return Page(self._browser, path, self._browser.post(path, kept))


class Page:
    """What the browser shows."""

    def __init__(self, browser: Browser, path: str, answer: TestResponse) -> None:
        self.browser, self.path, self.answer = browser, path, answer

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status_code

    @property
    def text(self) -> str:
        """All text that a person reads, in one line."""
        return " ".join(" ".join(self._tree().itertext()).split())

    @property
    def errors(self) -> list[str]:
        """The sentences beside fields, without the way to the rule behind them."""
        said = "descendant::text()[not(ancestor::a[contains(@class, 'why')])]"
        return [" ".join("".join(el.xpath(said)).split()) for el in self._tree().find_class("error")]

    def part(self, ident: str) -> str:
        """All text in the element of that id, in one line."""
        return " ".join(self._tree().get_element_by_id(ident).text_content().split())

    def form(self, ident: str = "") -> Form:
        """Return the form of that id or action; without one the only form of the page's main part."""
        forms = [one for one in self._tree().forms if one.xpath("ancestor::main")]
        if ident:
            forms = [one for one in forms if ident in (one.get("id"), one.get("action"))]
        assert len(forms) == 1, [(one.get("id"), one.get("action")) for one in forms]
        return Form(self.browser, self.path, forms[0])

    def forms(self) -> list[Form]:
        """Return all forms of the page's main part."""
        found = [one for one in self._tree().forms if one.xpath("ancestor::main")]
        return [Form(self.browser, self.path, one) for one in found]

    def follow(self) -> "Page":
        """Go where the answer leads."""
        assert self.status == 303, f"{self.status}: {self.answer.text[:2000]}"
        path = self.answer.headers["Location"]
        return Page(self.browser, path, self.browser.get(path))

    def _tree(self) -> Any:
        return lxml.html.fromstring(self.answer.text)


class Desk:
    """A person who is signed in."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def open(self, path: str) -> Page:
        """Open a page of the console."""
        path = f"/console/{path}"
        return Page(self.browser, path, self.browser.get(path))

    def incident(self, incident_id: str) -> Page:
        """Open the screen of an incident."""
        return self.open(f"incidents/{incident_id}")

    def publish(self, incident_id: str, **fields: str | None) -> Page:
        """Fill in the composer, agree to what it will do, and return the page after it."""
        asked = self.incident(incident_id).form("composer").press("publish", **fields)
        assert asked.status == 200, asked.text
        return asked.form().press().follow()

    def declare(self, **fields: str | None) -> str:
        """Declare an incident, announced at once, and return its id."""
        asked = self.open("declare").form("composer").press("publish", **fields)
        assert asked.status == 200, asked.text
        return asked.form().press().follow().path.rsplit("/", 1)[-1]

    def act(self, incident_id: str, act: str, **fields: str | None) -> Page:
        """Open the page of an act, fill in its form and send it."""
        page = self.open(f"incidents/{incident_id}/{act}")
        assert page.status == 200, page.text
        return page.form().press(**fields)
