"""The public view: the one place where rows become what a customer may see.

Everything public (pages, feeds, JSON, later mail and webhooks) renders from what these functions return, so
that no draft, internal note or unannounced incident can influence a public byte.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from statuspage.domain.compliance import Hidden
from statuspage.domain.component import ComponentState, page_status, worst_state
from statuspage.domain.period import Period
from statuspage.domain.public import (
    FrontPage,
    InTime,
    MonthPage,
    PublicComponent,
    PublicDay,
    PublicIncident,
    PublicLogo,
    PublicNotice,
    PublicPage,
    PublicReport,
)
from statuspage.services.compliance_report import public_figures
from statuspage.services.incident_views import IncidentViews
from statuspage.services.public_incident import component_view
from statuspage.store.components import (
    Component,
    ComponentGroup,
    all_components,
    all_groups,
    current_states,
)
from statuspage.store.pages import Page
from statuspage.store.public_incidents import (
    first_started_at,
    latest_incidents,
    latest_updates,
    open_incidents,
    started_between,
)
from statuspage.store.public_postmortems import latest_postmortems

PAST_DAYS = 14
REPORTED_DAYS = 90
RECENT = 50


def public_page(page: Page, url: str) -> PublicPage:
    """Return the page itself; `url` is its base address."""
    return PublicPage(
        id=page.public_id,
        name=page.name,
        url=url,
        time_zone=page.time_zone,
        created_at=page.created_at,
        updated_at=page.updated_at,
        description=page.description,
        support_url=page.support_url,
        accent_color=page.accent_color,
        has_powered_by=page.has_powered_by,
        home_url=page.home_url,
        footer_note=page.footer_note,
        logo=public_logo(page),
        has_report=page.has_public_report,
    )


def public_logo(page: Page) -> PublicLogo | None:
    """Return the page's logo and the place of its file in the site; the name changes with the content."""
    logo = page.logo
    if logo is None:
        return None
    return PublicLogo(f"static/logo.{logo.digest[:12]}.png", logo.width, logo.height, logo.ground)


def front_page(view: IncidentViews, page: Page, url: str) -> FrontPage:
    """Return what the front page, the feeds and the roll-ups show."""
    session, now = view.session, view.now
    components = public_components(session)
    unresolved = view.of(open_incidents(session))
    days = list(_past_days(view, page))
    recent = view.stamped(latest_incidents(session, RECENT))
    updates = latest_updates(session, RECENT)
    pairs = zip(
        view.stamped(stamp for _, stamp in updates), (update_id for update_id, _ in updates), strict=True
    )
    recent_notices = tuple(
        (incident, notice)
        for incident, update_id in pairs
        for notice in incident.notices
        if notice.id == update_id
    )
    return FrontPage(
        page=public_page(page, url),
        status=page_status(
            [component.status for component in components if not component.is_group],
            [incident.impact for incident in unresolved],
        ),
        components=tuple(components),
        open_incidents=tuple(sorted(unresolved, key=_urgency)),
        past_days=tuple(days),
        recent=tuple(recent),
        recent_notices=recent_notices,
        recent_postmortems=_recent_postmortems(view, recent_notices),
        months=tuple(months(session, page, now)),
        logo_content=page.logo.content if page.logo else None,
        report=public_report(session, page, now) if page.has_public_report else None,
    )


def _recent_postmortems(
    view: IncidentViews, notices: Sequence[tuple[PublicIncident, PublicNotice]]
) -> tuple[PublicIncident, ...]:
    """Return the incidents whose postmortems stand among these notices, the latest first."""
    oldest = notices[-1][1].published_at if len(notices) == RECENT else None
    return tuple(view.stamped(latest_postmortems(view.session, RECENT, oldest)))


