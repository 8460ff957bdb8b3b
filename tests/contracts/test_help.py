"""Help: every page can be reached, no link is dead, and each refusal that begs a question has its answer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import statuspage
from statuspage.web.console.help_screens import HERE, INDEX, help_for, help_pages

SOURCES = Path(statuspage.__file__).parent
ADDRESS = re.compile(rf'href="{HERE}(?:/([a-z-]+))?(?:#([a-z0-9-]+))?"')
RAISING = ("Error", "super().__init__")
# Their sentences say what to do, and there is no rule behind them.
SELF_EXPLAINING = {
    "blank", "invalid", "too_long", "too_large", "too_many", "twice", "control_character", "not_found",
    "invalid_email", "unknown_account", "unknown_incident", "no_incident", "no_account", "no_page",
    "ambiguous", "forbidden", "set_up_already", "not_a_notice_status", "throttled", "unauthorized",
    "cannot_fetch", "reason_missing", "too_early", "scenarios_there",
    "no_such_finding", "not_a_word", "duplicate_word", "too_complex",
}  # fmt: skip


def codes_raised_in(*folders: str) -> Iterator[str]:
    for folder in folders:
        for path in (SOURCES / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                    ("Error", "super().__init__")
                ):
                    yield from (
                        str(each.value)
                        for each in node.args[:1]
                        if isinstance(each, ast.Constant) and re.fullmatch(r"[a-z0-9_]+", str(each.value))
                    )


def links() -> list[tuple[str, str, str]]:
    return [
        (page.name, name or INDEX, anchor)
        for page in help_pages().values()
        for name, anchor in ADDRESS.findall(page.html)
    ]


def test_every_page_can_be_reached_from_the_first():
    assert {name for page, name, _ in links() if page == INDEX} | {INDEX} == set(help_pages())


def test_no_link_between_pages_is_dead():
    for page, name, anchor in links():
        assert name in help_pages(), f"{page} leads to {name}"
        assert not anchor or f'id="{anchor}"' in help_pages()[name].html, f"{page} leads to {name}#{anchor}"


def test_no_link_of_a_screen_to_help_is_dead():
    for path in (SOURCES.parent / "templates" / "console").glob("*.html"):
        for name, anchor in ADDRESS.findall(path.read_text()):
            page = help_pages()[name or INDEX]
            assert not anchor or f'id="{anchor}"' in page.html, path.name


@pytest.mark.parametrize("page", help_pages().values(), ids=lambda page: page.name)
def test_what_a_page_explains_is_refused_somewhere_and_stands_in_a_section(page):
    raised = set(codes_raised_in("domain", "services", "web"))

    for code, anchor in page.explained.items():
        assert code in raised, code
        assert f'id="{anchor}"' in page.html, code


def test_every_refusal_of_a_rule_is_explained_or_says_it_all():
    raised = set(codes_raised_in("domain", "services"))

    assert len(raised) > 50
    assert {code for code in raised if help_for(code) is None} <= SELF_EXPLAINING


def test_no_refusal_is_explained_in_two_places():
    explained = [code for page in help_pages().values() for code in page.explained]

    assert len(explained) == len(set(explained))
