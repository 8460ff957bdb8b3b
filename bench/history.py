"""A believable history of any length, in the shape of `/api/v2/incidents.json`."""

import json
import random
import string
from datetime import UTC, datetime, timedelta
from typing import Any

YEARS = 5
COMPONENTS = tuple(
    f"{place} {part}"
    for place in ("Europe", "America", "Asia", "Oceania")
    for part in ("API", "Website", "Sign-in", "Payments", "Webhooks")
)
_TROUBLES = ("Elevated errors", "Slow responses", "Delayed processing", "Failed requests", "Timeouts")
_STATES = ("degraded_performance", "partial_outage", "major_outage")
_IMPACTS = ("minor", "minor", "major", "critical")
_SENTENCES = (
    "We are seeing an increased rate of failed requests.",
    "Some customers may have to try an action twice before it succeeds.",
    "The cause is a database that answers more slowly than usual, and we are moving its load elsewhere.",
    "Requests that were accepted are kept, and are processed as soon as capacity returns.",
    "We have applied a first change, and the error rate has begun to fall.",
    "Roughly **12 %** of the requests are concerned; [retrying](https://example.com/retry) helps most.",
    "Our engineers are watching the figures, and we shall report again at the promised time.",
)
_PROGRESS = ("investigating", "identified", "identified", "monitoring", "monitoring")


def history(incidents: int, end: datetime) -> bytes:
    """Return so many ended incidents, spread evenly over the five years before `end`; the same every time."""
    chance = random.Random(incidents)
    step = timedelta(days=365 * YEARS) / incidents
    first = end - timedelta(days=365 * YEARS) + step / 2
    found = [_incident(chance, first + step * number) for number in range(incidents)]
    return json.dumps({"incidents": found[::-1]}).encode()


def components() -> bytes:
    """Return the components that the history names, in the shape of `components.json`."""
    return json.dumps({"components": [_component(name) for name in COMPONENTS]}).encode()


def message(chance: random.Random) -> str:
    """Return a notice of two paragraphs."""
    sentences = chance.sample(_SENTENCES, 4)
    return f"{sentences[0]} {sentences[1]}\n\n{sentences[2]} {sentences[3]}"


def public_id(chance: random.Random) -> str:
    """Return an id as public ones look."""
    return "".join(chance.choices(string.ascii_lowercase + string.digits, k=12))


def _incident(chance: random.Random, began_at: datetime) -> dict[str, Any]:
    name = chance.choice(COMPONENTS)
    gaps = [timedelta(minutes=chance.randint(15, 60)) for _ in range(chance.randint(4, 6))]
    times = [began_at + sum(gaps[: number + 1], timedelta()) for number in range(len(gaps))]
    statuses = [*_PROGRESS[: len(times) - 1], "resolved"]
    state = chance.choice(_STATES)
    updates = [_update(chance, name, status, at, state) for status, at in zip(statuses, times, strict=True)]
    return {
        "id": public_id(chance),
        "name": f"{chance.choice(_TROUBLES)} in {name}",
        "status": "resolved",
        "impact": chance.choice(_IMPACTS),
        "created_at": _text(times[0]),
        "started_at": _text(began_at),
        "updated_at": _text(times[-1]),
        "resolved_at": _text(times[-1]),
        "incident_updates": updates[::-1],
        "components": [_component(name)],
    }


def _update(chance: random.Random, name: str, status: str, at: datetime, state: str) -> dict[str, Any]:
    affected = {"code": _component(name)["id"], "name": name, "old_status": "operational"}
    affected["new_status"] = "operational" if status == "resolved" else state
    return {
        "id": public_id(chance),
        "status": status,
        "body": message(chance),
        "created_at": _text(at),
        "updated_at": _text(at),
        "display_at": _text(at),
        "affected_components": [affected],
        "deliver_notifications": True,
    }


def _component(name: str) -> dict[str, Any]:
    return {"id": public_id(random.Random(name)), "name": name, "position": COMPONENTS.index(name) + 1}


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
