"""Postmortems as customers may read them."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemState
from statuspage.domain.postmortem import Content, Section
from statuspage.domain.postmortem_gate import SECTION_NAMES
from statuspage.domain.public_postmortem import PublicEntry, PublicItem, PublicPostmortem, PublicSection
from statuspage.render.postmortem import markdown_of
from statuspage.services.context import Context
from statuspage.services.postmortem_html import line_key
from statuspage.services.publications import note_publication
from statuspage.store.pages import Page
from statuspage.store.postmortems import Postmortem, PostmortemRevision
from statuspage.store.public_postmortems import item_states


def postmortem_document(
    postmortem: Postmortem,
    revision: PostmortemRevision,
    *,
    html: Mapping[str, str] | None = None,
) -> PublicPostmortem:
    """Return what customers may read of that revision.

    Shown is what has markup: in `html`, else in the revision, as publishing put it there. How far the action
    items are is told by `with_progress`.
    """
    content = revision.value
    markup = revision.html if html is None else html
    sections, timeline = _sections(content, markup), _timeline(content, markup)
    items = tuple(
        PublicItem(item.id, item.title, item.kind, item.team, item.due_on) for item in content.items
    )
    return PublicPostmortem(
        id=postmortem.update_public_id,
        sections=sections,
        timeline=timeline,
        items=items,
        body=markdown_of(sections, timeline, items),
        published_at=postmortem.published_at or revision.created_at,
        edited_at=postmortem.edited_at,
        final_by=content.final_by,
        deliver_notifications=postmortem.tells_subscribers,
    )


def _sections(content: Content, markup: Mapping[str, str]) -> tuple[PublicSection, ...]:
    return tuple(
        PublicSection(section.value, SECTION_NAMES[section], content.text_of(section), markup[section.value])
        for section in Section
        if section.value in markup
    )


def _timeline(content: Content, markup: Mapping[str, str]) -> tuple[PublicEntry, ...]:
    return tuple(
        PublicEntry(entry.at, entry.text, markup[line_key(entry.id)])
        for entry in content.timeline
        if entry.is_public and line_key(entry.id) in markup
    )


def with_progress(session: Session, page: Page, postmortem: PublicPostmortem) -> PublicPostmortem:
    """Return the postmortem with how far its action items are, where the site shows that."""
    if not page.has_action_progress:
        return postmortem
    return with_states(postmortem, item_states(session, [item.id for item in postmortem.items]))


def with_states(postmortem: PublicPostmortem, states: Mapping[str, ItemState]) -> PublicPostmortem:
    """Return the postmortem with the states of its action items, which are given by public id."""
    items = tuple(replace(item, state=states.get(item.id, ItemState.OPEN)) for item in postmortem.items)
    return replace(postmortem, items=items)


def note_progress(ctx: Context, postmortem: Postmortem) -> None:
    """Have the pages rendered anew on which the state of an action item shows; where none does, do nothing.

    Call it after the state has changed, in the same transaction.
    """
    if ctx.page.has_action_progress and postmortem.is_public:
        note_publication(ctx, "action_progress", postmortem.incident)


def note_promise(ctx: Context, postmortem: Postmortem) -> None:
    """Have the incident's page rendered anew where it says when the postmortem comes: after a waiver, say."""
    if ctx.page.has_postmortem_promise and not postmortem.is_public:
        note_publication(ctx, "postmortem_promise", postmortem.incident)
