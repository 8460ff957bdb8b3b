"""Public ids and secrets: random, never derived from a numeric key."""

import secrets
import string

_ALPHABET = string.ascii_lowercase + string.digits
PUBLIC_ID_LENGTH = 12


def new_public_id() -> str:
    """Return 12 random characters of `[a-z0-9]`."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))
