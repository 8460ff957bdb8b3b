"""Writing a postmortem: made with the resolution, saved in revisions that several authors share."""

from statuspage.domain.errors import ConflictError, NotFoundError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import ACTION_ITEMS, Content, Item, content_field
from statuspage.domain.postmortem_edits import checked, merged
from statuspage.domain.roles import SiteRole
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.people import people_of
from statuspage.services.postmortem_draft import completed, drafted
from statuspage.services.waive_postmortem import end_lapsed_waiver
from statuspage.store.accounts import Account, account_with_id
from statuspage.store.action_items import ActionItem, is_taken, rows_by_id
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import (
    Postmortem,
    PostmortemEditor,
    PostmortemRevision,
    PostmortemTerm,
    editors_of,
    find_postmortem,
    get_revision,
    head_of,
)

DRAFTED = "drafted"


def create_postmortem(ctx: Context, row: IncidentRow) -> Postmortem | None:
    """Make the postmortem that a resolution owes, with what is known already drafted in it.

    None where none is owed. After a reopening the one there is gets the new episode's lines added. It is part
    of the resolving act, so it asks for no permission.
    """
    episode = row.episodes[-1]
    if row.drill is not None or row.is_backfill or row.merged_into_id or episode.is_false_alarm:
        return None
    known = find_postmortem(ctx.session, row)
    if known is not None:
        end_lapsed_waiver(ctx, row)
        complete_draft(ctx, known)
        return known
    return _make(ctx, row)


def begin_postmortem(ctx: Context, row: IncidentRow) -> Postmortem:
    """Return the incident's postmortem, made now where there is none: for incidents that owe none, or older
    than their postmortems. Raises `not_resolved`, `is_drill`."""
    ctx.actor.require(SiteRole.RESPONDER)
    known = find_postmortem(ctx.session, row)
    if known is not None:
        return known
    if row.drill is not None:
        raise ConflictError("is_drill", "This was a drill; it ends with its score card.")
    if row.status is not IncidentStatus.RESOLVED:
        raise ConflictError("not_resolved", "A postmortem begins when the incident is resolved.")
    return _make(ctx, row)


def save_postmortem(
    ctx: Context, postmortem: Postmortem, mine: Content, base_number: int, note: str | None = None
) -> PostmortemRevision:
    """Save what somebody made of revision `base_number`, put together with what others saved meanwhile.

    Any change withdraws the approval. Raises `edit_conflict` with both texts where they can't be put
    together, and what `checked` raises. Saving nothing new makes no revision.
    """
    ctx.actor.require(SiteRole.RESPONDER)
    head = head_of(ctx.session, postmortem)
    mine = checked(mine, postmortem.incident.started_at)
    base = head if base_number == head.number else get_revision(ctx.session, postmortem, base_number)
    after = merged(base.value, head.value, mine)
    return _store(ctx, postmortem, head, after, note)


def restore_revision(ctx: Context, postmortem: Postmortem, number: int) -> PostmortemRevision:
    """Make an older text the newest again; what was written since stays among the revisions."""
    ctx.actor.require(SiteRole.RESPONDER)
    old = get_revision(ctx.session, postmortem, number)
    head = head_of(ctx.session, postmortem)
    return _store(ctx, postmortem, head, old.value, f"restored:{number}")


def complete_draft(ctx: Context, postmortem: Postmortem) -> PostmortemRevision:
    """Add to the timeline what has happened since it was drafted; nothing that stands there is changed."""
    head = head_of(ctx.session, postmortem)
    return _store(
        ctx, postmortem, head, completed(ctx, postmortem.incident, head.value), DRAFTED, is_product=True
    )


def assign_owner(ctx: Context, postmortem: Postmortem, account: Account) -> None:
    """Have somebody see to it that the postmortem gets written."""
    ctx.actor.require(SiteRole.RESPONDER)
    if account.disabled_at is not None:
        raise RuleError("account_disabled", f"The account of {account.name} is disabled.", "owner")
    postmortem.owner_id = account.id
    _begin_term(ctx, postmortem)
    audit(ctx, "assign_postmortem", postmortem.public_id, to=account.email)
    ctx.session.flush()
    ctx.session.refresh(postmortem, ["owner"])


