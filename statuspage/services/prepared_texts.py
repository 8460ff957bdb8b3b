"""The best prepared text for a notice, and what the product itself can put in place of its placeholders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.incident import Incident, IncidentStatus, NoticeKind
from statuspage.domain.placeholders import fill, in_words, refuse_unfilled, unfilled
from statuspage.domain.text import checked_line
from statuspage.render.zone import Zone, duration
from statuspage.services.context import Context
from statuspage.services.notice_text import NoticeText
from statuspage.store.components import all_components, find_components
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, states_from
from statuspage.store.notice_templates import NoticeTemplate, all_templates

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Coming:
    """What the notice that is being written brings with it, before it is stored."""

    states: Mapping[str, ComponentState] | None = None
    impact: Impact | None = None
    restored_at: datetime | None = None
    detected_at: datetime | None = None


NOTHING_COMING = Coming()


def fitting(
    templates: Sequence[NoticeTemplate],
    kind: NoticeKind,
    status: IncidentStatus | None = None,
    impact: Impact | None = None,
) -> list[NoticeTemplate]:
    """Return the templates for such a notice, those made for its impact and status first."""

    def fits(template: NoticeTemplate) -> bool:
        return (
            template.kind is kind
            and (status is None or template.status in {None, status})
            and (impact is None or template.impact in {None, impact})
        )

    found = [template for template in templates if fits(template)]
    return sorted(found, key=lambda each: (each.impact is None, each.status is None, each.position))


def suggest(
    ctx: Context,
    row: IncidentRow | None,
    kind: NoticeKind,
    status: IncidentStatus,
    impact: Impact | None = None,
    *,
    is_no_change: bool = False,
    is_false_alarm: bool = False,
    coming: Coming = NOTHING_COMING,
) -> NoticeText | None:
    """Return the best text that can go out as it stands, None where the site keeps none.

    The initial notice's templates are each for one situation; which it is, nobody but a person knows.
    """
    if kind is NoticeKind.INITIAL and status is not IncidentStatus.RESOLVED:
        return None
    values = known_values(ctx, row, coming)
    for template in fitting(all_templates(ctx.session), kind, status, impact):
        if template.is_false_alarm is not is_false_alarm:
            continue
        # An update for any status says nothing of what was found: it is for when there is nothing to say.
        if kind is not NoticeKind.REOPENING and (template.status is None) is not is_no_change:
            continue
        if set(unfilled(template.body)) <= values.keys():
            return filled_text(NoticeText(template.body, template.html), values)
    return None


def filled_text(text: NoticeText, values: Values) -> NoticeText:
    """Return a text and its markup with what is known in place."""
    in_markup = {name: escape(value) for name, value in values.items()}
    return NoticeText(fill(text.body, values), fill(text.html, in_markup, is_markdown=False))


def ready_text(ctx: Context, row: IncidentRow, text: NoticeText, coming: Coming) -> NoticeText:
    """Return a text as it goes out, filled by the product; refuse one that needs a person's words."""
    if not unfilled(text.body):
        return text
    text = filled_text(text, known_values(ctx, row, coming))
    refuse_unfilled(text.body)
    return text


def ready_title(ctx: Context, row: IncidentRow | None, title: str, coming: Coming = NOTHING_COMING) -> str:
    """Return a title as it is shown, filled by the product; refuse one that needs a person's words."""
    title = checked_line(title, "name")
    if not unfilled(title):
        return title
    values = known_values(ctx, row, coming)
    refuse_unfilled(fill(title, dict.fromkeys(values, ""), is_markdown=False), "name")
    return checked_line(fill(title, values, is_markdown=False), "name")


def example_values(ctx: Context) -> dict[str, str]:
    """Return what stands in for the product's own placeholders where a template is only looked at."""
    place, today = Zone(ctx.page.time_zone), Zone(ctx.page.time_zone).day(ctx.now)
    began, lasted = ctx.now - timedelta(minutes=48), timedelta(minutes=41)
    names = [component.name for component in all_components(ctx.session)][:2]
    return {
        "page": ctx.page.name,
        "incident": "Payments fail",
        "components": in_words(names) or ctx.page.name,
        "impact": Impact.MAJOR.value,
        "began": place.text(began, today),
        "detected": place.text(began + timedelta(minutes=4), today),
        "restored": place.text(began + lasted, today),
        "duration": duration(lasted),
    }


def known_values(ctx: Context, row: IncidentRow | None, coming: Coming = NOTHING_COMING) -> dict[str, str]:
    """Return what the product can fill in now; what is not known yet is absent."""
    values, states = {"page": ctx.page.name}, coming.states
    impact = coming.impact
    if row is not None:
        value = incident_value(row)
        claimed = value.states if row.updates else states_from(row.suspected)
        states = {**claimed, **(states or {})}
        impact = impact or row.impact
        values |= {"incident": row.name, **_times(ctx, value, coming)}
    if states is not None:
        values["components"] = _named(ctx, states) or ctx.page.name
    if impact is not None:
        values["impact"] = impact.value
    return values


def _times(ctx: Context, value: Incident, coming: Coming) -> dict[str, str]:
    place = Zone(ctx.page.time_zone)
    today = place.day(ctx.now)
    began = coming.detected_at or value.episode_beginning
    restored = coming.restored_at or (None if coming.detected_at else value.episode.restored_at)
    times = {
        "began": place.text(began, today),
        "detected": place.text(coming.detected_at or value.episode.detected_at, today),
    }
    if restored is not None:
        times |= {"restored": place.text(restored, today), "duration": duration(restored - began)}
    return times


def _named(ctx: Context, states: Mapping[str, ComponentState]) -> str:
    affected = {key for key, state in states.items() if state is not ComponentState.OPERATIONAL}
    # What has just recovered is still what the notice is about.
    found = find_components(ctx.session, affected or set(states)).values()
    return in_words([component.name for component in sorted(found, key=lambda one: one.position)])
