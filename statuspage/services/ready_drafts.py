"""Drafts that are ready: prepared ahead by anyone on the incident, to be published as they stand."""

from dataclasses import dataclass

from statuspage.domain.errors import ConflictError, ForbiddenError, NotFoundError, RuleError, StaleError
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus
from statuspage.domain.placeholders import fill, refuse_unfilled
from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.drafts import digest_of
from statuspage.services.prepared_texts import known_values
from statuspage.store.drafts import NoticeDraft, drafts_of_incident, drafts_ready, get_draft
from statuspage.store.incidents import IncidentRow

EXCERPT = 140


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that may go out as it stands. `seen` names exactly this content."""

    draft: NoticeDraft
    status: IncidentStatus
    excerpt: str
    seen: str


def mark_ready(ctx: Context, row: IncidentRow, draft: NoticeDraft) -> None:
    """Let anybody who may publish send the actor's own draft as it stands; any change takes that back.

    Raises `nothing_to_prepare` where no notice is owed, a `RuleError` for words that can't go out.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    _require_own(ctx, draft)
    if not may_owe_notice(row):
        raise ConflictError("nothing_to_prepare", "This incident is over: no notice of it is owed.")
    _check_words(ctx, row, draft)
    if draft.prepared_at is not None:
        return
    draft.prepared_at = ctx.now
    ctx.session.flush()
    audit(ctx, "mark_ready", row.public_id, draft=draft.public_id, content=digest_of(draft.fields))


def mark_unready(ctx: Context, row: IncidentRow, draft: NoticeDraft) -> None:
    """Keep the draft to its author again."""
    ctx.actor.require(SiteRole.RESPONDER)
    _require_own(ctx, draft)
    if draft.prepared_at is None:
        return
    draft.prepared_at = None
    ctx.session.flush()
    audit(ctx, "mark_unready", row.public_id, draft=draft.public_id)


def note_published(ctx: Context, row: IncidentRow, draft: NoticeDraft) -> None:
    """Note who had written what has just been published, and forget the draft."""
    audit(ctx, "publish_ready", row.public_id, draft=draft.public_id, author=draft.author.name)
    ctx.session.delete(draft)
    ctx.session.flush()


def take_ready(ctx: Context, row: IncidentRow, public_id: str, seen: str | None = None) -> NoticeDraft:
    """Return a draft to publish as it stands.

    Raises `not_ready` where its author has taken it back or changed it, `stale` where it says something else
    than what was `seen`.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    draft = get_draft(ctx.session, row.id, public_id)
    if not is_theirs_to_see(ctx, row):
        raise NotFoundError("not_found", "This incident has no such draft.")
    if draft.prepared_at is None:
        raise ConflictError("not_ready", "This draft is not ready any more: it was changed or taken back.")
    if seen is not None and seen != digest_of(draft.fields):
        text = str(draft.fields.get("body") or "")
        raise StaleError("The draft has changed since you read it. Read it again, then publish.", None, text)
    return draft


def everything_ready(ctx: Context) -> dict[str, Ready]:
    """Return what is ready to go, by the public ids of the incidents, as far as the actor may see it."""
    found = {}
    for incident_id in sorted({draft.incident_id or 0 for draft in drafts_ready(ctx.session)}):
        row = ctx.session.get_one(IncidentRow, incident_id)
        ready = what_is_ready(ctx, row)
        if ready is not None:
            found[row.public_id] = ready
    return found


def ready_draft(ctx: Context, row: IncidentRow) -> NoticeDraft | None:
    """Return the draft that was marked as ready last; None where there is none, or it is not the actor's
    to see: a drill's drafts are its participants' own."""
    if not may_owe_notice(row) or not is_theirs_to_see(ctx, row):
        return None
    ready = [each for each in drafts_of_incident(ctx.session, row.id) if each.prepared_at is not None]
    return max(ready, key=lambda each: (each.prepared_at, each.id), default=None)


def what_is_ready(ctx: Context, row: IncidentRow) -> Ready | None:
    """Return the ready draft as it is shown to the team."""
    draft = ready_draft(ctx, row)
    if draft is None:
        return None
    body = " ".join(str(draft.fields["body"]).split())
    excerpt = body if len(body) <= EXCERPT else f"{body[: EXCERPT - 1].rstrip()}…"
    return Ready(draft, IncidentStatus(draft.fields["status"]), excerpt, digest_of(draft.fields))


def may_owe_notice(row: IncidentRow) -> bool:
    """Return whether another notice of the incident is to come, be it the first."""
    if row.drill is not None and row.drill.ended_at is not None:
        return False
    return not row.is_backfill and row.status in {IncidentStatus.DETECTED, *OPEN_STATUSES}


def is_theirs_to_see(ctx: Context, row: IncidentRow) -> bool:
    """Return whether what is prepared for the incident concerns the actor; the product itself sees it all."""
    if row.drill is None or ctx.actor.account_id is None:
        return True
    return any(each.account_id == ctx.actor.account_id for each in row.drill.participants)


def _check_words(ctx: Context, row: IncidentRow, draft: NoticeDraft) -> None:
    body = str(draft.fields.get("body") or "")
    if not body.strip():
        raise RuleError("blank", "Write a message; it is empty.", "body")
    if draft.fields.get("status") not in {IncidentStatus.RESOLVED, *OPEN_STATUSES}:
        raise RuleError("invalid", "Choose one of those offered.", "status")
    refuse_unfilled(fill(body, dict.fromkeys(known_values(ctx, row), "")))


def _require_own(ctx: Context, draft: NoticeDraft) -> None:
    if ctx.actor.account_id is None or draft.author_id != ctx.actor.account_id:
        raise ForbiddenError("not_your_draft", "Only its author may do that with a draft.")
