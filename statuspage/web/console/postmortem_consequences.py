"""What publishing a postmortem will do, said before it is done."""

from collections.abc import Iterator

from statuspage.domain.postmortem import Visibility
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.store.postmortems import Postmortem, PostmortemRevision


def consequences(
    ctx: Context,
    postmortem: Postmortem,
    head: PostmortemRevision,
    visibility: Visibility,
    *,
    is_told: bool,
) -> list[str]:
    """Return what will follow, a sentence each."""
    return [
        *_readers(postmortem, visibility),
        *_text(ctx, postmortem, head),
        *_subscribers(visibility, is_told=is_told),
        *_deadline(postmortem, head, visibility),
    ]


def _readers(postmortem: Postmortem, visibility: Visibility) -> Iterator[str]:
    if visibility is Visibility.PUBLIC:
        yield "Everybody can read it: on the incident's page, on its own, in feeds and in the JSON."
        yield "The incident's status becomes “postmortem”, and it can't be reopened any more."
        return
    if postmortem.is_public:
        yield "It is taken from the public page."
    if visibility is Visibility.LINK:
        yield "Only whoever has one of its links can read it. Make the links after this."
    else:
        yield "Only the staff can read it."


def _text(ctx: Context, postmortem: Postmortem, head: PostmortemRevision) -> Iterator[str]:
    if postmortem.published_number is not None and postmortem.published_digest != head.digest:
        yield "The new text takes the place of the one that is published, marked as edited."
    promised = head.value.final_by
    if promised is not None:
        by = Zone(ctx.page.time_zone).full(promised)
        yield f"It is marked as preliminary. You promise the final one by {by}."


def _subscribers(visibility: Visibility, *, is_told: bool) -> Iterator[str]:
    if visibility is Visibility.PUBLIC:
        yield "Subscribers are told of it." if is_told else "Subscribers are not told."


def _deadline(postmortem: Postmortem, head: PostmortemRevision, visibility: Visibility) -> Iterator[str]:
    if visibility is not Visibility.PUBLIC:
        yield "The deadline is not met: only a public postmortem meets it."
    elif postmortem.public_since is None:
        yield "The deadline of the postmortem is met."
    elif postmortem.final_since is None and not head.value.is_preliminary:
        yield "The promise of a final postmortem is kept."
