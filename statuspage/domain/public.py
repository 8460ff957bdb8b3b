"""The public document: everything a customer may see, and nothing else.

`services/public_view.py` fills it, `render/` turns it into bytes. Instants are aware and UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from statuspage.domain.component import ComponentState, Impact, PageStatus
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.public_postmortem import PublicPostmortem


class LogoGround(StrEnum):
    """What a logo needs behind it to be seen."""

    ANY = "any"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class PublicLogo:
    """The page's logo; `path` is where its file lies in the site, its size in pixels of the file."""

    path: str
    width: int
    height: int
    ground: LogoGround


@dataclass(frozen=True, slots=True)
class PublicPage:
    """The status page itself. `url` has no trailing slash; `updated_at` is when it last changed."""

    id: str
    name: str
    url: str
    time_zone: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    support_url: str | None = None
    accent_color: str = "#1d70b8"
    has_powered_by: bool = True
    home_url: str | None = None
    footer_note: str | None = None
    logo: PublicLogo | None = None
    has_report: bool = False


@dataclass(frozen=True, slots=True)
class InTime:
    """How many of something owed came in time, of how many that were due."""

    kept: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReport:
    """How well customers were kept informed, both days included, in incidents that they know of.

    `usual_first_notice` is what half of the first notices took at most, `within` their limit. `waived` counts
    the incidents, none of them of any impact, for which there need be no postmortem.
    """

    first_day: date
    last_day: date
    incidents: int
    entered_afterwards: int
    first_notices: InTime
    promises: InTime
    all_promises: InTime
    resolutions: InTime
    postmortems: InTime
    waived: int
    usual_first_notice: timedelta | None
    within: timedelta
    resolution_within: timedelta
    postmortem_within: timedelta


@dataclass(frozen=True, slots=True)
class PublicComponent:
    """A component or, with `is_group`, a group, whose members are `component_ids` in order."""

    id: str
    name: str
    status: ComponentState
    created_at: datetime
    updated_at: datetime
    position: int
    description: str | None = None
    showcase: bool = True
    start_date: date | None = None
    group_id: str | None = None
    is_group: bool = False
    only_show_if_degraded: bool = False
    component_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AffectedComponent:
    """What one notice said of one component, and what the same incident had said of it before."""

    id: str
    name: str
    old_status: ComponentState
    new_status: ComponentState


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """One notice as customers read it now, corrections applied.

    `html` is safe markup; `label` is the word in front of it (Investigating, Update, Resolved …);
    a withdrawn notice has the tombstone text in `body` and `html`.
    """

    id: str
    incident_id: str
    status: IncidentStatus
    label: str
    body: str
    html: str
    published_at: datetime
    updated_at: datetime
    display_at: datetime
    affected: tuple[AffectedComponent, ...] = ()
    next_update_by: datetime | None = None
    edited_at: datetime | None = None
    is_retracted: bool = False
    is_no_change: bool = False
    deliver_notifications: bool = True


@dataclass(frozen=True, slots=True)
class IncidentLink:
    """Another incident that one points to."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PublicEpisode:
    """One stretch from detection to resolution; a reopening starts the next."""

    began_at: datetime
    detected_at: datetime
    announced_at: datetime
    mitigated_at: datetime | None = None
    restored_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublicIncident:
    """One announced incident. `notices` are newest first and never empty; `episodes` oldest first.

    `updated_at` is when anything public about it last changed. `next_update_by` is the promise that runs (or
    is broken, `is_overdue`), None when nothing is owed. `postmortem` is there while it is public;
    `postmortem_by` is when it is due where the site says so (past that, `is_postmortem_overdue`).
    """

    id: str
    name: str
    status: IncidentStatus
    impact: Impact
    created_at: datetime
    updated_at: datetime
    began_at: datetime
    episodes: tuple[PublicEpisode, ...]
    notices: tuple[PublicNotice, ...]
    components: tuple[PublicComponent, ...] = ()
    monitoring_at: datetime | None = None
    resolved_at: datetime | None = None
    next_update_by: datetime | None = None
    is_overdue: bool = False
    is_backfill: bool = False
    is_false_alarm: bool = False
    merged_into: IncidentLink | None = None
    recurrence_of: IncidentLink | None = None
    impact_override: Impact | None = None
    postmortem: PublicPostmortem | None = None
    postmortem_by: datetime | None = None
    is_postmortem_overdue: bool = False

    def __hash__(self) -> int:
        # Quick to compute; whatever has the same id is compared in full.
        return hash(self.id)

    @property
    def latest(self) -> PublicNotice:
        """Return the newest notice."""
        return self.notices[0]

    @property
    def is_open(self) -> bool:
        """Return whether customers are still waiting for the end of it."""
        return self.status.is_open


@dataclass(frozen=True, slots=True)
class PublicDay:
    """One day in the page's zone and the incidents that began on it, newest first."""

    day: date
    incidents: tuple[PublicIncident, ...]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What `/` and the roll-ups need.

    `components` are in page order, each group row followed by its members. `open_incidents` come worst
    first, then the promise due first. `past_days` are the past 14 days, newest (today) first, quiet ones
    included. `recent` are the 50 newest incidents in any state, newest first. `recent_notices` are the 50
    newest, `recent_postmortems` the incidents whose postmortems came after the oldest of them, the latest
    first. `logo_content` is the logo's file, `report` what the public report says where it is switched on.
    """

    page: PublicPage
    status: PageStatus
    components: tuple[PublicComponent, ...]
    open_incidents: tuple[PublicIncident, ...]
    past_days: tuple[PublicDay, ...]
    recent: tuple[PublicIncident, ...]
    recent_notices: tuple[tuple[PublicIncident, PublicNotice], ...]
    months: tuple[str, ...]
    recent_postmortems: tuple[PublicIncident, ...] = ()
    logo_content: bytes | None = None
    report: PublicReport | None = None


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The incidents that began in one month of the page's zone, newest first. `month` is `YYYY-MM`."""

    page: PublicPage
    month: str
    incidents: tuple[PublicIncident, ...]
    previous: str | None
    next: str | None
