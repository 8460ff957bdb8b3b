"""The public pages: values in, HTML out. The same values give the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from statuspage.domain.component import ComponentState
from statuspage.domain.public import (
    FrontPage,
    MonthPage,
    PublicComponent,
    PublicIncident,
    PublicLogo,
    PublicPage,
    PublicReport,
)
from statuspage.render import words, zone
from statuspage.render.assets import Assets
from statuspage.render.icon import icon_address
from statuspage.render.postmortem import mention_of, preliminary_words
from statuspage.render.story import story
from statuspage.render.text import excerpt

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "public"

# A busy month has hundreds of incidents, and a notice changes one of them. Long ones are rare, and a
# thousand of the longest would fill the memory.
_REMEMBERED = 512
_LONGEST_REMEMBERED = 10_000
_WIDEST_LOGO, _TALLEST_LOGO = 240, 48


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """A component as the list shows it; a group with its `members`, unfolded where something is wrong."""

    component: PublicComponent
    members: tuple[PublicComponent, ...] = ()

    @property
    def is_unfolded(self) -> bool:
        """Return whether any member is not operational."""
        return any(member.status is not ComponentState.OPERATIONAL for member in self.members)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """That a page is the copy of a drill: `clock` is its time in words; both addresses are the console's."""

    clock: str
    back: str
    here: str


def front_page(front: FrontPage, assets: Assets, rehearsal: Rehearsal | None = None) -> str:
    """Return `/`: the state in a sentence, what is open and when the next word comes, components, 14 days."""
    place = zone.Zone(front.page.time_zone)
    today = front.past_days[0].day if front.past_days else place.day(front.page.updated_at)
    headline = words.headline(front)
    return render(
        "front.html",
        front.page,
        assets,
        front=front,
        rows=component_rows(front.components),
        headline=headline,
        tone=words.headline_tone(front),
        today=today,
        title=f"{headline} · {front.page.name} status",
        description=front.page.description or f"Is {front.page.name} working? Current state and incidents.",
        path=None if rehearsal else "/",
        rehearsal=rehearsal,
    )


def rehearsed_front(front: FrontPage, assets: Assets, rehearsal: Rehearsal) -> str:
    """Return the front page as a drill has it, marked as such, for no search engine and without the script
    that counts in real time."""
    html = front_page(front, assets, rehearsal)
    for incident in front.open_incidents + front.past_days[0].incidents:
        html = html.replace(f'href="/incidents/{incident.id}"', f'href="{rehearsal.here}/incident"')
    return html


def rehearsed_incident(
    page: PublicPage, incident: PublicIncident, assets: Assets, rehearsal: Rehearsal
) -> str:
    """Return an incident's page as a drill has it, in the same way."""
    return incident_page(page, incident, assets, rehearsal)


def incident_page(
    page: PublicPage, incident: PublicIncident, assets: Assets, rehearsal: Rehearsal | None = None
) -> str:
    """Return `/incidents/<id>`: where it stands, its story, and every notice, newest first."""
    return render(
        "incident.html",
        page,
        assets,
        incident=incident,
        steps=story(incident),
        title=f"{incident.name} · {page.name} status",
        description=f"{incident.latest.label}: {excerpt(incident.latest)}",
        path=None if rehearsal else f"/incidents/{incident.id}",
        rehearsal=rehearsal,
        tone=words.outcome_tone(incident),
    )


def incident_preview(time_zone: str, incident: PublicIncident) -> Markup:
    """Return one incident as its own page shows it, without the page around it."""
    template = _environment().get_template("preview.html")
    values = {"incident": incident, "zone": zone.Zone(time_zone), "tone": words.outcome_tone(incident)}
    return Markup(template.render(values))  # noqa: S704 - it escapes


