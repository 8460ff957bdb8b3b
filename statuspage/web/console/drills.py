"""Drills: started, led, looked at as customers would, and their score cards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import ConflictError, DomainError, NotFoundError
from statuspage.domain.roles import SiteRole
from statuspage.render.pages import Rehearsal, rehearsed_front, rehearsed_incident
from statuspage.render.zone import Zone
from statuspage.services.commands import Declaration
from statuspage.services.context import Context
from statuspage.services.drill_prompts import give_due_prompts
from statuspage.services.drills import (
    NewDrill,
    end_drill,
    make_real,
    pause_drill,
    resume_drill,
    start_drill,
    why_drills_wait,
)
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.outcome import seen_by_customers
from statuspage.services.public_view import public_page
from statuspage.services.rehearsal_view import rehearsal_front
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.components import all_components
from statuspage.store.drills import Drill, all_drills, all_scenarios, drills_not_over, get_drill, get_scenario
from statuspage.store.incidents import IncidentRow, incident_of_drill
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import fresh_key
from statuspage.web.console.composing import STATE_PREFIX
from statuspage.web.console.drill_forms import (
    PARTICIPANT_PREFIX,
    DrillForm,
    chosen,
    lines_of,
    states_from_form,
    typed_states,
)
from statuspage.web.console.home import digest_of, if_changed
from statuspage.web.console.screens import (
    acting,
    assets_for,
    clock_of,
    common,
    done,
    go_to,
    looking,
    person_of,
    screen,
)
from statuspage.web.security import adapters, allow

HERE = "/console/drills"
SHOWN = 25


@dataclass(frozen=True, slots=True)
class Bar:
    """One drill of the trend: how long its first notice took, drawn as a bar."""

    drill: Drill
    x: int
    height: int
    label: str
    is_late: bool


@blueprint.get("/drills")
@allow(SiteRole.VIEWER)
def drills() -> Response:
    """Show what runs, what can be played, and how it went before."""
    with looking() as ctx:
        known = all_drills(ctx.session, SHOWN)
        over = [one for one in known if one.state == "over"]
        return screen(
            ctx,
            "drills.html",
            title="Drills",
            section="drills",
            running=drills_not_over(ctx.session),
            scenarios=all_scenarios(ctx.session),
            over=over,
            bars=_trend(over),
        )


@blueprint.route("/drills/new", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def new_drill() -> AnyResponse:
    """Ask what to rehearse and with whom, then start it."""
    if request.method == "GET":
        return _start_form(_starting())
    form = DrillForm()
    try:
        with acting() as ctx:
            known = sent_before(ctx, form.form_key.data or "")
            if known:
                return go_to(known)
            row = start_drill(ctx, _asked(ctx, form))
            address = f"/console/incidents/{row.public_id}"
            note_sent(ctx, form.form_key.data or "", address)
    except DomainError as error:
        form.refuse(error)
        return _start_form(form)
    return done(address, "The drill runs. Everybody who takes part is told.")


def _asked(ctx: Context, form: DrillForm) -> NewDrill:
    scenario = get_scenario(ctx.session, form.scenario.data) if form.scenario.data else None
    return NewDrill(
        declaration=Declaration(name=form.title.data or "", states=states_from_form()),
        speed=form.pace(),
        participants=chosen(all_accounts(ctx.session)),
        prompts=form.told(),
        scenario=scenario,
    )


def _starting() -> DrillForm:
    start: dict[str, Any] = {"speed": "10", "form_key": fresh_key()}
    if scenario_id := request.args.get("scenario", ""):
        with looking() as ctx:
            scenario = get_scenario(ctx.session, scenario_id)
            start |= {"title": scenario.title, "prompts": lines_of(scenario), "scenario": scenario_id}
    return DrillForm(data=start)


def _start_form(form: DrillForm) -> Response:
    with looking() as ctx:
        return screen(
            ctx,
            "drill_new.html",
            title="Start a drill",
            section="drills",
            status=form.status,
            form=form,
            states=_states_to_start(ctx),
            components=all_components(ctx.session),
            accounts=[one for one in all_accounts(ctx.session) if one.disabled_at is None],
            ticked=_ticked(ctx),
            waits=why_drills_wait(ctx) if request.method == "GET" else None,
        )


def _states_to_start(ctx: Context) -> dict[str, str]:
    if request.method == "POST":
        return typed_states()
    scenario_id = request.args.get("scenario", "")
    states = get_scenario(ctx.session, scenario_id).states if scenario_id else {}
    return {STATE_PREFIX + key: state for key, state in states.items()}


def _ticked(ctx: Context) -> set[str]:
    """Return who is ticked; whoever starts a drill takes part until they say otherwise."""
    if request.method == "POST":
        prefix = PARTICIPANT_PREFIX
        return {name.removeprefix(prefix) for name in request.form if name.startswith(prefix)}
    account = ctx.session.get(Account, ctx.actor.account_id)
    return {account.public_id} if account else set()


@blueprint.get("/drills/<drill_id>")
@allow(SiteRole.VIEWER)
def drill(drill_id: str) -> Response:
    """Show a drill: led while it runs, its score card once it is over."""
    return _show(drill_id)


@blueprint.get("/drills/<drill_id>/live")
@allow(SiteRole.VIEWER)
def drill_live(drill_id: str) -> Response:
    """Answer whether a prompt was given, or the drill stands otherwise."""
    _speak(drill_id)
    with looking() as ctx:
        row = incident_of_drill(ctx.session, get_drill(ctx.session, drill_id))
        response = if_changed(_live(ctx, row))
        response.headers["X-Clock"] = clock_of(ctx, row)
        return response


_ACTS: dict[str, tuple[Callable[[Context, Drill], object], str]] = {
    "pause": (pause_drill, "The drill is paused; its clock stands still."),
    "resume": (resume_drill, "The drill goes on."),
    "end": (end_drill, "The drill is over. This is how it went."),
}


@blueprint.post("/drills/<drill_id>/<any(pause,resume,end):act>")
@allow(SiteRole.RESPONDER)
def lead_drill(drill_id: str, act: str) -> AnyResponse:
    """Pause, resume or end a drill."""
    verb, message = _ACTS[act]
    try:
        with acting() as ctx:
            verb(ctx, get_drill(ctx.session, drill_id))
    except ConflictError as error:
        return _show(drill_id, error)
    return done(f"{HERE}/{drill_id}", message)


@blueprint.post("/drills/<drill_id>/real")
@allow(SiteRole.RESPONDER)
def this_is_real(drill_id: str) -> AnyResponse:
    """Open a real incident from a drill."""
    try:
        with acting() as ctx:
            row = make_real(ctx, get_drill(ctx.session, drill_id))
            address = f"/console/incidents/{row.public_id}"
    except ConflictError as error:
        return _show(drill_id, error)
    return done(address, "This is a real incident now. Its clock runs from the first detection in the drill.")


@blueprint.get("/drills/<drill_id>/page")
@allow(SiteRole.VIEWER)
def rehearsal_page(drill_id: str) -> Response:
    """Show the front page as customers would see it."""
    with looking() as ctx:
        drill, row = _played(ctx, drill_id)
        front = rehearsal_front(ctx, row, adapters().settings.base_url)
        assets = assets_for(ctx.page.accent_color)
        return Response(rehearsed_front(front, assets, _rehearsal(ctx, drill, row)))


@blueprint.get("/drills/<drill_id>/page/incident")
@allow(SiteRole.VIEWER)
def rehearsal_incident(drill_id: str) -> Response:
    """Show the incident's own page as customers would see it."""
    with looking() as ctx:
        drill, row = _played(ctx, drill_id)
        if not row.updates:
            raise NotFoundError("not_found", "Nothing was published in this drill yet.")
        page = public_page(ctx.page, adapters().settings.base_url)
        assets, rehearsal = assets_for(ctx.page.accent_color), _rehearsal(ctx, drill, row)
        return Response(rehearsed_incident(page, seen_by_customers(ctx, row), assets, rehearsal))


