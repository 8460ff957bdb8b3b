"""`Idempotency-Key`: a request sent twice is done once and answered twice."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from flask import request

from statuspage.domain.errors import ConflictError, RuleError
from statuspage.services.context import Context
from statuspage.store.records import IdempotencyKey, find_idempotency_key

REMEMBERED_FOR = timedelta(hours=24)
_LONGEST_KEY = 255

Done = tuple[int, str]


def remembered(ctx: Context, act: Callable[[], Done], once: str = "") -> Done:
    """Return the first answer to this key, or act and remember the answer.

    Only what was done is remembered: a refusal changes nothing and may be tried again. `once` names a field
    that is a secret: it is left out of what is remembered. Raises
    `idempotency_mismatch` when the key came with another request before.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method not in {"POST", "PATCH", "PUT"} or ctx.actor.token_id is None:
        return act()
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise RuleError(
            "invalid",
            f"An Idempotency-Key has 1 to {_LONGEST_KEY} printable ASCII characters.",
            "Idempotency-Key",
        )
    digest = _digest()
    known = find_idempotency_key(ctx.session, ctx.actor.token_id, key)
    if known is not None and ctx.now - known.created_at <= REMEMBERED_FOR:
        if known.request_digest != digest:
            raise ConflictError(
                "idempotency_mismatch", "This Idempotency-Key came with another request before."
            )
        return known.status, known.answer
    if known is not None:
        ctx.session.delete(known)
        ctx.session.flush()
    status, answer = act()
    ctx.session.add(
        IdempotencyKey(
            token_id=ctx.actor.token_id,
            key=key,
            request_digest=digest,
            status=status,
            answer=_without(answer, once) if once else answer,
            created_at=ctx.now,
        )
    )
    return status, answer


def _without(answer: str, field: str) -> str:
    return json.dumps({**json.loads(answer), field: None}, ensure_ascii=False, separators=(",", ":"))


def _digest() -> str:
    parts = (request.method.encode(), request.path.encode(), request.get_data(cache=True))
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()
