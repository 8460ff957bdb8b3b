"""Addresses that lead nowhere but to this site."""

import re

# No second slash and no backslash at the start, which browsers take for another host; nothing that they
# leave out when they read an address, such as tabs.
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
_LONGEST = 2000


def local_path(address: str | None) -> str | None:
    """Return the address where it is a path on this site, None where it may lead anywhere else."""
    if not address or len(address) > _LONGEST or not _LOCAL.fullmatch(address):
        return None
    return address


def local_part(address: str | None, own: str) -> str | None:
    """Return the path of a whole address on this site, None where it is on another."""
    if not address or not address.startswith(own.rstrip("/") + "/"):
        return None
    return local_path(address.removeprefix(own.rstrip("/")))
