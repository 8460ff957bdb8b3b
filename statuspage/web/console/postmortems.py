"""The list of all postmortems: what is owed, what is being written, what is out."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request

from statuspage.domain.postmortem import PostmortemState
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.listed_postmortems import ListedPostmortem, listed_postmortems
from statuspage.store.postmortem_list import resolved_without
from statuspage.web.console import postmortem_words
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.screens import fragment, is_fragment, looking, screen
from statuspage.web.security import allow

PER_PAGE = 25
WITHOUT_SHOWN = 10
_Filter = Callable[[Context, ListedPostmortem], bool]
_FILTERS: Mapping[str, tuple[str, _Filter]] = {
    "": ("All", lambda _ctx, _one: True),
    "open": ("Open", lambda _ctx, one: one.is_open),
    "in_review": (
        "In review",
        lambda _ctx, one: one.state in (PostmortemState.IN_REVIEW, PostmortemState.APPROVED),
    ),
    "published": ("Published", lambda _ctx, one: one.state is PostmortemState.PUBLISHED),
    "waived": ("Waived", lambda _ctx, one: one.state is PostmortemState.WAIVED),
    "overdue": ("Overdue", lambda ctx, one: one.due is not None and one.due.is_overdue(ctx.now)),
    "mine": ("Mine", lambda ctx, one: one.postmortem.owner_id == ctx.actor.account_id),
}


@blueprint.get("/postmortems")
@allow(SiteRole.VIEWER)
def postmortems() -> Response:
    """Show the list; htmx gets its rows alone."""
    with looking() as ctx:
        values = _values(ctx)
        if is_fragment():
            return fragment(ctx, "postmortem_rows.html", **values)
        return screen(ctx, "postmortems.html", title="Postmortems", section="postmortems", **values)


def _values(ctx: Context) -> dict[str, Any]:
    show = request.args.get("show", "")
    show = show if show in _FILTERS else ""
    known = listed_postmortems(ctx)
    found = [one for one in known if _FILTERS[show][1](ctx, one)]
    found.sort(key=lambda one: (one.due is None, one.due.due_at if one.due else ctx.now))
    pages = max(1, -(-len(found) // PER_PAGE))
    asked = request.args.get("page", "1")
    page = min(max(int(asked) if asked.isdecimal() and len(asked) < 7 else 1, 1), pages)
    return {
        "show": show,
        "filters": [
            (name, label, sum(is_shown(ctx, one) for one in known))
            for name, (label, is_shown) in _FILTERS.items()
        ],
        "rows": found[(page - 1) * PER_PAGE : page * PER_PAGE],
        "pages": pages,
        "page_number": page,
        "without": resolved_without(ctx.session, WITHOUT_SHOWN),
        "said": postmortem_words,
    }
