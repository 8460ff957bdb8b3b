"""Revisions of a postmortem: what was saved when and by whom, what changed between two, and the way back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from statuspage.domain.errors import NotFoundError
from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Content, Entry, Item, Section
from statuspage.domain.roles import SiteRole
from statuspage.domain.text_diff import DiffLine, diff_lines
from statuspage.render.postmortem import ORDER
from statuspage.render.words import ITEM_KIND_WORDS
from statuspage.render.zone import Zone
from statuspage.services.context import Context
from statuspage.services.postmortems import restore_revision
from statuspage.store.accounts import all_accounts
from statuspage.store.postmortem_list import revision_list
from statuspage.store.postmortems import get_revision, head_of
from statuspage.web.console import postmortem_words
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.postmortem_desk import address_of, previews_of, shared_values
from statuspage.web.console.postmortem_editor import found
from statuspage.web.console.postmortem_form import FINAL_BY
from statuspage.web.console.screens import acting, done, looking, screen
from statuspage.web.security import allow

_HERE = "/incidents/<incident_id>/postmortem/revisions"
_PARTS = (*ORDER, FINAL_BY)


@dataclass(frozen=True, slots=True)
class PartDiff:
    """What changed in one part."""

    part: str
    lines: list[DiffLine]


@blueprint.get(_HERE)
@allow(SiteRole.VIEWER)
def postmortem_revisions(incident_id: str) -> Response:
    """Show all revisions, the newest first."""
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        return screen(
            ctx,
            "postmortem_revisions.html",
            title=f"Revisions: {row.name}",
            section="postmortems",
            revisions=revision_list(ctx.session, postmortem),
            **shared_values(ctx, row, postmortem),
        )


@blueprint.get(f"{_HERE}/<int:number>")
@allow(SiteRole.VIEWER)
def postmortem_revision(incident_id: str, number: int) -> Response:
    """Show one revision as it reads."""
    with looking() as ctx:
        content = get_revision(ctx.session, found(ctx, incident_id)[1], number).value
    previews = previews_of(content)
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        return screen(
            ctx,
            "postmortem_revision.html",
            title=f"Revision {number}: {row.name}",
            section="postmortems",
            revision=get_revision(ctx.session, postmortem, number),
            content=content,
            previews=previews,
            owners=_names(ctx),
            **shared_values(ctx, row, postmortem),
        )


@blueprint.get(f"{_HERE}/compare")
@allow(SiteRole.VIEWER)
def compare_revisions(incident_id: str) -> Response:
    """Show what changed between two revisions; the older one is always the first."""
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        numbers = sorted(_number(request.args.get(name, "")) for name in ("old", "new"))
        old, new = (get_revision(ctx.session, postmortem, number) for number in numbers)
        return screen(
            ctx,
            "postmortem_diff.html",
            title=f"Changes: {row.name}",
            section="postmortems",
            old=old,
            new=new,
            parts=_differences(ctx, old.value, new.value),
            **shared_values(ctx, row, postmortem),
        )


@blueprint.route(f"{_HERE}/<int:number>/restore", methods=["GET", "POST"])
@allow(SiteRole.RESPONDER)
def restore_postmortem(incident_id: str, number: int) -> AnyResponse:
    """Ask with all that it would change, then make an older text the newest again."""
    if request.method == "GET":
        return _ask(incident_id, number)
    with acting() as ctx:
        _row, postmortem = found(ctx, incident_id)
        has_seen = request.form.get("seen") == str(head_of(ctx.session, postmortem).number)
        if has_seen:
            restore_revision(ctx, postmortem, number)
    if not has_seen:
        return _ask(incident_id, number, status=409)
    return done(address_of(incident_id), f"Revision {number} is the text again. What was there is kept.")


def _ask(incident_id: str, number: int, status: int = 200) -> Response:
    with looking() as ctx:
        row, postmortem = found(ctx, incident_id)
        head, old = head_of(ctx.session, postmortem), get_revision(ctx.session, postmortem, number)
        return screen(
            ctx,
            "postmortem_restore.html",
            title=f"Restore revision {number}: {row.name}",
            section="postmortems",
            status=status,
            revision=old,
            parts=_differences(ctx, head.value, old.value),
            **shared_values(ctx, row, postmortem),
        )


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 8:
        raise NotFoundError("not_found", "This postmortem has no such revision.")
    return int(text)


def _differences(ctx: Context, old: Content, new: Content) -> list[PartDiff]:
    names, zone = _names(ctx), Zone(ctx.page.time_zone)
    before, after = (dict(_plain(content, zone, names)) for content in (old, new))
    return [PartDiff(part, lines) for part in _PARTS if (lines := diff_lines(before[part], after[part]))]


def _plain(content: Content, zone: Zone, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield every part as lines of text, one for each line of the timeline and each action item."""
    for section in Section:
        yield section, content.text_of(section)
    yield TIMELINE, "\n".join(_line(entry, zone) for entry in content.timeline)
    yield ACTION_ITEMS, "\n".join(_item(item, names) for item in content.items)
    yield FINAL_BY, f"The final text by {zone.full(content.final_by)}" if content.final_by else ""


def _line(entry: Entry, zone: Zone) -> str:
    marks = [postmortem_words.MOMENTS[entry.moment]] if entry.moment else []
    marks += [] if entry.is_public else ["internal"]
    return f"{zone.full(entry.at)}: {entry.text}" + (f" ({', '.join(marks)})" if marks else "")


def _item(item: Item, names: Mapping[str, str]) -> str:
    said = [
        ITEM_KIND_WORDS[item.kind],
        f"owner {names.get(item.owner, 'an account that is gone')}" if item.owner else "",
        f"team {item.team}" if item.team else "",
        f"due {item.due_on}" if item.due_on else "",
        item.tracker_url or "",
    ]
    return f"{item.title} ({', '.join(one for one in said if one)})"


def _names(ctx: Context) -> dict[str, str]:
    return {account.public_id: account.name for account in all_accounts(ctx.session)}