def _make(ctx: Context, row: IncidentRow) -> Postmortem:
    postmortem = Postmortem(
        public_id=new_public_id(),
        incident_id=row.id,
        update_public_id=new_public_id(),
        owner_id=people_of(ctx, row).commander,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(postmortem)
    ctx.session.flush()
    if postmortem.owner_id is not None:
        _begin_term(ctx, postmortem)
    _store(ctx, postmortem, None, drafted(ctx, row), DRAFTED, is_product=True)
    audit(ctx, "create_postmortem", postmortem.public_id)
    return postmortem


def _begin_term(ctx: Context, postmortem: Postmortem) -> None:
    term = PostmortemTerm(postmortem_id=postmortem.id, account_id=postmortem.owner_id, from_at=ctx.now)
    ctx.session.add(term)


def _store(
    ctx: Context,
    postmortem: Postmortem,
    head: PostmortemRevision | None,
    after: Content,
    note: str | None,
    *,
    is_product: bool = False,
) -> PostmortemRevision:
    """Write the next revision and all that follows from a change; the same text again changes nothing."""
    digest = after.digest()
    if head is not None and head.digest == digest:
        return head
    author = None if is_product else ctx.actor
    revision = PostmortemRevision(
        postmortem_id=postmortem.id,
        number=head.number + 1 if head else 1,
        content=content_field(after),
        digest=digest,
        note=note,
        author_id=author.account_id if author else None,
        token_id=author.token_id if author else None,
        created_at=ctx.now,
    )
    ctx.session.add(revision)
    postmortem.updated_at = ctx.now
    postmortem.approved_digest = postmortem.approved_at = postmortem.approved_by_id = None
    if not is_product:
        postmortem.begun_at = postmortem.begun_at or ctx.now
        _note_editor(ctx, postmortem)
    _keep_items(ctx, postmortem, head.value if head else Content(), after)
    audit(ctx, "save_postmortem", postmortem.public_id, revision=revision.number)
    ctx.session.flush()
    return revision


def _note_editor(ctx: Context, postmortem: Postmortem) -> None:
    actor = ctx.actor
    known = {(each.account_id, each.browser) for each in editors_of(ctx.session, postmortem)}
    if actor.account_id is not None and (actor.account_id, actor.device) not in known:
        ctx.session.add(
            PostmortemEditor(
                postmortem_id=postmortem.id, account_id=actor.account_id, browser=actor.device, at=ctx.now
            )
        )


def _keep_items(ctx: Context, postmortem: Postmortem, before: Content, after: Content) -> None:
    """Copy what the edit changed of action items to where they are followed up."""
    rows = rows_by_id(ctx.session, postmortem)
    was = {item.id: item for item in before.items}
    for position, item in enumerate(after.items):
        row = rows.get(item.id)
        if row is None:
            _refuse_taken(ctx, postmortem, item)
            row = ActionItem(
                public_id=item.id, postmortem_id=postmortem.id, position=position, created_at=ctx.now
            )
            ctx.session.add(row)
        row.position, row.removed_at = position, None
        old = was.get(item.id)
        for name in ("title", "kind", "team", "due_on", "tracker_url"):
            if old is None or getattr(old, name) != getattr(item, name):
                setattr(row, name, getattr(item, name))
        if old is None or old.owner != item.owner:
            row.owner_id = _owner_key(ctx, item.owner, item.title)
    for key in was.keys() - {item.id for item in after.items}:
        rows[key].removed_at = ctx.now


def _refuse_taken(ctx: Context, postmortem: Postmortem, item: Item) -> None:
    if is_taken(ctx.session, postmortem, item.id):
        raise RuleError(
            "twice", f"“{item.title[:60]}” stands in another postmortem. Add it here anew.", ACTION_ITEMS
        )


def _owner_key(ctx: Context, public_id: str | None, title: str) -> int | None:
    if public_id is None:
        return None
    account = account_with_id(ctx.session, public_id)
    if account is None:
        raise NotFoundError("unknown_owner", "There is no such account.", ACTION_ITEMS)
    if account.disabled_at is not None:
        raise RuleError(
            "account_disabled",
            f"{account.name} can't own “{title[:60]}”: that account is disabled.",
            ACTION_ITEMS,
        )
    return account.id
