"""Components and groups: what customers see the service made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from statuspage.domain.addresses import checked_runbook
from statuspage.domain.component import ComponentState
from statuspage.domain.errors import ConflictError, RuleError
from statuspage.domain.milestones import UNSET, Unset
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_line, checked_text, forbidden_character
from statuspage.services.audit import audit
from statuspage.services.component_states import set_by_hand
from statuspage.services.context import Context
from statuspage.services.publications import note_everything_changed, note_publication
from statuspage.store.components import (
    Component,
    ComponentGroup,
    all_components,
    all_groups,
    find_components,
    find_group,
)
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import incidents_claiming


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFields:
    """What to set of a component; UNSET leaves a field alone. `group_id` is a public id or None."""

    name: str | Unset = UNSET
    description: str | Unset | None = UNSET
    state: ComponentState | Unset = UNSET
    reason: str | None = None
    group_id: str | Unset | None = UNSET
    position: int | Unset = UNSET
    showcase: bool | Unset = UNSET
    only_show_if_degraded: bool | Unset = UNSET
    runbook_url: str | Unset | None = UNSET
    start_date: date | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFields:
    """What to set of a group; UNSET leaves a field alone. `component_ids` are its members, in order."""

    name: str | Unset = UNSET
    description: str | Unset | None = UNSET
    position: int | Unset = UNSET
    component_ids: Sequence[str] | Unset = UNSET


def create_component(ctx: Context, fields: ComponentFields) -> Component:
    """Add a component, by default at the end and operational."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    component = Component(
        public_id=new_public_id(),
        name=_name(fields.name),
        position=_next_position(ctx),
        showcase=True,
        only_show_if_degraded=False,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(component)
    _set_component(ctx, component, fields)
    note_publication(ctx, "create_component")
    audit(ctx, "create_component", component.public_id, name=component.name)
    return component


def change_component(ctx: Context, component: Component, fields: ComponentFields) -> None:
    """Change a component; its state by hand stands beside what incidents claim of it."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    shown_in_history = (component.name, component.description)
    _set_component(ctx, component, fields)
    component.updated_at = ctx.now
    if shown_in_history != (component.name, component.description):
        note_everything_changed(ctx, "change_component")
    else:
        note_publication(ctx, "change_component")
    audit(ctx, "change_component", component.public_id, name=component.name)


def archive_component(ctx: Context, component: Component, *, unless_claimed: bool = False) -> None:
    """Take a component off the page; history keeps it. Raises `component_in_use` where that is asked for."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    claiming = incidents_claiming(ctx.session, component)
    if claiming and unless_claimed:
        raise ConflictError(
            "component_in_use",
            f"“{claiming[0].name}” is open and says how this component is. Resolve it first.",
        )
    _set_state(ctx, component, ComponentState.OPERATIONAL, None)
    component.archived_at = component.updated_at = ctx.now
    component.group_id = None
    note_publication(ctx, "archive_component")
    audit(ctx, "archive_component", component.public_id, name=component.name)


def create_group(ctx: Context, fields: GroupFields) -> ComponentGroup:
    """Add a group, by default at the end."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    group = ComponentGroup(
        public_id=new_public_id(),
        name=_name(fields.name),
        position=_next_position(ctx),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(group)
    ctx.session.flush()
    _set_group(ctx, group, fields)
    note_publication(ctx, "create_group")
    audit(ctx, "create_group", group.public_id, name=group.name)
    return group


def change_group(ctx: Context, group: ComponentGroup, fields: GroupFields) -> None:
    """Change a group; naming its components moves them into it and the others out."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    _set_group(ctx, group, fields)
    group.updated_at = ctx.now
    note_publication(ctx, "change_group")
    audit(ctx, "change_group", group.public_id, name=group.name)


def archive_group(ctx: Context, group: ComponentGroup) -> None:
    """Take a group off the page; its components stay, without a group."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    for component in _members(ctx, group):
        component.group = None
    group.archived_at = group.updated_at = ctx.now
    note_publication(ctx, "archive_group")
    audit(ctx, "archive_group", group.public_id, name=group.name)


def _set_component(ctx: Context, component: Component, fields: ComponentFields) -> None:
    if not isinstance(fields.name, Unset):
        component.name = _name(fields.name)
    if not isinstance(fields.group_id, Unset):
        component.group = _group(ctx, fields.group_id)
    if not isinstance(fields.description, Unset):
        component.description = _description(fields.description)
    if not isinstance(fields.runbook_url, Unset):
        component.runbook_url = checked_runbook(fields.runbook_url)
    for name in ("position", "showcase", "only_show_if_degraded", "start_date"):
        chosen = getattr(fields, name)
        if not isinstance(chosen, Unset):
            setattr(component, name, chosen)
    ctx.session.flush()
    if not isinstance(fields.state, Unset):
        _set_state(ctx, component, fields.state, fields.reason)


def set_state_by_hand(ctx: Context, component: Component, state: ComponentState, reason: str | None) -> None:
    """Set a component's own state, beside what incidents claim of it; only operational needs no reason."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    if state is not ComponentState.OPERATIONAL and not (reason or "").strip():
        raise RuleError("reason_missing", "Say why; the reason is kept.", "reason")
    _set_state(ctx, component, state, reason)
    note_publication(ctx, "change_component")


def _set_state(ctx: Context, component: Component, state: ComponentState, reason: str | None) -> None:
    reason = checked_line(reason, "reason", 2000) if reason and reason.strip() else None
    if set_by_hand(ctx, component, state, reason):
        audit(ctx, "set_state", component.public_id, state=state, reason=reason)


def _set_group(ctx: Context, group: ComponentGroup, fields: GroupFields) -> None:
    if not isinstance(fields.name, Unset):
        group.name = _name(fields.name)
    if not isinstance(fields.description, Unset):
        group.description = _description(fields.description)
    if not isinstance(fields.position, Unset):
        group.position = fields.position
    if not isinstance(fields.component_ids, Unset):
        _set_members(ctx, group, fields.component_ids)
    ctx.session.flush()


def _set_members(ctx: Context, group: ComponentGroup, public_ids: Sequence[str]) -> None:
    known = find_components(ctx.session, public_ids)
    for public_id in public_ids:
        if public_id not in known or known[public_id].archived_at is not None:
            raise RuleError("unknown_component", f"There is no component {public_id}.", "components")
    for component in _members(ctx, group):
        component.group = None
    positions = sorted(component.position for component in known.values())
    for position, public_id in zip(positions, dict.fromkeys(public_ids), strict=True):
        known[public_id].group, known[public_id].position = group, position


def _members(ctx: Context, group: ComponentGroup) -> list[Component]:
    return list(ctx.session.scalars(select(Component).where(Component.group_id == group.id)))


def _group(ctx: Context, public_id: str | None) -> ComponentGroup | None:
    if public_id is None:
        return None
    group = None if forbidden_character(public_id) else find_group(ctx.session, public_id)
    if group is None:
        raise RuleError("unknown_group", "There is no such component group.", "group_id")
    return group


def _next_position(ctx: Context) -> int:
    """Components and groups share one order."""
    rows: list[Component | ComponentGroup] = [*all_components(ctx.session), *all_groups(ctx.session)]
    return 1 + max((each.position for each in rows), default=0)


def _name(name: str | Unset) -> str:
    return checked_line("" if isinstance(name, Unset) else name, "name")


def _description(text: str | None) -> str | None:
    return checked_text(text or "", "description") or None
