"""Postmortems with action items, for tests of what follows them up."""

from dataclasses import replace
from datetime import date, timedelta

from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import Item, Visibility
from statuspage.services.commands import NoticeCommand
from statuspage.services.context import Context
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortems import save_postmortem
from statuspage.services.publish_notice import publish_notice
from statuspage.store.action_items import ActionItem, items_of
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from tests.fakes import NOON
from tests.services.desk import announce

IN_TEN_DAYS = (NOON + timedelta(days=10)).date()


def resolved(ctx: Context, name: str = "Requests fail", impact: Impact = Impact.CRITICAL) -> IncidentRow:
    """Make an incident that is announced and resolved, with the postmortem that it owes."""
    row = announce(ctx, name=name, impact=impact)
    publish_notice(ctx, row, NoticeCommand(text=plain_text("Over."), status=IncidentStatus.RESOLVED))
    return row


def with_items(ctx: Context, row: IncidentRow, *items: Item) -> list[ActionItem]:
    """Write the items into the incident's postmortem, and return their rows."""
    postmortem = get_postmortem(ctx.session, row)
    head = head_of(ctx.session, postmortem)
    save_postmortem(ctx, postmortem, replace(head.value, items=items), head.number)
    ctx.session.flush()
    return items_of(ctx.session, postmortem)


def an_item(owner: str | None, title: str = "Alert earlier", due_on: date | None = IN_TEN_DAYS) -> Item:
    """Return an item as it is written."""
    return Item(new_public_id(), title, owner=owner, team="Network", due_on=due_on)


def published(ctx: Context, postmortem: Postmortem, visibility: Visibility = Visibility.PUBLIC) -> None:
    """Have the newest text published, whatever the gate says."""
    head = head_of(ctx.session, postmortem)
    postmortem.published_number, postmortem.published_digest = head.number, head.digest
    postmortem.visibility, postmortem.published_at = visibility, ctx.now
    postmortem.public_since = ctx.now if visibility is Visibility.PUBLIC else None
    ctx.session.flush()
