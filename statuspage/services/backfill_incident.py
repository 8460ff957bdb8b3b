"""Entering an incident that is over for more than a day: history, without any notification (rule 12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from statuspage.domain.backfill import backfilled
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.default_texts import default_text
from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.placeholders import refuse_unfilled
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.component_states import checked_states
from statuspage.services.context import Context
from statuspage.services.notice_text import NoticeText, plain_text
from statuspage.services.publications import note_publication
from statuspage.store.components import count_components
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import new_update_row, store_value
from statuspage.store.incidents import IncidentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """An incident of the past with the one notice that tells it."""

    name: str
    began_at: datetime
    restored_at: datetime
    display_at: datetime | None = None
    text: NoticeText | None = None
    states: Mapping[str, ComponentState] | None = None
    impact_override: Impact | None = None


def backfill_incident(ctx: Context, backfill: Backfill) -> IncidentRow:
    """Enter it into history; nobody is notified and nothing is owed."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    states = checked_states(ctx, backfill.states or {})
    text = backfill.text or plain_text(default_text(NoticeKind.INITIAL, IncidentStatus.RESOLVED))
    refuse_unfilled(text.body)
    value = backfilled(
        notice_id=new_public_id(),
        text=text.body,
        began_at=backfill.began_at,
        restored_at=backfill.restored_at,
        display_at=backfill.display_at,
        states=states,
        component_total=count_components(ctx.session),
        impact_override=backfill.impact_override,
        now=ctx.now,
    )
    row = IncidentRow(
        public_id=new_public_id(),
        name=checked_line(backfill.name, "name"),
        is_backfill=True,
        created_at=ctx.now,
        updated_at=ctx.now,
        episodes=[],
        updates=[],
        absorbed=[],
        roles=[],
    )
    ctx.session.add(row)
    update = new_update_row(row, value.notices[0])
    update.html, update.deliver_notifications = text.html, False
    update.author_id, update.token_id = ctx.actor.account_id, ctx.actor.token_id
    store_value(ctx.session, row, value)
    note_publication(ctx, "backfill", row)
    audit(ctx, "backfill_incident", row.public_id)
    return row
