"""Rows to answers."""

from typing import Any
from zoneinfo import ZoneInfo

from statuspage.domain.addresses import masked_address
from statuspage.domain.cadence import Deadline
from statuspage.domain.component import ComponentState
from statuspage.domain.public import PublicPage
from statuspage.domain.roles import IncidentRole
from statuspage.domain.warnings import warnings_about
from statuspage.render import v2
from statuspage.services.context import Context
from statuspage.services.owed import lead_of
from statuspage.services.public_incident import component_view, public_incident
from statuspage.services.public_view import public_page
from statuspage.store.components import (
    Component,
    ComponentGroup,
    components_of_group,
    find_components,
    shown_state,
)
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import EpisodeRow, IncidentRow, IncidentUpdate, components_of
from statuspage.store.pages import policy_fields
from statuspage.web.api.outputs import (
    ComponentAnswer,
    DeadlineAnswer,
    GroupAnswer,
    IncidentAnswer,
    PageAnswer,
    UpdateAnswer,
)


class Answers:
    """Answers about one page within one act."""

    def __init__(self, ctx: Context, url: str) -> None:
        self._ctx = ctx
        self._url = url

    @property
    def _page(self) -> PublicPage:
        """The page as it is now: the act itself may have changed it."""
        return public_page(self._ctx.page, self._url)

    def page(self) -> PageAnswer:
        """Return the page."""
        page = self._ctx.page
        return PageAnswer.model_validate(
            {
                **v2.page_fields(self._page),
                "page_description": page.description,
                "home_url": page.home_url,
                "support_url": page.support_url,
                "footer_note": page.footer_note,
                "logo": _logo(self._page),
                "accent_color": page.accent_color,
                "has_powered_by": page.has_powered_by,
                "asks_approval": page.asks_approval,
                "has_public_report": page.has_public_report,
                "blame_words": page.blame_words,
                "created_at": v2.moment(page.created_at),
                "policy": policy_fields(page.limits),
            }
        )

    def component(self, component: Component) -> ComponentAnswer:
        """Return a component in the state that customers see."""
        state = shown_state(self._ctx.session, component)
        return ComponentAnswer.model_validate(self._component(component, state))

    def _component(self, component: Component, state: ComponentState) -> dict[str, Any]:
        view = component_view(component, state, component.updated_at)
        return {**v2.component_fields(self._page, view), "runbook_url": component.runbook_url}

    def group(self, group: ComponentGroup) -> GroupAnswer:
        """Return a group with its members' ids."""
        members = components_of_group(self._ctx.session, group)
        return GroupAnswer.model_validate(
            {
                "id": group.public_id,
                "page_id": self._page.id,
                "name": group.name,
                "description": group.description,
                "components": [member.public_id for member in members],
                "position": group.position,
                "created_at": v2.moment(group.created_at),
                "updated_at": v2.moment(group.updated_at),
            }
        )

    def incidents(self, rows: list[IncidentRow]) -> list[IncidentAnswer]:
        """Return incidents as staff see them, in the order of the rows."""
        named = components_of(self._ctx.session, [row.id for row in rows])
        return [self._incident(row, named.get(row.id, [])) for row in rows]

    def incident(self, row: IncidentRow) -> IncidentAnswer:
        """Return one incident as staff see it."""
        self._ctx.session.flush()
        return self.incidents([row])[0]

    def update(self, row: IncidentRow, update: IncidentUpdate) -> UpdateAnswer:
        """Return one notice."""
        return next(one for one in self.incident(row).incident_updates if one.id == update.public_id)

    def deadline(self, row: IncidentRow, deadline: Deadline) -> DeadlineAnswer:
        """Return something owed, as it stands now by the incident's own clock."""
        now, lead = self._ctx.at_time_of(row).now, lead_of(self._ctx, row)
        return DeadlineAnswer(
            incident_id=row.public_id,
            kind=deadline.kind,
            arose_at=v2.moment(deadline.arose_at) or "",
            due_at=v2.moment(deadline.due_at) or "",
            met_at=v2.moment(deadline.met_at),
            is_overdue=deadline.is_overdue(now),
            late_by_minutes=deadline.late_by_minutes(now),
            lead=lead.email if lead else None,
        )

    def _incident(self, row: IncidentRow, components: list[Component]) -> IncidentAnswer:
        facts = self._public_facts(row, components) if row.updates else self._unannounced_facts(row)
        return IncidentAnswer.model_validate({**facts, **_OF_OTHERS, **self._staff_facts(row)})

    def _public_facts(self, row: IncidentRow, components: list[Component]) -> dict[str, Any]:
        by_id = {component.public_id: component for component in components}
        shown = public_incident(row, by_id, self._ctx.at_time_of(row).now)
        fields: dict[str, Any] = v2.incident_fields(self._page, shown)
        own = {update.public_id: _update_facts(update) for update in row.updates}
        notices = [{**notice, **own[notice["id"]]} for notice in fields["incident_updates"]]
        named = [{**one, "runbook_url": by_id[one["id"]].runbook_url} for one in fields["components"]]
        del fields["postmortem_url"]
        return {**fields, "incident_updates": notices, "components": named}

    def _unannounced_facts(self, row: IncidentRow) -> dict[str, Any]:
        suspected = find_components(self._ctx.session, row.suspected)
        components = [
            self._component(component, ComponentState(row.suspected[public_id]))
            for public_id, component in suspected.items()
        ]
        return {
            "id": row.public_id,
            "name": row.name,
            "status": row.status,
            "created_at": v2.moment(row.created_at),
            "updated_at": v2.moment(row.updated_at),
            "monitoring_at": None,
            "resolved_at": None,
            "impact": row.impact,
            "shortlink": f"{self._page.url}/i/{row.public_id}",
            "started_at": v2.moment(row.started_at),
            "page_id": self._page.id,
            "incident_updates": [],
            "components": components,
            "next_update_by": None,
        }

    def _staff_facts(self, row: IncidentRow) -> dict[str, Any]:
        value = incident_value(row)
        episode = row.episodes[-1]
        promise = value.promise
        return {
            **_episode_facts(episode),
            "resolved_at": v2.moment(row.resolved_at),
            "began_at": v2.moment(row.started_at),
            "announced_at": v2.moment(row.announced_at),
            "is_overdue": promise is not None and self._ctx.at_time_of(row).now > promise,
            "backfilled": row.is_backfill,
            "impact_override": row.impact_override,
            "metadata": row.extra,
            "merged_into": row.merged_into.public_id if row.merged_into_id and row.merged_into else None,
            "recurrence_of": (
                row.recurrence_of.public_id if row.recurrence_of_id and row.recurrence_of else None
            ),
            "roles": _roles(row),
            "runbook_url": row.runbook_url,
            "channel_url": row.channel_url,
            "channel_alert_url": masked_address(row.channel_alert_url) if row.channel_alert_url else None,
            "reason": row.ended_reason,
            "episodes": [_episode_facts(one) for one in row.episodes],
            "last_update_id": row.updates[-1].public_id if row.updates else None,
            "version": row.version,
            "is_drill": row.drill is not None,
            "drill_id": row.drill.public_id if row.drill else None,
            "speed": row.drill.speed if row.drill else None,
            "warnings": list(warnings_about(value, ZoneInfo(self._ctx.page.time_zone))),
        }


