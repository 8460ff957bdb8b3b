"""Learning: what comes again over all postmortems, and the labels that tell it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import DomainError, RuleError
from statuspage.domain.learning import FEW, LabelKind, Recurring
from statuspage.domain.period import Period, asked_period
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import without_forbidden
from statuspage.render.item_charts import item_charts, share_chart
from statuspage.render.learning_charts import Trend, short_stretch, trend
from statuspage.services.context import Context
from statuspage.services.item_report import days_of
from statuspage.services.learning import Learning, learning
from statuspage.services.postmortem_labels import add_label, labels_for, remove_label
from statuspage.store.incidents import get_incident
from statuspage.store.item_rows import IncidentName
from statuspage.store.postmortems import get_postmortem
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.composing import Errors, Fields, fields_of
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import allow

HERE = "/console/learning"
LABEL_WORDS: Mapping[LabelKind, str] = {
    LabelKind.FACTOR: "Contributing factors",
    LabelKind.SYSTEMIC: "Systemic issues",
}
_WITH_LABELS = "/incidents/<incident_id>/postmortem/labels"


@dataclass(frozen=True, slots=True)
class Named:
    """Something that recurs, as it is shown: its word, the incidents behind it, its trend."""

    word: str
    incidents: tuple[IncidentName, ...]
    trend: Trend


@dataclass(frozen=True, slots=True)
class Group:
    """All that recurs of one kind. `recurring` was named more than once, `once` only once."""

    ident: str
    title: str
    recurring: tuple[Named, ...]
    once: tuple[Named, ...]


@blueprint.get("/learning")
@allow(SiteRole.VIEWER)
def learning_page() -> Response:
    """Show what the postmortems of a period have in common, by default of the last 12 months."""
    asked = [without_forbidden(request.args.get(name, "")).strip()[:40] for name in ("from", "to")]
    with looking() as ctx:
        zone = ZoneInfo(ctx.page.time_zone)
        today = ctx.now.astimezone(zone).date()
        choices = list(_periods(today))
        if not any(asked):
            asked = choices[1][1:]
        try:
            period = asked_period(asked[0], asked[1], zone, ctx.now)
        except RuleError as refused:
            return _show(ctx, asked, choices, None, refused)
        return _show(ctx, [str(day) for day in days_of(period, zone)], choices, period)


@blueprint.get(_WITH_LABELS)
@allow(SiteRole.VIEWER)
def postmortem_labels(incident_id: str) -> Response:
    """Show the labels of one postmortem."""
    return _labels_page(incident_id)


@blueprint.post(_WITH_LABELS)
@allow(SiteRole.RESPONDER)
def label_postmortem(incident_id: str) -> AnyResponse:
    """Label a postmortem, or take a label away; then go back to where the form stood."""
    fields = fields_of(request.form)
    try:
        with acting() as ctx:
            postmortem = get_postmortem(ctx.session, get_incident(ctx.session, incident_id))
            kind = LabelKind.SYSTEMIC if fields.get("kind") == LabelKind.SYSTEMIC else LabelKind.FACTOR
            act = remove_label if request.form.get("act") == "remove" else add_label
            act(ctx, postmortem, kind, fields.get("label", ""))
    except DomainError as error:
        return _labels_page(incident_id, fields, Errors.of(error, fields))
    place = f"/console/incidents/{incident_id}/postmortem"
    return done(f"{place}#labels" if fields.get("back") == "postmortem" else f"{place}/labels")


def _labels_page(incident_id: str, fields: Fields | None = None, errors: Errors | None = None) -> Response:
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        postmortem = get_postmortem(ctx.session, row)
        return screen(
            ctx,
            "labels.html",
            title=f"Labels: {row.name}",
            section="postmortems",
            status=422 if errors else 200,
            row=row,
            here=f"/console/incidents/{row.public_id}/postmortem",
            labels=labels_for(ctx, postmortem),
            label_words=LABEL_WORDS,
            labels_back="labels",
            fields=dict(fields or {}),
            errors=errors or Errors.none(),
        )


def _periods(today: date) -> Iterator[list[str]]:
    """Yield a name, the first and the last day of what people ask for most."""
    month = today.replace(day=1)
    yield ["Last 90 days", str(today - timedelta(days=89)), str(today)]
    yield ["Last 12 months", str(_months_before(month, 11)), str(today)]
    yield ["Last 3 years", str(_months_before(month, 35)), str(today)]
    yield ["This year", str(today.replace(month=1, day=1)), str(today)]
    yield ["Always", "1990-01-01", str(today)]


def _months_before(month: date, number: int) -> date:
    at = month.year * 12 + month.month - 1 - number
    return date(at // 12, at % 12 + 1, 1)


def _show(
    ctx: Context,
    asked: Sequence[str],
    choices: Sequence[Sequence[str]],
    period: Period | None,
    refused: RuleError | None = None,
) -> Response:
    values = {"found": None} if period is None else _values(learning(ctx, period))
    chips = [
        (name, f"{HERE}?{urlencode({'from': first, 'to': last})}", [first, last] == list(asked))
        for name, first, last in choices
    ]
    return screen(
        ctx,
        "learning.html",
        title="Learning",
        section="postmortems",
        status=422 if refused else 200,
        asked=asked,
        choices=chips,
        refused=refused,
        **values,
    )


def _values(found: Learning) -> dict[str, Any]:
    groups = [
        *(_group(found, kind.value, LABEL_WORDS[kind], found.labels[kind]) for kind in LabelKind),
        _group(found, "component", "Components", found.components),
    ]
    return {
        "found": found,
        "groups": groups,
        "is_labelled": any(found.labels[kind] for kind in LabelKind),
        "few": FEW,
        "span": [short_stretch(each) for each in (found.stretches[0], found.stretches[-1])],
        "charts": [share_chart(found.by_month), *item_charts(found.by_month)],
    }


def _group(found: Learning, ident: str, title: str, named: Sequence[Recurring[str]]) -> Group:
    highest = max((count for each in named for count in each.trend), default=1)
    shown = [
        Named(each.what, found.incidents_of(each), trend(each.trend, found.stretches, highest))
        for each in named
    ]
    often = tuple(each for each in shown if len(each.incidents) > 1)
    return Group(ident, title, often, tuple(each for each in shown if len(each.incidents) == 1))
