"""What an incident says of its postmortem, in the keys that Statuspage has for it."""

from typing import Any

from statuspage.domain.public_postmortem import PublicPostmortem
from statuspage.render.v2 import moment

POSTMORTEM = "postmortem"


def postmortem_facts(postmortem: PublicPostmortem | None, *, is_waived: bool) -> dict[str, Any]:
    """Return the `postmortem_*` keys; a text counts as published while every customer can read it."""
    return {
        "postmortem_body": postmortem.body if postmortem else None,
        "postmortem_body_last_updated_at": moment(postmortem.updated_at) if postmortem else None,
        "postmortem_ignored": is_waived,
        "postmortem_published_at": True if postmortem else None,
        "postmortem_notified_subscribers": postmortem is not None and postmortem.deliver_notifications,
        "postmortem_notified_twitter": False,
    }


def update_facts(postmortem: PublicPostmortem) -> dict[str, Any]:
    """Return what the API says of a postmortem among an incident's notices, beside the public keys."""
    return {
        "wants_twitter_update": False,
        "twitter_updated_at": None,
        "kind": POSTMORTEM,
        "next_update_by": moment(postmortem.final_by),
        "no_change": False,
        "late_by_minutes": 0,
        "late_reason": None,
        "edited_at": moment(postmortem.edited_at),
        "withdrawn_at": None,
    }
