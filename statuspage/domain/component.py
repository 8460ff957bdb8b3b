"""Components: their states, whose claim wins, and what the page as a whole says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class ComponentState(StrEnum):
    """What customers are told of one component, as spelled on the wire."""

    OPERATIONAL = "operational"
    UNDER_MAINTENANCE = "under_maintenance"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"

    @property
    def severity(self) -> int:
        """Rank from 0 (operational) to 4 (major outage)."""
        return _STATE_SEVERITY[self]


_STATE_SEVERITY: Mapping[ComponentState, int] = {state: rank for rank, state in enumerate(ComponentState)}


class Impact(StrEnum):
    """How much an incident hurts customers."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def severity(self) -> int:
        """Rank from 0 (none) to 3 (critical)."""
        return _IMPACT_SEVERITY[self]


_IMPACT_SEVERITY: Mapping[Impact, int] = {impact: rank for rank, impact in enumerate(Impact)}


def worst_state(states: Iterable[ComponentState]) -> ComponentState:
    """Return the worst of all claims on a component; operational when nobody claims anything."""
    return max(states, key=lambda state: state.severity, default=ComponentState.OPERATIONAL)


def worst_impact(impacts: Iterable[Impact]) -> Impact:
    """Return the largest impact; none when there is none."""
    return max(impacts, key=lambda impact: impact.severity, default=Impact.NONE)


def impact_of(states: Iterable[ComponentState], component_total: int) -> Impact:
    """Return the impact that an incident's claims amount to (`wire.md`, page status).

    `component_total` is the number of components on the page; a major outage of all of them is critical.
    """
    claimed = list(states)
    worst = worst_state(claimed)
    if worst is ComponentState.MAJOR_OUTAGE:
        majors = sum(state is ComponentState.MAJOR_OUTAGE for state in claimed)
        return Impact.CRITICAL if 0 < component_total <= majors else Impact.MAJOR
    if worst is ComponentState.PARTIAL_OUTAGE:
        return Impact.MAJOR
    if worst is ComponentState.DEGRADED_PERFORMANCE:
        return Impact.MINOR
    return Impact.NONE


@dataclass(frozen=True, slots=True)
class PageStatus:
    """The roll-up: how bad, and the sentence for it."""

    indicator: Impact
    description: str


ALL_OPERATIONAL = PageStatus(Impact.NONE, "All Systems Operational")
_BY_IMPACT: Mapping[Impact, PageStatus] = {
    Impact.NONE: ALL_OPERATIONAL,
    Impact.MINOR: PageStatus(Impact.MINOR, "Minor Service Outage"),
    Impact.MAJOR: PageStatus(Impact.MAJOR, "Partial System Outage"),
    Impact.CRITICAL: PageStatus(Impact.CRITICAL, "Major System Outage"),
}


def page_status(states: Iterable[ComponentState], open_impacts: Iterable[Impact]) -> PageStatus:
    """Return what the page as a whole says: the worse of its components' and its open incidents' word.

    `states` are those of the page's components, groups and archived ones left out (`wire.md`).
    """
    by_components = _status_of_components(list(states))
    by_incidents = _BY_IMPACT[worst_impact(open_impacts)]
    if by_incidents.indicator.severity > by_components.indicator.severity:
        return by_incidents
    return by_components


def _status_of_components(states: list[ComponentState]) -> PageStatus:
    worst = worst_state(states)
    everywhere = all(state is worst for state in states)
    if worst is ComponentState.MAJOR_OUTAGE:
        return _BY_IMPACT[Impact.CRITICAL if everywhere else Impact.MAJOR]
    if worst is ComponentState.PARTIAL_OUTAGE:
        return _BY_IMPACT[Impact.MAJOR if everywhere else Impact.MINOR]
    if worst is ComponentState.DEGRADED_PERFORMANCE:
        words = "Degraded System Service" if everywhere else "Partially Degraded Service"
        return PageStatus(Impact.MINOR, words)
    if worst is ComponentState.UNDER_MAINTENANCE:
        return PageStatus(Impact.NONE, "Service Under Maintenance")
    return ALL_OPERATIONAL
