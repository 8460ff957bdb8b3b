"""Forms that act once, however often they are sent."""

from statuspage.services.context import Context
from statuspage.store.sign_ins import FormKey

LONGEST_KEY = 64


def sent_before(ctx: Context, key: str) -> str | None:
    """Return where the same form led before, None the first time. Ask inside the transaction of the act."""
    known = ctx.session.get(FormKey, key[:LONGEST_KEY]) if key else None
    return known.location if known and known.account_id == ctx.actor.account_id else None


def note_sent(ctx: Context, key: str, location: str) -> None:
    """Remember that this form was sent and where it led."""
    if key and ctx.actor.account_id is not None:
        ctx.session.add(
            FormKey(key=key[:LONGEST_KEY], account_id=ctx.actor.account_id, at=ctx.now, location=location)
        )
