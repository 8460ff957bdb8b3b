"""A drill's score card: figures, roles, and what followed each prompt."""

from dataclasses import asdict
from typing import Any

from statuspage.domain.drill_score import score_of
from statuspage.services.context import Context
from statuspage.store.drafts import entries_of_incident
from statuspage.store.drills import Drill, DrillPrompt
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow

_EXCERPT = 200


def final_score(ctx: Context, drill: Drill, row: IncidentRow) -> dict[str, Any]:
    """Return the card as it is kept: as JSON, frozen, with names as they are now."""
    now = ctx.at_time_of(row).now
    deeds = _deeds(ctx, row)
    return {
        **asdict(score_of(incident_value(row), ctx.page.limits, now)),
        "lasted_minutes": round((now - drill.started_at).total_seconds() / 60, 1),
        "status": row.status.value,
        "notices": len(row.updates),
        "entries": sum(kind == "note" for _, kind, _, _ in deeds),
        "roles": {holder.role.value: holder.account.name for holder in row.roles},
        "participants": sorted(one.account.name for one in drill.participants),
        "prompts": [_answered(prompt, deeds) for prompt in drill.prompts],
    }


def _deeds(ctx: Context, row: IncidentRow) -> list[tuple[Any, str, str, str | None]]:
    """Return what people did, in order: when, what it was, its words, who."""
    notices = [
        (update.published_at, "notice", update.body, update.author.name if update.author else None)
        for update in row.updates
    ]
    entries = [
        (entry.created_at, "note", entry.body, entry.author.name)
        for entry in entries_of_incident(ctx.session, row.id)
        if entry.author is not None
    ]
    return sorted([*notices, *entries], key=lambda deed: deed[0])


def _answered(prompt: DrillPrompt, deeds: list[tuple[Any, str, str, str | None]]) -> dict[str, Any]:
    """Return a prompt with the first thing that anybody wrote after it."""
    found: dict[str, Any] = {
        "text": prompt.text,
        "after_minutes": prompt.after_minutes,
        "is_given": prompt.given_at is not None,
        "answer": None,
    }
    for at, kind, words, who in deeds:
        if prompt.given_at is not None and at >= prompt.given_at:
            minutes = round((at - prompt.given_at).total_seconds() / 60, 1)
            answer = {"kind": kind, "text": words[:_EXCERPT], "who": who, "minutes": minutes}
            return found | {"answer": answer}
    return found
