"""Settings: postmortems. The screen is made of parts, each with a form and an address of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.screens import looking, screen
from statuspage.web.security import allow
from statuspage.web.sign_in import confirmed

HERE = "/console/settings/postmortems"
# In the order in which they stand on the screen; one that nobody added is left out.
_ORDER = ("public", "words", "templates")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the screen: its template, which finds what `values` returns as `part`."""

    template: str
    values: Callable[[Context], object]


_PARTS: dict[str, Part] = {}


def add_part(name: str, template: str, values: Callable[[Context], object]) -> None:
    """Put a part on the screen; its template lies in `templates/console`."""
    assert name in _ORDER
    _PARTS[name] = Part(template, values)


@blueprint.get("/settings/postmortems")
@allow(SiteRole.ADMIN)
@confirmed
def postmortem_settings() -> Response:
    """Show all parts."""
    return show_postmortem_settings()


def show_postmortem_settings(status: int = 200, **shown: object) -> Response:
    """Return the screen; `shown` are parts as they were filled in, by name, where they were refused."""
    with looking() as ctx:
        parts = [
            (_PARTS[name].template, shown[name] if name in shown else _PARTS[name].values(ctx))
            for name in _ORDER
            if name in _PARTS
        ]
        return screen(
            ctx,
            "settings_postmortems.html",
            title="Settings: Postmortems",
            section="settings",
            status=status,
            parts=parts,
        )
