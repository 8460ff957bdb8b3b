"""The texts a notice has when nobody wrote one: good enough to publish as they stand."""

from collections.abc import Mapping

from statuspage.domain.incident import IncidentStatus, NoticeKind

_BY_STATUS: Mapping[IncidentStatus, str] = {
    IncidentStatus.INVESTIGATING: (
        "We are aware of a problem and are looking into it. "
        "We will tell you what we find, and what you can do meanwhile."
    ),
    IncidentStatus.IDENTIFIED: "We have found what is causing the problem and are working to put it right.",
    IncidentStatus.MONITORING: (
        "We have taken action and see service recovering. We are watching closely to make sure that it lasts."
    ),
    IncidentStatus.RESOLVED: "Service is restored. We are sorry for the disruption.",
}
_UNCHANGED = "We are still working on this. There is nothing new to report since our last update."
_REOPENED = "The problem has come back. We are looking into it again."
_FALSE_ALARM = "This was a false alarm: nothing was wrong with our service. We are sorry for the worry."
_AFTER_THE_FACT = (
    "There was a problem with our service. It is over and service is restored. "
    "We are sorry for the disruption."
)


def default_text(
    kind: NoticeKind, status: IncidentStatus, *, is_no_change: bool = False, is_false_alarm: bool = False
) -> str:
    """Return the text for a notice of that kind and status."""
    if is_false_alarm:
        return _FALSE_ALARM
    if kind is NoticeKind.INITIAL and status is IncidentStatus.RESOLVED:
        return _AFTER_THE_FACT
    if kind is NoticeKind.REOPENING:
        return _REOPENED
    return _UNCHANGED if is_no_change else _BY_STATUS[status]


def merged_text(survivor_name: str) -> str:
    """Return the last words of an incident that was merged into another."""
    return f"This is part of another incident, “{survivor_name}”. Please follow our updates there."
