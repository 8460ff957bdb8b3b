"""A few honest figures in Prometheus's text format."""

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from statuspage.domain.incident import IncidentStatus
from statuspage.store.incidents import IncidentRow
from statuspage.store.pages import Page
from statuspage.store.records import last_heartbeat
from statuspage.store.sessions import is_unready
from statuspage.web.database import db
from statuspage.web.security import adapters

Samples = Mapping[str, float]


def metrics_text() -> str:
    """Return all figures; with the database away, those that need none and `statuspage_database_up 0`."""
    try:
        lines = _from_database(db.session())
        is_up = True
    except SQLAlchemyError as error:
        if not is_unready(error):
            raise
        lines, is_up = [], False
    lines += _gauge("statuspage_database_up", "Whether the database answers.", {"": float(is_up)})
    built = adapters().site.number
    if built is not None:
        lines += _gauge("statuspage_site_built", "Number of the last build of the site.", {"": built})
    return "\n".join(lines) + "\n"


def _from_database(session: Session) -> list[str]:
    lines = _gauge("statuspage_incidents", "Incidents by state.", _incidents(session))
    published = session.scalar(select(func.max(Page.publication)))
    if published is not None:
        lines += _gauge("statuspage_publication", "Number of the last public act.", {"": published})
    seen_at = last_heartbeat(session, "worker")
    if seen_at is not None:
        age = (adapters().clock.now() - seen_at).total_seconds()
        lines += _gauge(
            "statuspage_worker_heartbeat_age_seconds", "Age of the worker's heartbeat.", {"": age}
        )
    return lines


def _incidents(session: Session) -> dict[str, float]:
    query = select(IncidentRow.status, func.count()).where(IncidentRow.drill_id.is_(None))
    query = query.group_by(IncidentRow.status)
    counted = {status: float(count) for status, count in session.execute(query)}
    return {f'{{state="{status}"}}': counted.get(status, 0) for status in IncidentStatus}


def _gauge(name: str, help_text: str, samples: Samples) -> list[str]:
    head: Iterable[str] = (f"# HELP {name} {help_text}", f"# TYPE {name} gauge")
    return [*head, *(f"{name}{labels} {value:g}" for labels, value in samples.items())]
