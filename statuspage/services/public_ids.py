"""Public ids for what comes from elsewhere."""

import hashlib
import re
import string

_PUBLIC_ID = re.compile(r"[a-z0-9]{12}")
_ALPHABET = string.digits + string.ascii_lowercase


def public_id_for(source_id: str) -> str:
    """Return the source's own id where it has our shape, else one that always follows from it."""
    if _PUBLIC_ID.fullmatch(source_id):
        return source_id
    number = int.from_bytes(hashlib.sha256(source_id.encode()).digest())
    digits = []
    for _ in range(12):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(digits)
