"""What the manage API accepts. The OpenAPI document is generated from these."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.addresses import ADDRESS_LIMIT, CONTACT_PATTERN, WEB_PATTERN
from statuspage.domain.blame_site import MOST_WORDS, SUGGESTION_LIMIT, WORD_LIMIT
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import IncidentRole
from statuspage.domain.text import MESSAGE_LIMIT, TITLE_LIMIT
from statuspage.services.page_settings import FOOTER_LIMIT
from statuspage.web.api.fields import Day, Input, Instant, ShortText, WebAddress, WholeNumber

Title = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": TITLE_LIMIT})]
Message = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": MESSAGE_LIMIT})]
Position = Annotated[WholeNumber, Field(ge=0, le=1_000_000)]
Minutes = Annotated[WholeNumber, Field(ge=-1_000_000, le=1_000_000)]
# More than any page has, and fewer than any database takes in one question.
MOST_COMPONENTS = 1000
States = Annotated[dict[str, ComponentState], Field(max_length=MOST_COMPONENTS)]
Ids = Annotated[list[str], Field(max_length=MOST_COMPONENTS)]
Emails = Annotated[list[str], Field(max_length=MOST_COMPONENTS)]
# The rules have the say about how fast a drill may run.
Speed = Annotated[WholeNumber, Field(ge=-1_000_000, le=1_000_000)]
# The rules have the say about what an address, a colour or a limit may be.
HomeAddress = Annotated[
    str, Field(json_schema_extra={"pattern": f"^{WEB_PATTERN}$", "maxLength": ADDRESS_LIMIT})
]
Runbook = HomeAddress
ContactAddress = Annotated[
    str, Field(json_schema_extra={"pattern": f"^{CONTACT_PATTERN}$", "maxLength": ADDRESS_LIMIT})
]
SecureAddress = Annotated[
    str, Field(json_schema_extra={"pattern": "^https://[A-Za-z0-9]\\S*$", "maxLength": ADDRESS_LIMIT})
]
# An address of Apprise: `slack://…`, `discord://…`; answers show its scheme alone.
AlertAddress = Annotated[str, Field(json_schema_extra={"pattern": "://", "maxLength": ADDRESS_LIMIT})]
Colour = Annotated[str, Field(json_schema_extra={"pattern": "^#[0-9a-fA-F]{6}$"})]
FooterNote = Annotated[str, Field(json_schema_extra={"maxLength": FOOTER_LIMIT})]
LimitMinutes = Annotated[WholeNumber, Field(ge=1, le=1_000_000)]


class IncidentFields(Input):
    """What creating and changing an incident have in common."""

    body: Message | None = None
    components: States | None = None
    component_ids: Ids | None = None
    impact_override: Impact | None = None
    detected_at: Instant | None = None
    began_at: Instant | None = None
    mitigated_at: Instant | None = None
    restored_at: Instant | None = None
    next_update_by: Instant | None = None
    next_update_in: Minutes | None = None
    late_reason: ShortText | None = None
    no_change: bool = False
    false_alarm: bool = False
    permanent_fix: bool | None = None
    deliver_notifications: bool = True
    roles: dict[IncidentRole, str | None] = Field(default_factory=dict)
    runbook_url: WebAddress | None = None
    channel_url: SecureAddress | None = None
    channel_alert_url: AlertAddress | None = None
    metadata: dict[str, Any] | None = None
    reason: ShortText | None = None
    scheduled_for: Instant | None = None
    scheduled_until: Instant | None = None
    display_at: Instant | None = None


class IncidentCreate(IncidentFields):
    """A new incident: detected only, or with its first notice."""

    name: Title
    status: IncidentStatus = IncidentStatus.INVESTIGATING
    recurrence_of: str | None = None
    backfilled: bool = False
    backfill_date: Day | None = None
    is_drill: bool = False
    speed: Speed | None = None
    participants: Emails | None = None


class IncidentChange(IncidentFields):
    """An act on an incident, or times and facts of it.

    A real incident never becomes a drill: `is_drill: true` is refused for one.
    """

    is_drill: bool | None = None

    name: Title | None = None
    status: IncidentStatus | None = None
    reopen: bool = False
    merge_into: str | None = None
    last_update_id: str | None = None


class UpdateChange(Input):
    """A correction of a published notice, or the reason why it came late."""

    body: Message | None = None
    components: States | None = None
    late_reason: ShortText | None = None
    last_update_id: str | None = None
    display_at: Instant | None = None


class ComponentCreate(Input):
    """A new component."""

    name: Title
    description: ShortText | None = None
    status: ComponentState = ComponentState.OPERATIONAL
    group_id: str | None = None
    position: Position | None = None
    showcase: bool = True
    only_show_if_degraded: bool = False
    runbook_url: Runbook | None = None
    start_date: Day | None = None
    reason: ShortText | None = None


class ComponentChange(Input):
    """A change of a component."""

    name: Title | None = None
    description: ShortText | None = None
    status: ComponentState | None = None
    group_id: str | None = None
    position: Position | None = None
    showcase: bool | None = None
    only_show_if_degraded: bool | None = None
    runbook_url: Runbook | None = None
    start_date: Day | None = None
    reason: ShortText | None = None


class GroupCreate(Input):
    """A new group; `components` are its members' ids, in order."""

    name: Title
    description: ShortText | None = None
    components: Ids = Field(default_factory=list)
    position: Position | None = None


class GroupChange(Input):
    """A change of a group."""

    name: Title | None = None
    description: ShortText | None = None
    components: Ids | None = None
    position: Position | None = None


class LimitsInput(Input):
    """Limits in minutes; a site may be stricter than the product, never laxer."""

    initial_notice_within: LimitMinutes | None = None
    promise_earliest: LimitMinutes | None = None
    promise_latest: LimitMinutes | None = None
    resolution_notice_within: LimitMinutes | None = None
    postmortem_within: LimitMinutes | None = None


class PolicyInput(LimitsInput):
    """The site's limits, and its stricter ones for some impacts."""

    by_impact: dict[Impact, LimitsInput] = Field(default_factory=dict)


class BlameWordInput(Input):
    """A word that this site does not want to read in its postmortems. A star at its end stands for any
    ending; `suggestion` is what could stand in its place."""

    word: Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": WORD_LIMIT})]
    suggestion: Annotated[str, Field(json_schema_extra={"maxLength": SUGGESTION_LIMIT})] = ""


class PageChange(Input):
    """A change of the page."""

    name: Title | None = None
    page_description: ShortText | None = None
    home_url: HomeAddress | None = None
    support_url: ContactAddress | None = None
    footer_note: FooterNote | None = None
    accent_color: Colour | None = None
    has_powered_by: bool | None = None
    time_zone: str | None = None
    policy: PolicyInput | None = None
    asks_approval: bool | None = None
    has_public_report: bool | None = None
    blame_words: Annotated[list[BlameWordInput], Field(json_schema_extra={"maxItems": MOST_WORDS})] | None = (
        None
    )
    has_postmortem_promise: bool | None = None
    has_action_progress: bool | None = None


class LogoInput(Input):
    """A logo: the file as it is, in Base64. PNG, JPEG, WebP or GIF, at most 2 MB."""

    content: Annotated[str, Field(json_schema_extra={"contentEncoding": "base64", "minLength": 1})]