# What belongs to postmortems and maintenances; clients expect the keys on every incident.
_OF_OTHERS: dict[str, Any] = {
    "postmortem_body": None,
    "postmortem_body_last_updated_at": None,
    "postmortem_ignored": False,
    "postmortem_published_at": None,
    "postmortem_notified_subscribers": False,
    "postmortem_notified_twitter": False,
    "scheduled_for": None,
    "scheduled_until": None,
    "scheduled_auto_in_progress": False,
    "scheduled_auto_completed": False,
    "scheduled_remind_prior": False,
    "scheduled_reminded_at": None,
}


def _logo(page: PublicPage) -> dict[str, Any] | None:
    logo = page.logo
    if logo is None:
        return None
    return {"url": f"{page.url}/{logo.path}", "width": logo.width, "height": logo.height}


def _episode_facts(episode: EpisodeRow) -> dict[str, Any]:
    return {
        "detected_at": v2.moment(episode.detected_at),
        "announced_at": v2.moment(episode.announced_at),
        "mitigated_at": v2.moment(episode.mitigated_at),
        "restored_at": v2.moment(episode.restored_at),
        "restored_at_assumed": episode.is_restoration_assumed,
        "resolved_at": v2.moment(episode.resolved_at),
        "false_alarm": episode.is_false_alarm,
        "permanent_fix": episode.permanent_fix,
    }


def _update_facts(update: IncidentUpdate) -> dict[str, Any]:
    return {
        "wants_twitter_update": False,
        "twitter_updated_at": None,
        "kind": update.kind,
        "next_update_by": v2.moment(update.next_update_by),
        "no_change": update.is_no_change,
        "late_by_minutes": update.late_by_minutes,
        "late_reason": update.late_reason,
        "edited_at": v2.moment(update.edited_at),
        "withdrawn_at": v2.moment(update.retracted_at),
    }


def _roles(row: IncidentRow) -> dict[IncidentRole, str]:
    return {holder.role: holder.account.email for holder in row.roles}
