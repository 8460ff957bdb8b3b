"""Somebody who works on the postmortem of one incident over the API."""

from dataclasses import dataclass, replace
from typing import Any

from tests.fakes import FakeClock
from tests.web.callers import Api, Json, wire

# Wrappers by the last word of the address.
_WRAPPERS = {
    "timeline": "entry", "action_items": "action_item", "review": "review", "approval": "approval",
    "waiver": "waiver", "comments": "comment", "findings": "finding", "links": "link", "labels": "labels",
}  # fmt: skip

# All that the gate asks of the text of a critical incident.
CLEAN: Json = {
    "sections": {
        "summary": "For an hour one payment in three was declined.",
        "impact": "Customers who paid by card were turned away, for sixty minutes.",
        "root_cause": "A release changed a timeout that the gateway depends on.",
        "systemic_issues": "Releases on Fridays are not watched by anybody.",
        "went_well": "The alarm rang within a minute.",
        "went_wrong": "The rollback had never been tested.",
    },
    "action_items": [
        {
            "title": "Test the rollback every night",
            "kind": "prevent",
            "owner": "admin@example.com",
            "team": "Payments",
            "due_on": "2026-12-01",
        }
    ],
}


@dataclass(frozen=True)
class Desk:
    """Somebody at the postmortem of one incident."""

    api: Api
    incident_id: str
    clock: FakeClock

    @classmethod
    def opened(cls, api: Api, clock: FakeClock, **fields: Any) -> "Desk":
        """Return a desk at an incident that was declared at noon and resolved an hour later."""
        incident = api.declare(**{"impact_override": "critical", "next_update_in": 60, **fields})
        clock.advance(minutes=60)
        api.change(incident, status="resolved", restored_at=wire(55))
        return cls(api, incident["id"], clock)

    def seen_by(self, api: Api) -> "Desk":
        """Return the same desk with somebody else at it."""
        return replace(self, api=api)

    def path(self, rest: str = "") -> str:
        return f"incidents/{self.incident_id}/postmortem{rest}"

    def get(self, rest: str) -> Any:
        return self.api.get(self.path(rest))

    def postmortem(self) -> Json:
        found: Json = self.get("")
        return found

    def revision(self, number: int) -> Json:
        found: Json = self.get(f"/revisions/{number}")
        return found

    def sent(self, method: str, rest: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """Send what must be taken; return the answer, if it has one."""
        answer = self.api.send(method, self.path(rest), headers, json=_wrapped(rest, fields))
        assert answer.status_code in {200, 201, 204}, f"{answer.status_code}: {answer.text[:800]}"
        return answer.get_json() if answer.data else None

    def write(self, **fields: Any) -> Json:
        found: Json = self.sent("PATCH", "", **fields)
        return found

    def refused(self, method: str, rest: str, headers: dict[str, str] | None = None, **fields: Any) -> Json:
        return self.api.refused(method, self.path(rest), headers, json=_wrapped(rest, fields))


def _wrapped(rest: str, fields: Json) -> Json:
    words = [each for each in rest.split("/") if each in _WRAPPERS]
    return {_WRAPPERS[words[-1]] if words else "postmortem": fields}


def one_of_a_postmortem(api: Api) -> dict[str, str]:
    """Return what leads to each part of a postmortem, by the names that addresses have for it."""
    incident = api.declare(name="Over", restored_at=None, status="investigating")
    api.change(incident, status="resolved")
    desk = Desk(api, incident["id"], FakeClock())
    item, followed = (desk.sent("POST", "/action_items", title=title) for title in ("Test it", "Watch it"))
    comment = desk.sent("POST", "/comments", text="Say how many.")
    return {
        "comment_id": comment["id"],
        # Only what is published has a link.
        "link_id": "000000000000",
        "incident_id": incident["id"],
        "line_id": desk.postmortem()["timeline"][0]["id"],
        "item_id": item["id"],
        # What the page's list has stays when that one is removed.
        "followed_id": followed["id"],
        "impact": "major",
        "number": str(desk.postmortem()["revision"]),
    }
