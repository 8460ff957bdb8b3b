"""Drills and the scenarios they are played from. What is done in one is done at its incident."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.component import ComponentState
from statuspage.domain.drill_clock import SLOWEST
from statuspage.domain.errors import RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.render.v2 import moment
from statuspage.services.commands import Declaration
from statuspage.services.drill_prompts import LATEST_PROMPT, MOST_PROMPTS, PROMPT_LIMIT, Prompt
from statuspage.services.drills import NewDrill, end_drill, make_real, pause_drill, resume_drill, start_drill
from statuspage.services.scenarios import (
    ScenarioFields,
    add_starter_scenarios,
    archive_scenario,
    change_scenario,
    create_scenario,
    prompts_of,
)
from statuspage.store.drills import Drill, DrillScenario, all_drills, all_scenarios, get_drill, get_scenario
from statuspage.store.incidents import incident_of_drill, states_from
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Instant, Moment, Output, ShortText, WholeNumber
from statuspage.web.api.incident_commands import participants_from
from statuspage.web.api.inputs import Emails, Speed, States, Title
from statuspage.web.api.lists import asked_slice, one_page_of
from statuspage.web.api.outputs import IncidentAnswer

Minute = Annotated[WholeNumber, Field(ge=-1_000_000, le=1_000_000)]
PromptText = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": PROMPT_LIMIT})]


class PromptInput(Input):
    """What the game master says, so many minutes of drill time after the start."""

    after_minutes: Annotated[Minute, Field(json_schema_extra={"minimum": 0, "maximum": LATEST_PROMPT})]
    text: PromptText


Prompts = Annotated[list[PromptInput], Field(max_length=MOST_PROMPTS)]


class DrillCreate(Input):
    """A drill: from a scenario, from what is said here, or both; what is said here counts.

    Without participants the caller plays alone. `detected_at` is now unless an earlier alert began it.
    """

    title: Title | None = None
    scenario_id: str | None = None
    speed: Speed = SLOWEST
    components: States | None = None
    prompts: Prompts | None = None
    participants: Emails | None = None
    roles: dict[IncidentRole, str | None] = Field(default_factory=dict)
    detected_at: Instant | None = None


class ScenarioCreate(Input):
    """A new scenario."""

    title: Title
    description: ShortText | None = None
    components: States = Field(default_factory=dict)
    prompts: Prompts = Field(default_factory=list)


class ScenarioChange(Input):
    """A change of a scenario; what is left out stays."""

    title: Title | None = None
    description: ShortText | None = None
    components: States | None = None
    prompts: Prompts | None = None


class PromptAnswer(Output):
    """A prompt; `given_at` is drill time, null until then."""

    after_minutes: int
    text: str
    given_at: Moment | None


class DrillAnswer(Output):
    """A drill. `drill_time` is what its clock shows; the other instants of this answer are real ones.

    `score` is empty until it is over; `became_incident_id` is the real incident that it turned into.
    """

    id: Id
    title: str
    speed: int
    state: str
    scenario_id: Id | None
    incident_id: Id
    incident_status: IncidentStatus
    started_at: Moment
    paused_at: Moment | None
    ended_at: Moment | None
    drill_time: Moment
    started_by: str | None
    participants: list[str]
    prompts: list[PromptAnswer]
    score: dict[str, Any]
    became_incident_id: Id | None


class ScenarioPrompt(Output):
    """A prompt of a scenario."""

    after_minutes: int
    text: str


class ScenarioAnswer(Output):
    """A scenario."""

    id: Id
    title: str
    description: str | None
    components: dict[str, ComponentState]
    prompts: list[ScenarioPrompt]
    version: int
    created_at: Moment
    updated_at: Moment


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page."""
    path, answer, responder = f"{page}/drills", DrillAnswer, SiteRole.RESPONDER
    one = f"{path}/<drill_id>"
    some: Any = list[DrillAnswer]
    return [
        Endpoint(
            "GET", path, SiteRole.VIEWER, "List drills", some, list_drills,
            query=("page", "per_page", "limit"),
        ),
        Endpoint("POST", path, responder, "Start a drill", answer, new_drill, "drill", DrillCreate, 201),
        Endpoint("GET", one, SiteRole.VIEWER, "Get a drill", answer, show_drill),
        Endpoint("POST", f"{one}/pause", responder, "Pause a drill", answer, pause),
        Endpoint("POST", f"{one}/resume", responder, "Resume a drill", answer, resume),
        Endpoint("POST", f"{one}/end", responder, "End a drill", answer, end),
        Endpoint(
            "POST", f"{one}/real", responder, "This is real: open a real incident from a drill",
            IncidentAnswer, real, status=201,
        ),
        *_scenarios(page),
    ]  # fmt: skip


def _scenarios(page: str) -> list[Endpoint]:
    path, answer, writer = f"{page}/drill_scenarios", ScenarioAnswer, SiteRole.COMMUNICATOR
    one = f"{path}/<scenario_id>"
    some: Any = list[ScenarioAnswer]
    return [
        Endpoint(
            "GET", path, SiteRole.VIEWER, "List drill scenarios", some, list_scenarios,
            query=("page", "per_page", "limit"),
        ),
        Endpoint(
            "POST", path, writer, "Add a drill scenario", answer, new_scenario, "scenario", ScenarioCreate,
            201,
        ),
        Endpoint("POST", f"{path}/starter_set", writer, "Add the starter set", some, starter_set, status=201),
        Endpoint("GET", one, SiteRole.VIEWER, "Get a drill scenario", answer, show_scenario),
        *(
            Endpoint(
                method, one, writer, "Change a drill scenario", answer, update_scenario, "scenario",
                ScenarioChange,
            )
            for method in ("PATCH", "PUT")
        ),
        Endpoint("DELETE", one, writer, "Take a drill scenario away", None, delete_scenario, status=204),
    ]  # fmt: skip


