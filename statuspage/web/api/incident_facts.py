"""Parts of what the manage API says of an incident."""

from typing import Any

from statuspage.render import v2
from statuspage.store.incidents import EpisodeRow, IncidentUpdate


def episode_facts(episode: EpisodeRow) -> dict[str, Any]:
    """Return one stretch from detection to resolution."""
    return {
        "detected_at": v2.moment(episode.detected_at),
        "announced_at": v2.moment(episode.announced_at),
        "mitigated_at": v2.moment(episode.mitigated_at),
        "restored_at": v2.moment(episode.restored_at),
        "restored_at_assumed": episode.is_restoration_assumed,
        "resolved_at": v2.moment(episode.resolved_at),
        "false_alarm": episode.is_false_alarm,
        "permanent_fix": episode.permanent_fix,
    }


def notice_facts(update: IncidentUpdate) -> dict[str, Any]:
    """Return what the API says of a notice beside the public keys."""
    return {
        "wants_twitter_update": False,
        "twitter_updated_at": None,
        "kind": update.kind,
        "next_update_by": v2.moment(update.next_update_by),
        "no_change": update.is_no_change,
        "late_by_minutes": update.late_by_minutes,
        "late_reason": update.late_reason,
        "edited_at": v2.moment(update.edited_at),
        "withdrawn_at": v2.moment(update.retracted_at),
    }
