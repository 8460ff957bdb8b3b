"""What is said of components: checked against the page, and set by hand."""

from collections.abc import Collection, Mapping

from statuspage.domain.component import ComponentState
from statuspage.domain.errors import RuleError
from statuspage.services.context import Context
from statuspage.store.components import Component, ComponentClaim, claim_set_by_hand, find_components


def checked_states(
    ctx: Context, states: Mapping[str, ComponentState], already: Collection[str] = ()
) -> dict[str, ComponentState]:
    """Return the states by public id; refuse unknown components.

    Archived ones count as unknown unless the incident names them `already`.
    """
    known = find_components(ctx.session, states)
    for public_id in states:
        component = known.get(public_id)
        if component is None or (component.archived_at is not None and public_id not in already):
            raise RuleError("unknown_component", f"There is no component {public_id}.", "components")
    return dict(states)


def set_by_hand(ctx: Context, component: Component, state: ComponentState, reason: str | None = None) -> bool:
    """Set a component's own state, beside what incidents claim of it. Return whether it, or its
    reason, changed."""
    running = claim_set_by_hand(ctx.session, component)
    has_new_reason = running is not None and reason is not None and running.reason != reason
    if (running.state if running else ComponentState.OPERATIONAL) is state and not has_new_reason:
        return False
    if running is not None:
        running.to_at = ctx.now
    if state is not ComponentState.OPERATIONAL:
        ctx.session.add(
            ComponentClaim(component_id=component.id, state=state, from_at=ctx.now, reason=reason)
        )
    component.updated_at = ctx.now
    return True
