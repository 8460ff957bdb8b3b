"""What readers say about parts of a postmortem before it goes out. Comments make nobody an editor."""

from statuspage.domain.errors import NotFoundError, RuleError
from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Section
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_text
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.store.ids import new_public_id
from statuspage.store.postmortems import Postmortem, PostmortemComment, comments_of, head_of

COMMENT_LIMIT = 5_000
WHOLE = ""
PARTS = (*(section.value for section in Section), TIMELINE, ACTION_ITEMS)


def add_comment(ctx: Context, postmortem: Postmortem, part: str, text: str) -> PostmortemComment:
    """Say something about a part of it: a section, `timeline`, `action_items`, or empty for all of it."""
    ctx.actor.require(SiteRole.RESPONDER)
    if part not in (*PARTS, WHOLE):
        raise RuleError("unknown_part", f"Choose one of: {', '.join(PARTS)}.", "part")
    body = checked_text(text, "body", COMMENT_LIMIT)
    if not body:
        raise RuleError("blank", "Write a comment; it is empty.", "body")
    comment = PostmortemComment(
        public_id=new_public_id(),
        postmortem_id=postmortem.id,
        part=part,
        body=body,
        revision_number=head_of(ctx.session, postmortem).number,
        author_id=ctx.actor.account_id,
        at=ctx.now,
    )
    ctx.session.add(comment)
    audit(ctx, "comment_postmortem", postmortem.public_id, comment=comment.public_id, part=part)
    ctx.session.flush()
    return comment


def resolve_comment(ctx: Context, postmortem: Postmortem, comment: PostmortemComment) -> None:
    """Say that what a comment asks for is done; once resolved it stays so."""
    ctx.actor.require(SiteRole.RESPONDER)
    if comment.resolved_at is not None:
        return
    comment.resolved_at, comment.resolved_by_id = ctx.now, ctx.actor.account_id
    audit(ctx, "resolve_comment", postmortem.public_id, comment=comment.public_id)
    ctx.session.flush()


def find_comment(ctx: Context, postmortem: Postmortem, public_id: str) -> PostmortemComment:
    """Return the comment of that public id; raise `not_found` where this postmortem has none."""
    for comment in comments_of(ctx.session, postmortem):
        if comment.public_id == public_id:
            return comment
    raise NotFoundError("not_found", "This postmortem has no such comment.")
