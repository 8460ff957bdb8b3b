"""A believable company, told to the product over its API: every kind of incident that a page can show."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.processes.http_client import Access, Connection
from tests.web.callers import Api, Json

MONTH_OF_IMPORT = "2024-02"
STRICT = {"promise_earliest": 1, "promise_latest": 60}
LONG = (
    "We see **slow queries** on one database. Details: https://example.com/a/very/long/address/"
    "that-has-no-place-to-break-and-goes-on-and-on-until-it-is-wider-than-any-phone-could-ever-be.html\n\n"
    "- Reading works\n- Writing fails, retry later\n\n`SELECT pg_stat_activity` shows nothing unusual.\n\n"
    "| region | state |\n|---|---|\n| Europe | slow |\n| America | fine |"
)


@dataclass(frozen=True)
class _Answer:
    """An answer as the caller of the API reads it."""

    status_code: int
    text: str

    def get_json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.text)


class OverHttp:
    """Stands where Flask's test client stands, and sends real requests."""

    def __init__(self, port: int) -> None:
        self._port = port

    def open(
        self, path: str, method: str, headers: dict[str, str], data: str = "", content_type: str = ""
    ) -> _Answer:
        """Send a request and return the answer."""
        connection = Connection(self._port)
        try:
            body = data.encode() if data else None
            reply = connection.ask(method, path, body, Content_Type=content_type, **headers)
        finally:
            connection.close()
        return _Answer(reply.status, reply.content.decode())


def caller(port: int, access: Access) -> Api:
    """Return a caller of the manage API at that port."""
    return Api(OverHttp(port), access.page_id, access.secret)  # type: ignore[arg-type]


class Company:
    """What the company has on its page. Times are minutes before `now`."""

    def __init__(self, api: Api, now: datetime) -> None:
        self.api, self.now = api, now
        self.components: dict[str, str] = {}
        self.incidents: dict[str, Json] = {}

    def before(self, minutes: float) -> str:
        """Return the instant so many minutes ago as the API reads it."""
        return f"{self.now - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}Z"

    def furnish(self) -> None:
        """Name the page and add components, some in groups."""
        page = {"name": "Acme", "page_description": "Acme keeps your invoices.", "policy": STRICT}
        self._post("", "PATCH", page=page)
        for name, description in (("Public API", "REST and webhooks"), ("Dashboard", None), ("E-mail", None)):
            self._add(name, description=description)
        for region in ("Europe", "America"):
            members = [self._add(f"{part} {region}") for part in ("Login", "Payments", "Search")]
            self._post("component-groups", component_group={"name": region, "components": members})

    def _add(self, name: str, **fields: Any) -> str:
        made = self._post("components", component={"name": name, **fields})
        self.components[name] = made["id"]
        return str(made["id"])

    def _post(self, path: str, method: str = "POST", **body: Any) -> Any:
        answer = self.api.send(method, path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    def declare(self, key: str, name: str, ago: float = 9, **fields: Any) -> Json:
        """Declare an incident detected so many minutes ago, and remember it as `key`."""
        self.incidents[key] = self.api.declare(name, detected_at=self.before(ago), **fields)
        return self.incidents[key]

    def live_through_the_past(self) -> None:
        """Have one incident of each kind that is over."""
        mail = {self.components["E-mail"]: "degraded_performance"}
        resolved = self.declare("resolved", "Delayed e-mail", began_at=self.before(95), components=mail)
        self.api.change(resolved, status="monitoring", body="A new relay is in place. We are watching it.")
        self.api.change(resolved, status="resolved", restored_at=self.before(2))

        edited = self.declare("edited", "Search finds too little", body="Search returns to few results.")
        first = edited["incident_updates"][0]["id"]
        self.api.correct(edited, first, body="Search returns too few results.")
        self.api.change(edited, status="resolved", body="Search is complete again.")

        withdrawn = self.declare("withdrawn", "Export stands still", body="All exports are lost.")
        self.api.withdraw(withdrawn, withdrawn["incident_updates"][0]["id"])
        self.api.change(withdrawn, status="resolved", body="Exports were late, none is lost.")

        self.declare("false alarm", "Payments look slow", body="We are checking an alert.")
        self.api.change(self.incidents["false alarm"], status="resolved", false_alarm=True)

        reopened = self.declare("reopened", "Login page is blank", impact_override="minor")
        self.api.change(reopened, status="resolved", restored_at=self.before(1))
        self.api.change(reopened, status="investigating", reopen=True, detected_at=self.before(0))
        self.api.change(reopened, status="resolved", body="Fixed for good.")

    def suffer(self) -> None:
        """Have two incidents open, and a third merged into the worse one."""
        payments = self.components["Payments America"]
        api = self.components["Public API"]
        worst = self.declare(
            "worst",
            "Elevated error rates on the API",
            began_at=self.before(130),
            components={api: "major_outage", payments: "partial_outage"},
            body="Some requests fail. Retrying helps.",
            impact_override="critical",
        )
        self.api.change(worst, status="identified", body=LONG, next_update_in=45)
        slow = {self.components["Dashboard"]: "degraded_performance"}
        self.declare("other", "Dashboard loads slowly", 4, components=slow, next_update_in=60)
        self.declare("merged", "Webhooks arrive twice", 6)
        self.api.change(self.incidents["merged"], merge_into=worst["id"])

    def path(self, page: str) -> str:
        """Return the address of a page: of one that is named here, or of the incident of that kind."""
        others = {
            "front": "/",
            "month": f"/history/{self.now:%Y-%m}",
            "imported month": f"/history/{MONTH_OF_IMPORT}",
            "history": "/history",
            "postmortem": f"/incidents/{self.incidents['edited']['id']}/postmortem",
            "missing": "/incidents/000000000000",
        }
        return others[page] if page in others else f"/incidents/{self.incidents[page]['id']}"