def public_report(session: Session, page: Page, now: datetime) -> PublicReport:
    """Return how well customers were kept informed in the past 90 days, today included.

    It counts what stands on the page and nothing else, so that no unannounced incident shows in it.
    """
    zone = ZoneInfo(page.time_zone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=REPORTED_DAYS - 1)
    period = Period(_midnight(first, zone), _midnight(today + timedelta(days=1), zone))
    figures = public_figures(session, page, period, now)
    limits, kept = page.limits.limits, figures.kept
    return PublicReport(
        first_day=first,
        last_day=today,
        incidents=figures.incidents,
        entered_afterwards=kept.hidden[Hidden.ENTERED_AFTERWARDS],
        first_notices=InTime(kept.initial_notice.on_time, kept.initial_notice.settled),
        promises=InTime(kept.promises.on_time, kept.promises.settled),
        all_promises=InTime(figures.all_gaps.kept, figures.all_gaps.incidents),
        resolutions=InTime(kept.resolution_notice.on_time, kept.resolution_notice.settled),
        postmortems=InTime(kept.postmortem.on_time, kept.postmortem.settled),
        waived=kept.waived,
        usual_first_notice=figures.first_notice.p50 if figures.first_notice else None,
        within=limits.initial_notice_within,
        resolution_within=limits.resolution_notice_within,
        postmortem_within=limits.postmortem_within,
    )


def _urgency(incident: PublicIncident) -> tuple[int, datetime]:
    """Worst first, then the promise due first (`look.md`)."""
    return -incident.impact.severity, incident.next_update_by or incident.created_at


def public_components(session: Session) -> list[PublicComponent]:
    """Return the components in page order, each group row followed by its members.

    A component shows the worst of its claims; a group the worst of its members.
    """
    states = current_states(session)
    views = [
        (component, component_view(component, _state(states, component), component.updated_at))
        for component in all_components(session)
    ]
    rows: list[tuple[tuple[int, int], list[PublicComponent]]] = [
        ((component.position, component.id), [view])
        for component, view in views
        if component.group_id is None
    ]
    for group in all_groups(session):
        members = [view for component, view in views if component.group_id == group.id]
        rows.append(((group.position, group.id), [_group_view(group, members), *members]))
    return [view for _, block in sorted(rows, key=lambda row: row[0]) for view in block]


def _state(states: dict[int, ComponentState], component: Component) -> ComponentState:
    return states.get(component.id, ComponentState.OPERATIONAL)


def _group_view(group: ComponentGroup, members: list[PublicComponent]) -> PublicComponent:
    return PublicComponent(
        id=group.public_id,
        name=group.name,
        status=worst_state(member.status for member in members),
        created_at=group.created_at,
        updated_at=group.updated_at,
        position=group.position,
        description=group.description,
        showcase=False,
        is_group=True,
        component_ids=tuple(member.id for member in members),
    )


def _past_days(view: IncidentViews, page: Page) -> Iterator[PublicDay]:
    zone = ZoneInfo(page.time_zone)
    today = view.now.astimezone(zone).date()
    first = today - timedelta(days=PAST_DAYS - 1)
    incidents = view.stamped(
        started_between(view.session, _midnight(first, zone), _midnight(today + timedelta(days=1), zone))
    )
    by_day: dict[date, list[PublicIncident]] = {}
    for incident in incidents:
        by_day.setdefault(incident.began_at.astimezone(zone).date(), []).append(incident)
    for days in range(PAST_DAYS):
        day = today - timedelta(days=days)
        yield PublicDay(day, tuple(by_day.get(day, ())))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def months(session: Session, page: Page, now: datetime) -> list[str]:
    """Return every month from the first incident to now, newest first, each `YYYY-MM`."""
    zone = ZoneInfo(page.time_zone)
    first = (first_started_at(session) or now).astimezone(zone)
    last = now.astimezone(zone)
    start, end = (moment.year * 12 + moment.month - 1 for moment in (first, last))
    return [f"{index // 12:04}-{index % 12 + 1:02}" for index in range(max(start, end), start - 1, -1)]


def month_page(view: IncidentViews, page: Page, url: str, month: str, all_months: Sequence[str]) -> MonthPage:
    """Return one month's incidents, newest first; `all_months` as `months` returns them."""
    zone = ZoneInfo(page.time_zone)
    start = datetime.strptime(month, "%Y-%m").replace(tzinfo=zone)
    end = (start + timedelta(days=32)).replace(day=1)
    position = all_months.index(month)
    return MonthPage(
        page=public_page(page, url),
        month=month,
        incidents=tuple(view.stamped(started_between(view.session, start, end))),
        previous=all_months[position + 1] if position + 1 < len(all_months) else None,
        next=all_months[position - 1] if position else None,
    )
