"""Scenarios: stories for drills, written in calm."""

from collections.abc import Callable

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, StaleError
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.scenarios import (
    ScenarioFields,
    add_starter_scenarios,
    archive_scenario,
    change_scenario,
    create_scenario,
)
from statuspage.store.components import all_components
from statuspage.store.drills import get_scenario
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import STATE_PREFIX
from statuspage.web.console.drill_forms import ScenarioForm, scenario_fields, states_from_form, typed_states
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import allow

HERE = "/console/drills"
Save = Callable[[Context, ScenarioFields, int | None], str]


@blueprint.post("/drills/scenarios/starter-set")
@allow(SiteRole.COMMUNICATOR)
def starter_set() -> AnyResponse:
    """Add the scenarios that come with the product; nothing happens where there are some."""
    try:
        with acting() as ctx:
            added = add_starter_scenarios(ctx)
            message = f"{len(added)} scenarios are ready. Change them as you like."
    except DomainError as error:
        message = error.message
    return done(HERE, message)


@blueprint.route("/drills/scenarios/new", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def new_scenario() -> AnyResponse:
    """Add a scenario."""

    def save(ctx: Context, fields: ScenarioFields, _: int | None) -> str:
        return f"“{create_scenario(ctx, fields).title}” is ready to be played."

    return _edit(ScenarioForm(), "New scenario", save, typed_states(), is_new=True)


@blueprint.route("/drills/scenarios/<scenario_id>", methods=["GET", "POST"])
@allow(SiteRole.COMMUNICATOR)
def edit_scenario(scenario_id: str) -> AnyResponse:
    """Change a scenario, or take it away."""

    def save(ctx: Context, fields: ScenarioFields, version: int | None) -> str:
        scenario = get_scenario(ctx.session, scenario_id)
        change_scenario(ctx, scenario, fields, version)
        return f"“{scenario.title}” is saved."

    if request.form.get("act") == "archive":
        with acting() as ctx:
            archive_scenario(ctx, get_scenario(ctx.session, scenario_id))
        return done(HERE, "The scenario is gone; drills played from it stay.")
    with looking() as ctx:
        scenario = get_scenario(ctx.session, scenario_id)
        start, version = scenario_fields(scenario), scenario.version
        states = {STATE_PREFIX + key: state for key, state in scenario.states.items()}
    if request.method == "POST":
        states = typed_states()
    return _edit(ScenarioForm(data=start), f"Change “{start['title']}”", save, states, version)


def _edit(
    form: ScenarioForm,
    heading: str,
    save: Save,
    states: dict[str, str],
    version: int = 0,
    *,
    is_new: bool = False,
) -> AnyResponse:
    if request.method == "POST":
        typed = form.version.data or ""
        try:
            fields = ScenarioFields(
                title=form.title.data or "",
                description=form.description.data,
                states=states_from_form(),
                prompts=form.told(),
            )
            with acting() as ctx:
                message = save(ctx, fields, int(typed) if typed.isdecimal() and len(typed) < 9 else None)
            return done(HERE, message)
        except StaleError as error:
            form.refuse(error)
            form.version.data = str(version)  # having seen that, sending again is a decision
        except DomainError as error:
            form.refuse(error)
    return _form(form, heading, states, is_new=is_new)


def _form(form: ScenarioForm, heading: str, states: dict[str, str], *, is_new: bool) -> Response:
    with looking() as ctx:
        return screen(
            ctx,
            "scenario.html",
            title=heading,
            section="drills",
            status=form.status,
            form=form,
            heading=heading,
            states=states,
            components=all_components(ctx.session),
            is_new=is_new,
        )
