"""Labels of postmortems, and what the page of learning is made from, read in bulk."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from statuspage.store.components import Component
from statuspage.store.incidents import EpisodeRow, IncidentComponent, IncidentRow
from statuspage.store.item_rows import IncidentName
from statuspage.store.postmortems import Postmortem, PostmortemLabel


@dataclass(frozen=True, slots=True)
class LearnedFrom:
    """A postmortem as it is learned from: its incident and its detection, labels by kind, components."""

    incident: IncidentName
    detected_at: datetime
    labels: dict[str, list[str]]
    components: list[str]


def labels_used(session: Session, kind: str) -> list[str]:
    """Return the labels of that kind that any postmortem has, those used most first."""
    used = func.count()
    query = select(PostmortemLabel.label).where(PostmortemLabel.kind == kind).group_by(PostmortemLabel.label)
    return list(session.scalars(query.order_by(used.desc(), PostmortemLabel.label)))


def postmortems_learned_from(session: Session, start: datetime, end: datetime) -> list[LearnedFrom]:
    """Return the postmortems of incidents detected in that time, newest first; waived ones are left out."""
    row = IncidentRow
    query = (
        select(
            Postmortem.id, row.id, row.public_id, row.name, row.started_at, row.resolved_at,
            EpisodeRow.detected_at,
        )
        .join(row, row.id == Postmortem.incident_id)
        .join(EpisodeRow, EpisodeRow.incident_id == row.id)
        .where(
            EpisodeRow.ordinal == 0,
            EpisodeRow.detected_at >= start,
            EpisodeRow.detected_at < end,
            Postmortem.waived_at.is_(None),
        )
        .order_by(EpisodeRow.detected_at.desc(), row.id.desc())
    )  # fmt: skip
    labels, components = _labels(session), _components(session)
    return [
        LearnedFrom(
            IncidentName(public_id, name, started_at, resolved_at),
            detected_at,
            labels[key],
            components[row_id],
        )
        for key, row_id, public_id, name, started_at, resolved_at, detected_at in session.execute(query)
    ]


def _labels(session: Session) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for label in session.scalars(select(PostmortemLabel).order_by(PostmortemLabel.id)):
        found[label.postmortem_id][label.kind].append(label.label)
    return found


def _components(session: Session) -> dict[int, list[str]]:
    query = (
        select(IncidentComponent.incident_id, Component.name)
        .join(Component, Component.id == IncidentComponent.component_id)
        .join(Postmortem, Postmortem.incident_id == IncidentComponent.incident_id)
        .order_by(Component.position, Component.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for key, name in session.execute(query):
        found[key].append(name)
    return found
