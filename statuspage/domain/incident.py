"""An incident as a value: its states, episodes, notices and what they claim of components."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from statuspage.domain.component import ComponentState, Impact, impact_of, worst_impact


class IncidentStatus(StrEnum):
    """Where an incident stands. The three open ones and `resolved` are public, the others never are."""

    DETECTED = "detected"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    INTERNAL = "internal"

    @property
    def is_open(self) -> bool:
        """Return whether it is announced and not resolved."""
        return self in OPEN_STATUSES

    @property
    def is_public(self) -> bool:
        """Return whether customers may know of it."""
        return self.is_open or self is IncidentStatus.RESOLVED


OPEN_STATUSES = frozenset(
    {IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED, IncidentStatus.MONITORING}
)


class NoticeKind(StrEnum):
    """What a public message is in the life of its incident."""

    INITIAL = "initial"
    UPDATE = "update"
    RESOLUTION = "resolution"
    REOPENING = "reopening"


States = Mapping[str, ComponentState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A published public message, corrections applied.

    `states` is what it says of components, by public id; components it does not name stay as they were.
    `component_total` is how many components the page had then. `promise` has no seconds.
    """

    id: str
    kind: NoticeKind
    status: IncidentStatus
    published_at: datetime
    text: str
    states: States = field(default_factory=dict)
    component_total: int = 0
    promise: datetime | None = None
    is_no_change: bool = False
    is_retracted: bool = False
    late_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """Claims that a merged incident handed over, after the survivor's first `after_notices` notices."""

    at: datetime
    after_notices: int
    states: States
    component_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One stretch from detection to resolution.

    `recorded_at` is when it was entered, `restored_known_at` when restoration was.
    """

    detected_at: datetime
    recorded_at: datetime
    announced_at: datetime | None = None
    mitigated_at: datetime | None = None
    restored_at: datetime | None = None
    restored_known_at: datetime | None = None
    is_restoration_assumed: bool = False
    resolved_at: datetime | None = None
    is_false_alarm: bool = False
    permanent_fix: bool | None = None

    @property
    def ended_at(self) -> datetime | None:
        """Return when service was back; None until the resolution says so."""
        return (self.restored_at or self.resolved_at) if self.resolved_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that went wrong. `episodes` is never empty; both tuples are oldest first.

    `reported_detected_at` keeps the first episode's detection as it stood before it was moved later after the
    first notice (rule 1). `merged_into` is the survivor's public id.
    """

    status: IncidentStatus
    episodes: tuple[Episode, ...]
    notices: tuple[Notice, ...] = ()
    absorbed: tuple[Absorbed, ...] = ()
    began_at: datetime | None = None
    impact_override: Impact | None = None
    is_backfill: bool = False
    merged_into: str | None = None
    reported_detected_at: datetime | None = None

    @property
    def episode(self) -> Episode:
        """Return the current episode."""
        return self.episodes[-1]

    @property
    def is_announced(self) -> bool:
        """Return whether any notice was ever published."""
        return bool(self.notices)

    @property
    def beginning(self) -> datetime:
        """Return when service broke; the detection where nobody said otherwise."""
        return self.began_at or self.episodes[0].detected_at

    def beginning_of(self, number: int) -> datetime:
        """Return when service broke in the episode of that number, counted from 0."""
        return self.beginning if number == 0 else self.episodes[number].detected_at

    @property
    def episode_beginning(self) -> datetime:
        """Return when service broke in the current episode."""
        return self.beginning_of(len(self.episodes) - 1)

    @property
    def promise(self) -> datetime | None:
        """Return the promise that runs or is broken; None when no update is owed."""
        return self.notices[-1].promise if self.status.is_open else None

    @property
    def impact(self) -> Impact:
        """Return the worst its own claims have been, unless set by hand (`wire.md`)."""
        if self.impact_override is not None:
            return self.impact_override
        return self.claimed_impact

    @property
    def claimed_impact(self) -> Impact:
        """Return the worst its own claims have been; it never falls by itself."""
        return worst_impact(step.impact for step in steps(self))

    @property
    def states(self) -> States:
        """Return what the incident claims of components now; nothing once it is resolved."""
        last = last_step(self)
        return last.states if last and self.status.is_open else {}

    def with_episode(self, **changes: object) -> "Incident":
        """Return the incident with its current episode changed."""
        episode = replace(self.episode, **changes)  # type: ignore[arg-type]
        return replace(self, episodes=(*self.episodes[:-1], episode))


