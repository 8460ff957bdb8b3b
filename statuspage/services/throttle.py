"""What may not be tried without end: counted by the account it aims at and by the address it comes from."""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from statuspage.domain.errors import ThrottledError
from statuspage.store.sign_ins import count_try, find_tries, forgive_tries

WITHIN = timedelta(minutes=5)
MOST_FOR_AN_ACCOUNT = 5
MOST_FROM_AN_ADDRESS = 20
# All hosts of an IPv6 network belong to one customer of some provider.
_IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries under one key."""

    key: str
    most: int


def sign_in_limits(email: str, address: str) -> tuple[Limit, Limit]:
    """Return what limits tries to sign in to that account from that address; known or unknown is the same."""
    return for_account("sign-in", email), from_address("sign-in", address)


def for_account(act: str, email: str) -> Limit:
    """Return the limit of an act that aims at an account."""
    digest = hashlib.sha256(email.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()
    return Limit(f"{act}:{digest}", MOST_FOR_AN_ACCOUNT)


def from_address(act: str, address: str) -> Limit:
    """Return the limit of an act from one network address."""
    return Limit(f"{act}:{_network(address)}", MOST_FROM_AN_ADDRESS)


def count_tries(session: Session, now: datetime, limits: Sequence[Limit]) -> None:
    """Count one try before it is made, so that many at once are not too many; raise `throttled`."""
    for limit in limits:
        tried = count_try(session, limit.key, now, WITHIN)
        if tried.count > limit.most:
            raise _throttled(tried.since + WITHIN - now)


def check_tries(session: Session, now: datetime, limits: Sequence[Limit]) -> None:
    """Raise `throttled` where one more try would be too many; counts nothing, so that it only reads."""
    for limit in limits:
        tried = find_tries(session, limit.key, now, WITHIN)
        if tried is not None and tried.count >= limit.most:
            raise _throttled(tried.since + WITHIN - now)


def forgive(session: Session, limits: Sequence[Limit]) -> None:
    """Take back what was counted for a try that was right: all of the account's, one of the address's."""
    account, *addresses = limits
    forgive_tries(session, account.key)
    for limit in addresses:
        forgive_tries(session, limit.key, 1)


def _throttled(left: timedelta) -> ThrottledError:
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    unit = "minute" if minutes == 1 else "minutes"
    return ThrottledError(f"That was tried too often. Wait {minutes} {unit}, then try again.", left)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False).network_address)
