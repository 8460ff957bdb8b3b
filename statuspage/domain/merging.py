"""Merging: one incident ends by pointing to another, which takes over its claims."""

from dataclasses import replace
from datetime import datetime

from statuspage.domain.errors import ConflictError
from statuspage.domain.incident import Absorbed, Incident, IncidentStatus, NoticeKind
from statuspage.domain.notices import Draft, with_notice


def merge(
    merged: Incident, survivor: Incident, draft: Draft, survivor_id: str, now: datetime
) -> tuple[Incident, Incident]:
    """Return both after a merger: the merged one resolved by a last notice, the survivor with its claims.

    The survivor must hold a running promise; it takes the earliest detection and beginning.
    """
    _check_merger(merged, survivor, now)
    moved = Absorbed(
        at=now,
        after_notices=len(survivor.notices),
        states=dict(merged.states),
        component_total=draft.component_total,
    )
    survivor = _with_earliest(survivor, merged)
    if moved.states:
        survivor = replace(survivor, absorbed=(*survivor.absorbed, moved))
    ended = merged.with_episode(resolved_at=now)
    last = replace(draft, status=IncidentStatus.RESOLVED, states=None)
    ended = with_notice(ended, last, NoticeKind.RESOLUTION, now, None)
    return replace(ended, merged_into=survivor_id), survivor


def _with_earliest(survivor: Incident, merged: Incident) -> Incident:
    """Move the detection and beginning of the survivor's episode that the merged one's belongs to.

    Neither's earlier episodes stretch it: time between episodes counts as up.
    """
    episodes = list(survivor.episodes)
    ends = [episode.ended_at for episode in episodes]
    number = next(i for i, end in enumerate(ends) if end is None or merged.episode_beginning < end)
    detected_at = min(episodes[number].detected_at, merged.episode.detected_at)
    began_at = survivor.began_at
    if number == 0:
        earliest = min(merged.episode_beginning, survivor.beginning)
        began_at = earliest if earliest < detected_at else None
    episodes[number] = replace(episodes[number], detected_at=detected_at)
    return replace(survivor, began_at=began_at, episodes=tuple(episodes))


def _check_merger(merged: Incident, survivor: Incident, now: datetime) -> None:
    if not merged.status.is_open:
        raise ConflictError(
            "not_open", "Only an open, announced incident can be merged into another.", "merge_into"
        )
    if not survivor.status.is_open:
        raise ConflictError("survivor_not_open", "Merge into an open incident.", "merge_into")
    if survivor.promise is None or survivor.promise < now:
        raise ConflictError(
            "survivor_promise_overdue",
            "The other incident's promise is overdue. Publish its update first, then merge.",
            "merge_into",
        )
