"""What comes again over all postmortems, and the labels by which the staff find it."""

from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

from flask import request
from pydantic import Field

from statuspage.domain.action_item import ItemKind
from statuspage.domain.learning import LABEL_LIMIT, MOST_LABELS, LabelKind, Recurring
from statuspage.domain.period import asked_period
from statuspage.domain.roles import SiteRole
from statuspage.services.learning import Learning, learning
from statuspage.services.postmortem_labels import add_label, labels_for, remove_label
from statuspage.store.item_rows import IncidentName
from statuspage.store.postmortems import Postmortem
from statuspage.web.api.action_figures import CompletionAnswer, ItemFiguresAnswer
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Moment, Output
from statuspage.web.api.postmortem_outputs import sure_moment
from statuspage.web.api.postmortem_texts import the_postmortem

Label = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": LABEL_LIMIT})]
Labels = Annotated[list[Label], Field(max_length=MOST_LABELS)]


class LabelsInput(Input):
    """All labels of a postmortem: contributing factors and systemic issues; a kind left out stays."""

    factor: Labels | None = None
    systemic: Labels | None = None


class LabelsAnswer(Output):
    """The labels of a postmortem; `suggested` are those of others that it has not."""

    labels: dict[LabelKind, list[str]]
    suggested: dict[LabelKind, list[str]]


class NamedIncident(Output):
    """An incident with a postmortem."""

    id: Id
    name: str


class RecurringAnswer(Output):
    """Something that postmortems name: how often, in which `stretches`, and at which incidents."""

    name: str
    times: int
    trend: list[int]
    incidents: list[Id]


class LearningAnswer(Output):
    """What the postmortems of a period have in common. `stretches` are months, or quarters of a long one."""

    start: Moment = Field(serialization_alias="from")
    to: Moment
    stretches: list[str]
    postmortems: list[NamedIncident]
    unlabelled: list[NamedIncident]
    labels: dict[LabelKind, list[RecurringAnswer]]
    components: list[RecurringAnswer]
    action_items: ItemFiguresAnswer
    by_kind: dict[ItemKind, ItemFiguresAnswer]
    by_month: dict[str, CompletionAnswer]


def endpoints(page: str, postmortem: str) -> list[Endpoint]:
    """Return the endpoints of the page, and those under the path of a postmortem."""
    labels, answer = f"{postmortem}/labels", LabelsAnswer
    return [
        Endpoint(
            "GET", f"{page}/learning", SiteRole.VIEWER, "What comes again over all postmortems",
            LearningAnswer, show_learning, query=("from", "to"),
        ),
        Endpoint("GET", labels, SiteRole.VIEWER, "Get a postmortem's labels", answer, show_labels),
        Endpoint(
            "PUT", labels, SiteRole.RESPONDER, "Set a postmortem's labels", answer, set_labels, "labels",
            LabelsInput,
        ),
    ]  # fmt: skip


def show_learning(call: Call) -> LearningAnswer:
    """Return recurring factors, issues and components, and what becomes of action items, as of now."""
    zone, asked = ZoneInfo(call.ctx.page.time_zone), request.args
    period = asked_period(asked.get("from", ""), asked.get("to", ""), zone, call.ctx.now)
    found = learning(call.ctx, period)
    return LearningAnswer(
        start=sure_moment(period.start),
        to=sure_moment(period.end),
        stretches=list(found.stretches),
        postmortems=[_named(each) for each in found.postmortems],
        unlabelled=[_named(each) for each in found.unlabelled],
        labels={kind: [_recurring(found, each) for each in some] for kind, some in found.labels.items()},
        components=[_recurring(found, each) for each in found.components],
        action_items=ItemFiguresAnswer(**asdict(found.items)),
        by_kind={kind: ItemFiguresAnswer(**asdict(each)) for kind, each in found.by_kind.items()},
        by_month={month: CompletionAnswer(**asdict(each)) for month, each in found.by_month.items()},
    )


def show_labels(call: Call, incident_id: str) -> LabelsAnswer:
    """Return the labels of a postmortem, with what may be added."""
    _, postmortem = the_postmortem(call, incident_id)
    return _labels(call, postmortem)


def set_labels(call: Call, body: LabelsInput, incident_id: str) -> LabelsAnswer:
    """Label a postmortem with exactly these; labels are no part of the text, so its approval stays."""
    _, postmortem = the_postmortem(call, incident_id)
    wanted: dict[LabelKind, list[str] | None] = {
        LabelKind.FACTOR: body.factor,
        LabelKind.SYSTEMIC: body.systemic,
    }
    for kind, labels in wanted.items():
        if labels is not None:
            _set(call, postmortem, kind, labels)
    return _labels(call, postmortem)


def _set(call: Call, postmortem: Postmortem, kind: LabelKind, labels: list[str]) -> None:
    kept = {" ".join(label.split()).casefold() for label in labels}
    for label in labels_for(call.ctx, postmortem).present[kind]:
        if label.casefold() not in kept:
            remove_label(call.ctx, postmortem, kind, label)
    for label in labels:
        add_label(call.ctx, postmortem, kind, label)


def _labels(call: Call, postmortem: Postmortem) -> LabelsAnswer:
    found = labels_for(call.ctx, postmortem)
    return LabelsAnswer(
        labels={kind: list(some) for kind, some in found.present.items()},
        suggested={kind: list(some) for kind, some in found.suggested.items()},
    )


def _named(incident: IncidentName) -> NamedIncident:
    return NamedIncident(id=incident.id, name=incident.name)


def _recurring(found: Learning, one: Recurring[str]) -> RecurringAnswer:
    incidents = [each.id for each in found.incidents_of(one)]
    return RecurringAnswer(name=one.what, times=one.times, trend=list(one.trend), incidents=incidents)
