"""The record of who did what when, written in the act's own transaction."""

from typing import Any

from statuspage.services.context import Context
from statuspage.store.records import AuditEntry


def audit(ctx: Context, verb: str, subject: str, **details: Any) -> None:
    """Add one entry; `subject` is the public id of what was acted on, `details` is JSON."""
    ctx.session.add(
        AuditEntry(
            at=ctx.now,
            account_id=ctx.actor.account_id,
            token_id=ctx.actor.token_id,
            verb=verb,
            subject=subject,
            details=details,
        )
    )
