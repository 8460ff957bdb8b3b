"""Drills: rehearsals with the real rules, on the real console, of which no customer sees anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from statuspage.domain.drill_clock import checked_speed
from statuspage.domain.errors import ConflictError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.commands import Declaration
from statuspage.services.context import Context
from statuspage.services.declare_incident import declare_incident
from statuspage.services.drill_prompts import Prompt, checked_prompts, give_due_prompts
from statuspage.services.drill_time import end_now, require_not_over, say, stand_still, tell_participants
from statuspage.store.accounts import Account, find_account
from statuspage.store.components import find_components
from statuspage.store.drafts import NoticeDraft, drafts_of_incident
from statuspage.store.drills import Drill, DrillParticipant, DrillPrompt, DrillScenario, drills_not_over
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, incident_of_drill, states_from, unfinished_incidents

# Instants of the drill mean nothing outside of it, nor what the reader of the draft had seen there.
_OF_THE_DRILL = (
    "detected_at",
    "began_at",
    "mitigated_at",
    "restored_at",
    "next_update_by",
    "late_reason",
    "last_update_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDrill:
    """A drill to start. `participants` are mail addresses; prompts come in minutes of drill time."""

    declaration: Declaration
    speed: int
    participants: Sequence[str]
    prompts: Sequence[Prompt] = ()
    scenario: DrillScenario | None = None


def start_drill(ctx: Context, new: NewDrill) -> IncidentRow:
    """Start a drill and return its incident, detected now; its participants are told.

    There is one drill at a time, and none while a real incident is open.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    speed, prompts = checked_speed(new.speed), checked_prompts(new.prompts)
    _require_calm(ctx)
    for running in drills_not_over(ctx.session):
        sentence = f"The drill “{running.title}” is not over yet. End it first: there is one at a time."
        raise ConflictError("drill_running", sentence)
    drill = Drill(
        public_id=new_public_id(),
        title=checked_line(new.declaration.name, "name"),
        speed=speed,
        scenario=new.scenario,
        started_by_id=ctx.actor.account_id,
        started_at=ctx.now,
        participants=[
            DrillParticipant(account=account, account_id=account.id) for account in _people(ctx, new)
        ],
        prompts=[DrillPrompt(after_minutes=one.after_minutes, text=one.text) for one in prompts],
    )
    row = declare_incident(ctx, new.declaration, drill)
    drill.title = row.name
    ctx.session.flush()
    _record(ctx, row, "start_drill")
    tell_participants(ctx, drill, "start", f"A drill has begun: {drill.title}.")
    give_due_prompts(ctx, drill)
    return row


def pause_drill(ctx: Context, drill: Drill) -> None:
    """Stop the drill's clock; nothing happens where it stands already."""
    ctx.actor.require(SiteRole.RESPONDER)
    require_not_over(drill)
    if drill.paused_at is None:
        give_due_prompts(ctx, drill)
        stand_still(ctx, drill)
        _record(ctx, incident_of_drill(ctx.session, drill), "pause_drill")


def resume_drill(ctx: Context, drill: Drill) -> None:
    """Let the drill's clock go on from where it stopped; refused while a real incident is open."""
    ctx.actor.require(SiteRole.RESPONDER)
    require_not_over(drill)
    if drill.paused_at is None:
        return
    _require_calm(ctx)
    drill.paused_seconds += (ctx.real_now - drill.paused_at).total_seconds()
    drill.paused_at = None
    ctx.session.flush()
    _record(ctx, incident_of_drill(ctx.session, drill), "resume_drill")


def end_drill(ctx: Context, drill: Drill) -> None:
    """End the drill as it stands and write its score card."""
    ctx.actor.require(SiteRole.RESPONDER)
    require_not_over(drill)
    give_due_prompts(ctx, drill)
    row = incident_of_drill(ctx.session, drill)
    _record(ctx, row, "end_drill")
    end_now(ctx, drill, row)


def make_real(ctx: Context, drill: Drill) -> IncidentRow:
    """Open a real incident with the drill's first detection and its drafts, copying no roles; end the drill.

    The drill's own incident stays a drill, for nothing of a drill ever becomes public.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    require_not_over(drill)
    ctx = replace(ctx, now=ctx.real_now)
    played = incident_of_drill(ctx.session, drill)
    say(ctx, drill, "This is real: the drill is over, and a real incident is open.")
    end_now(ctx, drill, played)
    row = declare_incident(ctx, _as_real(ctx, drill, played))
    for draft in drafts_of_incident(ctx.session, played.id):
        ctx.session.add(_copied(ctx, draft, row))
    drill.became_incident_id = row.public_id
    ctx.session.flush()
    _record(ctx, played, "make_drill_real")
    # It is about the real incident: what is about a drill that is over is not sent any more.
    tell_participants(ctx, drill, "real", f"This is real: {row.name}. The drill is over.", row)
    return row


def _record(ctx: Context, row: IncidentRow, verb: str) -> None:
    """Have it stand in the timeline of the drill, at its own time; the real one goes with it."""
    audit(ctx.at_time_of(row), verb, row.public_id, real_at=ctx.real_now.isoformat())


def _as_real(ctx: Context, drill: Drill, played: IncidentRow) -> Declaration:
    value = incident_value(played)
    states = value.states if value.is_announced else states_from(played.suspected)
    known = find_components(ctx.session, states)
    detected_at = min(drill.clock.first_real_time(value.episodes[0].detected_at), ctx.now)
    return Declaration(
        name=played.name,
        detected_at=detected_at,
        impact_override=played.impact_override,
        states={key: state for key, state in states.items() if known[key].archived_at is None},
        runbook_url=played.runbook_url,
    )


def _copied(ctx: Context, draft: NoticeDraft, row: IncidentRow) -> NoticeDraft:
    fields: dict[str, Any] = {
        name: value for name, value in draft.fields.items() if not name.startswith(_OF_THE_DRILL)
    }
    fields["opened_at"] = ctx.now.isoformat()
    if fields.get("promise") == "at":
        fields["promise"] = "preset"
    if fields.get("status") == IncidentStatus.RESOLVED:
        fields["status"] = IncidentStatus.INVESTIGATING.value
    return NoticeDraft(
        public_id=new_public_id(),
        incident_id=row.id,
        author_id=draft.author_id,
        fields=fields,
        opened_at=ctx.now,
        saved_at=ctx.now,
    )


def why_drills_wait(ctx: Context) -> str | None:
    """Return why no drill can start now; None while nothing real is open."""
    for row in unfinished_incidents(ctx.session):
        return f"A real incident is open: “{row.name}”. Drills wait until it is over."
    return None


def _require_calm(ctx: Context) -> None:
    if sentence := why_drills_wait(ctx):
        raise ConflictError("real_incident_open", sentence)


def _people(ctx: Context, new: NewDrill) -> list[Account]:
    """Return who takes part; whoever has a role from the start does."""
    emails = [*new.participants, *(email for email in new.declaration.roles.values() if email)]
    if not emails:
        raise RuleError("participants_missing", "Choose at least one person who takes part.", "participants")
    found: Mapping[int, Account] = {
        account.id: account for account in (_participant(ctx, email) for email in emails)
    }
    return list(found.values())


def _participant(ctx: Context, email: str) -> Account:
    account = find_account(ctx.session, email)
    if account is None or account.disabled_at is not None:
        raise RuleError("unknown_account", f"There is no active account {email}.", "participants")
    return account
