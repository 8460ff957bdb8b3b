"""What a postmortem says before anybody writes: the milestones and notices, what broke for how long."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from statuspage.domain.action_item import ItemKind
from statuspage.domain.postmortem import Content, Entry, Item, Moment, in_order
from statuspage.services.context import Context
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow


def drafted(ctx: Context, row: IncidentRow) -> Content:
    """Return what can be said of the incident already, for people to go on from."""
    return completed(ctx, row, Content(items=tuple(_permanent_fix(row))))


def completed(ctx: Context, row: IncidentRow, content: Content) -> Content:
    """Return the content with the lines that its timeline does not have yet; what stands there stays."""
    del ctx
    known = {entry.source for entry in content.timeline}
    new = tuple(entry for entry in _moments(row) if entry.source not in known)
    return replace(content, timeline=in_order((*content.timeline, *new)))


def _moments(row: IncidentRow) -> Iterator[Entry]:
    value = incident_value(row)
    for number, episode in enumerate(value.episodes):
        found: list[tuple[Moment, datetime | None, str]] = [
            (Moment.BEGINNING, value.beginning_of(number), "Service was impaired."),
            (Moment.DETECTION, episode.detected_at, "We detected the problem."),
            (Moment.FIRST_NOTICE, episode.announced_at, "We published the first notice."),
            (Moment.MITIGATION, episode.mitigated_at, "The impact was mitigated."),
            (Moment.RESTORATION, episode.restored_at, "Service was restored."),
            (Moment.RESOLUTION, episode.resolved_at, "We published the resolution."),
        ]
        for moment, at, text in found:
            if at is not None:
                source = f"moment:{moment}:{number}"
                yield Entry(source, at, text, moment=moment, source=source)


def _permanent_fix(row: IncidentRow) -> Iterator[Item]:
    """A resolution without the permanent fix leaves it to be done."""
    if row.episodes[-1].permanent_fix is False:
        yield Item(new_public_id(), "Put the permanent fix in place", ItemKind.FIX)
