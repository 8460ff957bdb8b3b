"""Public acts: numbered in the act's own transaction, so that every builder can follow."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm.attributes import flag_modified

from statuspage.services.context import Context
from statuspage.store.incidents import IncidentRow, IncidentUpdate
from statuspage.store.records import Publication


def note_publication(
    ctx: Context,
    kind: str,
    incident: IncidentRow | None = None,
    update: IncidentUpdate | None = None,
    months: Iterable[str] = (),
) -> None:
    """Number a public act. `months` names the pages an incident has left; its present one is added.

    A drill has no public acts: only its own row is marked as changed.
    """
    touched = set(months)
    if incident is not None:
        touched.add(month_of(ctx, incident.started_at))
        incident.updated_at = ctx.now
        # Two acts at one instant, or after the clock was set back, must still raise the row's version.
        flag_modified(incident, "updated_at")
    ctx.session.flush()
    if incident is not None and incident.drill is not None:
        return
    _add(ctx, kind, incident, update, sorted(touched), is_everything=False)


def note_everything_changed(ctx: Context, kind: str) -> None:
    """Number an act that may change every page: settings, components, an import."""
    _add(ctx, kind, None, None, [], is_everything=True)


def _add(
    ctx: Context,
    kind: str,
    incident: IncidentRow | None,
    update: IncidentUpdate | None,
    months: list[str],
    *,
    is_everything: bool,
) -> None:
    ctx.page.publication += 1
    ctx.page.updated_at = ctx.now
    ctx.session.add(
        Publication(
            number=ctx.page.publication,
            at=ctx.now,
            kind=kind,
            incident_id=incident.id if incident else None,
            update_id=update.id if update else None,
            months=months,
            is_everything=is_everything,
        )
    )


def month_of(ctx: Context, instant: datetime) -> str:
    """Return the month, `YYYY-MM`, that an instant falls in on the page's own calendar."""
    return f"{instant.astimezone(ZoneInfo(ctx.page.time_zone)):%Y-%m}"
