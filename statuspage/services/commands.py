"""What the edges ask of the verbs, checked for shape but not yet for rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from statuspage.domain.cadence import PromiseRequest
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import IncidentRole
from statuspage.services.notice_text import NoticeText


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A new incident, unannounced. `roles` maps to mail addresses, `recurrence_of` is a public id."""

    name: str
    detected_at: datetime | None = None
    began_at: datetime | None = None
    impact_override: Impact | None = None
    states: Mapping[str, ComponentState] | None = None
    roles: Mapping[IncidentRole, str | None] = field(default_factory=dict)
    runbook_url: str | None = None
    channel_url: str | None = None
    channel_alert_url: str | None = None
    recurrence_of: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the caller has seen of an incident; None where the request does not say (rule 15)."""

    version: int | None = None
    last_update_id: str | None = None


NOTHING_SEEN = Seen()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCommand:
    """A notice to publish. `text` None takes the default text of its status.

    `content` is the form it was written in, which an approval may hold for; None where it stands in no draft.
    `is_preview` where it is only tried for its look, for which nobody's approval is asked
    and a responder's role will do: only in a transaction of which nothing stays.
    """

    text: NoticeText | None = None
    status: IncidentStatus | None = None
    states: Mapping[str, ComponentState] | None = None
    promise: PromiseRequest | None = None
    is_no_change: bool = False
    late_reason: str | None = None
    restored_at: datetime | None = None
    mitigated_at: datetime | None = None
    is_false_alarm: bool = False
    permanent_fix: bool | None = None
    impact_override: Impact | None = None
    deliver_notifications: bool = True
    seen: Seen = NOTHING_SEEN
    content: Mapping[str, Any] | None = None
    is_preview: bool = False
