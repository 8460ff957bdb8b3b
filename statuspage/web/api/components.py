"""Components and component groups."""

from datetime import date
from typing import Annotated

from pydantic import Field

from statuspage.domain.milestones import UNSET, Unset
from statuspage.domain.page_order import Placed
from statuspage.services.component_order import order_page, page_order
from statuspage.services.components import (
    ComponentFields,
    GroupFields,
    archive_component,
    archive_group,
    change_component,
    change_group,
    create_component,
    create_group,
)
from statuspage.store.components import all_components, all_groups, get_component, get_group
from statuspage.web.api.endpoint import Call
from statuspage.web.api.fields import Id, Input, Output
from statuspage.web.api.inputs import (
    MOST_COMPONENTS,
    ComponentChange,
    ComponentCreate,
    GroupChange,
    GroupCreate,
    Ids,
)
from statuspage.web.api.lists import one_page_of
from statuspage.web.api.outputs import ComponentAnswer, GroupAnswer


def list_components(call: Call) -> list[ComponentAnswer]:
    """Return the components in page order."""
    return [call.answers.component(each) for each in one_page_of(all_components(call.session))]


def new_component(call: Call, body: ComponentCreate) -> ComponentAnswer:
    """Add a component."""
    return call.answers.component(create_component(call.ctx, _fields(body)))


def show_component(call: Call, component_id: str) -> ComponentAnswer:
    """Return a component."""
    return call.answers.component(get_component(call.session, component_id))


def update_component(call: Call, body: ComponentChange, component_id: str) -> ComponentAnswer:
    """Change a component."""
    component = get_component(call.session, component_id)
    change_component(call.ctx, component, _fields(body))
    return call.answers.component(component)


def delete_component(call: Call, component_id: str) -> None:
    """Take a component off the page."""
    archive_component(call.ctx, get_component(call.session, component_id))


def _fields(body: ComponentCreate | ComponentChange) -> ComponentFields:
    start_date: date | Unset | None = body.start_date if body.has("start_date") else UNSET
    return ComponentFields(
        name=UNSET if body.name is None else body.name,
        description=body.description if body.has("description") else UNSET,
        state=UNSET if body.status is None else body.status,
        reason=body.reason,
        group_id=(body.group_id or None) if body.has("group_id") else UNSET,
        position=UNSET if body.position is None else body.position,
        showcase=UNSET if body.showcase is None else body.showcase,
        only_show_if_degraded=(UNSET if body.only_show_if_degraded is None else body.only_show_if_degraded),
        runbook_url=body.runbook_url if body.has("runbook_url") else UNSET,
        start_date=start_date,
    )


class OrderedThing(Input):
    """A component, or a group with its `components` in order."""

    id: str
    components: Ids = Field(default_factory=list)


class OrderChange(Input):
    """Everything on the page, each thing once, in the order that customers see."""

    order: Annotated[list[OrderedThing], Field(max_length=MOST_COMPONENTS)]


class OrderedAnswer(Output):
    """A component, or a group with its `components` in order."""

    id: Id
    components: list[Id]


def show_order(call: Call) -> list[OrderedAnswer]:
    """Return everything on the page in its order."""
    order = page_order(all_components(call.session), all_groups(call.session))
    return [OrderedAnswer(id=placed.public_id, components=list(placed.members)) for placed in order]


def set_order(call: Call, body: OrderChange) -> list[OrderedAnswer]:
    """Put everything in that order at once."""
    order_page(call.ctx, [Placed(thing.id, tuple(thing.components)) for thing in body.order])
    call.session.flush()
    return show_order(call)


def list_groups(call: Call) -> list[GroupAnswer]:
    """Return the groups in page order."""
    return [call.answers.group(each) for each in one_page_of(all_groups(call.session))]


def new_group(call: Call, body: GroupCreate) -> GroupAnswer:
    """Add a group."""
    return call.answers.group(create_group(call.ctx, _group_fields(body)))


def show_group(call: Call, group_id: str) -> GroupAnswer:
    """Return a group."""
    return call.answers.group(get_group(call.session, group_id))


def update_group(call: Call, body: GroupChange, group_id: str) -> GroupAnswer:
    """Change a group."""
    group = get_group(call.session, group_id)
    change_group(call.ctx, group, _group_fields(body))
    return call.answers.group(group)


def delete_group(call: Call, group_id: str) -> None:
    """Take a group off the page; its components stay."""
    archive_group(call.ctx, get_group(call.session, group_id))


def _group_fields(body: GroupCreate | GroupChange) -> GroupFields:
    return GroupFields(
        name=UNSET if body.name is None else body.name,
        description=body.description if body.has("description") else UNSET,
        position=UNSET if body.position is None else body.position,
        component_ids=UNSET if body.components is None else body.components,
    )
