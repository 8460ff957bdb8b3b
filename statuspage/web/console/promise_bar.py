"""One bar of all promises, so that nobody forgets one incident over another."""

from flask import render_template

from statuspage.services.context import Context
from statuspage.services.owed import promises_owed
from statuspage.web.console.screens import common


def promise_bar(ctx: Context, but: str | None = None) -> str:
    """Return the bar where another incident than `but` owes something, an empty text where none does."""
    owed = promises_owed(ctx)
    if not any(one.incident_id != but for one in owed):
        return ""
    return render_template("console/promise_bar.html", owed=owed, here=but, **common(ctx))
