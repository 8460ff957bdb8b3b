"""The review of a postmortem: asked for, talked about, and ended by somebody who did not write it."""

from collections.abc import Collection

from statuspage.domain.errors import ConflictError, ForbiddenError, RuleError
from statuspage.domain.postmortem import PostmortemState
from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.postmortem_comments import add_comment as add_comment
from statuspage.services.postmortem_comments import resolve_comment as resolve_comment
from statuspage.services.postmortem_news import News, tell_of_postmortem
from statuspage.store.accounts import Account, ApiToken
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, has_written, head_of, is_browser_of_writer
from statuspage.store.records import audit_of


def refuse_own(ctx: Context, postmortem: Postmortem) -> None:
    """Refuse whoever has a hand in the text as its judge: raises `self_approval`.

    That is its authors and all who ever edited it, directly or through a token; whoever sits at a browser
    in which one of them was signed in; a token that one of them made, whoever it acts for: they may know its
    secret; and whoever has no account, of whom nobody knows what they wrote.
    Notes, comments and accepted findings make nobody an editor.
    """
    actor = ctx.actor
    if actor.account_id is None:
        raise ForbiddenError(
            "self_approval",
            "Only a person with an account can judge a postmortem, so that it is known who did not write it.",
        )
    if has_written(ctx.session, postmortem, actor.account_id):
        sentence = "You have written in this postmortem, so somebody else must judge it."
        if actor.token_id is not None:
            sentence = "This token's owner has written in this postmortem, so somebody else must judge it."
        raise ForbiddenError("self_approval", sentence)
    if actor.token_id is not None and _is_token_of_writer(ctx, postmortem, actor.token_id):
        raise ForbiddenError(
            "self_approval",
            "Somebody who has written in this postmortem made this token. Judge it at the console, or with "
            "a token that somebody else made.",
        )
    if actor.device and is_browser_of_writer(ctx.session, postmortem, actor.device):
        raise ForbiddenError(
            "self_approval",
            "Somebody who has written in this postmortem was signed in with this browser. Judge it in "
            "a browser of your own.",
        )


def _is_token_of_writer(ctx: Context, postmortem: Postmortem, token_id: int) -> bool:
    token = ctx.session.get_one(ApiToken, token_id)
    makers = (
        each.account_id for each in audit_of(ctx.session, token.public_id) if each.verb == "create_token"
    )
    return any(maker is not None and has_written(ctx.session, postmortem, maker) for maker in makers)


def may_judge(ctx: Context, postmortem: Postmortem) -> bool:
    """Return whether whoever acts may approve it and accept findings."""
    try:
        refuse_own(ctx, postmortem)
    except ForbiddenError:
        return False
    return ctx.actor.role.reaches(SiteRole.RESPONDER)


