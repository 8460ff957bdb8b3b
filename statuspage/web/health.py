"""Is it alive, is it ready, does the worker work: for load balancers and monitoring."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from statuspage.store.records import last_heartbeat
from statuspage.store.sessions import is_unready, unready_sentence
from statuspage.web.database import db
from statuspage.web.metrics import metrics_text
from statuspage.web.schema import is_current
from statuspage.web.security import adapters, allow

WORKER = "worker"
WATCHER = "watcher"  # beats when an outside watcher was pinged
HEARTBEAT_LIMIT = timedelta(seconds=60)
WATCHER_LIMIT = timedelta(minutes=5)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz/live")
@allow("public")
def live() -> Response:
    """Answer as long as the process can."""
    return jsonify(status="ok")


@blueprint.get("/healthz/ready")
@allow("public")
def ready() -> Response:
    """Answer 503 with the reasons while acts can't be carried out. Published pages don't depend on it."""
    return _answer(_reasons_against_ready())


@blueprint.get("/healthz/worker")
@allow("public")
def worker() -> Response:
    """Answer 503 when the worker has not shown for a minute that it lives."""
    try:
        seen_at = last_heartbeat(db.session(), WORKER)
    except SQLAlchemyError as error:
        return _answer([_plain(error)])
    return _answer(reasons_against_worker(seen_at, adapters().clock.now()))


@blueprint.get("/metrics")
@allow("operator")
def metrics() -> Response:
    """Answer with figures in Prometheus's text format."""
    return Response(metrics_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def reasons_against_worker(seen_at: datetime | None, now: datetime) -> list[str]:
    """Return what speaks against a living worker; a heartbeat from the future is one before a clock step."""
    if seen_at is None:
        return ["The worker has never run; start it with `statuspage worker`."]
    if abs(now - seen_at) > HEARTBEAT_LIMIT:
        return [f"The worker was last seen at {seen_at:%Y-%m-%dT%H:%M:%SZ}."]
    return []


def is_watcher_behind(pinged_at: datetime | None, now: datetime) -> bool:
    """Return whether the outside watcher has heard nothing for so long that somebody should look."""
    return pinged_at is None or abs(now - pinged_at) > WATCHER_LIMIT


def _reasons_against_ready() -> list[str]:
    try:
        if is_current(db.session().connection()):
            return []
    except SQLAlchemyError as error:
        return [_plain(error)]
    return ["The database is not migrated; run `statuspage migrate`."]


def _plain(error: SQLAlchemyError) -> str:
    """Return the reason without the address of the database: everybody may ask."""
    if not is_unready(error):
        raise error
    return unready_sentence(error)


def _answer(reasons: list[str]) -> Response:
    answer = jsonify(status="unavailable" if reasons else "ok", reasons=reasons)
    answer.status_code = 503 if reasons else 200
    return answer
