"""Pages of the staff's part that need nobody to be signed in: sign-in, set-up, errors."""

from dataclasses import dataclass

from flask import Response, current_app, make_response, render_template
from sqlalchemy.exc import SQLAlchemyError

from statuspage.domain.errors import DomainError
from statuspage.render.icon import icon_address
from statuspage.services.context import snapshot
from statuspage.services.pages import DEFAULT_NAME
from statuspage.store.pages import the_page
from statuspage.web.database import db

_DEFAULT_ACCENT = "#1d70b8"
_LAST = "statuspage.frame"


@dataclass(frozen=True, slots=True)
class Frame:
    """What these pages show of the site."""

    name: str
    accent_color: str


def plain_screen(
    template: str, *, title: str, status: int = 200, has_database: bool = True, **values: object
) -> Response:
    """Return a page outside of any transaction; it can be drawn while the database is away too."""
    from statuspage.web.console.screens import assets_for

    frame = _frame() if has_database else _last_frame()
    html = render_template(
        f"console/{template}",
        title=title,
        status=status,
        frame=frame,
        assets=assets_for(frame.accent_color),
        icon_address=icon_address,
        **values,
    )
    return make_response(html, status)


def _frame() -> Frame:
    try:
        with snapshot(db.session()):
            page = the_page(db.session())
            frame = Frame(page.name, page.accent_color)
    except (SQLAlchemyError, DomainError):
        return _last_frame()
    current_app.extensions[_LAST] = frame
    return frame


def _last_frame() -> Frame:
    frame: Frame = current_app.extensions.get(_LAST) or Frame(DEFAULT_NAME, _DEFAULT_ACCENT)
    return frame