def month_page(month: MonthPage, assets: Assets) -> str:
    """Return `/history/<YYYY-MM>`: the month's incidents with every notice in full."""
    name = zone.month_name(month.month)
    return render(
        "month.html",
        month.page,
        assets,
        month=month,
        month_name=name,
        article=partial(_article, month.page.time_zone),
        title=f"Incidents in {name} · {month.page.name} status",
        description=f"Every incident of {month.page.name} in {name}, with all its updates.",
        path=f"/history/{month.month}",
    )


def _article(time_zone: str, incident: PublicIncident) -> Markup:
    is_short = sum(len(notice.html) for notice in incident.notices) <= _LONGEST_REMEMBERED
    if incident.postmortem is not None:
        # Only mentioned here: its text need not be remembered as well.
        incident = replace(incident, postmortem=mention_of(incident.postmortem))
    return (_remembered_article if is_short else _new_article)(time_zone, incident)


def _new_article(time_zone: str, incident: PublicIncident) -> Markup:
    template = _environment().get_template("month_incident.html")
    return Markup(template.render(incident=incident, zone=zone.Zone(time_zone)))  # noqa: S704 - it escapes


_remembered_article = lru_cache(_REMEMBERED)(_new_article)


def history_index(page: PublicPage, months: Sequence[str], assets: Assets) -> str:
    """Return `/history`: the months that have incidents, newest first, by year."""
    newest_first = sorted(months, reverse=True)
    years = [(year, list(of_year)) for year, of_year in groupby(newest_first, lambda month: month[:4])]
    return render(
        "history.html",
        page,
        assets,
        years=years,
        title=f"Incident history · {page.name} status",
        description=f"All past incidents of {page.name}, by month.",
        path="/history",
    )


def informed_page(page: PublicPage, report: PublicReport, assets: Assets) -> str:
    """Return `/informed`: how well customers were kept informed, in plain numbers."""
    return render(
        "informed.html",
        page,
        assets,
        report=report,
        title=f"How well we kept you informed · {page.name} status",
        description=f"How fast {page.name} spoke about its incidents, and how many promises it kept.",
        path="/informed",
    )


def not_found_page(page: PublicPage, assets: Assets) -> str:
    """Return the page that stands in for one that does not exist."""
    return render(
        "404.html",
        page,
        assets,
        title=f"Page not found · {page.name} status",
        description=f"This page is not part of the status page of {page.name}.",
        path=None,
    )


def component_rows(components: Sequence[PublicComponent]) -> tuple[ComponentRow, ...]:
    """Return the list as shown: groups with their members, without what shows only when degraded."""
    shown = [row for row in components if row.is_group or _is_shown(row)]
    by_group: dict[str | None, list[PublicComponent]] = {}
    for row in shown:
        by_group.setdefault(row.group_id, []).append(row)
    rows = (ComponentRow(row, tuple(by_group.get(row.id, ()))) for row in by_group.get(None, ()))
    return tuple(row for row in rows if row.members or not row.component.is_group)


def _is_shown(component: PublicComponent) -> bool:
    return not component.only_show_if_degraded or component.status is not ComponentState.OPERATIONAL


def render(template: str, page: PublicPage, assets: Assets, **values: object) -> str:
    """Return a page from its template, with what every page needs."""
    context: Mapping[str, object] = {
        "tone": "info",
        "rehearsal": None,
        **values,
        "page": page,
        "assets": assets,
        "zone": zone.Zone(page.time_zone),
        "shown_logo": _shown_size(page.logo) if page.logo else None,
    }
    return _environment().get_template(template).render(context)


def _shown_size(logo: PublicLogo) -> tuple[int, int]:
    """Return width and height on the page, at most 240 × 48; the file has more pixels for dense screens."""
    scale = min(_WIDEST_LOGO / logo.width, _TALLEST_LOGO / logo.height, 1)
    return max(1, round(logo.width * scale)), max(1, round(logo.height * scale))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        words=words, zones=zone, icon_address=icon_address, preliminary_words=preliminary_words
    )
    return environment
