"""Public postmortems for tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from public_values import at, make_resolved_incident

from statuspage.domain.action_item import ItemKind
from statuspage.domain.public import PublicIncident
from statuspage.domain.public_postmortem import PublicEntry, PublicItem, PublicPostmortem, PublicSection
from statuspage.render.postmortem import markdown_of

DAY = date(2026, 10, 30)
SECTIONS = tuple(
    PublicSection(key, title, text, f"<p>{text}</p>")
    for key, title, text in [
        ("summary", "Summary", "Mail went out late for 90 minutes."),
        ("impact", "Impact", "A third of all customers got their mail late."),
        ("root_cause", "Root cause and contributing factors", "A relay ran out of disk space."),
        ("systemic_issues", "Systemic issues", "Nothing watches the disks of relays."),
        ("went_well", "What went well", "The second relay took over at once."),
        ("went_wrong", "What went wrong", "The alarm came late."),
    ]
)
TIMELINE = tuple(
    PublicEntry(at(clock, DAY), text, f"<p>{text}</p>")
    for clock, text in [
        ("09:00", "Mail began to wait."),
        ("09:09", "We published the first notice."),
        ("10:30", "Service was restored."),
    ]
)
ITEMS = (
    PublicItem("1tem00000001", "Watch the disks of relays", ItemKind.DETECT, "Mail", date(2026, 11, 20)),
    PublicItem("1tem00000002", "Move logs to their own disk", ItemKind.PREVENT, "Mail", date(2026, 12, 4)),
)


def make_postmortem(**changes: Any) -> PublicPostmortem:
    """A postmortem that came out two days after its incident."""
    sections, items = changes.pop("sections", SECTIONS), changes.pop("items", ITEMS)
    made = PublicPostmortem(
        id="p0stm0rtem01",
        sections=sections,
        timeline=TIMELINE,
        items=items,
        body=markdown_of(sections, TIMELINE, items),
        published_at=at("10:00", date(2026, 11, 1)),
    )
    return replace(made, **changes)


def make_explained_incident(**changes: Any) -> PublicIncident:
    """A resolved incident with its postmortem."""
    return replace(make_resolved_incident(), postmortem=make_postmortem(**changes))