def ask_review(ctx: Context, postmortem: Postmortem, reviewers: Collection[Account] = ()) -> None:
    """Ask for a second person's judgement, and tell the reviewers who are named. Asking again adds people.

    Raises `reviewer_is_editor`, `account_disabled`, `reviewer_is_viewer`, `already_published`, `is_waived`.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    _require_state_for_review(ctx, postmortem)
    for account in reviewers:
        _check_reviewer(ctx, postmortem, account)
    if postmortem.review_asked_at is None:
        postmortem.review_asked_at, postmortem.review_asked_by_id = ctx.now, ctx.actor.account_id
        _record(ctx, postmortem.incident, "ask_postmortem_review")
    ctx.session.flush()
    for account in reviewers:
        tell_of_postmortem(ctx, postmortem, News.REVIEW, account.id)


def take_back_review(ctx: Context, postmortem: Postmortem) -> None:
    """Go on writing: the question is taken back, and with it an approval of what is not published."""
    ctx.actor.require(SiteRole.RESPONDER)
    if postmortem.review_asked_at is None:
        return
    postmortem.review_asked_at = postmortem.review_asked_by_id = None
    if postmortem.state_of(head_of(ctx.session, postmortem)) is not PostmortemState.PUBLISHED:
        _void_approval(postmortem)
    _record(ctx, postmortem.incident, "take_back_postmortem_review")
    ctx.session.flush()


def ask_for_changes(ctx: Context, postmortem: Postmortem, part: str, text: str) -> None:
    """Send it back to its authors with a comment that says what is missing."""
    ctx.actor.require(SiteRole.RESPONDER)
    _require_asked(postmortem)
    asked_by = postmortem.review_asked_by_id
    add_comment(ctx, postmortem, part, text)
    take_back_review(ctx, postmortem)
    for account_id in {postmortem.owner_id, asked_by}:
        tell_of_postmortem(ctx, postmortem, News.CHANGES, account_id)


def approve_postmortem(ctx: Context, postmortem: Postmortem, digest: str) -> None:
    """Agree to exactly the text of that digest; any edit makes it void, even one back to the same words.

    Raises `self_approval`, `review_not_asked`, `already_published`, and `stale_approval` where that is not
    the newest text.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    refuse_own(ctx, postmortem)
    head = head_of(ctx.session, postmortem)
    _require_state_for_review(ctx, postmortem)
    if digest != head.digest:
        raise ConflictError(
            "stale_approval", "The text has changed since you read it. Read what is new, then approve."
        )
    if postmortem.approved_digest == digest:
        return
    _require_asked(postmortem)
    postmortem.approved_digest, postmortem.approved_at = digest, ctx.now
    postmortem.approved_by_id = ctx.actor.account_id
    _record(ctx, postmortem.incident, "approve_postmortem", revision=head.number, digest=digest)
    ctx.session.flush()
    ctx.session.expire(postmortem, ["approved_by"])
    for account_id in {postmortem.owner_id, postmortem.review_asked_by_id}:
        tell_of_postmortem(ctx, postmortem, News.APPROVED, account_id)


def withdraw_approval(ctx: Context, postmortem: Postmortem) -> None:
    """Take an approval back, until the text is published; by who gave it, or an admin."""
    ctx.actor.require(SiteRole.RESPONDER)
    if postmortem.approved_digest is None:
        return
    is_own = postmortem.approved_by_id == ctx.actor.account_id
    if not is_own and not ctx.actor.role.reaches(SiteRole.ADMIN):
        raise ForbiddenError(
            "not_your_approval", "Only who approved a postmortem, or an admin, may take it back."
        )
    if postmortem.published_digest == postmortem.approved_digest:
        raise ConflictError("already_published", "This text is published; unpublish it, or correct it.")
    _void_approval(postmortem)
    _record(ctx, postmortem.incident, "withdraw_postmortem_approval")
    ctx.session.flush()


def _void_approval(postmortem: Postmortem) -> None:
    postmortem.approved_digest = postmortem.approved_at = postmortem.approved_by_id = None


def _require_state_for_review(ctx: Context, postmortem: Postmortem) -> None:
    state = postmortem.state_of(head_of(ctx.session, postmortem))
    if state is PostmortemState.WAIVED:
        raise ConflictError("is_waived", "This postmortem is waived. Take the waiver back first.")
    if state is PostmortemState.PUBLISHED:
        raise ConflictError("already_published", "This text is published; there is nothing new to read.")


def _require_asked(postmortem: Postmortem) -> None:
    if postmortem.review_asked_at is None:
        raise ConflictError(
            "review_not_asked", "Nobody has asked for a review yet: its authors may still be writing."
        )


def _check_reviewer(ctx: Context, postmortem: Postmortem, account: Account) -> None:
    if account.disabled_at is not None:
        raise RuleError("account_disabled", f"The account of {account.name} is disabled.", "reviewers")
    if not account.role.reaches(SiteRole.RESPONDER):
        raise RuleError("reviewer_is_viewer", f"{account.name} may only read; ask a responder.", "reviewers")
    if has_written(ctx.session, postmortem, account.id):
        raise RuleError(
            "reviewer_is_editor",
            f"{account.name} has written in it; ask somebody who has not.",
            "reviewers",
        )


def _record(ctx: Context, row: IncidentRow, verb: str, **details: object) -> None:
    audit(ctx, verb, row.public_id, **details)
