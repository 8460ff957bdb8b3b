"""Who talks to the application in tests: a program at the manage API, a customer at the published site."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from statuspage.domain.roles import SiteRole
from tests.fakes import NOON

FEEDS = ("history.atom", "history.rss", "updates.atom", "updates.rss", "feed.json")
Json = dict[str, Any]


def wire(minutes: float) -> str:
    """Return the instant so many minutes after noon as the API writes it."""
    return f"{NOON + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}.000Z"


class Api:
    """A program with a token."""

    def __init__(self, client: FlaskClient, page_id: str, secret: str) -> None:
        self._client = client
        self.page_id = page_id
        self.secret = secret

    def acting_as(self, role: SiteRole) -> "Api":
        """Return a caller with the token of that role."""
        return Api(self._client, self.page_id, role.value)

    def url(self, path: str) -> str:
        """Return the address of a path under the page."""
        return f"/v1/pages/{self.page_id}/{path}".rstrip("/")

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, **body: Any
    ) -> TestResponse:
        """Send a request as it is; `json`, `data` and `content_type` as Werkzeug's client takes them."""
        headers = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        if "json" in body:  # in plain ASCII, so that a lone surrogate can be sent too
            body["data"], body["content_type"] = json.dumps(body.pop("json")), "application/json"
        return self._client.open(self.url(path), method=method, headers=headers, **body)

    def get(self, path: str) -> Any:
        """Return the JSON of an address that must answer."""
        return _ok(self.send("GET", path), 200)

    def declare(self, name: str = "Requests fail", **fields: Any) -> Json:
        """Declare an incident, by default announced at once."""
        return _ok(self.send("POST", "incidents", json={"incident": {"name": name, **fields}}), 201)

    def detect(self, name: str = "Requests fail", **fields: Any) -> Json:
        """Declare an incident that nobody outside hears of."""
        return self.declare(name, status="detected", **fields)

    def change(self, incident: Json | str, headers: dict[str, str] | None = None, **fields: Any) -> Json:
        """Act on an incident: a notice, facts, an end."""
        path = f"incidents/{_id(incident)}"
        return _ok(self.send("PATCH", path, headers, json={"incident": fields}), 200)

    def correct(self, incident: Json | str, update_id: str, **fields: Any) -> Json:
        """Correct a notice."""
        path = f"incidents/{_id(incident)}/incident_updates/{update_id}"
        return _ok(self.send("PATCH", path, json={"incident_update": fields}), 200)

    def withdraw(self, incident: Json | str, update_id: str) -> Json:
        """Withdraw a notice."""
        return _ok(self.send("DELETE", f"incidents/{_id(incident)}/incident_updates/{update_id}"), 200)

    def incident(self, incident: Json | str) -> Json:
        """Return the incident as staff see it now."""
        return self.get(f"incidents/{_id(incident)}")

    def deadlines(self, incident: Json | str | None = None) -> list[Json]:
        """Return what is owed, or what one incident owes and owed."""
        return self.get(f"incidents/{_id(incident)}/deadlines" if incident else "deadlines")

    def refused(self, method: str, path: str, headers: dict[str, str] | None = None, **body: Any) -> Json:
        """Return the error of a request that must be refused, its status as `status`."""
        answer = self.send(method, path, headers, **body)
        assert 400 <= answer.status_code < 500, f"{answer.status_code}: {answer.text[:500]}"
        error = answer.get_json()
        assert {"error", "code", "fields"} <= set(error)
        assert error["error"]
        return {"status": answer.status_code, **error}

    def refused_declaration(self, **fields: Any) -> Json:
        """Return the error of a declaration that must be refused."""
        return self.refused("POST", "incidents", json={"incident": {"name": "Requests fail", **fields}})

    def refused_change(
        self, incident: Json | str, headers: dict[str, str] | None = None, **fields: Any
    ) -> Json:
        """Return the error of an act on an incident that must be refused."""
        return self.refused("PATCH", f"incidents/{_id(incident)}", headers, json={"incident": fields})


class PublicSite:
    """The published site as customers and their programs read it."""

    def __init__(self, client: FlaskClient, folder: Path) -> None:
        self._client = client
        self._folder = folder

    def text(self, path: str) -> str:
        """Return a public file that must be there."""
        answer = self._client.get(f"/{path}")
        assert answer.status_code == 200, f"/{path}: {answer.status_code}"
        assert answer.cache_control.public
        return answer.text

    def json(self, name: str) -> Any:
        """Return `/api/v2/<name>.json`."""
        answer = self._client.get(f"/api/v2/{name}.json")
        assert answer.status_code == 200
        return answer.get_json()

    def incident(self, incident: Json) -> Json:
        """Return the incident as customers' programs see it."""
        shown: Json = self.json(f"incidents/{incident['id']}")["incident"]
        return shown

    def state(self, component_id: str) -> str:
        """Return the state that customers' programs see of a component."""
        by_id = {row["id"]: row["status"] for row in self.json("components")["components"]}
        return str(by_id[component_id])

    def everywhere(self, incident: Json) -> dict[str, str]:
        """Return the text of each place that an incident and its notices show in."""
        paths = ["", f"incidents/{incident['id']}", "api/v2/incidents.json", "api/v2/summary.json", *FEEDS]
        return {path: self.text(path) for path in paths}

    def has(self, path: str) -> bool:
        """Return whether there is such a public page."""
        return self._client.get(f"/{path}").status_code == 200

    def files(self) -> dict[str, bytes]:
        """Return every file of the published site."""
        if not self._folder.exists():
            return {}
        found = {
            path.relative_to(self._folder).as_posix(): path.read_bytes()
            for path in sorted(self._folder.rglob("*"))
            if path.is_file()
        }
        return {path: content for path, content in found.items() if path != ".lock"}


def _id(incident: Json | str) -> str:
    return incident if isinstance(incident, str) else str(incident["id"])


def _ok(answer: TestResponse, status: int) -> Any:
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    return answer.get_json()
