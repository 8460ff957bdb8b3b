"""Scenarios: stories that drills are played from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statuspage.domain.component import ComponentState
from statuspage.domain.errors import ConflictError, RuleError, StaleError
from statuspage.domain.roles import SiteRole
from statuspage.domain.starter_scenarios import STARTER_SCENARIOS
from statuspage.domain.text import checked_line, checked_message
from statuspage.services.audit import audit
from statuspage.services.component_states import checked_states
from statuspage.services.context import Context
from statuspage.services.drill_prompts import Prompt, checked_prompts
from statuspage.store.drills import DrillScenario, all_scenarios
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import states_field

DESCRIPTION_LIMIT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFields:
    """What a scenario says."""

    title: str
    description: str | None = None
    states: Mapping[str, ComponentState]
    prompts: Sequence[Prompt]


def create_scenario(ctx: Context, fields: ScenarioFields) -> DrillScenario:
    """Add a scenario."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    scenario = DrillScenario(public_id=new_public_id(), created_at=ctx.now)
    _set(ctx, scenario, fields)
    ctx.session.add(scenario)
    ctx.session.flush()
    audit(ctx, "create_scenario", scenario.public_id, title=scenario.title)
    return scenario


def change_scenario(
    ctx: Context, scenario: DrillScenario, fields: ScenarioFields, version: int | None = None
) -> None:
    """Change a scenario; drills that were started from it stay as they are.

    With a `version` that it has no more it raises `stale`.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    if version is not None and version != scenario.version:
        raise StaleError(
            "Somebody else has changed this scenario meanwhile. What you wrote here stays here; "
            "save again to put it in place of theirs.",
            None,
        )
    _set(ctx, scenario, fields)
    ctx.session.flush()
    audit(ctx, "change_scenario", scenario.public_id, title=scenario.title)


def archive_scenario(ctx: Context, scenario: DrillScenario) -> None:
    """Take a scenario away for good; the drills played from it stay."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    scenario.archived_at = scenario.updated_at = ctx.now
    ctx.session.flush()
    audit(ctx, "archive_scenario", scenario.public_id, title=scenario.title)


def add_starter_scenarios(ctx: Context) -> list[DrillScenario]:
    """Add the scenarios that come with the product, where there is none yet."""
    if all_scenarios(ctx.session):
        raise ConflictError("scenarios_there", "There are scenarios already.")
    return [
        create_scenario(
            ctx,
            ScenarioFields(
                title=one.title,
                description=one.description,
                states={},
                prompts=[Prompt(minutes, text) for minutes, text in one.prompts],
            ),
        )
        for one in STARTER_SCENARIOS
    ]


def prompts_of(scenario: DrillScenario) -> list[Prompt]:
    """Return what the game master says in it."""
    return [Prompt(one["after_minutes"], one["text"]) for one in scenario.prompts]


def _set(ctx: Context, scenario: DrillScenario, fields: ScenarioFields) -> None:
    scenario.title = checked_line(fields.title, "title")
    description = (fields.description or "").strip()
    if len(description) > DESCRIPTION_LIMIT:
        raise RuleError("too_long", f"Shorten this to {DESCRIPTION_LIMIT:,} characters.", "description")
    scenario.description = checked_message(description, "description") if description else None
    already = scenario.states or {}
    scenario.states = states_field(checked_states(ctx, fields.states, already=already))
    scenario.prompts = [
        {"after_minutes": one.after_minutes, "text": one.text} for one in checked_prompts(fields.prompts)
    ]
    scenario.updated_at = ctx.now
