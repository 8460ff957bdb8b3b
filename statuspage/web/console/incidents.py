"""The list of all incidents: searched, filtered, a page at a time."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from statuspage.domain.component import Impact
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import without_forbidden
from statuspage.services.context import Context
from statuspage.store.components import all_components
from statuspage.store.incident_search import Search, count_found, found_incidents
from statuspage.store.incidents import components_of
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.screens import fragment, is_fragment, looking, screen
from statuspage.web.security import allow

PER_PAGE = 25
_STATES: dict[str, tuple[str, frozenset[IncidentStatus]]] = {
    "open": ("Open", OPEN_STATUSES),
    "detected": ("Not announced", frozenset({IncidentStatus.DETECTED})),
    "resolved": ("Resolved", frozenset({IncidentStatus.RESOLVED})),
    "dismissed": ("Dismissed", frozenset({IncidentStatus.DISMISSED})),
    "internal": ("Ended internally", frozenset({IncidentStatus.INTERNAL})),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list was asked for, as typed. What makes no sense is left out of the search."""

    words: str
    state: str
    impact: str
    component: str
    month: str
    page: int

    @classmethod
    def now(cls) -> "Asked":
        """Return what the request asks."""
        args = request.args
        number = args.get("page", "1")
        page = int(number) if number.isdecimal() and len(number) < 7 else 1
        names = ("q", "state", "impact", "component", "month")
        words, state, impact, component, month = (
            without_forbidden(args.get(name, "")).strip()[:255] for name in names
        )
        return cls(words, state, impact, component, month, max(page, 1))

    def search(self, time_zone: str) -> Search:
        """Return it as a search."""
        return Search(
            words=self.words,
            statuses=_STATES[self.state][1] if self.state in _STATES else None,
            impact=Impact(self.impact) if self.impact in set(Impact) else None,
            component_id=self.component or None,
            month=self.month or None,
            time_zone=time_zone,
        )

    def address(self, page: int) -> str:
        """Return the address of another page of the same list."""
        asked = {
            "q": self.words,
            "state": self.state,
            "impact": self.impact,
            "component": self.component,
            "month": self.month,
            "page": str(page) if page > 1 else "",
        }
        return "/console/incidents?" + urlencode({name: text for name, text in asked.items() if text})

    @property
    def is_filtered(self) -> bool:
        """Return whether anything narrows the list."""
        return bool(self.words or self.state or self.impact or self.component or self.month)


@blueprint.get("/incidents")
@allow(SiteRole.VIEWER)
def incidents() -> Response:
    """Show the list; htmx gets its rows alone."""
    asked = Asked.now()
    with looking() as ctx:
        values = _values(ctx, asked)
        if is_fragment():
            return fragment(ctx, "incident_rows.html", **values)
        return screen(ctx, "incidents.html", title="Incidents", section="incidents", **values)


def _values(ctx: Context, asked: Asked) -> dict[str, Any]:
    search = asked.search(ctx.page.time_zone)
    total = count_found(ctx.session, search)
    pages = max(1, -(-total // PER_PAGE))
    page = min(asked.page, pages)
    rows = found_incidents(ctx.session, search, PER_PAGE, (page - 1) * PER_PAGE, has_notices=False)
    return {
        "asked": asked,
        "rows": rows,
        "named": components_of(ctx.session, [row.id for row in rows]),
        "total": total,
        "pages": pages,
        "page_number": page,
        "states": {name: label for name, (label, _) in _STATES.items()},
        "components": all_components(ctx.session),
    }
