"""What the manage API answers. The OpenAPI document is generated from these."""

from datetime import date
from typing import Any, Literal

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.roles import IncidentRole
from statuspage.web.api.fields import Id, Moment, Output


class ErrorAnswer(Output):
    """A refusal: a sentence, a stable code, and the sentence for each field it concerns."""

    error: str
    code: str
    fields: dict[str, str]


class LatestUpdate(Output):
    """The notice that the caller had not seen."""

    id: Id
    body: str | None


class ConflictAnswer(ErrorAnswer):
    """A refusal at the wrong time; after a lost race with the other's notice or text beside the own one.

    Of a postmortem that two people edited, the lines of both are `latest_text` and `own_text`.
    """

    latest_update: LatestUpdate | None = None
    latest_text: str | None = None
    body: str | None = None
    own_text: str | None = None


class UnmetAnswer(Output):
    """A requirement of the gate that fails. `part` is a section, `timeline`, `action_items` or null; `item`
    is the id of an action item."""

    code: str
    sentence: str
    part: str | None
    item: str | None


class GateAnswer(ErrorAnswer):
    """A refusal; at the gate of a postmortem with everything that still stands before its publication."""

    unmet: list[UnmetAnswer] | None = None


class LimitsAnswer(Output):
    """Limits in minutes."""

    initial_notice_within: int
    promise_earliest: int
    promise_latest: int
    resolution_notice_within: int
    postmortem_within: int


class PolicyAnswer(LimitsAnswer):
    """The site's limits, and its stricter ones for some impacts."""

    by_impact: dict[Impact, LimitsAnswer]


class LogoAnswer(Output):
    """The logo as it lies in the published site; its address changes with it."""

    url: str
    width: int
    height: int


class BlameWordAnswer(Output):
    """A word that this site does not want to read in its postmortems, and what could stand in its place."""

    word: str
    suggestion: str


class PageAnswer(Output):
    """The page."""

    id: Id
    name: str
    page_description: str | None
    url: str
    home_url: str | None
    support_url: str | None
    footer_note: str | None
    logo: LogoAnswer | None
    accent_color: str
    has_powered_by: bool
    time_zone: str
    created_at: Moment
    updated_at: Moment
    policy: PolicyAnswer
    asks_approval: bool
    has_public_report: bool
    blame_words: list[BlameWordAnswer]
    has_postmortem_promise: bool
    has_action_progress: bool


class ComponentAnswer(Output):
    """A component."""

    id: Id
    name: str
    status: ComponentState
    created_at: Moment
    updated_at: Moment
    position: int
    description: str | None
    showcase: bool
    start_date: date | None
    group_id: Id | None
    page_id: Id
    group: bool
    only_show_if_degraded: bool
    runbook_url: str | None


class GroupAnswer(Output):
    """A component group; `components` are its members' ids, in order."""

    id: Id
    page_id: Id
    name: str
    description: str | None
    components: list[Id]
    position: int
    created_at: Moment
    updated_at: Moment


class AffectedAnswer(Output):
    """What a notice said of one component."""

    code: Id
    name: str
    old_status: ComponentState
    new_status: ComponentState


class UpdateAnswer(Output):
    """A notice; a public postmortem stands among them as the newest, of the status `postmortem`."""

    id: Id
    status: IncidentStatus | Literal["postmortem"]
    body: str
    incident_id: Id
    created_at: Moment
    updated_at: Moment
    display_at: Moment
    affected_components: list[AffectedAnswer] | None
    deliver_notifications: bool
    custom_tweet: str | None
    tweet_id: str | None
    wants_twitter_update: bool
    twitter_updated_at: Moment | None
    kind: NoticeKind | Literal["postmortem"]
    next_update_by: Moment | None
    no_change: bool
    late_by_minutes: int
    late_reason: str | None
    edited_at: Moment | None
    withdrawn_at: Moment | None


class EpisodeAnswer(Output):
    """One stretch from detection to resolution."""

    detected_at: Moment
    announced_at: Moment | None
    mitigated_at: Moment | None
    restored_at: Moment | None
    restored_at_assumed: bool
    resolved_at: Moment | None
    false_alarm: bool
    permanent_fix: bool | None


class IncidentAnswer(Output):
    """An incident, announced or not. Its status is `postmortem` while that can be read by everybody."""

    id: Id
    name: str
    status: IncidentStatus | Literal["postmortem"]
    created_at: Moment
    updated_at: Moment
    monitoring_at: Moment | None
    resolved_at: Moment | None
    impact: Impact
    shortlink: str
    started_at: Moment
    page_id: Id
    incident_updates: list[UpdateAnswer]
    components: list[ComponentAnswer]
    backfilled: bool
    impact_override: Impact | None
    postmortem_body: str | None
    postmortem_body_last_updated_at: Moment | None
    postmortem_ignored: bool
    # Typed as a boolean in the official schema; clients break on a time, so null until published.
    postmortem_published_at: bool | None
    postmortem_notified_subscribers: bool
    postmortem_notified_twitter: bool
    postmortem_url: str | None
    scheduled_for: Moment | None
    scheduled_until: Moment | None
    scheduled_auto_in_progress: bool
    scheduled_auto_completed: bool
    scheduled_remind_prior: bool
    scheduled_reminded_at: Moment | None
    metadata: dict[str, Any]
    began_at: Moment
    detected_at: Moment
    announced_at: Moment | None
    mitigated_at: Moment | None
    restored_at: Moment | None
    restored_at_assumed: bool
    next_update_by: Moment | None
    is_overdue: bool
    false_alarm: bool
    permanent_fix: bool | None
    merged_into: Id | None
    recurrence_of: Id | None
    roles: dict[IncidentRole, str]
    runbook_url: str | None
    channel_url: str | None
    channel_alert_url: str | None
    reason: str | None
    episodes: list[EpisodeAnswer]
    last_update_id: Id | None
    version: int
    is_drill: bool
    drill_id: Id | None
    speed: int | None
    warnings: list[str]


class DeadlineAnswer(Output):
    """Something that is or was owed. `lead` is the mail address of who has it: the communications lead's, the
    owner's of a postmortem. A preliminary postmortem owes the final one, under the same kind."""

    incident_id: Id
    kind: DeadlineKind
    arose_at: Moment
    due_at: Moment
    met_at: Moment | None
    is_overdue: bool
    late_by_minutes: int
    lead: str | None
