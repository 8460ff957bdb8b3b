"""What may narrow a list by its address, as the OpenAPI document says it."""

from typing import Any

from statuspage.domain.action_item import ItemState
from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import PostmortemState

_QUERY: dict[str, dict[str, Any]] = {
    "q": {"type": "string", "description": "words in the name or a notice"},
    "page": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "description": "which page, from 1"},
    "per_page": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1_000_000,
        "description": "how many on a page; 100 are the most you get",
    },
    "status": {
        "type": "string",
        "enum": [status.value for status in IncidentStatus],
        "description": "only incidents in this state",
    },
    "impact": {
        "type": "string",
        "enum": [impact.value for impact in Impact],
        "description": "only incidents of this impact",
    },
    "component_id": {"type": "string", "description": "only incidents that concerned this component"},
    "month": {
        "type": "string",
        "description": "only incidents that began in this month of the page's zone, like 2026-11",
    },
    "from": {
        "type": "string",
        "description": "the first day of the period in the page's zone, like 2026-11-01, or an instant",
    },
    "to": {
        "type": "string",
        "description": "its last day, or the instant before which it ends; without both, the last 30 days",
    },
    "limit": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "description": "the same as per_page"},
    "postmortem_state": {
        "name": "state",
        "type": "string",
        "enum": [state.value for state in PostmortemState],
        "description": "only postmortems in this state",
    },
    "item_state": {
        "name": "state",
        "type": "string",
        "enum": [state.value for state in ItemState],
        "description": "only action items in this state",
    },
    "owner": {"type": "string", "description": "only what this mail address owns"},
    "team": {"type": "string", "description": "only what this team has"},
    "audience": {
        "type": "string",
        "enum": ["staff", "customers"],
        "description": "for whom the copy is; customers read no internal lines, owners and trackers",
    },
    "overdue": {
        "type": "string",
        "enum": ["true", "false"],
        "description": "only what is overdue, or only what is not",
    },
}


def query_parameter(name: str) -> dict[str, Any]:
    """Return the description of one parameter. A name may stand for another with choices of its own."""
    schema = {key: value for key, value in _QUERY[name].items() if key not in {"description", "name"}}
    shown = _QUERY[name].get("name", name)
    return {"name": shown, "in": "query", "schema": schema, "description": _QUERY[name]["description"]}
