"""One postmortem to take away: as Markdown, as a page of its own, or for print."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from flask import Response, render_template, request, send_file
from markupsafe import Markup

from statuspage.domain.errors import RuleError
from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE
from statuspage.domain.postmortem_gate import SECTION_NAMES
from statuspage.domain.roles import SiteRole
from statuspage.render.postmortem import ORDER
from statuspage.render.words import ITEM_KIND_WORDS, ITEM_STATE_WORDS
from statuspage.render.zone import Zone, full_day
from statuspage.services.postmortem_files import PostmortemFile, postmortem_file
from statuspage.store.incidents import get_incident
from statuspage.store.postmortems import get_postmortem
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.postmortem_desk import address_of
from statuspage.web.console.screens import looking
from statuspage.web.security import adapters, allow

_HERE = "/incidents/<incident_id>/postmortem"
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file with what only this page says of it."""

    file: PostmortemFile
    zone: Zone
    page_name: str
    name: str


@blueprint.get(f"{_HERE}/export.md")
@allow(SiteRole.VIEWER)
def export_postmortem_markdown(incident_id: str) -> Response:
    """Give the postmortem as a Markdown file, which can be read back in."""
    taken = _taken(incident_id)
    return _download(taken.file.markdown(), "text/markdown", f"{taken.name}.md")


@blueprint.get(f"{_HERE}/export.html")
@allow(SiteRole.VIEWER)
def export_postmortem_html(incident_id: str) -> Response:
    """Give the postmortem as one file that needs nothing else; with `print`, show it instead."""
    if "print" in request.args:
        return print_postmortem(incident_id)
    taken = _taken(incident_id)
    answer = _download(_page(incident_id, taken), "text/html", f"{taken.name}.html")
    return _with_policy(answer)


@blueprint.get(f"{_HERE}/print")
@allow(SiteRole.VIEWER)
def print_postmortem(incident_id: str) -> Response:
    """Show the postmortem as it will be on paper."""
    html = _page(incident_id, _taken(incident_id), is_for_print=True)
    return _with_policy(Response(html, mimetype="text/html"))


def _taken(incident_id: str) -> _Taken:
    number = request.args.get("revision", "")
    is_public = request.args.get("version") == "public"
    with looking() as ctx:
        row = get_incident(ctx.session, incident_id)
        found = postmortem_file(
            ctx,
            get_postmortem(ctx.session, row),
            number=int(number) if number.isdecimal() and len(number) < 9 else None,
            is_public=is_public,
        )
        zone = Zone(ctx.page.time_zone)
        name = f"postmortem-{zone.day(row.started_at).isoformat()}-{_slug(row.name) or incident_id}"
        return _Taken(found, zone, ctx.page.name, f"{name}-public" if is_public else name)


def _slug(title: str) -> str:
    """Return a title as part of a file's name: its words in small letters, whatever their script."""
    words = re.findall(r"\w+", title.casefold())
    name = ""
    for word in words:
        if len(name) + len(word) >= _LONGEST_NAME:
            break
        name = f"{name}-{word}" if name else word
    return name or "".join(words)[:_LONGEST_NAME]


def _page(incident_id: str, taken: _Taken, *, is_for_print: bool = False) -> str:
    return render_template(
        "console/postmortem_file.html",
        style=_style(),
        file=taken.file,
        about=taken.file.about,
        zone=taken.zone,
        page_name=taken.page_name,
        html=_markup(taken.file),
        order=ORDER,
        names=SECTION_NAMES,
        kinds=ITEM_KIND_WORDS,
        states=ITEM_STATE_WORDS,
        full_day=full_day,
        back=address_of(incident_id) if is_for_print else None,
        TIMELINE=TIMELINE,
        ACTION_ITEMS=ACTION_ITEMS,
    )


def _markup(file: PostmortemFile) -> Mapping[str, Markup]:
    """Return the markup of each section and, by its id, of each line. Call it outside any transaction."""
    texts = {section.value: text for section, text in file.content.sections.items() if text.strip()}
    texts |= {entry.id: entry.text for entry in file.content.timeline}
    rendered = adapters().markdown.render_many(list(texts.values()))
    return {
        key: Markup("<pre>{}</pre>").format(text) if isinstance(html, RuleError) else Markup(html)  # noqa: S704
        for (key, text), html in zip(texts.items(), rendered, strict=True)
    }


def _style() -> Markup:
    return Markup(render_template("console/postmortem_file.css"))  # noqa: S704 - our own style sheet


def _with_policy(answer: Response) -> Response:
    """Let the page's one style in, and nothing else: it has neither scripts nor anything from outside."""
    digest = b64encode(sha256(str(_style()).encode()).digest()).decode()
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'none'"
    )
    return answer


def _download(text: str, media_type: str, name: str) -> Response:
    answer = send_file(
        BytesIO(text.encode()), mimetype=media_type, as_attachment=True, download_name=name, etag=False
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
