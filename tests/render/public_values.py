"""Public documents for tests: plain functions with keywords, times on 3 November 2026."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from statuspage.domain.component import ComponentState, Impact, page_status
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.public import (
    AffectedComponent,
    FrontPage,
    IncidentLink,
    MonthPage,
    PublicComponent,
    PublicDay,
    PublicEpisode,
    PublicIncident,
    PublicNotice,
    PublicPage,
)

OPERATIONAL, MAINTENANCE, DEGRADED, PARTIAL, MAJOR = ComponentState
TODAY = date(2026, 11, 3)
CREATED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def at(clock: str, day: date = TODAY) -> datetime:
    """Return `14:07` (or `14:07:30`) of a day, UTC."""
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=UTC)


def make_page(**changes: Any) -> PublicPage:
    page = PublicPage("p4ge00000000", "Acme", "https://status.acme.example", "Etc/UTC", CREATED, at("14:07"))
    return replace(page, **changes)


def make_component(
    public_id: str, name: str, status: ComponentState = OPERATIONAL, **changes: Any
) -> PublicComponent:
    return replace(PublicComponent(public_id, name, status, CREATED, CREATED, 1), **changes)


def make_group(name: str, members: Sequence[PublicComponent], **changes: Any) -> tuple[PublicComponent, ...]:
    id_ = f"g{name[:3].lower():0>11}"
    worst = max((member.status for member in members), key=lambda state: state.severity)
    group = make_component(
        id_, name, worst, is_group=True, component_ids=tuple(member.id for member in members), **changes
    )
    return (group, *(replace(member, group_id=id_) for member in members))


API = make_component("c0mp000000aa", "Public API", PARTIAL, description="REST and webhooks")
WEB = make_component("c0mp000000bb", "Dashboard", DEGRADED)
MAIL = make_component("c0mp000000cc", "E-mail delivery")


def make_notice(
    label: str = "Investigating", clock: str = "13:20", text: str = "We look into it.", **changes: Any
) -> PublicNotice:
    published_at = changes.pop("published_at", None) or at(clock)
    statuses = {
        "Resolved": IncidentStatus.RESOLVED,
        "Identified": IncidentStatus.IDENTIFIED,
        "Monitoring": IncidentStatus.MONITORING,
    }
    notice = PublicNotice(
        id=changes.pop("id", f"n{published_at:%m%d%H%M%S}0"),
        incident_id="1nc1dent0001",
        status=statuses.get(label, IncidentStatus.INVESTIGATING),
        label=label,
        body=text,
        html=f"<p>{text}</p>",
        published_at=published_at,
        updated_at=published_at,
        display_at=published_at,
    )
    return replace(notice, **changes)


def make_open_incident(**changes: Any) -> PublicIncident:
    """An open incident: began 11:00, noticed 13:00, announced 13:09, next update by 14:40."""
    notices = (
        make_notice(
            "Identified",
            "14:07",
            "A database node ran out of disk space. We are moving its load to another one.",
            next_update_by=at("14:40"),
        ),
        make_notice(
            "Investigating",
            "13:09",
            "Some requests to the API fail. Retrying helps.",
            next_update_by=at("14:09"),
            affected=(
                AffectedComponent(API.id, API.name, OPERATIONAL, PARTIAL),
                AffectedComponent(WEB.id, WEB.name, OPERATIONAL, DEGRADED),
            ),
        ),
    )
    incident = PublicIncident(
        id="1nc1dent0001",
        name="Elevated error rates on the API",
        status=IncidentStatus.IDENTIFIED,
        impact=Impact.MAJOR,
        created_at=at("13:09"),
        updated_at=at("14:07"),
        began_at=at("11:00"),
        episodes=(PublicEpisode(at("11:00"), at("13:00"), at("13:09")),),
        notices=notices,
        components=(API, WEB),
        next_update_by=at("14:40"),
    )
    return _owned(replace(incident, **changes))


def make_resolved_incident(day: date = date(2026, 10, 30), **changes: Any) -> PublicIncident:
    """A resolved incident: began 09:00, noticed at once, announced 09:09, restored 10:30, resolved 10:40."""
    notices = (
        make_notice(
            "Resolved", published_at=at("10:40", day), text="The backlog is gone and mail goes out as usual."
        ),
        make_notice(
            "Monitoring", published_at=at("10:05", day), text="A new relay is in place. We are watching it."
        ),
        make_notice("Investigating", published_at=at("09:09", day), text="Mail is going out late."),
    )
    incident = PublicIncident(
        id=changes.pop("id", f"1nc{day:%y%m%d}000"),
        name="Delayed e-mail",
        status=IncidentStatus.RESOLVED,
        impact=Impact.MINOR,
        created_at=at("09:09", day),
        updated_at=at("10:40", day),
        began_at=at("09:00", day),
        episodes=(
            PublicEpisode(
                at("09:00", day),
                at("09:00", day),
                at("09:09", day),
                at("10:05", day),
                at("10:30", day),
                at("10:40", day),
            ),
        ),
        notices=notices,
        components=(MAIL,),
        monitoring_at=at("10:05", day),
        resolved_at=at("10:40", day),
    )
    return _owned(replace(incident, **changes))


def _owned(incident: PublicIncident) -> PublicIncident:
    return replace(
        incident, notices=tuple(replace(notice, incident_id=incident.id) for notice in incident.notices)
    )


def make_front(
    open_incidents: Sequence[PublicIncident] = (),
    past: Sequence[PublicIncident] = (),
    components: Sequence[PublicComponent] = (MAIL,),
    page: PublicPage | None = None,
) -> FrontPage:
    everything = sorted([*open_incidents, *past], key=lambda one: one.created_at, reverse=True)
    days = [TODAY - timedelta(days=back) for back in range(14)]
    notices = [(one, notice) for one in everything for notice in one.notices]
    return FrontPage(
        page=page or make_page(),
        status=page_status(
            [row.status for row in components if not row.is_group], [one.impact for one in open_incidents]
        ),
        components=tuple(components),
        open_incidents=tuple(open_incidents),
        past_days=tuple(
            PublicDay(day, tuple(one for one in everything if one.began_at.date() == day)) for day in days
        ),
        recent=tuple(everything),
        recent_notices=tuple(sorted(notices, key=lambda pair: pair[1].published_at, reverse=True)),
        months=("2026-11", "2026-10"),
        recent_postmortems=tuple(one for one in everything if one.postmortem),
    )


def make_month(incidents: Sequence[PublicIncident], month: str = "2026-10", **changes: Any) -> MonthPage:
    return replace(MonthPage(make_page(), month, tuple(incidents), "2026-09", "2026-11"), **changes)


def twenty_components(*, broken: bool = False) -> tuple[PublicComponent, ...]:
    names = ["Login", "Payments", "Webhooks", "Search", "Reports", "Exports", "Notifications", "Files"]
    names += ["Mobile app", "Partner API"]
    plain = [make_component(f"c0mp0000{index:04}", name) for index, name in enumerate(names)]
    europe = [make_component(f"c0mpeu00{index:04}", f"{name} Europe") for index, name in enumerate(names[:4])]
    america = [
        make_component(f"c0mpus00{index:04}", f"{name} America", description="Virginia and Oregon")
        for index, name in enumerate(names[:4])
    ]
    if broken:
        america[1] = replace(america[1], status=PARTIAL)
    first = [API, WEB] if broken else [replace(API, status=OPERATIONAL), replace(WEB, status=OPERATIONAL)]
    return (*first, *make_group("Europe", europe), *make_group("America", america), *plain)


MERGED_INTO = IncidentLink("surv1v0r0001", "Database overload in Virginia")
