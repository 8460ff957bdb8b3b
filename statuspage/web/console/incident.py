"""The incident's screen: the clock on top, the composer beside the customer's view, people and times."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, render_template, request
from markupsafe import Markup

from statuspage.domain.cadence import ONE_MINUTE, DeadlineKind
from statuspage.domain.errors import StaleError
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus
from statuspage.domain.notices import REOPEN_WITHIN
from statuspage.domain.promise_choice import promise_lengths
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.drill_prompts import give_due_prompts, prompts_given
from statuspage.services.incident_history import incident_history
from statuspage.services.landed_answers import ANSWERS, unseen_answers
from statuspage.services.next_words import starting_fields, words_for
from statuspage.services.owed import owed_by
from statuspage.services.postmortem_clock import times_of
from statuspage.services.presence import note_presence, others_here
from statuspage.services.ready_drafts import what_is_ready
from statuspage.services.reminder_log import fate_of, reader_of, reminder_log, step_words
from statuspage.services.silence import warnings_to_show
from statuspage.store.accounts import all_accounts
from statuspage.store.components import Component, all_components
from statuspage.store.drafts import NoticeDraft, find_draft
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, get_incident
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import current_view, fresh_key, preview_of
from statuspage.web.console.composing import Errors, Fields, likely_impact
from statuspage.web.console.home import digest_of, if_changed
from statuspage.web.console.people import Panel, needs_of, panel_of
from statuspage.web.console.postmortem_desk import postmortem_card
from statuspage.web.console.prepared import prepared_texts
from statuspage.web.console.promise_bar import promise_bar
from statuspage.web.console.questions import asked
from statuspage.web.console.review import review_part, shared_drafts
from statuspage.web.console.screens import acting, clock_of, common, looking, person_of, screen
from statuspage.web.security import allow

_ENDED = {
    IncidentStatus.DISMISSED: "This was dismissed: nothing was wrong. No customer was told.",
    IncidentStatus.INTERNAL: "This was ended internally: it was real, and no customer was affected.",
    IncidentStatus.RESOLVED: "This incident is resolved. Reopening was possible for 24 hours.",
}
_LOOKED_BACK = (
    "Its postmortem is public, so this incident can't be reopened any more. "
    "If it comes back, declare a new one."
)
_DRILL_OVER = "This drill is over. What was done in it stays as it is."


@blueprint.get("/incidents/<incident_id>")
@allow(SiteRole.VIEWER)
def incident(incident_id: str) -> Response:
    """Show one incident."""
    _note_looking(incident_id)
    return show_incident(incident_id)


@blueprint.get("/incidents/<incident_id>/live")
@allow(SiteRole.VIEWER)
def live(incident_id: str) -> Response:
    """Answer whether the clock, the people here or the newest notice have changed."""
    _note_looking(incident_id)
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        ctx = ctx.at_time_of(row)
        panel, args = panel_of(ctx, row), request.args
        seen = Seen(args.get("last_update_id"), args.get(ANSWERS, ""), args.get("answering", ""))
        response = if_changed(_with_people(_live(ctx, row, panel, seen), _people(ctx, row, panel)))
        if row.drill is not None:
            response.headers["X-Clock"] = clock_of(ctx, row)
        return response


def _note_looking(incident_id: str) -> None:
    """Note who looks; in a drill the game master speaks even where no worker runs."""
    with acting() as ctx:
        row = get_incident(ctx.session, incident_id)
        note_presence(ctx, row, is_writing=False)
        if row.drill is not None:
            give_due_prompts(ctx, row.drill)


def show_incident(
    incident_id: str,
    fields: Fields | None = None,
    errors: Errors | None = None,
    conflict: StaleError | None = None,
) -> Response:
    """Return the screen; `fields` is what was typed and refused, else the saved draft or a fresh form."""
    preview = _preview(incident_id, fields)
    status = 409 if conflict else 422 if errors else 200
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        real, ctx = ctx, ctx.at_time_of(row)
        desk = _desk(ctx, row, fields, conflict)
        panel, question = panel_of(ctx, row), asked(ctx, row)
        seen = Seen(
            desk.fields.get("last_update_id"),
            str(desk.fields.get(ANSWERS, "")),
            question.question.public_id if question.question and question.is_mine else "",
        )
        html = _live(ctx, row, panel, seen)
        people = _people(ctx, row, panel)
        return screen(
            ctx,
            "incident.html",
            title=row.name,
            section="incidents",
            status=status,
            row=row,
            is_open=row.status in OPEN_STATUSES,
            is_detected=row.status is IncidentStatus.DETECTED,
            is_closed=row.status is IncidentStatus.RESOLVED,
            errors=errors or Errors.none(),
            conflict=conflict,
            live_html=html,
            live_digest=digest_of(_with_people(html, people)),
            people_html=people,
            panel=panel,
            needs=needs_of(ctx, row, panel),
            drill_real_now=real.now,
            bar_html=promise_bar(real, row.public_id),
            preview_html=preview or current_view(ctx, row),
            ended_words=_ended_words(ctx, row),
            asked=question,
            question_key=fresh_key(),
            **_surroundings(ctx, row),
            **desk.values(),
        )


def _preview(incident_id: str, typed: Fields | None) -> Markup | None:
    """Return what customers will read once the composer's text is out, None where nobody can write one."""
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        ctx = ctx.at_time_of(row)
        fields = _standing_fields(ctx, row, typed) if _can_write(ctx, row) else None
    return None if fields is None else preview_of(incident_id, fields)[0]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the composer shows."""

    fields: dict[str, Any]
    draft: NoticeDraft | None
    can_write: bool
    more: dict[str, Any]

    def values(self) -> dict[str, Any]:
        """Return it as values for the template."""
        return {"fields": self.fields, "draft": self.draft, "can_write": self.can_write, **self.more}


def _desk(ctx: Context, row: IncidentRow, typed: Fields | None, conflict: StaleError | None) -> Desk:
    draft = _own_draft(ctx, row)
    fields = _standing_fields(ctx, row, typed)
    if conflict is not None:  # they have seen it now: sending again is a decision
        fields["last_update_id"] = conflict.latest_update_id or ""
    affected, others = _components(ctx, row)
    impact = likely_impact(ctx, {} if typed else fields, row)
    limits = ctx.page.limits.for_impact(impact)
    due = [owed.due_at for owed in owed_by(ctx, row) if owed.kind is not DeadlineKind.POSTMORTEM]
    return Desk(
        fields,
        draft,
        _can_write(ctx, row),
        {
            "action": f"/console/incidents/{row.public_id}/publish",
            "affected": affected,
            "others": others,
            "offered": [(status, words_for(ctx, row, status)) for status in _offered(row)],
            "templates": prepared_texts(ctx, row),
            "lengths": promise_lengths(limits),
            "earliest": limits.promise_earliest // ONE_MINUTE,
            "latest": limits.promise_latest // ONE_MINUTE,
            "is_late": any(ctx.now > at for at in due),
            "late_from": f"{min(due):%Y-%m-%dT%H:%M:%SZ}" if due else None,
            "compose_title": _title(row),
            "button": _button(row),
            "review": review_part(ctx, row, draft),
        },
    )


def _standing_fields(ctx: Context, row: IncidentRow, typed: Fields | None) -> dict[str, Any]:
    """Return what stands in the composer: what was typed and refused, else the own draft or a fresh form."""
    draft = _own_draft(ctx, row)
    return dict(typed if typed is not None else draft.fields if draft else starting_fields(ctx, row))


def _own_draft(ctx: Context, row: IncidentRow) -> NoticeDraft | None:
    if ctx.actor.account_id is None:
        return None
    return find_draft(ctx.session, row.id, ctx.actor.account_id)


def _components(ctx: Context, row: IncidentRow) -> tuple[list[Component], list[Component]]:
    """Return the components that the incident is about, and the page's others."""
    named = set(incident_value(row).states) | set(row.suspected if not row.updates else ())
    components = all_components(ctx.session)
    return [c for c in components if c.public_id in named], [
        c for c in components if c.public_id not in named
    ]


