"""Reminding, tick by tick. Most ticks find nothing to do and write nothing."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from statuspage.domain.roles import COMMAND_LINE, Actor
from statuspage.services.context import Context, reading, unit_of_work
from statuspage.services.remind import due_steps, remind
from statuspage.store.incidents import IncidentRow, incidents_under_way
from statuspage.store.reminders import postmortems_to_remind_of
from statuspage.worker.tools import Tools


def remind_of_notices(tools: Tools) -> None:
    """Create the reminders of notices that are due."""
    _remind(tools, lambda ctx: incidents_under_way(ctx.session))


def remind_of_postmortems(tools: Tools) -> None:
    """Create the reminders of postmortems that are due."""
    _remind(tools, lambda ctx: postmortems_to_remind_of(ctx.session, ctx.now))


def _remind(tools: Tools, find: Callable[[Context], list[IncidentRow]]) -> None:
    clock, has_staff_alerts = tools.adapters.clock, bool(tools.adapters.settings.staff_alerts)
    with tools.sessions() as session:
        with reading(session, clock, as_the_product) as ctx:
            is_anything_due = any(due_steps(ctx, find(ctx)))
        if not is_anything_due:
            return
        with unit_of_work(session, clock, as_the_product) as ctx:
            remind(ctx, find(ctx), has_staff_alerts=has_staff_alerts)


def as_the_product(_session: Session, _now: object) -> Actor:
    """Return who acts where no person does."""
    return COMMAND_LINE
