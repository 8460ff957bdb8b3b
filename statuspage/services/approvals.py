"""A second person's word before a later notice of a critical incident goes out (rule 11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from statuspage.domain.approval import ALONE_BEFORE_PROMISE, is_approval_asked, may_publish_alone_at
from statuspage.domain.cadence import ONE_MINUTE, whole_minute
from statuspage.domain.errors import ConflictError, ForbiddenError, StaleError
from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.drafts import content_of, digest_of, own_draft, void_approval
from statuspage.services.drill_time import acting_on
from statuspage.store.accounts import Account
from statuspage.store.drafts import NoticeDraft, drafts_asking_review, drafts_of_incident
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow


@dataclass(frozen=True, slots=True)
class Approval:
    """Who agreed to a notice. `is_unapproved` where one was asked for and the author went ahead alone."""

    approved_by: Account | None = None
    is_unapproved: bool = False
    draft_id: str | None = None

    @property
    def details(self) -> dict[str, Any]:
        """Return what the audit says of it; nothing where nobody was asked."""
        if self.approved_by is not None:
            return {"approved_by": self.approved_by.public_id, "draft": self.draft_id}
        return {"is_unapproved": True} if self.is_unapproved else {}


NOT_ASKED = Approval()


@dataclass(frozen=True, slots=True)
class Review:
    """Where a draft stands: asked for or not, approved by whom, and from when its author needs nobody."""

    asked_at: datetime | None
    approved_by: str | None
    alone_at: datetime
    is_free: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A colleague's draft that waits for a second person."""

    row: IncidentRow
    draft: NoticeDraft
    review: Review


def is_second_person_asked(ctx: Context, row: IncidentRow) -> bool:
    """Return whether the incident's next notice waits for a second person."""
    return is_approval_asked(incident_value(row), site_asks=ctx.page.asks_approval)


def ask_review(ctx: Context, row: IncidentRow, draft: NoticeDraft) -> None:
    """Ask for approval of the actor's own draft; the wait runs from the first time of asking."""
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    _require_own(ctx, draft)
    _require_asked(ctx, row)
    if draft.review_asked_at is not None:
        return
    draft.review_asked_at = ctx.now
    ctx.session.flush()
    audit(ctx, "ask_review", row.public_id, draft=draft.public_id)


def withdraw_review(ctx: Context, row: IncidentRow, draft: NoticeDraft) -> None:
    """Take back the question, and with it any approval; by the draft's author."""
    ctx.actor.require(SiteRole.RESPONDER)
    ctx = acting_on(ctx, row)
    _require_own(ctx, draft)
    if draft.review_asked_at is None and draft.approved_at is None:
        return
    draft.review_asked_at = None
    void_approval(draft)
    ctx.session.flush()
    audit(ctx, "withdraw_review", row.public_id, draft=draft.public_id)


def approve_draft(ctx: Context, row: IncidentRow, draft: NoticeDraft, seen: str | None = None) -> None:
    """Agree to what the draft says now; by a communicator or admin who did not write it.

    `seen` is the digest of the content that was read; where the draft says something else by now it raises
    `stale`. The approval holds for exactly this content.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    ctx = acting_on(ctx, row)
    if ctx.actor.account_id is None or draft.author_id == ctx.actor.account_id:
        raise ForbiddenError("own_draft", "Somebody else must approve what you wrote.")
    _require_asked(ctx, row)
    if seen is not None and seen != digest_of(draft.fields):
        text = str(draft.fields.get("body") or "")
        raise StaleError("The draft has changed since you read it. Read it again, then approve.", None, text)
    if draft.approved_at is not None:
        return
    draft.approved_at, draft.approved_by = ctx.now, ctx.session.get(Account, ctx.actor.account_id)
    ctx.session.flush()
    audit(ctx, "approve_draft", row.public_id, draft=draft.public_id, content=digest_of(draft.fields))


def withdraw_approval(ctx: Context, row: IncidentRow, draft: NoticeDraft) -> None:
    """Take an approval back; by who gave it, or an admin. The author's wait goes on."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    ctx = acting_on(ctx, row)
    if draft.approved_by_id != ctx.actor.account_id and not ctx.actor.role.reaches(SiteRole.ADMIN):
        raise ForbiddenError("not_your_approval", "Only who approved a draft, or an admin, may take it back.")
    if draft.approved_at is None:
        return
    void_approval(draft)
    ctx.session.flush()
    audit(ctx, "withdraw_approval", row.public_id, draft=draft.public_id)