def list_drills(call: Call) -> list[DrillAnswer]:
    """Return drills, newest first."""
    part = asked_slice()
    return [_answer(call, drill) for drill in all_drills(call.session, part.limit, part.offset)]


def new_drill(call: Call, body: DrillCreate) -> DrillAnswer:
    """Start a drill: its incident is detected, and its participants are told."""
    scenario = get_scenario(call.session, body.scenario_id) if body.scenario_id else None
    title = body.title or (scenario.title if scenario else None)
    if title is None:
        raise RuleError("invalid", "Give the drill a title, or name a scenario.", "title")
    states = body.components
    if states is None and scenario is not None:
        states = states_from(scenario.states)
    prompts = _prompts(body.prompts) if body.prompts is not None else prompts_of(scenario) if scenario else []
    new = NewDrill(
        declaration=Declaration(name=title, states=states, roles=body.roles, detected_at=body.detected_at),
        speed=body.speed,
        participants=participants_from(call, body.participants),
        prompts=prompts,
        scenario=scenario,
    )
    row = start_drill(call.ctx, new)
    assert row.drill is not None
    return _answer(call, row.drill)


def show_drill(call: Call, drill_id: str) -> DrillAnswer:
    """Return a drill."""
    return _answer(call, get_drill(call.session, drill_id))


def pause(call: Call, drill_id: str) -> DrillAnswer:
    """Stop its clock."""
    drill = get_drill(call.session, drill_id)
    pause_drill(call.ctx, drill)
    return _answer(call, drill)


def resume(call: Call, drill_id: str) -> DrillAnswer:
    """Let its clock go on."""
    drill = get_drill(call.session, drill_id)
    resume_drill(call.ctx, drill)
    return _answer(call, drill)


def end(call: Call, drill_id: str) -> DrillAnswer:
    """End it as it stands; its score card is in the answer."""
    drill = get_drill(call.session, drill_id)
    end_drill(call.ctx, drill)
    return _answer(call, drill)


def real(call: Call, drill_id: str) -> IncidentAnswer:
    """Open a real incident with the drill's first detection and its drafts, and end the drill."""
    return call.answers.incident(make_real(call.ctx, get_drill(call.session, drill_id)))


def list_scenarios(call: Call) -> list[ScenarioAnswer]:
    """Return scenarios by title."""
    return [_scenario(one) for one in one_page_of(all_scenarios(call.session))]


def new_scenario(call: Call, body: ScenarioCreate) -> ScenarioAnswer:
    """Add a scenario."""
    fields = ScenarioFields(
        title=body.title,
        description=body.description,
        states=body.components,
        prompts=_prompts(body.prompts),
    )
    return _scenario(create_scenario(call.ctx, fields))


def starter_set(call: Call) -> list[ScenarioAnswer]:
    """Add the scenarios that come with the product, where there is none yet."""
    return [_scenario(one) for one in add_starter_scenarios(call.ctx)]


def show_scenario(call: Call, scenario_id: str) -> ScenarioAnswer:
    """Return a scenario."""
    return _scenario(get_scenario(call.session, scenario_id))


def update_scenario(call: Call, body: ScenarioChange, scenario_id: str) -> ScenarioAnswer:
    """Change a scenario."""
    scenario = get_scenario(call.session, scenario_id)
    fields = ScenarioFields(
        title=scenario.title if body.title is None else body.title,
        description=body.description if body.has("description") else scenario.description,
        states=states_from(scenario.states) if body.components is None else body.components,
        prompts=prompts_of(scenario) if body.prompts is None else _prompts(body.prompts),
    )
    change_scenario(call.ctx, scenario, fields, call.seen.version)
    return _scenario(scenario)


def delete_scenario(call: Call, scenario_id: str) -> None:
    """Take a scenario away; drills played from it stay."""
    archive_scenario(call.ctx, get_scenario(call.session, scenario_id))


def _prompts(prompts: list[PromptInput]) -> list[Prompt]:
    return [Prompt(one.after_minutes, one.text) for one in prompts]


def _answer(call: Call, drill: Drill) -> DrillAnswer:
    row = incident_of_drill(call.session, drill)
    prompts = [
        PromptAnswer(after_minutes=one.after_minutes, text=one.text, given_at=moment(one.given_at))
        for one in drill.prompts
    ]
    return DrillAnswer(
        id=drill.public_id,
        title=drill.title,
        speed=drill.speed,
        state=drill.state,
        scenario_id=drill.scenario.public_id if drill.scenario else None,
        incident_id=row.public_id,
        incident_status=row.status,
        started_at=moment(drill.started_at) or "",
        paused_at=moment(drill.paused_at),
        ended_at=moment(drill.ended_at),
        drill_time=moment(call.ctx.at_time_of(row).now) or "",
        started_by=drill.started_by.email if drill.started_by else None,
        participants=sorted(one.account.email for one in drill.participants),
        prompts=prompts,
        score=drill.score,
        became_incident_id=drill.became_incident_id,
    )


def _scenario(scenario: DrillScenario) -> ScenarioAnswer:
    return ScenarioAnswer(
        id=scenario.public_id,
        title=scenario.title,
        description=scenario.description,
        components=states_from(scenario.states),
        prompts=[ScenarioPrompt(**one) for one in scenario.prompts],
        version=scenario.version,
        created_at=moment(scenario.created_at),
        updated_at=moment(scenario.updated_at),
    )
