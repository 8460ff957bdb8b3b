"""One postmortem as a file: everything for the staff, or what customers may read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from statuspage.domain.postmortem import Content, Section
from statuspage.domain.postmortem_gate import SECTION_NAMES, has_real_text
from statuspage.domain.public_postmortem import PublicEntry, PublicItem, PublicSection
from statuspage.render.postmortem import markdown_of
from statuspage.render.postmortem_markdown import About, public_markdown, staff_markdown
from statuspage.render.words import IMPACT_WORDS
from statuspage.services.context import Context
from statuspage.services.postmortem_templates import all_prompts
from statuspage.store.accounts import all_accounts
from statuspage.store.action_items import items_of
from statuspage.store.postmortems import Postmortem, PostmortemRevision, get_revision, head_of


@dataclass(frozen=True, slots=True)
class PostmortemFile:
    """What goes into a file. One for customers holds neither internal lines, owners and trackers nor sections
    that nobody has written."""

    content: Content
    about: About
    is_public: bool

    def markdown(self) -> str:
        """Return it as Markdown."""
        if not self.is_public:
            return staff_markdown(self.content, self.about)
        return public_markdown(_body(self.content), self.about)


def postmortem_file(
    ctx: Context, postmortem: Postmortem, *, number: int | None = None, is_public: bool = False
) -> PostmortemFile:
    """Return a revision, by default the newest, as a file; raise `not_found` where there is no such."""
    head = head_of(ctx.session, postmortem)
    revision = head if number is None else get_revision(ctx.session, postmortem, number)
    row, content = postmortem.incident, revision.value
    about = About(
        title=row.name,
        began_at=row.started_at,
        impact=IMPACT_WORDS[row.highest_impact] or "No impact",
        version=_version(postmortem, revision, is_public=is_public),
        final_by=content.final_by,
    )
    if is_public:
        return PostmortemFile(for_customers(content, all_prompts(ctx.session)), about, is_public)
    owners = {account.public_id: account.email for account in all_accounts(ctx.session)}
    states = {item.public_id: item.state for item in items_of(ctx.session, postmortem)}
    return PostmortemFile(content, replace(about, owners=owners, states=states), is_public)


def for_customers(content: Content, prompts: Mapping[Section, Collection[str]]) -> Content:
    """Return what customers may read of a text, approved or not."""
    return replace(
        content,
        sections={
            section: text
            for section, text in content.sections.items()
            if has_real_text(text, prompts.get(section, ()))
        },
        timeline=tuple(entry for entry in content.timeline if entry.is_public),
        items=tuple(replace(item, owner=None, tracker_url=None) for item in content.items),
    )


def _version(postmortem: Postmortem, revision: PostmortemRevision, *, is_public: bool) -> str:
    is_out = postmortem.published_number is not None and postmortem.published_digest == revision.digest
    if is_public:
        return "" if is_out else "Draft, not published"
    return f"Internal copy of revision {revision.number}, {'as published' if is_out else 'not published'}"


def _body(content: Content) -> str:
    return markdown_of(
        [
            PublicSection(section.value, SECTION_NAMES[section], text, "")
            for section, text in content.sections.items()
        ],
        [PublicEntry(entry.at, entry.text, "") for entry in content.timeline],
        list(_items(content)),
    )


def _items(content: Content) -> Iterator[PublicItem]:
    for item in content.items:
        yield PublicItem(item.id, item.title, item.kind, item.team, item.due_on, None)
