"""What component history tells of an incident's impact: what was how bad, and for how long."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from statuspage.domain.component import ComponentState
from statuspage.domain.incident import Incident
from statuspage.domain.placeholders import fill, in_words
from statuspage.domain.postmortem_facts import impaired_times
from statuspage.render.words import STATE_WORDS
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.store.components import find_components


def impact_facts(ctx: Context, incident: Incident) -> str:
    """Return what was impaired, how badly and for how long, as Markdown; empty where no component was.

    A component's minutes are those of its claims, between beginning and restoration; time between episodes
    counts as up.
    """
    times = impaired_times(incident)
    known = find_components(ctx.session, times) if times else {}
    named = sorted(known.values(), key=lambda component: (component.position, component.id))
    if not named:
        return ""
    zone = Zone(ctx.page.time_zone)
    lines = [
        fill(f"- {{{{components}}}}: {_in_minutes(times[row.public_id])}", {"components": row.name})
        for row in named
    ]
    return "\n".join([*_when(incident, zone), "", *lines])


def with_new_facts(ctx: Context, incident: Incident, text: str) -> str:
    """Return the text with the facts of a further episode in it, where it holds them as they were drafted
    before; where nobody has written anything, the facts alone."""
    facts = impact_facts(ctx, incident)
    if not facts or not text.strip():
        return text or facts
    if len(incident.episodes) > 1:
        before = impact_facts(ctx, _without_the_last_episode(incident))
        if before and before in text:
            return text.replace(before, facts, 1)
    return text


def _without_the_last_episode(incident: Incident) -> Incident:
    ended = incident.episodes[-2].resolved_at
    return replace(
        incident,
        episodes=incident.episodes[:-1],
        notices=tuple(
            notice for notice in incident.notices if ended is not None and notice.published_at <= ended
        ),
        absorbed=tuple(claim for claim in incident.absorbed if ended is not None and claim.at <= ended),
    )


def _when(incident: Incident, zone: Zone) -> Iterator[str]:
    spans = [
        (incident.beginning_of(number), episode.ended_at)
        for number, episode in enumerate(incident.episodes)
        if episode.ended_at is not None and not episode.is_false_alarm
    ]
    total = sum((end - start for start, end in spans if end), timedelta())
    stretches = [
        f"from {zone.full(start)} to {zone.text(end, zone.day(start))}" for start, end in spans if end
    ]
    if stretches:
        yield f"Service was impaired for {_minutes(total)}, {in_words(stretches)}."


def _in_minutes(spans: Mapping[ComponentState, timedelta]) -> str:
    return in_words([f"{_minutes(span)} of {STATE_WORDS[state].lower()}" for state, span in spans.items()])


def _minutes(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    return "1 minute" if minutes == 1 else f"{minutes:,} minutes"
