"""The JSON under `/api/v2/`, in Statuspage's shapes: exact key sets, unset is null and never absent.

The `*_fields` functions are the shapes themselves, for whoever writes richer ones around them.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from statuspage.domain.component import PageStatus
from statuspage.domain.public import (
    AffectedComponent,
    FrontPage,
    PublicComponent,
    PublicIncident,
    PublicNotice,
    PublicPage,
)
from statuspage.domain.public_postmortem import PublicPostmortem

Fields: TypeAlias = dict[str, object]

POSTMORTEM = "postmortem"


def summary(front: FrontPage) -> bytes:
    """Return `summary.json`: everything a monitor asks for at once."""
    return _body(
        front.page,
        components=_components(front),
        incidents=_incidents(front.page, _newest_first(front.open_incidents)),
        scheduled_maintenances=[],
        status=status_fields(front.status),
    )


def status(front: FrontPage) -> bytes:
    """Return `status.json`: the roll-up."""
    return _body(front.page, status=status_fields(front.status))


def components(front: FrontPage) -> bytes:
    """Return `components.json`: all components, group rows included."""
    return _body(front.page, components=_components(front))


def incidents(front: FrontPage) -> bytes:
    """Return `incidents.json`: the 50 most recent in any state, newest first."""
    return _body(front.page, incidents=_incidents(front.page, front.recent[:50]))


def unresolved_incidents(front: FrontPage) -> bytes:
    """Return `incidents/unresolved.json`, newest first."""
    return _body(front.page, incidents=_incidents(front.page, _newest_first(front.open_incidents)))


def incident(page: PublicPage, shown: PublicIncident) -> bytes:
    """Return `incidents/<id>.json`."""
    return _body(page, incident=incident_fields(page, shown))


def scheduled_maintenances(page: PublicPage) -> bytes:
    """Return `scheduled-maintenances.json` and, equally empty, its `upcoming` and `active`."""
    return _body(page, scheduled_maintenances=[])


def page_fields(page: PublicPage) -> Fields:
    """Return the `page` that every body begins with."""
    return {
        "id": page.id,
        "name": page.name,
        "url": page.url,
        "time_zone": page.time_zone,
        "updated_at": moment(page.updated_at),
    }


def status_fields(rolled_up: PageStatus) -> Fields:
    """Return the roll-up."""
    return {"indicator": rolled_up.indicator, "description": rolled_up.description}


def component_fields(page: PublicPage, component: PublicComponent) -> Fields:
    """Return one component, or a group row, which alone has `components`."""
    fields: Fields = {
        "id": component.id,
        "name": component.name,
        "status": component.status,
        "created_at": moment(component.created_at),
        "updated_at": moment(component.updated_at),
        "position": component.position,
        "description": component.description,
        "showcase": component.showcase,
        "start_date": component.start_date and component.start_date.isoformat(),
        "group_id": component.group_id,
        "page_id": page.id,
        "group": component.is_group,
        "only_show_if_degraded": component.only_show_if_degraded,
    }
    if component.is_group:
        fields["components"] = list(component.component_ids)
    return fields


def incident_fields(page: PublicPage, shown: PublicIncident) -> Fields:
    """Return one incident with its notices, newest first; a public postmortem is one of them."""
    postmortem = shown.postmortem
    notices = [update_fields(notice) for notice in shown.notices]
    if postmortem is not None:
        # One that was unpublished meanwhile may be older than the notices of a reopening.
        newer = sum(notice.published_at > postmortem.published_at for notice in shown.notices)
        notices.insert(newer, postmortem_fields(shown, postmortem))
    return {
        "id": shown.id,
        "name": shown.name,
        "status": shown.status if postmortem is None else POSTMORTEM,
        "created_at": moment(shown.created_at),
        "updated_at": moment(shown.updated_at),
        "monitoring_at": moment(shown.monitoring_at),
        "resolved_at": moment(shown.resolved_at),
        "impact": shown.impact,
        "shortlink": f"{page.url}/i/{shown.id}",
        "started_at": moment(shown.began_at),
        "page_id": page.id,
        "incident_updates": notices,
        "components": [component_fields(page, row) for row in shown.components],
        "next_update_by": moment(shown.next_update_by),
        "postmortem_url": None if postmortem is None else postmortem_url(page, shown),
    }


def postmortem_url(page: PublicPage, shown: PublicIncident) -> str:
    """Return the address of an incident's postmortem."""
    return f"{page.url}/incidents/{shown.id}/postmortem"


def update_fields(notice: PublicNotice) -> Fields:
    """Return one notice."""
    return {
        "id": notice.id,
        "status": notice.status,
        "body": notice.body,
        "incident_id": notice.incident_id,
        "created_at": moment(notice.published_at),
        "updated_at": moment(notice.updated_at),
        "display_at": moment(notice.display_at),
        "affected_components": [_affected_fields(row) for row in notice.affected] or None,
        "deliver_notifications": notice.deliver_notifications,
        "custom_tweet": None,
        "tweet_id": None,
    }


def postmortem_fields(shown: PublicIncident, postmortem: PublicPostmortem) -> Fields:
    """Return a postmortem as the notice that clients take it for."""
    return {
        "id": postmortem.id,
        "status": POSTMORTEM,
        "body": postmortem.body,
        "incident_id": shown.id,
        "created_at": moment(postmortem.published_at),
        "updated_at": moment(postmortem.updated_at),
        "display_at": moment(postmortem.published_at),
        "affected_components": None,
        "deliver_notifications": postmortem.deliver_notifications,
        "custom_tweet": None,
        "tweet_id": None,
    }


def moment(instant: datetime | None) -> str | None:
    """Return RFC 3339 with milliseconds and `Z`."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(value: Mapping[str, object]) -> bytes:
    """Return compact UTF-8 JSON, keys in their given order."""
    # A lone surrogate has no UTF-8 form; written as a question mark it can't stop a publication.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _body(page: PublicPage, **rest: object) -> bytes:
    return to_json({"page": page_fields(page), **rest})


def _components(front: FrontPage) -> list[Fields]:
    return [component_fields(front.page, row) for row in front.components]


def _incidents(page: PublicPage, shown: Iterable[PublicIncident]) -> list[Fields]:
    return [incident_fields(page, one) for one in shown]


def _newest_first(shown: Iterable[PublicIncident]) -> list[PublicIncident]:
    return sorted(shown, key=lambda one: one.created_at, reverse=True)


def _affected_fields(row: AffectedComponent) -> Fields:
    return {
        "code": row.id,
        "name": row.name,
        "old_status": row.old_status,
        "new_status": row.new_status,
    }