@dataclass(frozen=True, slots=True)
class Step:
    """Everything an incident claims from `at` on, until its next step. `notice` is None for a merger."""

    at: datetime
    episode: int
    states: States
    component_total: int
    notice: Notice | None
    before: States
    is_withdrawal: bool = False

    @property
    def impact(self) -> Impact:
        """Return what its claims amount to; a resolution withdraws them."""
        return Impact.NONE if self.is_withdrawal else impact_of(self.states.values(), self.component_total)


def steps(incident: Incident) -> Iterator[Step]:
    """Yield the incident's claims as they stood after each notice and merger, oldest first."""
    states: States = {}
    episode = -1
    for index, notice in enumerate(incident.notices):
        if notice.kind in {NoticeKind.INITIAL, NoticeKind.REOPENING}:
            episode, states = episode + 1, {}
        before, states = states, {**states, **notice.states}
        is_withdrawal = index > 0 and notice.kind is NoticeKind.RESOLUTION
        if is_withdrawal:
            # Final states: operational unless confirmed otherwise (rule 6).
            states = {**dict.fromkeys(before, ComponentState.OPERATIONAL), **notice.states}
        yield Step(
            notice.published_at, episode, states, notice.component_total, notice, before, is_withdrawal
        )
        for claim in incident.absorbed:
            if claim.after_notices == index + 1:
                before, states = states, _worse(states, claim.states)
                yield Step(claim.at, episode, states, claim.component_total, None, before)


def last_step(incident: Incident) -> Step | None:
    """Return the incident's claims as they stand after everything it said; None before its first notice."""
    last = None
    for step in steps(incident):
        last = step
    return last


def _worse(ours: States, theirs: States) -> States:
    operational = ComponentState.OPERATIONAL
    return {
        key: max(ours.get(key, operational), theirs.get(key, operational), key=lambda state: state.severity)
        for key in {**ours, **theirs}
    }


@dataclass(frozen=True, slots=True)
class Claim:
    """The state that one incident asserts for one component from `from_at` until `to_at` (None: still)."""

    component_id: str
    state: ComponentState
    from_at: datetime
    to_at: datetime | None


def claims(incident: Incident) -> tuple[Claim, ...]:
    """Return the incident's claims over time, for component history.

    They run between beginning and restoration, never between notices; time between episodes counts as up, a
    false alarm as operational throughout (`cadence.md`, Words, Life of an incident).
    """
    found: list[Claim] = []
    by_episode: dict[int, list[Step]] = {}
    for step in steps(incident):
        by_episode.setdefault(step.episode, []).append(step)
    for number, episode_steps in by_episode.items():
        episode = incident.episodes[number]
        if not episode.is_false_alarm:
            found += _claims_of_episode(episode_steps, incident.beginning_of(number), episode.ended_at)
    return tuple(found)


def _claims_of_episode(episode_steps: list[Step], start: datetime, end: datetime | None) -> Iterator[Claim]:
    last = len(episode_steps) - 1
    for index, step in enumerate(episode_steps):
        if step.is_withdrawal:
            return
        from_at = start if index == 0 else step.at
        to_at = episode_steps[index + 1].at if index < last else None
        if end is not None:
            to_at = min(to_at, end) if to_at else end
        for component_id, state in step.states.items():
            if state is not ComponentState.OPERATIONAL and (to_at is None or from_at < to_at):
                yield Claim(component_id, state, from_at, to_at)