def _played(ctx: Context, drill_id: str) -> tuple[Drill, IncidentRow]:
    drill = get_drill(ctx.session, drill_id)
    return drill, incident_of_drill(ctx.session, drill)


def _rehearsal(ctx: Context, drill: Drill, row: IncidentRow) -> Rehearsal:
    zone, now = Zone(ctx.page.time_zone), ctx.at_time_of(row).now
    back = f"/console/incidents/{row.public_id}"
    return Rehearsal(zone.text(now, zone.day(now)), back, f"{HERE}/{drill.public_id}/page")


def _show(drill_id: str, refusal: DomainError | None = None) -> Response:
    _speak(drill_id)
    with looking() as ctx:
        found, row = _played(ctx, drill_id)
        html = _live(ctx, row)
        return screen(
            ctx,
            "drill.html",
            title=found.title,
            section="drills",
            status=409 if refusal else 200,
            row=row,
            refusal=refusal,
            live_html=html,
            live_digest=digest_of(html),
            score=found.score,
        )


def _speak(drill_id: str) -> None:
    """Have the game master say what is due, even where no worker runs."""
    with acting() as ctx:
        give_due_prompts(ctx, get_drill(ctx.session, drill_id))


def _live(ctx: Context, row: IncidentRow) -> str:
    return render_template(
        "console/drill_live.html",
        row=row,
        drill=row.drill,
        person=person_of(ctx),
        **common(ctx.at_time_of(row)),
    )


def _trend(over: list[Drill]) -> list[Bar]:
    """Return the drills as bars, oldest first; the first notice is late above fifteen minutes."""
    timed = [one for one in reversed(over) if one.score.get("first_notice_minutes") is not None]
    found = []
    for place, one in enumerate(timed[-12:]):
        minutes = float(one.score["first_notice_minutes"])
        is_late = not one.score["is_first_notice_on_time"]
        found.append(Bar(one, 40 + 52 * place, max(2, round(min(minutes, 30) * 4)), f"{minutes:g}", is_late))
    return found
