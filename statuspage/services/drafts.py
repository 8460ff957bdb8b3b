"""Drafts of notices: kept as they are typed, one for each person and incident, never shown to a customer."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from statuspage.domain.errors import RuleError, StaleError
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import MESSAGE_LIMIT, forbidden_character
from statuspage.services.context import Context
from statuspage.services.landed_answers import ANSWERS, with_answers
from statuspage.store.drafts import NoticeDraft, find_draft
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow

DRAFT_LIMIT = 100_000
# The end has states of its own: what was claimed until then must not be taken for what is left.
STATE_PREFIX, FINAL_PREFIX = "state-", "final-"


def save_draft(
    ctx: Context, row: IncidentRow | None, fields: Mapping[str, Any], version: int | None = None
) -> NoticeDraft:
    """Keep what the actor has written for the incident, or for a declaration where `row` is None.

    With a `version` that is not the draft's any more it raises `stale` with both texts. An approval holds for
    exactly what was approved: a change clears it, and the wait for another begins anew. So it is with being
    ready. What was answered to an open question meanwhile stays in the text (`with_answers`).
    """
    ctx.actor.require(SiteRole.RESPONDER)
    if row is not None:
        ctx = ctx.at_time_of(row)
    _check(fields)
    draft = own_draft(ctx, row)
    if draft is None:
        assert ctx.actor.account_id is not None  # only the command line has none, and it writes no drafts
        return new_draft(ctx, row, fields, ctx.actor.account_id)
    if version is not None and version != draft.version:
        raise StaleError(
            "Another window has changed this draft since. What you wrote here stays here.",
            None,
            str(draft.fields.get("body") or ""),
            str(fields.get("body") or ""),
        )
    fields = with_answers(ctx.session, draft.fields, fields, has_seen=version is not None)
    set_fields(ctx, draft, fields)
    return draft


def set_fields(ctx: Context, draft: NoticeDraft, fields: Mapping[str, Any]) -> None:
    """Have the draft say this; whoever agreed to what it said before has agreed to nothing of it."""
    if content_of(draft.fields) != content_of(fields):
        void_approval(draft)
        draft.review_asked_at = ctx.now if draft.review_asked_at else None
        draft.prepared_at = None
    draft.fields, draft.saved_at = dict(fields), ctx.now
    ctx.session.flush()


def discard_draft(ctx: Context, row: IncidentRow | None) -> None:
    """Throw the actor's draft away; nothing happens where there is none."""
    draft = own_draft(ctx, row)
    if draft is not None:
        ctx.session.delete(draft)
        ctx.session.flush()


def own_draft(ctx: Context, row: IncidentRow | None) -> NoticeDraft | None:
    """Return what the actor has written for the incident, or for a declaration where `row` is None."""
    if ctx.actor.account_id is None:
        return None
    return find_draft(ctx.session, row.id if row else None, ctx.actor.account_id)


def content_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a draft's fields would be published; an approval holds for exactly that."""
    carried = {"opened_at", "last_update_id", "template", "situation", "late_reason", ANSWERS}
    return {
        name: _one_line_end(value)
        for name, value in fields.items()
        if name not in carried and value not in ("", False, None)
    }


def digest_of(fields: Mapping[str, Any]) -> str:
    """Return what tells one content of a draft from another."""
    text = json.dumps(content_of(fields), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def void_approval(draft: NoticeDraft) -> None:
    """Forget that somebody agreed to the draft."""
    draft.approved_at = draft.approved_by = None


def new_draft(
    ctx: Context, row: IncidentRow | None, fields: Mapping[str, Any], author_id: int
) -> NoticeDraft:
    """Begin a draft of that person, who has none for the incident."""
    draft = NoticeDraft(
        public_id=new_public_id(),
        incident_id=row.id if row else None,
        author_id=author_id,
        fields=dict(fields),
        seen_update_id=row.updates[-1].public_id if row and row.updates else None,
        opened_at=ctx.now,
        saved_at=ctx.now,
    )
    ctx.session.add(draft)
    ctx.session.flush()
    return draft


def _one_line_end(value: Any) -> Any:
    """Forms end lines as the wire does, other writers as they like."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _check(fields: Mapping[str, Any]) -> None:
    body = str(fields.get("body") or "")
    if len(body) > MESSAGE_LIMIT:
        raise RuleError(
            "too_long", f"Shorten the message to {MESSAGE_LIMIT:,} characters; it has {len(body):,}.", "body"
        )
    text = json.dumps(dict(fields), ensure_ascii=False)
    if len(text) > DRAFT_LIMIT:
        raise RuleError("too_long", "This draft is too long to be kept.", "body")
    for name, value in fields.items():
        found = forbidden_character(str(value))
        if found:
            raise RuleError("control_character", f"Remove the control character U+{ord(found):04X}.", name)
