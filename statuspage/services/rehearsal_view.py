"""The rehearsal copy of the public page: what customers would see, were the drill real. For staff alone."""

from dataclasses import replace

from statuspage.domain.component import ComponentState, page_status, worst_state
from statuspage.domain.public import FrontPage, PublicComponent, PublicDay, PublicIncident
from statuspage.services.context import Context
from statuspage.services.incident_views import IncidentViews
from statuspage.services.outcome import seen_by_customers
from statuspage.services.public_view import front_page
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow


def rehearsal_front(ctx: Context, row: IncidentRow, url: str) -> FrontPage:
    """Return the front page as it would stand with this drill's incident on it, at the drill's own time.

    A drill begins while nothing real is open, so what is open now came after it and is left out.
    """
    ctx = ctx.at_time_of(row)
    front = front_page(IncidentViews(ctx.session, ctx.now, ctx.page), ctx.page, url)
    shown = seen_by_customers(ctx, row) if row.updates else None
    components = _claimed(front.components, dict(incident_value(row).states) if shown else {})
    unresolved = (shown,) if shown and shown.is_open else ()
    return replace(
        front,
        status=page_status(
            [component.status for component in components if not component.is_group],
            [incident.impact for incident in unresolved],
        ),
        components=components,
        open_incidents=unresolved,
        past_days=_with_incident(front, shown) if shown else front.past_days,
    )


def _claimed(
    components: tuple[PublicComponent, ...], states: dict[str, ComponentState]
) -> tuple[PublicComponent, ...]:
    """Return the components as the drill says they are; a group shows the worst of its members."""
    claimed = {
        one.id: states.get(one.id, ComponentState.OPERATIONAL) for one in components if not one.is_group
    }
    return tuple(
        replace(one, status=worst_state(claimed[key] for key in one.component_ids))
        if one.is_group
        else replace(one, status=claimed[one.id])
        for one in components
    )


def _with_incident(front: FrontPage, shown: PublicIncident) -> tuple[PublicDay, ...]:
    today, *earlier = front.past_days
    return replace(today, incidents=(shown, *today.incidents)), *earlier
