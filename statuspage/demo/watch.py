"""Who is on duty, and the last rehearsal."""

from dataclasses import replace

from statuspage.demo.company import ANA, BEN, CHIARA
from statuspage.demo.script import Script, Stage
from statuspage.demo.tell import Telling
from statuspage.domain.component import ComponentState
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import IncidentRole
from statuspage.services.commands import Declaration
from statuspage.services.drill_prompts import Prompt, give_due_prompts
from statuspage.services.drills import NewDrill, start_drill
from statuspage.services.rotas import RotaFields, set_rota
from statuspage.services.scenarios import add_starter_scenarios
from statuspage.store.drafts import EntryKind

HOUR, DAY = 60, 24 * 60
# The rota was planned before the incident that is open, so that its people were called.
PLANNED = 90
REHEARSED = 4 * DAY + 3 * HOUR
_JOURNALIST, _REPAIRED = 15, 45

_ON_DUTY = {
    IncidentRole.INCIDENT_COMMANDER: RotaFields(members=[ANA, CHIARA]),
    IncidentRole.COMMUNICATIONS_LEAD: RotaFields(members=[BEN, ANA], deputy=ANA),
    IncidentRole.TECHNICAL_LEAD: RotaFields(members=[CHIARA, ANA]),
    IncidentRole.SCRIBE: RotaFields(members=[CHIARA, BEN]),
}


def write_watch(script: Script) -> None:
    """Write who is on duty, and what was rehearsed some days ago."""
    script.add(PLANNED, ANA, _plan)
    script.add(REHEARSED + HOUR, ANA, _write_scenarios)
    _rehearse(script)


def _write_scenarios(stage: Stage) -> None:
    add_starter_scenarios(stage.ctx)


def _plan(stage: Stage) -> None:
    for role, fields in _ON_DUTY.items():
        set_rota(stage.ctx, role, replace(fields, starts_on=stage.ctx.now.date()))


def _rehearse(script: Script) -> None:
    tell = Telling(script, "drill", BEN, REHEARSED)
    tell.does(0, ANA, _start)
    for after in (_JOURNALIST, _REPAIRED):
        tell.does(after, ANA, _speak)
    tell.publishes_first(
        12,
        (
            "Some of you can't open the web app at the moment. Your invoices are safe, and those that are due are "
            "still sent. We are looking for the cause."
        ),
        {"Web app": ComponentState.PARTIAL_OUTAGE},
    )
    tell.notes(20, CHIARA, EntryKind.DECISION, "Move all traffic to the second data centre.")
    tell.updates(
        38,
        IncidentStatus.IDENTIFIED,
        "One of our two data centres is not reached. We are moving to the other.",
    )
    tell.resolves(61, 52, "The web app opens for everybody again. We are sorry for the trouble.", fix=True)


def _start(stage: Stage) -> None:
    row = start_drill(
        stage.ctx,
        NewDrill(
            declaration=Declaration(
                name="A data centre is not reached",
                states={stage.component("Web app"): ComponentState.PARTIAL_OUTAGE},
                roles={
                    IncidentRole.INCIDENT_COMMANDER: ANA,
                    IncidentRole.COMMUNICATIONS_LEAD: BEN,
                    IncidentRole.TECHNICAL_LEAD: CHIARA,
                },
            ),
            speed=1,
            participants=[ANA, BEN, CHIARA],
            prompts=[
                Prompt(0, "Half of all checks of the web app fail."),
                Prompt(_JOURNALIST, "A journalist asks on the phone whether data is lost."),
                Prompt(_REPAIRED, "The network team says that the cable is repaired."),
            ],
        ),
    )
    stage.incidents["drill"] = row.public_id


def _speak(stage: Stage) -> None:
    drill = stage.incident("drill").drill
    assert drill is not None
    give_due_prompts(stage.ctx, drill)
