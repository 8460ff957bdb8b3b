"""What a postmortem says before anybody writes: the timeline of what is known, what broke for how long, and
the questions that people answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from statuspage.domain.action_item import ItemKind
from statuspage.domain.incident import Incident, NoticeKind
from statuspage.domain.placeholders import fill
from statuspage.domain.postmortem import (
    ENTRY_LIMIT,
    MOST_ENTRIES,
    Content,
    Entry,
    Item,
    Moment,
    Section,
    in_order,
)
from statuspage.domain.postmortem_facts import component_changes, first_sentence, one_line
from statuspage.render.words import STATE_WORDS, STATUS_WORDS
from statuspage.services.context import Context
from statuspage.services.postmortem_impact import impact_facts, with_new_facts
from statuspage.services.postmortem_templates import prompts_for
from statuspage.store.components import Component, find_components
from statuspage.store.drafts import EntryKind, entries_of_incident
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow

# So many lines at most are drafted, so that there is room for what people add.
MOST_DRAFTED = MOST_ENTRIES - 100

_FIRST: Mapping[Moment, str] = {
    Moment.BEGINNING: "Service was impaired.",
    Moment.DETECTION: "We detected the problem.",
    Moment.FIRST_NOTICE: "We published the first notice.",
    Moment.MITIGATION: "The impact was mitigated.",
    Moment.RESTORATION: "Service was restored.",
    Moment.RESOLUTION: "We published the resolution.",
}
_AGAIN: Mapping[Moment, str] = {
    Moment.BEGINNING: "Service was impaired again.",
    Moment.DETECTION: "We detected that the problem had come back.",
    Moment.FIRST_NOTICE: "We published that the incident is open again.",
    Moment.MITIGATION: "The impact was mitigated.",
    Moment.RESTORATION: "Service was restored.",
    Moment.RESOLUTION: "We published the resolution.",
}
_KIND_WORDS: Mapping[EntryKind, str] = {
    EntryKind.NOTE: "",
    EntryKind.DECISION: "Decision: ",
    EntryKind.ACTION: "Action: ",
    EntryKind.MITIGATION: "Mitigation: ",
}


def drafted(ctx: Context, row: IncidentRow) -> Content:
    """Return what can be said of the incident already, for people to go on from.

    The sections begin with the questions of the template for the highest impact that was published, Impact
    with what component history tells; nothing of it makes a text that the gate takes for somebody's own but
    those facts, and the questions beside them still have to go.
    """
    sections = dict(prompts_for(ctx.session, row.highest_impact))
    facts = impact_facts(ctx, incident_value(row))
    if facts:
        asked = sections.get(Section.IMPACT, "")
        sections[Section.IMPACT] = f"{facts}\n\n{asked}".strip()
    written = {section: sections[section] for section in Section if sections.get(section)}
    return _with_timeline(ctx, row, Content(sections=written, items=tuple(_permanent_fix(row))))


def completed(ctx: Context, row: IncidentRow, content: Content) -> Content:
    """Return the content with the lines that its timeline does not have yet; what stands there stays.

    Where Impact still holds the facts as they were drafted before the last reopening, those are brought up to
    date; a text that nobody has begun gets them.
    """
    content = _with_timeline(ctx, row, content)
    impact = with_new_facts(ctx, incident_value(row), content.text_of(Section.IMPACT))
    return (
        content if impact == content.text_of(Section.IMPACT) else content.with_section(Section.IMPACT, impact)
    )


def _with_timeline(ctx: Context, row: IncidentRow, content: Content) -> Content:
    known = {entry.source for entry in content.timeline} | {entry.id for entry in content.timeline}
    room = max(MOST_DRAFTED - len(content.timeline), 0)
    new = [entry for entry in _known_of(ctx, row) if entry.source not in known][:room]
    return replace(content, timeline=in_order((*content.timeline, *new))) if new else content


def _known_of(ctx: Context, row: IncidentRow) -> Iterator[Entry]:
    """Yield everything there is to say, what matters most first; lines of one instant stay in this order."""
    value = incident_value(row)
    yield from _moments(value)
    yield from _mergers(ctx, row)
    yield from _notices(row)
    yield from _changes(ctx, value)
    yield from _noted(ctx, row)


def _moments(value: Incident) -> Iterator[Entry]:
    for number, episode in enumerate(value.episodes):
        found: list[tuple[Moment, datetime | None]] = [
            (Moment.BEGINNING, value.beginning_of(number)),
            (Moment.DETECTION, episode.detected_at),
            (Moment.FIRST_NOTICE, episode.announced_at),
            (Moment.MITIGATION, episode.mitigated_at),
            (Moment.RESTORATION, episode.restored_at),
            (Moment.RESOLUTION, episode.resolved_at),
        ]
        for moment, at in found:
            if at is not None:
                text = (_AGAIN if number else _FIRST)[moment]
                yield _entry(f"moment:{moment}:{number}", at, text, moment=moment)


def _notices(row: IncidentRow) -> Iterator[Entry]:
    """The first notice of an episode and its resolution are moments already."""
    for update in row.updates:
        if update.kind is NoticeKind.UPDATE and update.retracted_at is None:
            said = "no news since the last notice." if update.is_no_change else first_sentence(update.body)
            text = f"{STATUS_WORDS[update.status]}: {said}"
            yield _entry(f"notice:{update.public_id}", update.published_at, text)


def _mergers(ctx: Context, row: IncidentRow) -> Iterator[Entry]:
    for merged in _merged_into(ctx, row):
        if merged.resolved_at is not None:
            text = fill("We merged the incident “{{incident}}” into this one.", {"incident": merged.name})
            yield _entry(f"merger:{merged.public_id}", merged.resolved_at, text)


def _changes(ctx: Context, value: Incident) -> Iterator[Entry]:
    changes = component_changes(value)
    known = find_components(ctx.session, {change.component_id for change in changes}) if changes else {}
    for change in sorted(changes, key=lambda change: (change.at, _place(known, change.component_id))):
        component = known.get(change.component_id)
        if component is not None:
            text = fill(
                f"{{{{components}}}}: {STATE_WORDS[change.state].lower()}", {"components": component.name}
            )
            yield _entry(f"component:{change.component_id}:{change.key}", change.at, text)


def _place(known: Mapping[str, Component], component_id: str) -> tuple[int, int]:
    component = known.get(component_id)
    return (component.position, component.id) if component else (0, 0)


def _noted(ctx: Context, row: IncidentRow) -> Iterator[Entry]:
    """What the team noted for itself, in the incidents merged into this one too: internal until opened."""
    for key in (row.id, *(merged.id for merged in _merged_into(ctx, row))):
        for entry in reversed(entries_of_incident(ctx.session, key)):
            text = _KIND_WORDS[entry.kind] + entry.body
            yield _entry(f"entry:{entry.public_id}", entry.at, text, is_public=False)


def _merged_into(ctx: Context, row: IncidentRow) -> Iterable[IncidentRow]:
    query = select(IncidentRow).where(IncidentRow.merged_into_id == row.id)
    return ctx.session.scalars(query.order_by(IncidentRow.id)).all()


def _entry(
    source: str, at: datetime, text: str, *, is_public: bool = True, moment: Moment | None = None
) -> Entry:
    """Return a line; its text is Markdown, so that names in it are written verbatim."""
    return Entry(source, at, one_line(text, ENTRY_LIMIT), is_public=is_public, moment=moment, source=source)


def _permanent_fix(row: IncidentRow) -> Iterator[Item]:
    """A resolution without the permanent fix leaves it to be done."""
    if row.episodes[-1].permanent_fix is False:
        yield Item(new_public_id(), "Put the permanent fix in place", ItemKind.FIX)
