"""Histories as other status pages tell them."""

from typing import Any


def update(letter: str, status: str, body: str, at: str) -> dict[str, Any]:
    return {"id": letter * 12, "status": status, "body": body, "created_at": at, "display_at": at}


def incident(public_id: str, letter: str = "a") -> dict[str, Any]:
    """An ended incident with two notices, newest first."""
    second = chr(ord(letter) + 1) if letter != "z" else "y"
    return {
        "id": public_id,
        "name": "Slow answers",
        "status": "resolved",
        "impact": "minor",
        "created_at": "2024-02-03T10:00:00.000Z",
        "started_at": "2024-02-03T09:58:00.000Z",
        "resolved_at": "2024-02-03T10:40:00.000Z",
        "incident_updates": [
            update(second, "resolved", "It works again.", "2024-02-03T10:40:00.000Z"),
            update(letter, "investigating", "We are looking.", "2024-02-03T10:00:00.000Z"),
        ],
        "components": [{"id": "cccccccccccc", "name": "API"}],
    }