def use_up_reviews(ctx: Context, row: IncidentRow) -> None:
    """Forget questions and approvals from before a notice, and what was ready to follow the one before it:
    they were about what customers read until then."""
    for draft in drafts_of_incident(ctx.session, row.id):
        draft.review_asked_at = draft.prepared_at = None
        void_approval(draft)


def review_of(ctx: Context, row: IncidentRow, draft: NoticeDraft | None) -> Review | None:
    """Return where the draft stands, None where no second person is asked."""
    ctx = ctx.at_time_of(row)
    value = incident_value(row)
    if not is_approval_asked(value, site_asks=ctx.page.asks_approval):
        return None
    asked_at = draft.review_asked_at if draft else None
    alone_at = _alone_at(value.promise, asked_at)
    approver = draft.approved_by if draft else None
    return Review(asked_at, approver.name if approver else None, alone_at, ctx.now >= alone_at)


def reviews_waiting(ctx: Context) -> list[Waiting]:
    """Return other people's drafts that wait for a second person, the longest wait first.

    Those of a drill show on its own screen alone.
    """
    found = []
    for draft in drafts_asking_review(ctx.session):
        row = ctx.session.get_one(IncidentRow, draft.incident_id)
        if row.drill is not None:
            continue
        review = review_of(ctx, row, draft)
        if review and review.asked_at and not review.approved_by and draft.author_id != ctx.actor.account_id:
            found.append(Waiting(row, draft, review))
    return found


def approval_for(ctx: Context, row: IncidentRow, content: Mapping[str, Any] | None) -> Approval:
    """Return who agreed to publishing this content now; `content` None where it stands in no draft.

    Raises `approval_needed` while a second person is asked and the author may not go ahead alone.
    """
    ctx = ctx.at_time_of(row)
    value = incident_value(row)
    if not is_approval_asked(value, site_asks=ctx.page.asks_approval):
        return NOT_ASKED
    for draft in drafts_of_incident(ctx.session, row.id):
        if draft.approved_at is not None and _is_same(draft, content):
            return Approval(draft.approved_by, draft_id=draft.public_id)
    own = own_draft(ctx, row)
    asked_at = own.review_asked_at if own and _is_same(own, content) else None
    alone_at = _alone_at(value.promise, asked_at)
    if ctx.now < alone_at:
        raise ConflictError("approval_needed", partial(_sentence, asked_at, alone_at))
    return Approval(is_unapproved=True)


def _is_same(draft: NoticeDraft, content: Mapping[str, Any] | None) -> bool:
    return content is not None and content_of(draft.fields) == content_of(content)


def _alone_at(promise: datetime | None, asked_at: datetime | None) -> datetime:
    """Return from when the author needs nobody; who has asked nobody has only the promise to wait for."""
    assert promise is not None  # an open incident always has one
    if asked_at is not None:
        return may_publish_alone_at(asked_at, promise)
    return promise - ALONE_BEFORE_PROMISE


def _sentence(asked_at: datetime | None, alone_at: datetime, zone: tzinfo) -> str:
    rounded_up = whole_minute(alone_at + ONE_MINUTE - timedelta(microseconds=1))
    clock = f"{rounded_up.astimezone(zone):%H:%M %Z}"
    if asked_at is not None:
        return f"This waits for approval by a second person. You may publish it alone from {clock}."
    return (
        "A second person must approve later notices of critical incidents. Ask for approval of the draft: "
        f"five minutes later you may publish it alone. Without asking you may publish alone from {clock}."
    )


def _require_own(ctx: Context, draft: NoticeDraft) -> None:
    if ctx.actor.account_id is None or draft.author_id != ctx.actor.account_id:
        raise ForbiddenError("not_your_draft", "Only its author may do that with a draft.")


def _require_asked(ctx: Context, row: IncidentRow) -> None:
    if not is_second_person_asked(ctx, row):
        raise ConflictError("approval_not_asked", "Nobody needs to approve this notice: it may be published.")
