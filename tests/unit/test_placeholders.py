"""Placeholders in prepared texts."""

from html import escape as escaped

import pytest

from statuspage.domain.errors import RuleError
from statuspage.domain.placeholders import (
    check_placeholders,
    fill,
    in_words,
    placeholders,
    refuse_unfilled,
    unfilled,
)
from statuspage.render.markdown import to_html


def escape(value):
    return escaped(value, quote=False)


def test_what_is_known_is_filled_in_and_the_rest_stays():
    text = fill("{{components}} since {{ began }}: {{cause}}", {"components": "API", "began": "14:02 UTC"})

    assert text == "API since 14:02 UTC: {{cause}}"


def test_a_value_is_never_filled_in_again():
    values = {"incident": "{{page}}", "page": "Acme"}

    assert fill("{{incident}}", values, is_markdown=False) == "{{page}}"
    assert unfilled(fill("{{incident}}", values)) == []


@pytest.mark.parametrize(
    "value",
    [
        *(
            "*bold*",
            "a_b_c",
            "_x_",
            "__init__",
            "[x](/y)",
            "![i](u)",
            "<b>",
            "<a@b.example>",
        ),
        *(
            "`code`",
            "# title",
            "a\\*b",
            "\\",
            "x\\",
            "&copy;",
            "&amp;",
            "a & b",
            "~~x~~",
            "a | b",
            "- x",
            "+ x",
            "1. x",
        ),
        *("> q", "{{cause}}", "{x}", "C++", "Acme!", "E-mail (EU)", "user_service"),
    ],
)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("At ", "."), ("- ", " is slow"), ("*", "*")])
def test_readers_see_every_value_letter_by_letter(value, before, after):
    text = fill(before + "{{incident}}" + after, {"incident": value})

    assert fill(to_html(before + "INCIDENT" + after), {}).replace("INCIDENT", escape(value)) == to_html(text)


def test_names_without_markup_stay_as_they_are():
    names = "E-mail, user_service, API (v2) & C++"

    assert fill("At {{components}}.", {"components": names}) == f"At {names}."


def test_a_title_takes_the_value_as_it_is():
    assert fill("{{components}}", {"components": "a_b"}, is_markdown=False) == "a_b"


def test_a_placeholder_that_there_is_not_is_refused_with_those_there_are():
    with pytest.raises(RuleError) as refused:
        check_placeholders("Hello {{nmae}}", "body")

    assert (refused.value.code, refused.value.field) == ("unknown_placeholder", "body")
    assert "{{nmae}}" in refused.value.message
    assert "{{components}}" in refused.value.message


@pytest.mark.parametrize(
    "text", ["", "{{cause}} and {{ page }}", "{single}", "{{", "}}", "{{}}", "{{{{", "{{a\nb}}"]
)
def test_a_text_with_known_placeholders_or_none_may_be_kept(text):
    check_placeholders(text, "body")

    assert unfilled("") == []


def test_what_is_left_open_keeps_a_text_from_customers():
    with pytest.raises(RuleError) as refused:
        refuse_unfilled("We found {{cause}}. {{cause}}, {{action}}.")

    assert (refused.value.code, refused.value.field) == ("unfilled_placeholder", "body")
    assert refused.value.message.count("{{cause}}") == 1
    assert "{{action}} (what you are doing about it)" in refused.value.message


@pytest.mark.parametrize("text", ["Nothing to fill", "{{ this is somebody's code }}", "{cause}"])
def test_other_braces_may_be_published(text):
    refuse_unfilled(text)

    assert unfilled(text) == []


def test_a_flood_of_braces_is_read_at_once():
    text = "{{" + " " * 25_000 + "{{" * 10_000

    assert placeholders(text) == []


@pytest.mark.parametrize(
    ("names", "words"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_names_are_listed_in_words(names, words):
    assert in_words(names) == words