def _offered(row: IncidentRow) -> list[IncidentStatus]:
    open_ones = [IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED, IncidentStatus.MONITORING]
    return open_ones if row.status is IncidentStatus.RESOLVED else [*open_ones, IncidentStatus.RESOLVED]


def _can_write(ctx: Context, row: IncidentRow) -> bool:
    if not ctx.actor.role.reaches(SiteRole.RESPONDER) or row.is_backfill or row.merged_into_id:
        return False
    if row.drill is not None and row.drill.ended_at is not None:
        return False
    if row.status is IncidentStatus.RESOLVED:
        is_soon = row.resolved_at is not None and ctx.now <= row.resolved_at + REOPEN_WITHIN
        return is_soon and not _has_public_postmortem(ctx, row)
    return row.status in OPEN_STATUSES or row.status is IncidentStatus.DETECTED


def _has_public_postmortem(ctx: Context, row: IncidentRow) -> bool:
    return times_of(ctx.session, row).public_since is not None


def _ended_words(ctx: Context, row: IncidentRow) -> str:
    """Return why nothing can be published here any more; empty where something can."""
    if row.drill is not None and row.drill.ended_at is not None:
        return _DRILL_OVER
    if row.status is IncidentStatus.RESOLVED and _has_public_postmortem(ctx, row):
        return _LOOKED_BACK
    return _ENDED.get(row.status, "")


