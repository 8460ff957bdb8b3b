"""The words, colours and shapes for states, impacts and outcomes. English, for now in this one place."""

from collections.abc import Mapping
from datetime import timedelta

from statuspage.domain.action_item import ItemKind, ItemState
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import Visibility
from statuspage.domain.public import FrontPage, PublicComponent, PublicIncident
from statuspage.domain.roles import IncidentRole
from statuspage.render.zone import duration

STATE_WORDS: Mapping[ComponentState, str] = {
    ComponentState.OPERATIONAL: "Operational",
    ComponentState.UNDER_MAINTENANCE: "Under maintenance",
    ComponentState.DEGRADED_PERFORMANCE: "Degraded performance",
    ComponentState.PARTIAL_OUTAGE: "Partial outage",
    ComponentState.MAJOR_OUTAGE: "Major outage",
}
# A tone is a colour and a shape with one meaning: the class of an element and the name of an icon.
STATE_TONES: Mapping[ComponentState, str] = {
    ComponentState.OPERATIONAL: "ok",
    ComponentState.UNDER_MAINTENANCE: "maint",
    ComponentState.DEGRADED_PERFORMANCE: "degr",
    ComponentState.PARTIAL_OUTAGE: "part",
    ComponentState.MAJOR_OUTAGE: "major",
}
IMPACT_WORDS: Mapping[Impact, str] = {
    Impact.NONE: "",
    Impact.MINOR: "Minor impact",
    Impact.MAJOR: "Major impact",
    Impact.CRITICAL: "Critical impact",
}
IMPACT_TONES: Mapping[Impact, str] = {
    Impact.NONE: "info",
    Impact.MINOR: "degr",
    Impact.MAJOR: "part",
    Impact.CRITICAL: "major",
}
STATUS_WORDS: Mapping[IncidentStatus, str] = {
    IncidentStatus.INVESTIGATING: "Investigating",
    IncidentStatus.IDENTIFIED: "Identified",
    IncidentStatus.MONITORING: "Monitoring",
    IncidentStatus.RESOLVED: "Resolved",
}
ROLE_WORDS: Mapping[IncidentRole, str] = {
    IncidentRole.INCIDENT_COMMANDER: "Incident commander",
    IncidentRole.COMMUNICATIONS_LEAD: "Communications lead",
    IncidentRole.TECHNICAL_LEAD: "Technical lead",
    IncidentRole.SCRIBE: "Scribe",
}
# Within a sentence.
ROLE_NAMES: Mapping[str, str] = {role: words.lower() for role, words in ROLE_WORDS.items()}
READERS: Mapping[str, str] = {
    Visibility.PUBLIC: "everybody",
    Visibility.LINK: "whoever has a link",
    Visibility.INTERNAL: "the staff alone",
}
ITEM_KIND_WORDS: Mapping[ItemKind, str] = {
    ItemKind.FIX: "Fix",
    ItemKind.PREVENT: "Prevent",
    ItemKind.DETECT: "Detect sooner",
    ItemKind.MITIGATE: "Mitigate faster",
    ItemKind.PROCESS: "Process",
}
ITEM_STATE_WORDS: Mapping[ItemState, str] = {
    ItemState.OPEN: "Open",
    ItemState.DONE: "Done",
    ItemState.DROPPED: "Will not be done",
}
ITEM_STATE_TONES: Mapping[ItemState, str] = {
    ItemState.OPEN: "info",
    ItemState.DONE: "ok",
    ItemState.DROPPED: "degr",
}


def headline(front: FrontPage) -> str:
    """Return the state of everything in one sentence.

    An open incident without impact leaves the roll-up green; the sentence names it all the same.
    """
    is_calm = front.status.indicator is Impact.NONE
    if not (is_calm and front.open_incidents):
        return front.status.description
    count = len(front.open_incidents)
    return f"{front.status.description}, {count} open incident{'' if count == 1 else 's'}"


def headline_tone(front: FrontPage) -> str:
    """Return the colour and shape of the headline: never green while an incident is open."""
    if front.status.indicator is not Impact.NONE:
        return IMPACT_TONES[front.status.indicator]
    if front.open_incidents:
        return "info"
    states = {row.status for row in front.components if not row.is_group}
    return "maint" if ComponentState.UNDER_MAINTENANCE in states else "ok"


def promise_words(incident: PublicIncident) -> str:
    """Return what stands before the promised time."""
    return "Update was due" if incident.is_overdue else "Next update by"


def postmortem_promise_words(incident: PublicIncident) -> str:
    """Return what stands before the time by which the postmortem is due."""
    return "Postmortem was due" if incident.is_postmortem_overdue else "Postmortem by"


def outcome(incident: PublicIncident) -> str:
    """Return how an incident stands or ended, in a few words."""
    if incident.is_open:
        return STATUS_WORDS[incident.status]
    if incident.merged_into is not None:
        return "Merged into another incident"
    if incident.is_false_alarm:
        return "False alarm"
    lasted = downtime(incident)
    return "Resolved" if lasted is None else f"Resolved, lasted {duration(lasted)}"


def outcome_tone(incident: PublicIncident) -> str:
    """Return the colour and shape of the outcome."""
    if incident.is_open:
        return IMPACT_TONES[incident.impact]
    return "ok" if incident.merged_into is None else "info"


def downtime(incident: PublicIncident) -> timedelta | None:
    """Return how long service was broken, time between episodes left out; None while that is not known."""
    total = timedelta()
    for episode in incident.episodes:
        end = episode.restored_at or episode.resolved_at
        if end is None:
            return None
        total += max(end - episode.began_at, timedelta())
    return total


def claims(incident: PublicIncident) -> tuple[tuple[PublicComponent, ComponentState], ...]:
    """Return each affected component with what this incident last said of it."""
    said: dict[str, ComponentState] = {}
    for notice in incident.notices:
        for affected in notice.affected:
            said.setdefault(affected.id, affected.new_status)
    return tuple((row, said.get(row.id, row.status)) for row in incident.components)
