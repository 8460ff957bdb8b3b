"""A postmortem as one text: as Markdown for programs, as HTML for feeds."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import escape

from statuspage.domain.markdown_headings import shielded
from statuspage.domain.markdown_tables import verbatim
from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Section
from statuspage.domain.postmortem_gate import SECTION_NAMES
from statuspage.domain.public_postmortem import PublicEntry, PublicItem, PublicPostmortem, PublicSection
from statuspage.render.words import ITEM_KIND_WORDS, ITEM_STATE_WORDS
from statuspage.render.zone import Zone, full_day

# The order in which it is read.
ORDER: tuple[str, ...] = (
    *(Section.SUMMARY, Section.IMPACT, TIMELINE),
    *(Section.ROOT_CAUSE, Section.SYSTEMIC_ISSUES, Section.WENT_WELL, Section.WENT_WRONG),
    ACTION_ITEMS,
)
_UTC = Zone("Etc/UTC")


def mention_of(postmortem: PublicPostmortem) -> PublicPostmortem:
    """Return it without its text, for pages that only say that it is there."""
    return replace(postmortem, sections=(), timeline=(), items=(), body="")


def preliminary_words(postmortem: PublicPostmortem) -> str:
    """Return what stands before the time of the final one."""
    if postmortem.is_final_overdue:
        return "This is a preliminary postmortem. The final one was due"
    return "This is a preliminary postmortem. The final one will follow by"


def item_words(item: PublicItem) -> str:
    """Return what is said of an action item after its title: `Fix · Storage team · by December 3, 2026`."""
    parts = [ITEM_KIND_WORDS[item.kind], item.team, f"by {full_day(item.due_on)}" if item.due_on else ""]
    return " · ".join(part for part in parts if part)


def markdown_of(
    sections: Sequence[PublicSection], timeline: Sequence[PublicEntry], items: Sequence[PublicItem]
) -> str:
    """Return the whole text as Markdown, its times in UTC."""
    blocks = {section.key: shielded(section.body.strip()) for section in sections}
    blocks[TIMELINE] = "\n".join(f"- {_UTC.full(entry.at)}: {_indented(entry.text)}" for entry in timeline)
    blocks[ACTION_ITEMS] = "\n".join(f"- {verbatim(item.title)} ({item_words(item)})" for item in items)
    return "\n\n".join(f"## {SECTION_NAMES[key]}\n\n{blocks[key]}" for key in ORDER if blocks.get(key))


def _indented(text: str) -> str:
    return "\n    ".join(text.strip().splitlines())


def feed_html(postmortem: PublicPostmortem, zone: Zone) -> str:
    """Return all of it as one fragment for feed readers, without headings of the outline."""
    blocks = {section.key: section.html for section in postmortem.sections}
    blocks[TIMELINE] = _list(_line(entry, zone) for entry in postmortem.timeline)
    blocks[ACTION_ITEMS] = _list(_item(item) for item in postmortem.items)
    shown = [
        f"<p><strong>{escape(SECTION_NAMES[key])}</strong></p>\n{blocks[key]}"
        for key in ORDER
        if blocks.get(key)
    ]
    return "\n".join([*_preliminary(postmortem, zone), *shown])


def _preliminary(postmortem: PublicPostmortem, zone: Zone) -> Iterator[str]:
    if postmortem.final_by is not None:
        when = zone.full(postmortem.final_by)
        yield f"<p>{escape(preliminary_words(postmortem))} {escape(when)}.</p>"


def _list(lines: Iterator[str]) -> str:
    found = "\n".join(f"<li>{line}</li>" for line in lines)
    return f"<ul>\n{found}\n</ul>" if found else ""


def _line(entry: PublicEntry, zone: Zone) -> str:
    return f"{escape(zone.full(entry.at))}: {entry.html}"


def _item(item: PublicItem) -> str:
    state = f" · {ITEM_STATE_WORDS[item.state]}" if item.state else ""
    return f"{escape(item.title)} ({escape(item_words(item))}{state})"
