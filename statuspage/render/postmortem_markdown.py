"""One postmortem as a Markdown file, for people to keep, send and read back in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from statuspage.domain.action_item import ItemState
from statuspage.domain.markdown_headings import shielded
from statuspage.domain.markdown_tables import verbatim
from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Content, Item, Section
from statuspage.domain.postmortem_gate import SECTION_NAMES
from statuspage.render.postmortem import ORDER
from statuspage.render.words import ITEM_STATE_WORDS
from statuspage.render.zone import Zone

_UTC = Zone("Etc/UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself: the incident's title and beginning, how bad it was, which text this is.

    `version` is empty in a copy for customers, as `owners` (mail addresses by an account's public id) and
    `states` of action items, by public id, are.
    """

    title: str
    began_at: datetime
    impact: str
    version: str = ""
    final_by: datetime | None = None
    owners: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, ItemState] = field(default_factory=dict)


def staff_markdown(content: Content, about: About) -> str:
    """Return all of it, internal lines and owners too, times in UTC.

    `parse_markdown` reads the same content from it, into the postmortem that it comes from.
    """
    blocks: dict[str, str] = {section: shielded(content.text_of(section).strip()) for section in Section}
    blocks[TIMELINE] = "\n".join(
        f"- {_UTC.full(entry.at)}{'' if entry.is_public else ' (internal)'}: {entry.text}"
        for entry in content.timeline
    )
    blocks[ACTION_ITEMS] = "\n".join(line for item in content.items for line in _item(item, about))
    parts = [f"## {SECTION_NAMES[key]}\n\n{blocks[key]}" for key in ORDER if blocks.get(key)]
    return "\n\n".join([head(about), *parts]) + "\n"


def public_markdown(body: str, about: About) -> str:
    """Return what customers may read, with its title; `body` is that of its document."""
    return f"{head(about)}\n\n{body}\n"


def head(about: About) -> str:
    """Return the title and what the file is, which an import leaves out."""
    said = [f"Incident of {_UTC.full(about.began_at)}", about.impact, about.version]
    lines = [f"# Postmortem: {verbatim(about.title)}", f"*{' · '.join(part for part in said if part)}*"]
    if about.final_by is not None:
        when = _UTC.full(about.final_by)
        lines.append(f"*This is a preliminary postmortem. The final one will follow by {when}.*")
    return "\n\n".join(lines)


def _item(item: Item, about: About) -> Iterator[str]:
    yield f"- {verbatim(item.title)}"
    yield f"  - Kind: {item.kind}"
    if item.team:
        yield f"  - Team: {verbatim(item.team)}"
    if item.owner is not None and item.owner in about.owners:
        yield f"  - Owner: {about.owners[item.owner]}"
    if item.due_on:
        yield f"  - Due: {item.due_on.isoformat()}"
    if item.tracker_url:
        yield f"  - Link: {item.tracker_url}"
    if item.id in about.states:
        yield f"  - State: {ITEM_STATE_WORDS[about.states[item.id]]}"
