"""The order of the page: components and groups from top to bottom, and who is in which group."""

from collections.abc import Mapping, Sequence

from statuspage.domain.errors import ConflictError, StaleError
from statuspage.domain.page_order import Placed
from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.publications import note_publication
from statuspage.store.components import Component, ComponentGroup, all_components, all_groups


def page_order(components: Sequence[Component], groups: Sequence[ComponentGroup]) -> list[Placed]:
    """Return the order as it is: components without a group and groups share one order."""
    members: dict[int | None, list[Component]] = {}
    for component in components:
        members.setdefault(component.group_id, []).append(component)
    top: list[tuple[int, int, Placed]] = [
        (group.position, 0, Placed(group.public_id, tuple(c.public_id for c in members.get(group.id, ()))))
        for group in groups
    ]
    top += [(each.position, 1, Placed(each.public_id)) for each in members.get(None, ())]
    return [placed for _, _, placed in sorted(top, key=lambda one: one[:2])]


def order_page(ctx: Context, order: Sequence[Placed], seen: Sequence[Placed] | None = None) -> bool:
    """Put every component and group at its place at once; return whether anything moved.

    Raises `order_incomplete` unless the order names each of them exactly once: somebody may have added one
    meanwhile. Raises `stale` where the order is not, or no longer, what the caller has `seen`.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    components = {each.public_id: each for each in all_components(ctx.session)}
    groups = {each.public_id: each for each in all_groups(ctx.session)}
    _check_complete(order, components, groups)
    present = page_order(list(components.values()), list(groups.values()))
    if list(order) == present:
        return False
    if seen is not None and list(seen) != present:
        raise StaleError("Somebody else has ordered the page meanwhile. This is how it is now.", None)
    _place_all(ctx, order, components, groups)
    note_publication(ctx, "order_page")
    audit(ctx, "order_page", ctx.page.public_id, order=[_words(present), _words(order)])
    return True


def _place_all(
    ctx: Context,
    order: Sequence[Placed],
    components: Mapping[str, Component],
    groups: Mapping[str, ComponentGroup],
) -> None:
    position = 0
    for placed in order:
        position += 1
        group = groups.get(placed.public_id)
        if group is None:
            _place(ctx, components[placed.public_id], None, position)
            continue
        if group.position != position:
            group.position, group.updated_at = position, ctx.now
        for public_id in placed.members:
            position += 1
            _place(ctx, components[public_id], group, position)


def _words(order: Sequence[Placed]) -> list[dict[str, object]]:
    return [{"id": placed.public_id, "components": list(placed.members)} for placed in order]


def _check_complete(
    order: Sequence[Placed], components: Mapping[str, Component], groups: Mapping[str, ComponentGroup]
) -> None:
    named = [each for placed in order for each in (placed.public_id, *placed.members)]
    inside = [each for placed in order for each in placed.members]
    is_nested = any(each in groups for each in inside) or any(
        placed.members and placed.public_id not in groups for placed in order
    )
    if is_nested or sorted(named) != sorted([*components, *groups]):
        raise ConflictError(
            "order_incomplete",
            "Components were added or removed meanwhile. Look at the list as it is now, and order it again.",
            "order",
        )


def _place(ctx: Context, component: Component, group: ComponentGroup | None, position: int) -> None:
    group_id = group.id if group else None
    if (component.position, component.group_id) != (position, group_id):
        component.position, component.group, component.updated_at = position, group, ctx.now
