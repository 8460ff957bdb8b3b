"""The pages that show a whole postmortem: the public one, and the one behind a link."""

from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Section
from statuspage.domain.postmortem_gate import SECTION_NAMES
from statuspage.domain.public import PublicIncident, PublicPage
from statuspage.domain.public_postmortem import PublicPostmortem
from statuspage.render import postmortem as texts
from statuspage.render.assets import Assets
from statuspage.render.pages import render
from statuspage.render.text import excerpt_of

GONE = "This link no longer works. Ask whoever gave it to you."


def postmortem_page(
    page: PublicPage, incident: PublicIncident, postmortem: PublicPostmortem, assets: Assets
) -> str:
    """Return `/incidents/<id>/postmortem`: all of it, in the order in which it is read."""
    return _page(page, incident, postmortem, assets, f"/incidents/{incident.id}/postmortem")


def shared_postmortem_page(
    page: PublicPage,
    incident: PublicIncident,
    postmortem: PublicPostmortem,
    assets: Assets,
    *,
    is_unlisted: bool = True,
) -> str:
    """Return the same for those who were given a link: for no search engine, its address nowhere on it.

    `is_unlisted` says that it stands nowhere else.
    """
    return _page(page, incident, postmortem, assets, None, is_unlisted=is_unlisted)


def gone_page(page: PublicPage, assets: Assets, sentence: str = GONE) -> str:
    """Return what stands behind a link that doesn't work, whatever the cause."""
    return render(
        "link_gone.html",
        page,
        assets,
        title=f"This link no longer works · {page.name} status",
        description=f"This link to the status page of {page.name} no longer works.",
        path=None,
        sentence=sentence,
    )


def _page(
    page: PublicPage,
    incident: PublicIncident,
    postmortem: PublicPostmortem,
    assets: Assets,
    path: str | None,
    *,
    is_unlisted: bool = False,
) -> str:
    summary = postmortem.section(Section.SUMMARY)
    return render(
        "postmortem.html",
        page,
        assets,
        incident=incident,
        postmortem=postmortem,
        texts=texts,
        names=SECTION_NAMES,
        timeline=TIMELINE,
        action_items=ACTION_ITEMS,
        title=f"Postmortem: {incident.name} · {page.name} status",
        description=excerpt_of(summary.html) if summary else f"What happened, and what {page.name} does.",
        path=path,
        is_unlisted=is_unlisted,
        sheet="postmortem.css",
    )
