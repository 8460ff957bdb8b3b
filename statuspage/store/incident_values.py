"""Incidents between rows and values: read as one frozen value, written back as one."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from statuspage.domain.component import Impact, worst_impact
from statuspage.domain.incident import Absorbed, Episode, Incident, Notice, States, claims
from statuspage.store.components import ComponentClaim, find_components
from statuspage.store.incidents import (
    AbsorbedRow,
    EpisodeRow,
    IncidentComponent,
    IncidentRow,
    IncidentUpdate,
    states_from,
)

_EPISODE_FIELDS = tuple(Episode.__dataclass_fields__)


def incident_value(row: IncidentRow) -> Incident:
    """Return the incident of these rows as a value."""
    return Incident(
        status=row.status,
        episodes=tuple(
            Episode(**{name: getattr(episode, name) for name in _EPISODE_FIELDS}) for episode in row.episodes
        ),
        notices=tuple(_notice_value(update) for update in row.updates),
        absorbed=tuple(
            Absorbed(
                at=claim.at,
                after_notices=claim.after_notices,
                states=states_from(claim.states),
                component_total=claim.component_total,
            )
            for claim in row.absorbed
        ),
        began_at=row.began_at,
        impact_override=row.impact_override,
        is_backfill=row.is_backfill,
        merged_into=row.merged_into.public_id if row.merged_into_id and row.merged_into else None,
        reported_detected_at=row.reported_detected_at,
    )


def _notice_value(update: IncidentUpdate) -> Notice:
    return Notice(
        id=update.public_id,
        kind=update.kind,
        status=update.status,
        published_at=update.published_at,
        text=update.body,
        states=states_from(update.states),
        component_total=update.component_total,
        promise=update.next_update_by,
        is_no_change=update.is_no_change,
        is_retracted=update.retracted_at is not None,
        late_reason=update.late_reason,
    )


def store_value(session: Session, row: IncidentRow, value: Incident) -> None:
    """Write everything that the value says of milestones, states and claims into the rows.

    Notices are added and changed by the verb that publishes or corrects them, for it knows their author.
    """
    row.status = value.status
    # Every act moves the version, also one that changes the incident's notices alone.
    flag_modified(row, "status")
    row.impact = value.impact
    row.highest_impact = _highest(row, value)
    row.impact_override = value.impact_override
    row.began_at = value.began_at
    row.started_at = value.beginning
    row.announced_at = value.episodes[0].announced_at
    row.resolved_at = value.episode.resolved_at
    row.reported_detected_at = value.reported_detected_at
    _store_episodes(row, value)
    is_new = row.id is None
    session.flush()
    _store_claims(session, row, value, is_new)


def _highest(row: IncidentRow, value: Incident) -> Impact:
    """Return the highest impact that customers were ever told; before the first notice, the one it has."""
    known = row.highest_impact if value.is_announced and row.announced_at is not None else None
    return worst_impact(
        impact for impact in (known, value.impact, value.claimed_impact) if impact is not None
    )


def _store_episodes(row: IncidentRow, value: Incident) -> None:
    for ordinal, episode in enumerate(value.episodes):
        if ordinal == len(row.episodes):
            row.episodes.append(EpisodeRow(ordinal=ordinal))
        for name in _EPISODE_FIELDS:
            setattr(row.episodes[ordinal], name, getattr(episode, name))


def _store_claims(session: Session, row: IncidentRow, value: Incident, is_new: bool) -> None:
    """Rewrite the incident's part of component history; a correction may have changed all of it."""
    named = {key for notice in value.notices for key in notice.states}
    named |= {key for claim in value.absorbed for key in claim.states}
    if not named:
        return
    components = find_components(session, named)
    if not is_new:
        session.execute(delete(ComponentClaim).where(ComponentClaim.incident_id == row.id))
    # What a drill says of a component stays in its notices: a claim would show on the page.
    for claim in claims(value) if row.drill is None else ():
        session.add(
            ComponentClaim(
                component_id=components[claim.component_id].id,
                incident_id=row.id,
                state=claim.state,
                from_at=claim.from_at,
                to_at=claim.to_at,
            )
        )
    already = select(IncidentComponent.component_id).where(IncidentComponent.incident_id == row.id)
    known = set() if is_new else set(session.scalars(already))
    for component in components.values():
        if component.id not in known:
            session.add(IncidentComponent(incident_id=row.id, component_id=component.id))


def new_update_row(row: IncidentRow, notice: Notice) -> IncidentUpdate:
    """Return a new row for a notice, added to its incident; author, markup and lateness are the verb's."""
    update = IncidentUpdate(
        public_id=notice.id,
        ordinal=len(row.updates),
        kind=notice.kind,
        status=notice.status,
        body=notice.text,
        published_at=notice.published_at,
        updated_at=notice.published_at,
        next_update_by=notice.promise,
        is_no_change=notice.is_no_change,
        late_reason=notice.late_reason,
        component_total=notice.component_total,
        states=states_field(notice.states),
    )
    row.updates.append(update)
    return update


def new_absorbed_row(row: IncidentRow, source: IncidentRow, absorbed: Absorbed) -> None:
    """Note the claims that a merged incident handed over."""
    row.absorbed.append(
        AbsorbedRow(
            from_incident_id=source.id,
            at=absorbed.at,
            after_notices=absorbed.after_notices,
            component_total=absorbed.component_total,
            states=states_field(absorbed.states),
        )
    )


def states_field(states: States) -> dict[str, str]:
    """Return component states as they are kept."""
    return {key: state.value for key, state in states.items()}
