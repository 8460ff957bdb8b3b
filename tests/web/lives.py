"""The same acts on an incident by two ways: through the forms of the console, and over the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from tests.fakes import NOON, FakeClock
from tests.web.callers import Api, Json, wire
from tests.web.desks import Desk

LEAD = "ana@example.com"


class Person(Protocol):
    """Somebody with a desk and a program."""

    desk: Desk
    api: Api


class Way(Protocol):
    """How somebody acts on the one incident there is. Times are minutes after noon."""

    def declare(self, name: str, body: str, states: dict[str, str], noticed: int, began: int) -> None: ...
    def say(self, body: str, status: str, states: dict[str, str], **fields: Any) -> None: ...
    def correct(self, body: str) -> None: ...
    def withdraw(self) -> None: ...
    def explain(self, reason: str) -> None: ...
    def give_roles(self, *roles: str) -> None: ...
    def set_facts(self, **fields: Any) -> None: ...
    def note(self, kind: str, text: str, at: int, *, mitigates: bool = False) -> None: ...


def live(way: Way, clock: FakeClock, components: list[str]) -> None:
    """Live through all that an incident can go through, from its declaration to its second end."""
    api, board = components
    partial, major = (
        {api: "partial_outage", board: "operational"},
        {api: "major_outage", board: "partial_outage"},
    )
    mixed, fine = (
        {api: "operational", board: "degraded_performance"},
        {api: "operational", board: "operational"},
    )
    way.declare("Requests fail", "We are *looking*.", partial, noticed=-9, began=-20)
    way.give_roles("communications_lead", "scribe")
    clock.advance(minutes=7)
    way.note("decision", "We roll back.", at=6)
    way.say("We found the cause.", "identified", major, promise=45)
    clock.advance(minutes=30)
    way.say("Nothing new.", "identified", major, no_change=True, promise=30)
    clock.advance(minutes=31, seconds=20)
    way.say("Rolled back.", "monitoring", mixed, mitigated=60, promise=60, late_reason="Lunch.")
    way.explain("The pager was silent.")
    way.correct("Rolled back to *yesterday*.")
    way.note("mitigation", "Back to yesterday's version.", at=62, mitigates=True)
    clock.advance(minutes=9)
    way.say("We said too much.", "monitoring", mixed, promise=30)
    way.withdraw()
    way.set_facts(name="API requests fail", runbook_url="https://wiki.example.com/api")
    way.set_facts(began=-25, reason="The log says so.")
    clock.advance(minutes=10)
    way.say("It is over.", "resolved", mixed, restored=80, permanent_fix=False)
    clock.advance(minutes=40)
    way.say("It is back.", "investigating", major, reopened=True, noticed=120, promise=30)
    clock.advance(minutes=20)
    way.say("Fixed for good.", "resolved", fine, restored=140, permanent_fix=True)


class AtTheConsole:
    """Somebody at a desk."""

    def __init__(self, person: Person) -> None:
        self._desk, self._api = person.desk, person.api  # which notice is the newest is looked up there
        self._incident = ""

    def declare(self, name: str, body: str, states: dict[str, str], noticed: int, began: int) -> None:
        self._incident = self._desk.declare(
            name=name, body=body, detected_at=_typed(noticed), began_at=_typed(began), **_states(states)
        )

    def say(self, body: str, status: str, states: dict[str, str], **fields: Any) -> None:
        fields.pop("reopened", None)  # the form of what is resolved reopens it
        prefix = "final-" if status == "resolved" else "state-"
        sent = {"no_change": "1"} if fields.pop("no_change", False) else {}
        if "permanent_fix" in fields:
            sent["permanent_fix"] = "yes" if fields.pop("permanent_fix") else "no"
        sent |= {name: str(value) for name, value in _with_times(fields, _typed).items()}
        self._desk.publish(self._incident, body=body, status=status, **_states(states, prefix), **sent)

    def correct(self, body: str) -> None:
        self._notice("correct", body=body)

    def withdraw(self) -> None:
        self._notice("withdraw")

    def explain(self, reason: str) -> None:
        self._notice("late", late_reason=reason)

    def _notice(self, act: str, **fields: str) -> None:
        newest = self._api.incident(self._incident)["incident_updates"][0]["id"]
        self._done(f"notices/{newest}/{act}", **fields)

    def give_roles(self, *roles: str) -> None:
        form = self._desk.incident(self._incident).form(f"/console/incidents/{self._incident}/roles")
        form.press(**dict.fromkeys(roles, LEAD)).follow()

    def set_facts(self, **fields: Any) -> None:
        self._done("facts", **_with_times(fields, _typed))

    def note(self, kind: str, text: str, at: int, *, mitigates: bool = False) -> None:
        sets = {"sets_mitigated_at": "1"} if mitigates else {}
        self._done("timeline", kind=kind, text=text, at=_typed(at), **sets)

    def _done(self, act: str, **fields: str) -> None:
        self._desk.act(self._incident, act, **fields).follow()


class OverTheApi:
    """A program with a token."""

    def __init__(self, person: Person) -> None:
        self._api = person.api
        self._incident: Json = {}

    def declare(self, name: str, body: str, states: dict[str, str], noticed: int, began: int) -> None:
        times = {"detected_at": wire(noticed), "began_at": wire(began)}
        self._incident = self._api.declare(name, body=body, components=states, **times)

    def say(self, body: str, status: str, states: dict[str, str], **fields: Any) -> None:
        names = {"promise": "next_update_in", "reopened": "reopen"}
        sent = {names.get(name, name): value for name, value in _with_times(fields, wire).items()}
        self._api.change(self._incident, body=body, status=status, components=states, **sent)

    def correct(self, body: str) -> None:
        self._api.correct(self._incident, self._newest(), body=body)

    def withdraw(self) -> None:
        self._api.withdraw(self._incident, self._newest())

    def explain(self, reason: str) -> None:
        self._api.correct(self._incident, self._newest(), late_reason=reason)

    def _newest(self) -> str:
        return str(self._api.incident(self._incident)["incident_updates"][0]["id"])

    def give_roles(self, *roles: str) -> None:
        self._api.change(self._incident, roles=dict.fromkeys(roles, LEAD))

    def set_facts(self, **fields: Any) -> None:
        self._api.change(self._incident, **_with_times(fields, wire))

    def note(self, kind: str, text: str, at: int, *, mitigates: bool = False) -> None:
        entry = {"kind": kind, "body": text, "at": wire(at), "sets_mitigated_at": mitigates}
        answer = self._api.send("POST", f"incidents/{self._incident['id']}/timeline", json={"entry": entry})
        assert answer.status_code == 201, answer.text


_TIMES = {
    "noticed": "detected_at",
    "began": "began_at",
    "mitigated": "mitigated_at",
    "restored": "restored_at",
}


def _with_times(fields: dict[str, Any], written: Callable[[int], str]) -> dict[str, Any]:
    return {
        _TIMES.get(name, name): written(value) if name in _TIMES else value for name, value in fields.items()
    }


def _typed(minutes: int) -> str:
    return f"{NOON + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"


def _states(states: dict[str, str], prefix: str = "state-") -> dict[str, str]:
    return {prefix + component: state for component, state in states.items()}
