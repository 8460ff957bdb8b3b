"""Somebody with a browser, at the staff's pages."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "correct horse"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"|<meta name="csrf" content="([^"]+)"')


class Browser:
    """Keeps its cookies, says where its requests come from, and sends the token of its page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page; its token goes with what is sent next."""
        return self._seen(self.client.get(path, **options))

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, follow: bool = False, **headers: str
    ) -> TestResponse:
        """Send a form from the page that was seen last; header names with `_` for `-`."""
        sent = {
            "Origin": "http://localhost",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        body = {"csrf_token": self.token, **(data or {})}
        return self._seen(self.client.post(path, data=body, headers=sent, follow_redirects=follow))

    def sign_in(self, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Go to the page for signing in and give mail address and password."""
        self.get("/login")
        return self.post("/login", {"email": email, "password": password, **fields})

    def enter(self, email: str, password: str = PASSWORD) -> "Browser":
        """Sign in and stand at the console's home."""
        answer = self.sign_in(email, password)
        assert answer.status_code == 303, answer.text
        assert self.get("/console/").status_code == 200
        return self

    def refresh_token(self) -> None:
        """Fetch the token that forms need now."""
        answer = self.client.get("/console/csrf")
        assert answer.status_code == 200
        self.token = answer.json["token"]

    def _seen(self, answer: TestResponse) -> TestResponse:
        found = _TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        if found:
            self.token = unescape(found[1] or found[2])
        return answer
