"""The time of a drill, and its end: what every act on an incident asks of it first."""

from statuspage.domain.errors import ConflictError
from statuspage.domain.incident import IncidentStatus
from statuspage.services.context import Context
from statuspage.services.drill_score import final_score
from statuspage.services.staff_messages import tell_person
from statuspage.store.accounts import Account
from statuspage.store.drafts import EntryKind, TimelineEntry
from statuspage.store.drills import Drill, DrillParticipant, drills_not_over
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow, incident_of_drill
from statuspage.store.reminders import MessageKind

_ENDS = frozenset({IncidentStatus.RESOLVED, IncidentStatus.DISMISSED, IncidentStatus.INTERNAL})


def acting_on(ctx: Context, row: IncidentRow) -> Context:
    """Return the act at the incident's own time; refuse one on a drill that stands still or is over."""
    if row.drill is not None:
        require_not_over(row.drill)
        if row.drill.paused_at is not None:
            raise ConflictError(
                "drill_paused", "The drill is paused and its clock stands still. Resume it, then go on."
            )
    return ctx.at_time_of(row)


def require_not_over(drill: Drill) -> None:
    """Refuse an act on a drill that has ended."""
    if drill.ended_at is not None:
        raise ConflictError("drill_ended", "This drill is over; what was done in it stays as it is.")


def take_part(ctx: Context, row: IncidentRow, account: Account) -> None:
    """Have whoever is given a role in a drill, or offered one, take part in it; nothing happens elsewhere."""
    if row.drill is not None and account.id not in {each.account_id for each in row.drill.participants}:
        row.drill.participants.append(DrillParticipant(account=account, account_id=account.id))
        ctx.session.flush()


def pause_running_drills(ctx: Context) -> None:
    """Have every drill stand still, because something real has happened. Its participants are told."""
    for drill in drills_not_over(ctx.session):
        if drill.paused_at is None:
            stand_still(ctx, drill)
            text = "The drill is paused: a real incident was declared."
            say(ctx, drill, text)
            tell_participants(ctx, drill, f"paused:{ctx.real_now.isoformat()}", text)


def stand_still(ctx: Context, drill: Drill) -> None:
    """Stop the drill's clock."""
    drill.paused_at = ctx.real_now
    ctx.session.flush()


def end_with_its_incident(ctx: Context, row: IncidentRow) -> None:
    """End the drill whose incident has just ended; nothing happens for real ones."""
    if row.drill is not None and row.status in _ENDS:
        end_now(ctx, row.drill, row)


def end_now(ctx: Context, drill: Drill, row: IncidentRow) -> None:
    """Stop the drill's clock for good and write its score card."""
    drill.ended_at = ctx.real_now
    ctx.session.flush()
    drill.score = final_score(ctx, drill, row)
    ctx.session.flush()


def say(ctx: Context, drill: Drill, text: str) -> None:
    """Put the game master's words into the timeline, at the drill's own time."""
    row = incident_of_drill(ctx.session, drill)
    at = ctx.at_time_of(row).now
    ctx.session.add(
        TimelineEntry(
            public_id=new_public_id(),
            incident_id=row.id,
            kind=EntryKind.NOTE,
            body=text,
            at=at,
            created_at=at,
            author_id=None,
        )
    )
    ctx.session.flush()


def tell_participants(
    ctx: Context, drill: Drill, subject: str, text: str, about: IncidentRow | None = None
) -> None:
    """Tell everybody who takes part, and nobody else; once for each `subject`.

    It leads to the incident it is `about`, the drill's own where none is given.
    """
    row = about or incident_of_drill(ctx.session, drill)
    for participant in drill.participants:
        if participant.account.disabled_at is None:
            tell_person(
                ctx,
                participant.account_id,
                MessageKind.PROMPT,
                f"{drill.public_id}:{subject}",
                incident=row,
                details={"text": text, "drill": drill.public_id},
            )
