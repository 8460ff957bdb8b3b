"""The chat channel of an incident: a link for people, and an address that its notices are posted to."""

from statuspage.domain.addresses import checked_alert_address, checked_secure_address
from statuspage.domain.milestones import UNSET, Unset
from statuspage.services.context import Context
from statuspage.services.staff_messages import tell_channel
from statuspage.store.incidents import IncidentRow, IncidentUpdate
from statuspage.store.reminders import MessageChannel, MessageKind


def set_channel(
    row: IncidentRow, link: str | Unset | None = UNSET, alert_url: str | Unset | None = UNSET
) -> None:
    """Set the link and the address; UNSET leaves one alone, None takes it away.

    Whether a service is known by the address is asked before the transaction (`StaffAlerts.kind_of`).
    """
    if not isinstance(link, Unset):
        row.channel_url = checked_secure_address(link, "channel_url") if link else None
    if not isinstance(alert_url, Unset):
        row.channel_alert_url = checked_alert_address(alert_url, "channel_alert_url") if alert_url else None


def post_to_channel(ctx: Context, row: IncidentRow, update: IncidentUpdate, change: str) -> None:
    """Have the incident's channel told of a notice that was `published`, `corrected` or `withdrawn`.

    History that is entered afterwards is posted nowhere, and a rehearsal reaches its participants only.
    """
    if row.channel_alert_url is None or row.is_backfill or row.drill_id is not None:
        return
    ctx.session.flush()
    tell_channel(
        ctx,
        MessageChannel.INCIDENT_CHANNEL,
        MessageKind.NOTICE,
        f"{update.public_id}:{change}:{len(update.revisions)}",
        incident=row,
        update=update,
        details={"change": change},
    )
