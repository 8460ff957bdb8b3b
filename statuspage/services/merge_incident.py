"""Merging: one incident ends by pointing to another, which takes over its claims."""

from statuspage.domain.default_texts import merged_text
from statuspage.domain.errors import RuleError
from statuspage.domain.merging import merge
from statuspage.domain.notices import Draft
from statuspage.domain.placeholders import refuse_unfilled
from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.commands import NoticeCommand
from statuspage.services.context import Context
from statuspage.services.notice_text import plain_text
from statuspage.services.publications import month_of, note_publication
from statuspage.services.publish_notice import check_seen, restate_lateness, store_notice
from statuspage.store.components import count_components
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import incident_value, new_absorbed_row, store_value
from statuspage.store.incidents import IncidentRow, IncidentUpdate, find_incident


def merge_incident(
    ctx: Context, row: IncidentRow, survivor_id: str, command: NoticeCommand
) -> IncidentUpdate:
    """End the incident with a last notice that points to the survivor, and move its claims there."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    check_seen(row, command.seen, command.text)
    survivor = find_incident(ctx.session, survivor_id)
    if survivor is None:
        raise RuleError("unknown_incident", "There is no such incident.", "merge_into")
    if row.drill is not None or survivor.drill is not None:
        raise RuleError("drill_incident", "A drill is about one incident: it can't be merged.", "merge_into")
    if survivor.id == row.id:
        raise RuleError("merge_into_itself", "An incident can't be merged into itself.", "merge_into")
    text = command.text or plain_text(merged_text(survivor.name))
    refuse_unfilled(text.body)
    draft = Draft(notice_id=new_public_id(), text=text.body, component_total=count_components(ctx.session))
    survivor_before = incident_value(survivor)
    ended, survivor_after = merge(incident_value(row), survivor_before, draft, survivor.public_id, ctx.now)
    month = month_of(ctx, survivor.started_at)
    row.merged_into_id, row.merged_into = survivor.id, survivor
    update = store_notice(ctx, row, ended, command, text)
    if len(survivor_after.absorbed) > len(survivor_before.absorbed):
        new_absorbed_row(survivor, row, survivor_after.absorbed[-1])
    store_value(ctx.session, survivor, survivor_after)
    restate_lateness(ctx, survivor, survivor_after)
    note_publication(ctx, "absorb_incident", survivor, months={month})
    audit(ctx, "absorb_incident", survivor.public_id, merged=row.public_id)
    return update
