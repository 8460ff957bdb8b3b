"""Components and groups: what customers see the service made of."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from statuspage.domain.component import ComponentState
from statuspage.domain.errors import ConflictError, DomainError, RuleError
from statuspage.domain.page_order import Move, Placed, moved, place_of
from statuspage.domain.roles import SiteRole
from statuspage.render.words import STATE_WORDS
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
    set_state_by_hand,
)
from statuspage.services.context import Context
from statuspage.store.components import (
    all_components,
    all_groups,
    claim_set_by_hand,
    current_states,
    get_component,
    get_group,
)
from statuspage.store.incidents import incidents_claiming
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.forms import ConsoleForm
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import allow

HERE = "/console/components"
NO_GROUP = SelectChoice("", "No group")
_STATES = [
    SelectChoice(state.value, words)
    for state, words in STATE_WORDS.items()
    if state is not ComponentState.UNDER_MAINTENANCE
]


class ComponentForm(ConsoleForm):
    """What is said of a component, but its state."""

    name = StringField("Name")
    description = TextAreaField("Description")
    group_id = SelectField("Group", choices=[NO_GROUP], validate_choice=False)
    runbook_url = StringField("Runbook")
    only_show_if_degraded = BooleanField("Show it only while something is wrong with it")
    start_date = DateField("In service since", validators=[Optional()])


class GroupForm(ConsoleForm):
    """What is said of a group."""

    name = StringField("Name")
    description = TextAreaField("Description")


class StateForm(ConsoleForm):
    """A state set by hand."""

    state = RadioField("State", choices=_STATES)
    reason = StringField("Why?")


@blueprint.get("/components")
@allow(SiteRole.VIEWER)
def components() -> Response:
    """Show them as customers do, in their order."""
    return _list()


def _list(error: DomainError | None = None) -> Response:
    with looking() as ctx:
        rows, groups = all_components(ctx.session), all_groups(ctx.session)
        order = page_order(rows, groups)
        return screen(
            ctx,
            "components.html",
            title="Components",
            section="components",
            status=409 if error else 200,
            order=order,
            seen=order_as_json(order),
            components={row.public_id: row for row in rows},
            groups={group.public_id: group for group in groups},
            states=current_states(ctx.session),
            refusal=error,
        )


@blueprint.post("/components/order")
@allow(SiteRole.COMMUNICATOR)
def order_components() -> AnyResponse:
    """Move one thing by a step, or put everything in the order it was dragged into."""
    move, _, public_id = request.form.get("move", "").partition(":")
    try:
        with acting() as ctx:
            if move:
                return_to, message = _step(ctx, move, public_id), _where(ctx, public_id)
            else:
                order_page(ctx, order_from_json(request.form.get("order", "")), _seen())
                return_to, message = HERE, "The order is as you set it."
    except (RuleError, ConflictError) as error:
        return _list(error)
    return done(return_to, message)


def _step(ctx: Context, move: str, public_id: str) -> str:
    """Move one thing; return the place of its button, so that the next step needs no search for it."""
    if move not in list(Move):
        raise RuleError("invalid", "This step can't be read; load the page anew.", "order")
    groups = [group.public_id for group in all_groups(ctx.session)]
    order_page(ctx, moved(_present(ctx), public_id, Move(move), groups))
    return f"{HERE}#{'side' if move in (Move.INTO, Move.OUT) else move}-{public_id}"


def _where(ctx: Context, public_id: str) -> str:
    """Return where a thing stands now, in a sentence."""
    names = {component.public_id: component.name for component in all_components(ctx.session)}
    names |= {group.public_id: group.name for group in all_groups(ctx.session)}
    group, number, total = place_of(_present(ctx), public_id)
    inside = f" in “{names[group]}”" if group else ""
    return f"“{names[public_id]}” is now number {number} of {total}{inside}."


def _present(ctx: Context) -> list[Placed]:
    return page_order(all_components(ctx.session), all_groups(ctx.session))


def _seen() -> list[Placed] | None:
    seen = request.form.get("seen", "")
    return order_from_json(seen) if seen else None


def order_as_json(order: Sequence[Placed]) -> str:
    """Return the order as the page's script sends it."""
    return json.dumps([{"id": placed.public_id, "members": placed.members} for placed in order])


def order_from_json(text: str) -> list[Placed]:
    """Return an order that came with a form; refuse what is none."""
    try:
        sent = json.loads(text)
        return [Placed(str(one["id"]), tuple(str(each) for each in one["members"])) for one in sent]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise RuleError("invalid", "This order can't be read; load the page anew.", "order") from None


