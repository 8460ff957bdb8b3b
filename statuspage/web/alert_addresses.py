"""Asking Apprise about an address that somebody typed: before a transaction, because it takes a moment."""

from statuspage.domain.addresses import checked_alert_address
from statuspage.domain.errors import RuleError
from statuspage.web.security import adapters


def known_service(url: str, field: str = "url") -> str:
    """Return the name of the service that an address belongs to; raise a `RuleError` beside that field."""
    try:
        return adapters().alerts.kind_of(checked_alert_address(url, field))
    except RuleError as error:
        raise RuleError(error.code, error.message, field) from error
