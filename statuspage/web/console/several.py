"""One text for several open incidents, their promises aligned."""

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.cadence import ONE_MINUTE
from statuspage.domain.component import Impact
from statuspage.domain.errors import DomainError
from statuspage.domain.incident import OPEN_STATUSES
from statuspage.domain.promise_choice import promise_lengths
from statuspage.domain.roles import SiteRole
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.services.declare_and_publish import publish_to_several
from statuspage.services.form_keys import note_sent, sent_before
from statuspage.services.outcome import Outcome, outcome_of
from statuspage.store.incidents import IncidentRow, get_incident, unfinished_incidents
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composer import Composed, composed, fresh_key, hidden, retargeted
from statuspage.web.console.composing import Errors, Fields, fields_of, notice_of
from statuspage.web.console.promise_bar import promise_bar
from statuspage.web.console.screens import acting, done, fragment, go_to, is_fragment, looking, screen, trying
from statuspage.web.security import allow

CHOSEN = "incident-"


@blueprint.get("/several")
@allow(SiteRole.COMMUNICATOR)
def several() -> Response:
    """Show the form."""
    return _form(None, Errors.none())


@blueprint.post("/several")
@allow(SiteRole.COMMUNICATOR)
def publish_several() -> AnyResponse:
    """Ask once, then publish to all or to none."""
    try:
        sent = composed()
        if "confirmed" in request.form:
            return _publish(sent)
        return _ask(sent)
    except DomainError as error:
        fields = fields_of(request.form)
        return retargeted(_form(fields, Errors.of(error, {**fields, "incidents": ""})))


def _publish(sent: Composed) -> AnyResponse:
    key = request.form.get("form_key", "")
    with acting() as ctx:
        known = sent_before(ctx, key)
        if known:
            return go_to(known)
        rows = _publish_all(ctx, sent)
        note_sent(ctx, key, "/console/")
    return done("/console/", f"Published to {len(rows)} incidents.")


def _publish_all(ctx: Context, sent: Composed) -> list[IncidentRow]:
    rows = [get_incident(ctx.session, public_id) for public_id in _chosen(sent.fields)]
    commands = []
    for row in rows:
        seen = {"last_update_id": sent.fields.get(f"seen-{row.public_id}", "")}
        commands.append(notice_of(ctx, {**sent.fields, **seen}, sent.text, row))
    publish_to_several(ctx, rows, commands)
    return rows


def _chosen(fields: Fields) -> list[str]:
    return [name.removeprefix(CHOSEN) for name in fields if name.startswith(CHOSEN)]


def _ask(sent: Composed) -> Response:
    with trying() as ctx:
        outcomes = [outcome_of(ctx, row) for row in _publish_all(ctx, sent)]
        values: dict[str, Any] = {
            "outcome": outcomes[0],
            "question": f"Publish this to {len(outcomes)} incidents?",
            "button": f"Publish to {len(outcomes)} incidents",
            "sentences": [_sentence(ctx, outcome) for outcome in outcomes],
            "overlapping": [],
            "sent": hidden(request.form.items(multi=True)),
            "form_key": fresh_key(),
            "action": request.path,
            "back": "/console/several",
        }
        if is_fragment():
            return fragment(ctx, "confirm.html", **values)
        return screen(ctx, "confirm_page.html", title=values["question"], **values)


def _sentence(ctx: Context, outcome: Outcome) -> str:
    place = Zone(ctx.page.time_zone)
    assert outcome.promise is not None
    late = f", {outcome.late_by_minutes} min late" if outcome.late_by_minutes else ""
    return f"{outcome.incident.name}{late}: next update by {place.text(outcome.promise, place.day(ctx.now))}."


def _form(typed: Fields | None, errors: Errors) -> Response:
    with looking() as ctx:
        rows = [row for row in unfinished_incidents(ctx.session) if row.status in OPEN_STATUSES]
        lengths, earliest, latest = _common_window(ctx, rows)
        start = {"promise": str(lengths[0]), "opened_at": ctx.now.isoformat(), "body": ""}
        return screen(
            ctx,
            "several.html",
            title="One text to several incidents",
            section="incidents",
            status=422 if errors else 200,
            rows=rows,
            fields=dict(typed) if typed is not None else start,
            errors=errors,
            lengths=lengths,
            earliest=earliest,
            latest=latest,
            bar_html=promise_bar(ctx),
        )


def _common_window(ctx: Context, rows: list[IncidentRow]) -> tuple[tuple[int, ...], int, int]:
    """Return the promises that every one of them may make."""
    every = [ctx.page.limits.for_impact(row.impact) for row in rows] or [
        ctx.page.limits.for_impact(Impact.NONE)
    ]
    earliest = max(limits.promise_earliest for limits in every)
    latest = max(min(limits.promise_latest for limits in every), earliest)
    lengths = [n for n in promise_lengths(every[0]) if earliest <= n * ONE_MINUTE <= latest]
    return tuple(lengths) or (latest // ONE_MINUTE,), earliest // ONE_MINUTE, latest // ONE_MINUTE
