"""Publishing a postmortem through its gate, and taking it back.

All of it happens under the page's lock and looks at the newest revision there, so that no text goes out that
differs by a letter from the one that was approved, however many people act at once.
"""

from statuspage.domain.errors import ConflictError
from statuspage.domain.postmortem import Content, PostmortemState, Visibility
from statuspage.domain.postmortem_gate import GateError
from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.postmortem_clock import begin_public_time, end_public_time
from statuspage.services.postmortem_gate import unmet_of, unmet_of_published
from statuspage.services.postmortem_html import RenderedPostmortem
from statuspage.services.publications import note_publication
from statuspage.services.reasons import checked_reason
from statuspage.services.waive_postmortem import revoke_waiver as revoke_waiver
from statuspage.services.waive_postmortem import waive_postmortem as waive_postmortem
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, PostmortemRevision, head_of, published_of
from statuspage.store.records import AuditEntry, audit_of

# The verbs by which the record tells what was ever shown to whom.
_SHOWING = ("publish_postmortem", "show_postmortem")
_WIDTH = {Visibility.INTERNAL: 0, Visibility.LINK: 1, Visibility.PUBLIC: 2}


def publish_postmortem(
    ctx: Context,
    postmortem: Postmortem,
    rendered: RenderedPostmortem,
    visibility: Visibility,
    *,
    tells_subscribers: bool = True,
) -> None:
    """Publish the newest text, which somebody else has approved, to those readers.

    A later text is a correction, marked as edited; one without a promised date follows a preliminary one as
    the final text. Raises `gate_unmet` with all that is missing, `is_waived`, `already_published`, and
    `stale_text` where another text was rendered.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    head = head_of(ctx.session, postmortem)
    _require_unpublished(postmortem, head, visibility)
    _require_through_gate(ctx, postmortem)
    if rendered.digest != head.digest or postmortem.approved_digest != head.digest:
        raise ConflictError(
            "stale_text", "The text has changed meanwhile; nothing was published. Look at it again."
        )
    was_public = postmortem.is_public
    head.html = dict(rendered.sections)
    _date(ctx, postmortem, head, visibility)
    postmortem.published_number, postmortem.published_digest = head.number, head.digest
    postmortem.review_asked_at = postmortem.review_asked_by_id = None
    postmortem.tells_subscribers = tells_subscribers
    _show_to(ctx, postmortem, visibility, head.value)
    details = {"visibility": visibility.value, "revision": head.number, "digest": head.digest}
    _record(
        ctx, postmortem.incident, "publish_postmortem", **details, is_preliminary=head.value.is_preliminary
    )
    _note(ctx, postmortem, was_public=was_public)


def change_visibility(ctx: Context, postmortem: Postmortem, visibility: Visibility) -> None:
    """Show the text that is published to more or fewer readers; what is being written stays untouched.

    More readers only through the gate: raises `gate_unmet`, and `not_published` where nothing is.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    revision = _required(ctx, postmortem)
    if visibility is postmortem.visibility:
        return
    if _WIDTH[visibility] > _WIDTH[postmortem.visibility]:
        missing = unmet_of_published(ctx, postmortem)
        if missing:
            raise GateError(missing)
    was_public = postmortem.is_public
    _date(ctx, postmortem, revision, visibility)
    _show_to(ctx, postmortem, visibility, revision.value)
    details = {"visibility": visibility.value, "revision": revision.number, "digest": revision.digest}
    _record(ctx, postmortem.incident, "show_postmortem", **details)
    _note(ctx, postmortem, was_public=was_public)


def unpublish_postmortem(ctx: Context, postmortem: Postmortem, reason: str) -> None:
    """Take it away from every reader; revisions, links and the record stay."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    reason = checked_reason(reason)
    _required(ctx, postmortem)
    was_public = postmortem.is_public
    end_public_time(postmortem)
    postmortem.published_number = postmortem.published_digest = None
    postmortem.unpublished_at = ctx.now
    _record(ctx, postmortem.incident, "unpublish_postmortem", reason=reason)
    _note(ctx, postmortem, was_public=was_public)


def _require_unpublished(postmortem: Postmortem, head: PostmortemRevision, visibility: Visibility) -> None:
    state = postmortem.state_of(head)
    if state is PostmortemState.WAIVED:
        raise ConflictError("is_waived", "This postmortem is waived. Take the waiver back first.")
    if state is PostmortemState.PUBLISHED and visibility is postmortem.visibility:
        raise ConflictError("already_published", "This text is published already.")


def _require_through_gate(ctx: Context, postmortem: Postmortem) -> None:
    missing = unmet_of(ctx, postmortem)
    if missing:
        raise GateError(missing)


def _required(ctx: Context, postmortem: Postmortem) -> PostmortemRevision:
    revision = published_of(ctx.session, postmortem)
    if revision is None:
        raise ConflictError("not_published", "This postmortem is not published.")
    return revision


def _date(ctx: Context, postmortem: Postmortem, revision: PostmortemRevision, visibility: Visibility) -> None:
    """Set when its readers first read it, and when what they had read was changed.

    Whoever reads it first now has read nothing before: its dates begin anew with a wider circle.
    """
    records = _shown_before(ctx, postmortem)
    widest = max((_WIDTH[Visibility(each.details["visibility"])] for each in records), default=-1)
    if _WIDTH[visibility] > widest:
        postmortem.published_at, postmortem.edited_at = ctx.now, None
    elif records[0].details["digest"] != revision.digest:
        postmortem.edited_at = ctx.now


def _shown_before(ctx: Context, postmortem: Postmortem) -> list[AuditEntry]:
    """Return the record of each time it was shown to somebody, newest first."""
    records = audit_of(ctx.session, postmortem.incident.public_id)
    return [each for each in records if each.verb in _SHOWING]


def _show_to(ctx: Context, postmortem: Postmortem, visibility: Visibility, content: Content) -> None:
    postmortem.visibility, postmortem.unpublished_at = visibility, None
    if visibility is Visibility.PUBLIC:
        begin_public_time(postmortem, content, ctx.now)
    else:
        end_public_time(postmortem)


def _note(ctx: Context, postmortem: Postmortem, *, was_public: bool) -> None:
    """Have the site rebuilt where customers read something else now; nothing else touches a public byte."""
    ctx.session.flush()
    if was_public or postmortem.is_public:
        note_publication(ctx, "postmortem", postmortem.incident)
    ctx.session.flush()


def _record(ctx: Context, row: IncidentRow, verb: str, **details: object) -> None:
    audit(ctx, verb, row.public_id, **details)
