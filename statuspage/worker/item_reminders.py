"""Reminding owners of action items, tick by tick. Most ticks find nothing to do and write nothing."""

from statuspage.services.context import reading, unit_of_work
from statuspage.services.item_reminders import due_items, remind_of_items
from statuspage.worker.reminders import as_the_product
from statuspage.worker.tools import Tools


def remind_of_action_items(tools: Tools) -> None:
    """Create the reminders of action items that are due."""
    clock = tools.adapters.clock
    with tools.sessions() as session:
        with reading(session, clock, as_the_product) as ctx:
            is_anything_due = bool(due_items(ctx))
        if not is_anything_due:
            return
        with unit_of_work(session, clock, as_the_product) as ctx:
            remind_of_items(ctx)
