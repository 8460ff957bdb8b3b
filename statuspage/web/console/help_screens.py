"""Help in place: short pages in plain words, and the way from a refusal to the rule behind it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response
from markupsafe import Markup

from statuspage.domain.errors import NotFoundError
from statuspage.domain.roles import SiteRole
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.screens import looking, screen
from statuspage.web.security import allow

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "help"
HERE = "/console/help"
INDEX = "index"
_HEADING = re.compile(r"#+ (.+)")
_EXPLAINED = re.compile(r"<!-- ([a-z0-9_ ]+) -->")


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of help; `explained` maps codes of refusals to the section that explains them."""

    name: str
    title: str
    html: Markup
    explained: Mapping[str, str]


@blueprint.get("/help")
@allow(SiteRole.VIEWER)
def help_index() -> Response:
    """Show all questions."""
    return _show(INDEX)


@blueprint.get("/help/<name>")
@allow(SiteRole.VIEWER)
def help_page(name: str) -> Response:
    """Answer one question."""
    return _show(name)


def _show(name: str) -> Response:
    page = help_pages().get(name)
    if page is None:
        raise NotFoundError("not_found", "There is no such help page.")
    with looking() as ctx:
        return screen(ctx, "help.html", title=page.title, section="help", help=page, is_index=name == INDEX)


def help_for(code: str) -> str | None:
    """Return the address of the section that explains a refusal, None where its sentence says it all."""
    return _addresses().get(code)


@cache
def _addresses() -> dict[str, str]:
    return {
        code: f"{HERE}/{page.name}#{anchor}"
        for page in help_pages().values()
        for code, anchor in page.explained.items()
    }


@cache
def help_pages() -> dict[str, HelpPage]:
    """Return all pages by name. They come with the product, so that their markup needs no cleaning."""
    return {path.stem: _read(path.stem, path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.md")}


def _read(name: str, text: str) -> HelpPage:
    # Imported here: it takes 2 MB, and a server may never be asked for help.
    import markdown

    title, _, rest = text.partition("\n")
    converter = markdown.Markdown(extensions=["toc", "tables", "sane_lists"], output_format="html")
    html = converter.convert(_EXPLAINED.sub("", rest))
    # Links between pages are relative in the files, so that they work there, too.
    html = re.sub(r'href="(?=[a-z-]+["#])', f'href="{HERE}/', html)
    return HelpPage(name, title.removeprefix("# "), Markup(html), _explained(rest))  # noqa: S704 - our own


def _explained(text: str) -> dict[str, str]:
    from markdown.extensions.toc import slugify

    found: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        if heading := _HEADING.fullmatch(line):
            section = slugify(heading[1], "-")
        elif codes := _EXPLAINED.fullmatch(line):
            found |= dict.fromkeys(codes[1].split(), section)
    return found