def _title(row: IncidentRow) -> str:
    if row.status is IncidentStatus.DETECTED:
        return "The first notice"
    return "Reopen it" if row.status is IncidentStatus.RESOLVED else "The next update"


def _button(row: IncidentRow) -> str:
    if row.status is IncidentStatus.DETECTED:
        return "Publish the first notice"
    return "Reopen" if row.status is IncidentStatus.RESOLVED else "Publish"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a window shows already: the newest notice it knows, the answers in its draft, and the question
    that stands below with a field of its own."""

    update: str | None
    answers: str
    answering: str


def _live(ctx: Context, row: IncidentRow, panel: Panel | None, seen: Seen) -> str:
    newest = row.updates[-1].public_id if row.updates else ""
    draft = _own_draft(ctx, row)
    unseen = unseen_answers(ctx.session, draft.fields, {ANSWERS: seen.answers}) if draft else []
    return render_template(
        "console/live.html",
        row=row,
        owed=owed_by(ctx, row),
        panel=panel,
        others=others_here(ctx, row),
        asking=[one for one in shared_drafts(ctx, row) if one.is_asking],
        ready=what_is_ready(ctx, row),
        asked=asked(ctx, row),
        answering=seen.answering,
        unseen=unseen,
        warnings=warnings_to_show(ctx, row),
        has_moved=seen.update is not None and seen.update != newest,
        drill=row.drill,
        said=prompts_given(row.drill),
        person=person_of(ctx),
        **common(ctx),
    )


def _people(ctx: Context, row: IncidentRow, panel: Panel | None) -> str:
    if panel is None:
        return ""
    return render_template("console/incident_people.html", row=row, panel=panel, **common(ctx))


def _with_people(html: str, people: str) -> str:
    """Return what looks for news together with the list of people, which htmx puts where it stands."""
    return f'{html}<div id="people" hx-swap-oob="true">{people}</div>'


def _surroundings(ctx: Context, row: IncidentRow) -> dict[str, Any]:
    """Return what stands below the composer."""
    value = incident_value(row)
    return {
        "value": value,
        "history": incident_history(ctx, row),
        "accounts": [account for account in all_accounts(ctx.session) if account.disabled_at is None],
        "holders": {holder.role: holder.account for holder in row.roles},
        "others_drafts": shared_drafts(ctx, row),
        "reminders": reminder_log(ctx, row),
        "reader_of": reader_of,
        "fate_of": fate_of,
        "step_words": step_words,
        "runbooks": _runbooks(row, _components(ctx, row)[0]),
        "learnt": postmortem_card(ctx, row),
        "lasted": _lasted(value.beginning, value.episode.ended_at),
    }


def _runbooks(row: IncidentRow, components: list[Component]) -> list[tuple[str, str]]:
    """Return what to do, by what it is about: the incident's own runbook, then those of its components."""
    own = [("for this situation", row.runbook_url)]
    named = own + [(component.name, component.runbook_url) for component in components]
    return [(label, address) for label, address in named if address]


def _lasted(began_at: Any, ended_at: Any) -> timedelta | None:
    return ended_at - began_at if ended_at else None
