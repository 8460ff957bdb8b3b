"""No sequence of acts, valid or not, reaches a state that the rules forbid.

Hypothesis plays a few incidents and a clock: people who publish, correct, merge and move times, in any order
and with any arguments. After each act every incident is compared with what it was before.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from statuspage.domain.cadence import DeadlineKind, Limits, Policy, PromiseBy, PromiseIn, whole_minute
from statuspage.domain.component import ComponentState, Impact, worst_state
from statuspage.domain.errors import DomainError
from statuspage.domain.incident import Incident, IncidentStatus, NoticeKind, claims
from statuspage.domain.merging import merge
from statuspage.domain.milestones import (
    UNSET,
    Times,
    dismiss,
    end_internally,
    open_incident,
    revive,
    set_times,
)
from statuspage.domain.notices import Draft, final_states, publish, reopen
from statuspage.domain.obligations import deadlines, lateness_of, open_deadlines
from statuspage.domain.reminders import newest_due_step
from statuspage.domain.revisions import correct, retract
from statuspage.domain.warnings import warnings_about
from tests.fakes import NOON

COMPONENTS = ["api", "web", "db"]
POLICIES = [
    Policy(),
    Policy(Limits(promise_earliest=timedelta(minutes=5), promise_latest=timedelta(minutes=20))),
    Policy(by_impact={Impact.CRITICAL: Limits(*[timedelta(minutes=7)] * 5)}),
]
CODES = {
    "already_announced",
    "already_ended",
    "began_after_detected",
    "change_in_no_change",
    "commander_or_admin_only",
    "detected_after_notice",
    "detected_before_restoration",
    "detected_in_future",
    "incident_ended",
    "incident_merged",
    "incident_resolved",
    "mitigated_after_resolved",
    "mitigated_before_began",
    "mitigated_in_future",
    "not_a_notice_status",
    "not_an_update",
    "not_ended",
    "not_found",
    "not_open",
    "not_resolved",
    "notice_withdrawn",
    "only_on_resolution",
    "postmortem_public",
    "promise_not_allowed",
    "promise_out_of_window",
    "reason_missing",
    "reopen_too_late",
    "restored_at_missing",
    "restored_before_began",
    "restored_in_future",
    "status_not_open",
    "survivor_not_open",
    "survivor_promise_overdue",
}

which = st.integers(0, 2)
states = st.dictionaries(st.sampled_from(COMPONENTS), st.sampled_from(ComponentState))
reasons = st.sampled_from([None, " ", "because"])
# Instants are given as seconds from now, mostly near, sometimes absurd.
offsets = st.one_of(
    st.sampled_from([0, -1, 1, -60, -300, -900, -1800, 60]),
    st.integers(-7200, 300),
    st.integers(-(10**9), 10**9),
)
maybe_offset = st.none() | offsets
promises = st.one_of(
    st.none(),
    st.integers(25, 65).map(PromiseIn),
    st.integers(-(10**15), 10**15).map(PromiseIn),
    st.integers(1500, 4000),
)
milestone = st.one_of(st.just(UNSET), st.none(), offsets)
drafts = st.fixed_dictionaries(
    {},
    optional={
        "status": st.none() | st.sampled_from(IncidentStatus),
        "states": st.none() | states,
        "component_total": st.integers(0, 3),
        "promise": promises,
        "is_no_change": st.booleans(),
        "restored_at": maybe_offset,
        "mitigated_at": maybe_offset,
        "is_false_alarm": st.booleans(),
        "permanent_fix": st.none() | st.booleans(),
        "impact_override": st.none() | st.sampled_from(Impact),
        "recovered_at": maybe_offset,
        "text": st.sampled_from(["We are on it.", "Found it.", ""]),
    },
)


class Communication(RuleBasedStateMachine):
    """Three incidents, one policy, one clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.notices = 0
        self.incidents: list[Incident] = []
        self.policy = POLICIES[0]

    @initialize(policy=st.sampled_from(POLICIES))
    def three_incidents_are_detected(self, policy: Policy) -> None:
        self.policy = policy
        self.incidents = [open_incident(self.now, None, self.now) for _ in range(3)]

    @rule(seconds=st.sampled_from([1, 59, 60, 600, 899, 900, 1800, 3600, 86_399, 86_400, 86_401]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(seconds=st.integers(0, 4000))
    def some_time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds, microseconds=seconds)

    @rule(n=which, detected=offsets, began=maybe_offset)
    def declare(self, n: int, detected: int, began: int | None) -> None:
        """A new incident takes the place of one that is long over."""
        if self.incidents[n].status in {IncidentStatus.RESOLVED, IncidentStatus.DISMISSED}:
            fresh = self._try(lambda: open_incident(self._at(detected), self._maybe(began), self.now))
            if fresh is not None:
                self.incidents[n] = fresh

    @rule(n=which, fields=drafts)
    def publish(self, n: int, fields: dict[str, Any]) -> None:
        draft = self._draft(fields)
        self._act(n, lambda incident: publish(incident, draft, self.now, self.policy))

    @rule(n=which, status=st.sampled_from(["investigating", "identified", "monitoring"]), stated=states)
    def announce_or_update(self, n: int, status: str, stated: dict[str, ComponentState]) -> None:
        """An ordinary notice, so that incidents get on."""
        draft = self._draft({"status": IncidentStatus(status), "states": stated, "component_total": 3})
        self._act(n, lambda incident: publish(incident, draft, self.now, self.policy))

    @rule(n=which, restored=st.integers(-3600, 0), is_false_alarm=st.booleans())
    def resolve(self, n: int, restored: int, is_false_alarm: bool) -> None:
        fields = {"status": IncidentStatus.RESOLVED, "is_false_alarm": is_false_alarm}
        draft = self._draft({**fields, "restored_at": restored})
        self._act(n, lambda incident: publish(incident, draft, self.now, self.policy))

    @rule(n=which, fields=drafts, detected=offsets, postmortem=maybe_offset)
    def reopen(self, n: int, fields: dict[str, Any], detected: int, postmortem: int | None) -> None:
        draft, at = self._draft(fields), self._at(detected)
        self._act(
            n,
            lambda incident: reopen(
                incident, draft, at, self.now, self.policy, postmortem_at=self._maybe(postmortem)
            ),
        )

    @rule(n=which, stated=states)
    def reopen_at_once(self, n: int, stated: dict[str, ComponentState]) -> None:
        draft = self._draft({"status": IncidentStatus.INVESTIGATING, "states": stated})
        self._act(n, lambda incident: reopen(incident, draft, self.now, self.now, self.policy))

    @rule(one=which, other=which)
    def merge(self, one: int, other: int) -> None:
        if one == other:
            return
        before, survivor_before = self.incidents[one], self.incidents[other]
        draft = self._draft({"component_total": 3})
        both = self._try(lambda: merge(before, survivor_before, draft, f"incident{other}", self.now))
        if both is None:
            return
        self.incidents[one], self.incidents[other] = both
        self._check_change(before, both[0])
        self._check_change(survivor_before, both[1])
        assert before.status.is_open
        assert survivor_before.promise is not None
        assert self.now <= survivor_before.promise
        assert open_deadlines(both[0], self.policy) == []
        for key, state in before.states.items():
            assert both[1].states[key].severity >= state.severity

    @rule(n=which, reason=reasons)
    def dismiss(self, n: int, reason: str | None) -> None:
        self._act(n, lambda incident: dismiss(incident, reason))

    @rule(n=which, reason=reasons, may_end=st.booleans())
    def end_internally(self, n: int, reason: str | None, may_end: bool) -> None:
        self._act(n, lambda incident: end_internally(incident, reason, may_end=may_end))

    @rule(n=which, reason=reasons)
    def revive(self, n: int, reason: str | None) -> None:
        self._act(n, lambda incident: revive(incident, reason))

    @rule(
        n=which,
        times=st.fixed_dictionaries(
            {
                "detected_at": st.just(UNSET) | offsets,
                "began_at": milestone,
                "mitigated_at": milestone,
                "restored_at": milestone,
            }
        ),
        may_move_later=st.booleans(),
        reason=reasons,
    )
    def move_times(self, n: int, times: dict[str, Any], may_move_later: bool, reason: str | None) -> None:
        chosen = {name: self._at(value) if isinstance(value, int) else value for name, value in times.items()}
        before = self.incidents[n]
        after = self._act(
            n,
            lambda incident: set_times(
                incident, Times(**chosen), self.now, may_move_later=may_move_later, reason=reason
            ),
        )
        if after is not None and after.is_announced:
            is_later = after.episode.detected_at > before.episode.detected_at
            assert not is_later or (may_move_later and reason == "because")

    @rule(
        n=which,
        name=st.sampled_from(["detected_at", "began_at", "mitigated_at", "restored_at"]),
        seconds=st.integers(-3600, 0),
    )
    def move_one_time_a_little(self, n: int, name: str, seconds: int) -> None:
        times = Times(**{name: self._at(seconds)})
        self._act(
            n,
            lambda incident: set_times(incident, times, self.now, may_move_later=True, reason="because"),
        )

    @rule(
        n=which, index=st.integers(0, 5), text=st.none() | st.just("Other words."), stated=st.none() | states
    )
    def correct(self, n: int, index: int, text: str | None, stated: dict[str, ComponentState] | None) -> None:
        self._act(n, lambda incident: correct(incident, self._notice_id(incident, index), text, stated))

    @rule(n=which, index=st.integers(0, 5))
    def retract(self, n: int, index: int) -> None:
        self._act(n, lambda incident: retract(incident, self._notice_id(incident, index)))

    # What holds of every change

    def _act(self, n: int, act: Callable[[Incident], Incident]) -> Incident | None:
        before = self.incidents[n]
        after = self._try(lambda: act(before))
        if after is not None:
            self.incidents[n] = after
            self._check_change(before, after)
        return after

    def _try(self, act: Callable[[], Any]) -> Any:
        """Return what the act made, or None where the rules refused it: with a stable code and a sentence."""
        try:
            return act()
        except DomainError as refusal:
            self._check_refusal(refusal)
            return None

    def _check_refusal(self, refusal: DomainError) -> None:
        assert refusal.code in CODES
        assert refusal.message

    def _check_change(self, before: Incident, after: Incident) -> None:
        fixed = [
            (each.id, each.published_at, each.promise, each.kind, each.status) for each in before.notices
        ]
        now_fixed = [
            (each.id, each.published_at, each.promise, each.kind, each.status) for each in after.notices
        ]
        assert now_fixed[: len(fixed)] == fixed, "notices only grow and keep their times"
        assert len(now_fixed) <= len(fixed) + 1
        assert after.episode.recorded_at >= before.episode.recorded_at
        if before.is_announced:
            assert after.status.is_public, "what was announced stays so"
        if after.status is IncidentStatus.RESOLVED and before.status is not IncidentStatus.RESOLVED:
            assert len(now_fixed) == len(fixed) + 1, "only a notice resolves"
            assert after.notices[-1].status is IncidentStatus.RESOLVED
        if before.status is IncidentStatus.RESOLVED and after.status is not IncidentStatus.RESOLVED:
            assert after.notices[-1].kind is NoticeKind.REOPENING
            resolved_at = before.episode.resolved_at
            assert resolved_at is not None
            assert self.now <= resolved_at + timedelta(hours=24)
        for notice in after.notices[len(fixed) :]:
            self._check_new(after, notice.promise)
        if len(now_fixed) == len(fixed):
            assert after.promise == before.promise

    def _check_new(self, after: Incident, promise: datetime | None) -> None:
        notice = after.notices[-1]
        assert notice.published_at == self.now
        if not notice.status.is_open:
            assert promise is None
            return
        assert promise is not None
        ahead = promise - whole_minute(self.now)
        windows = [self.policy.for_impact(impact) for impact in Impact]
        assert any(limits.promise_earliest <= ahead <= limits.promise_latest for limits in windows)
        assert promise == whole_minute(promise)

    # What always holds

    @invariant()
    def only_public_incidents_carry_notices(self) -> None:
        for incident in self.incidents:
            assert incident.is_announced is incident.status.is_public
            assert (incident.episode.announced_at is not None) is incident.is_announced
            if incident.is_announced:
                assert incident.notices[-1].status is incident.status

    @invariant()
    def exactly_one_update_is_owed_while_open_and_nothing_but_a_postmortem_after(self) -> None:
        for incident in self.incidents:
            found = deadlines(incident, self.policy)
            owed = [deadline.kind for deadline in found if deadline.is_open]
            assert owed.count(DeadlineKind.UPDATE) == incident.status.is_open
            assert [found.kind for found in found].count(DeadlineKind.POSTMORTEM) <= 1
            if incident.status.is_open:
                assert set(owed) <= {DeadlineKind.UPDATE, DeadlineKind.RESOLUTION_NOTICE}
            elif incident.status is IncidentStatus.RESOLVED:
                is_owed = not incident.episode.is_false_alarm and not incident.merged_into
                assert owed == [DeadlineKind.POSTMORTEM] * is_owed
            else:
                is_detected = incident.status is IncidentStatus.DETECTED
                assert owed == [DeadlineKind.INITIAL_NOTICE] * is_detected

    @invariant()
    def milestones_are_in_order(self) -> None:
        for incident in self.incidents:
            assert incident.beginning <= incident.episodes[0].detected_at
            last_end = None
            for number, episode in enumerate(incident.episodes):
                beginning = incident.beginning_of(number)
                end = episode.resolved_at or self.now
                assert episode.detected_at <= (episode.announced_at or self.now) <= end <= self.now
                for milestone_at in (episode.mitigated_at, episode.restored_at):
                    assert milestone_at is None or beginning <= milestone_at <= end
                assert last_end is None or last_end <= episode.detected_at
                last_end = episode.ended_at

    @invariant()
    def claims_stay_between_beginning_and_restoration_and_never_overlap(self) -> None:
        for incident in self.incidents:
            until: dict[str, datetime] = {}
            spans = [
                (incident.beginning_of(number), episode.ended_at)
                for number, episode in enumerate(incident.episodes)
                if not episode.is_false_alarm
            ]
            for claim in sorted(claims(incident), key=lambda claim: claim.from_at):
                assert claim.to_at is None or claim.from_at < claim.to_at
                assert until.get(claim.component_id, claim.from_at) <= claim.from_at
                until[claim.component_id] = claim.to_at or datetime.max.replace(tzinfo=NOON.tzinfo)
                assert any(
                    start <= claim.from_at
                    and (end is None or (claim.to_at is not None and claim.to_at <= end))
                    for start, end in spans
                )
            running = {claim.component_id: claim.state for claim in claims(incident) if claim.to_at is None}
            operational = ComponentState.OPERATIONAL
            claimed = {key: state for key, state in incident.states.items() if state is not operational}
            assert running == claimed

    @invariant()
    def a_component_shows_the_worst_that_any_open_incident_claims(self) -> None:
        for component in COMPONENTS:
            held = [incident.states[component] for incident in self.incidents if component in incident.states]
            running = [
                claim.state
                for incident in self.incidents
                for claim in claims(incident)
                if claim.component_id == component and claim.to_at is None
            ]
            assert worst_state(running) is worst_state(held)

    @invariant()
    def every_reading_of_an_incident_works(self) -> None:
        for incident in self.incidents:
            assert incident.impact_override or incident.impact is incident.claimed_impact
            assert all(lateness_of(incident, notice, self.policy) >= 0 for notice in incident.notices)
            assert all(isinstance(warning, str) for warning in warnings_about(incident))
            assert not final_states(incident) or incident.status is IncidentStatus.RESOLVED
            for deadline in open_deadlines(incident, self.policy):
                step = newest_due_step(deadline, self.now)
                assert step is None or deadline.arose_at <= step.at <= self.now

    # Arguments

    def _draft(self, fields: dict[str, Any]) -> Draft:
        self.notices += 1
        filled = {"text": "We are on it.", **fields}
        for name in ("restored_at", "mitigated_at", "recovered_at"):
            if filled.get(name) is not None:
                filled[name] = self._at(filled[name])
        if isinstance(filled.get("promise"), int):
            filled["promise"] = PromiseBy(self._at(filled["promise"]))
        return Draft(notice_id=f"notice{self.notices}", **filled)

    def _at(self, seconds: int) -> datetime:
        return self.now + timedelta(seconds=seconds)

    def _maybe(self, seconds: int | None) -> datetime | None:
        return None if seconds is None else self._at(seconds)

    def _notice_id(self, incident: Incident, index: int) -> str:
        return incident.notices[index].id if index < len(incident.notices) else "nosuchnotice"


def play(examples: int, acts: int) -> None:
    run_state_machine_as_test(
        Communication,
        settings=settings(
            max_examples=examples,
            stateful_step_count=acts,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_sequence_of_acts_reaches_a_forbidden_state():
    play(examples=30, acts=30)


@pytest.mark.soak
def test_no_long_sequence_of_acts_reaches_a_forbidden_state():
    play(examples=2000, acts=60)


def test_the_machine_would_notice_a_dismissal_of_what_was_announced():
    machine = Communication()
    machine.three_incidents_are_detected(POLICIES[0])
    machine.announce_or_update(0, "investigating", {})
    announced = machine.incidents[0]

    with pytest.raises(AssertionError):
        machine._check_change(announced, replace(announced, status=IncidentStatus.DISMISSED))
