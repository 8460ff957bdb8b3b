"""Rows to answers."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from statuspage.domain.addresses import masked_address
from statuspage.domain.cadence import Deadline
from statuspage.domain.component import ComponentState
from statuspage.domain.public import PublicPage
from statuspage.domain.roles import IncidentRole
from statuspage.domain.warnings import warnings_about
from statuspage.render import v2
from statuspage.services.aftermath import NOTHING, Aftermath, aftermath_of
from statuspage.services.context import Context
from statuspage.services.owed import holders_of
from statuspage.services.postmortem_clock import postmortem_times
from statuspage.services.public_incident import component_view, public_incident
from statuspage.services.public_view import public_page
from statuspage.store.accounts import Account
from statuspage.store.components import (
    Component,
    ComponentGroup,
    components_of_group,
    find_components,
    shown_state,
)
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, IncidentUpdate, components_of
from statuspage.store.pages import policy_fields
from statuspage.web.api.incident_facts import episode_facts, notice_facts
from statuspage.web.api.incident_postmortems import postmortem_facts, update_facts
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
                "has_postmortem_promise": page.has_postmortem_promise,
                "has_action_progress": page.has_action_progress,
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
        session = self._ctx.session
        named = components_of(session, [row.id for row in rows])
        aftermath = aftermath_of(session, self._ctx.page, rows)
        times = postmortem_times(session, rows)
        return [
            self._incident(
                row,
                named.get(row.id, []),
                aftermath.get(row.id, NOTHING),
                is_waived=times[row.id].waived_at is not None,
            )
            for row in rows
        ]

    def incident(self, row: IncidentRow) -> IncidentAnswer:
        """Return one incident as staff see it."""
        self._ctx.session.flush()
        return self.incidents([row])[0]

    def update(self, row: IncidentRow, update: IncidentUpdate) -> UpdateAnswer:
        """Return one notice."""
        return next(one for one in self.incident(row).incident_updates if one.id == update.public_id)

    def deadlines(self, owed: Iterable[tuple[IncidentRow, Deadline]]) -> list[DeadlineAnswer]:
        """Return what is owed, as it stands now by the clock of each incident."""
        owed = list(owed)
        holder = holders_of(self._ctx, {row.id: row for row, _ in owed}.values())
        return [self._deadline(row, deadline, holder(row, deadline.kind)) for row, deadline in owed]

    def _deadline(self, row: IncidentRow, deadline: Deadline, lead: Account | None) -> DeadlineAnswer:
        now = self._ctx.at_time_of(row).now
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

    def _incident(
        self, row: IncidentRow, components: list[Component], aftermath: Aftermath, *, is_waived: bool
    ) -> IncidentAnswer:
        if row.updates:
            facts = self._public_facts(row, components, aftermath)
        else:
            facts = self._unannounced_facts(row)
        after = postmortem_facts(aftermath.postmortem, is_waived=is_waived)
        return IncidentAnswer.model_validate({**facts, **_OF_OTHERS, **after, **self._staff_facts(row)})

    def _public_facts(
        self, row: IncidentRow, components: list[Component], aftermath: Aftermath
    ) -> dict[str, Any]:
        by_id = {component.public_id: component for component in components}
        shown = public_incident(row, by_id, self._ctx.at_time_of(row).now, aftermath)
        fields: dict[str, Any] = v2.incident_fields(self._page, shown)
        own = {update.public_id: notice_facts(update) for update in row.updates}
        if aftermath.postmortem:
            own[aftermath.postmortem.id] = update_facts(aftermath.postmortem)
        notices = [{**notice, **own[notice["id"]]} for notice in fields["incident_updates"]]
        named = [{**one, "runbook_url": by_id[one["id"]].runbook_url} for one in fields["components"]]
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
            "postmortem_url": None,
        }

    def _staff_facts(self, row: IncidentRow) -> dict[str, Any]:
        value = incident_value(row)
        episode = row.episodes[-1]
        promise = value.promise
        return {
            **episode_facts(episode),
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
            "episodes": [episode_facts(one) for one in row.episodes],
            "last_update_id": row.updates[-1].public_id if row.updates else None,
            "version": row.version,
            "is_drill": row.drill is not None,
            "drill_id": row.drill.public_id if row.drill else None,
            "speed": row.drill.speed if row.drill else None,
            "warnings": list(warnings_about(value, ZoneInfo(self._ctx.page.time_zone))),
        }


# What belongs to maintenances; clients expect the keys on every incident.
_OF_OTHERS: dict[str, Any] = {
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


def _roles(row: IncidentRow) -> dict[IncidentRole, str]:
    return {holder.role: holder.account.email for holder in row.roles}