@blueprint.route("/components/new", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def new_component() -> AnyResponse:
    """Add a component."""

    def save(ctx: Context, form: ComponentForm) -> str:
        return f"“{create_component(ctx, _component_fields(form)).name}” is on the page."

    return _edit(ComponentForm(), "New component", save, None)


@blueprint.route("/components/<component_id>", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def edit_component(component_id: str) -> AnyResponse:
    """Change a component, or take it off the page."""

    def save(ctx: Context, form: ComponentForm) -> str:
        component = get_component(ctx.session, component_id)
        if request.form.get("act") == "archive":
            archive_component(ctx, component, unless_claimed=True)
            return f"“{component.name}” is off the page. History keeps it."
        change_component(ctx, component, _component_fields(form))
        return f"“{component.name}” is saved."

    with looking() as ctx:
        component = get_component(ctx.session, component_id)
        start = {
            "name": component.name,
            "description": component.description or "",
            "group_id": component.group.public_id if component.group else "",
            "runbook_url": component.runbook_url or "",
            "only_show_if_degraded": component.only_show_if_degraded,
            "start_date": component.start_date,
        }
    return _edit(ComponentForm(data=start), f"Change “{start['name']}”", save, component_id)


def _component_fields(form: ComponentForm) -> ComponentFields:
    return ComponentFields(
        name=form.name.data or "",
        description=(form.description.data or "").strip() or None,
        group_id=form.group_id.data or None,
        runbook_url=form.runbook_url.data or None,
        only_show_if_degraded=bool(form.only_show_if_degraded.data),
        start_date=form.start_date.data,
    )


@blueprint.route("/components/groups/new", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def new_group() -> AnyResponse:
    """Add a group."""

    def save(ctx: Context, form: GroupForm) -> str:
        fields = GroupFields(name=form.name.data or "", description=form.description.data or None)
        return f"The group “{create_group(ctx, fields).name}” is there; move components into it."

    return _edit(GroupForm(), "New group", save, None)


@blueprint.route("/components/groups/<group_id>", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def edit_group(group_id: str) -> AnyResponse:
    """Change a group, or dissolve it."""

    def save(ctx: Context, form: GroupForm) -> str:
        group = get_group(ctx.session, group_id)
        if request.form.get("act") == "archive":
            archive_group(ctx, group)
            return f"The group “{group.name}” is dissolved; its components stay."
        fields = GroupFields(name=form.name.data or "", description=form.description.data or None)
        change_group(ctx, group, fields)
        return f"“{group.name}” is saved."

    with looking() as ctx:
        group = get_group(ctx.session, group_id)
        start = {"name": group.name, "description": group.description or ""}
    return _edit(GroupForm(data=start), f"Change the group “{start['name']}”", save, group_id)


def _edit(form: Any, heading: str, save: Callable[[Context, Any], str], public_id: str | None) -> AnyResponse:
    is_component = isinstance(form, ComponentForm)
    with looking() as ctx:
        if is_component:
            groups = [SelectChoice(group.public_id, group.name) for group in all_groups(ctx.session)]
            form.group_id.choices = [NO_GROUP, *groups]
    if form.is_submitted() and (form.validate() or request.form.get("act") == "archive"):
        try:
            with acting() as ctx:
                message = save(ctx, form)
            return done(HERE, message)
        except DomainError as error:
            form.refuse(error)
    with looking() as ctx:
        return screen(
            ctx,
            "component.html",
            title=heading,
            section="components",
            status=form.status,
            heading=heading,
            form=form,
            is_component=is_component,
            public_id=public_id,
        )


@blueprint.route("/components/<component_id>/state", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def component_state(component_id: str) -> AnyResponse:
    """Set a component's own state, beside what incidents say of it."""
    with looking() as ctx:
        running = claim_set_by_hand(ctx.session, get_component(ctx.session, component_id))
        start = (running.state if running else ComponentState.OPERATIONAL).value
    form = StateForm(data={"state": start})
    if form.is_submitted() and form.validate():
        try:
            with acting() as ctx:
                component = get_component(ctx.session, component_id)
                set_state_by_hand(ctx, component, ComponentState(form.state.data), form.reason.data)
                message = (
                    f"“{component.name}” is set to {STATE_WORDS[ComponentState(form.state.data)].lower()}."
                )
            return done(HERE, message)
        except DomainError as error:
            form.refuse(error)
    with looking() as ctx:
        component = get_component(ctx.session, component_id)
        return screen(
            ctx,
            "component_state.html",
            title=f"State of {component.name}",
            section="components",
            status=form.status,
            component=component,
            running=claim_set_by_hand(ctx.session, component),
            form=form,
            claiming=incidents_claiming(ctx.session, component),
        )
