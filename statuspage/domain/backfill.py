"""History entered afterwards: it notifies nobody and owes no deadline (rule 12)."""

from datetime import datetime, timedelta

from statuspage.domain.component import Impact
from statuspage.domain.errors import RuleError
from statuspage.domain.incident import Episode, Incident, IncidentStatus, Notice, NoticeKind, States

BACKFILL_AFTER = timedelta(hours=24)


def backfilled(
    *,
    notice_id: str,
    text: str,
    began_at: datetime,
    restored_at: datetime,
    display_at: datetime | None,
    states: States,
    component_total: int,
    impact_override: Impact | None,
    now: datetime,
) -> Incident:
    """Return an incident that is over for more than 24 hours, with its one notice.

    The notice takes `display_at`, or the restoration, as its time. A younger incident is refused: it is
    announced the normal way, late if it is late.
    """
    if now - restored_at <= BACKFILL_AFTER:
        raise RuleError(
            "backfill_too_young",
            "Only an incident that has been over for more than 24 hours can be entered afterwards; "
            "announce a younger one the normal way.",
            "backfilled",
        )
    if restored_at < began_at:
        raise RuleError("restored_before_began", "Service can't be restored before it broke.", "restored_at")
    shown_at = display_at or restored_at
    if not began_at <= shown_at <= now:
        raise RuleError(
            "display_at_out_of_range", "The shown time must lie between the beginning and now.", "display_at"
        )
    episode = Episode(
        detected_at=began_at,
        recorded_at=now,
        announced_at=shown_at,
        restored_at=restored_at,
        restored_known_at=now,
        resolved_at=max(shown_at, restored_at),
    )
    notice = Notice(
        id=notice_id,
        kind=NoticeKind.INITIAL,
        status=IncidentStatus.RESOLVED,
        published_at=shown_at,
        text=text,
        states=states,
        component_total=component_total,
    )
    return Incident(
        status=IncidentStatus.RESOLVED,
        episodes=(episode,),
        notices=(notice,),
        impact_override=impact_override,
        is_backfill=True,
    )
