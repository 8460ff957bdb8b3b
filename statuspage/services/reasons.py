"""Why somebody did what others will ask about."""

from statuspage.domain.errors import RuleError
from statuspage.domain.text import checked_line

REASON_LIMIT = 2_000


def checked_reason(reason: str) -> str:
    """Return why somebody does it, on one line; refuse an empty or over-long one."""
    if not reason.strip():
        raise RuleError("blank", "Say why; it stays in the record.", "reason")
    return checked_line(reason, "reason", REASON_LIMIT)
