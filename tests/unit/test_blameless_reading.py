"""How the blameless check reads: sentences, code, edits elsewhere, and texts that are out to hurt."""

import re
import sys
from collections.abc import Callable
from types import CodeType, FrameType, ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statuspage.domain import blame_acts, blame_code, blame_names, blame_roster, blame_text
from statuspage.domain.blameless import Person, SiteWord, digest_of, findings

STAFF = (Person("Dana Whitfield", "dana@example.com"), Person("Will Okafor", "will@example.com"))
WORDS = (SiteWord("cowboy*"), SiteWord("root user"))


def sentences(text: str) -> list[str]:
    return [each.sentence for each in findings(text, STAFF)]


@pytest.mark.parametrize(
    "text",
    [
        "It broke. Dana saw it at once. It was mended.",
        "It broke! Dana saw it at once. Then 5 more came.",
        "- It broke\n- Dana saw it at once.\n- It was mended",
        "## It broke\nDana saw it at once.",
        "It broke\n\nDana saw\nit at once.\n\nIt was mended",
        "| It broke | Dana saw it at once. | It was mended |",
        "> Dana saw it at once.",
        "1. It broke\n2. It stayed so. Dana saw it at once.",
    ],
)
def test_a_finding_has_its_sentence_and_nothing_of_the_next(text: str):
    assert sentences(text) == ["Dana saw it at once."]


def test_a_sentence_is_shown_as_it_is_written():
    (finding,) = findings("It’s Dana’s\nchange.", STAFF)

    assert finding.sentence == "It’s Dana’s change."


def test_an_abbreviation_or_a_number_ends_no_sentence():
    text = "At 3.30 p.m. the disk, e.g. sda1, was seen by Dana, approx. 20 min late."

    assert sentences(text) == [text]


def test_a_finding_keeps_its_key_when_the_text_around_it_changes():
    before = findings("It broke. It was Dana's\nchange.", STAFF)
    after = findings("# What\n\nMuch else was said, by others.\n\n- It was Dana’s   change.\n- More.", STAFF)

    keys = [{(each.rule, digest_of(each.sentence)) for each in found} for found in (before, after)]
    assert keys[0] == keys[1]
    assert digest_of("It was Dana's change.") != digest_of("It was Dana's other change.")


@pytest.mark.parametrize(
    "text",
    [
        "``the team `failed` to``",
        "~~~\nthe team failed to\n~~~",
        "```\nthe team failed to",
        "````\n```\nthe team failed to\n````",
        "[it](https://example.com/the/team-failed-to)",
    ],
)
def test_code_and_addresses_blame_nobody(text: str):
    assert findings(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "` the team failed to\n\nwait `",
        "`` the team failed to wait `",
        "```\ncode\n```\nthe team failed to wait",
        "`code` the team failed to wait `code`",
    ],
)
def test_what_only_begins_like_code_is_read(text: str):
    assert [each.rule for each in findings(text)] == ["failed_to"]


def test_a_sentence_without_end_is_cut():
    (first, *_, last) = findings("Dana and others went on " * 200, STAFF)

    assert len(first.sentence) < 1_100
    assert last.sentence


NASTY = st.lists(
    st.sampled_from(
        [
            *(
                "Dana",
                "Will",
                "dana.whitfield",
                "the",
                "engineer",
                "team",
                "of",
                "who",
                "on",
                "had",
                "should",
                "have",
            ),
            *(
                "failed",
                "to",
                "not",
                "never",
                "careless",
                "mistake",
                "by",
                "blame",
                "human",
                "error",
                "if",
                "was",
            ),
            *(
                "been",
                "noticed",
                "cowboys",
                "root",
                "user",
                "'s",
                "@",
                "@priya",
                "a@b.de",
                "`",
                "```",
                "~~~",
                "\n",
            ),
            *(
                "\n\n",
                "- ",
                "# ",
                "|",
                ".",
                "...",
                "!",
                " ",
                ", ",
                "_",
                "*",
                "-",
                "https://",
                "](",
                "x",
                "é",
                "e\u0301",
            ),
            *("李明", "\u200b", "\x0b", "\u2028", "’", "1", "\ud83d\ude00"),
        ]
    ),
    max_size=60,
)


@given(st.one_of(NASTY.map("".join), NASTY.map(" ".join), st.text()))
def test_no_text_hurts_it_and_every_finding_lies_in_the_text(text: str):
    found = findings(text, STAFF, ("Network", "Dana Platform"), WORDS)

    places = [(each.start, each.end) for each in found]
    assert places == sorted(places)
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.matched
        assert each.sentence == each.sentence.strip()
        assert each.reason
        assert each.suggestion


def steps_of(act: Callable[[], Any]) -> int:
    """Return how many lines of the check's own modules run during that act."""
    count = 0
    known: dict[CodeType, bool] = {}

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        code = frame.f_code
        if not known.setdefault(code, "blame" in code.co_filename):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "Dana ",
            "the team ",
            "the team of ",
            "team on the platform ",
            "who ",
            "had ",
            "should never ",
            "had never ",
        ),
        *(
            "failed to ",
            "careless ",
            "too careless ",
            "mistake ",
            "mistake by the ",
            "blame to ",
            "carelessly ",
            "very ",
        ),
        *(
            "a-",
            "a.",
            "a_",
            "@",
            "a@",
            "a@b.",
            "_",
            "'",
            "`",
            "``",
            "` ",
            "```\n",
            "\n",
            "\n\n",
            "- ",
            "|",
            ". ",
            "...",
        ),
        *(
            "(",
            "[",
            "](",
            "https://",
            "e.g. ",
            "李",
            "\t",
            " ",
            "a",
            "dana.whitfield ",
            "cowboy ",
            "root ",
            "if the ",
        ),
    ],
)
def test_twice_the_text_takes_at_most_twice_the_steps(piece: str):
    def check(times: int) -> int:
        return steps_of(lambda: findings(piece * times + "x", STAFF, ("Network",), WORDS))

    check(20)
    once, twice = check(300), check(600)

    assert twice <= 2.2 * once + 100


def modules() -> list[ModuleType]:
    return [blame_acts, blame_code, blame_names, blame_roster, blame_text]


def test_no_pattern_can_read_a_place_again_and_again():
    """A repetition without end within another is what makes patterns slow; the one there is has two
    alternatives that share no character, and the row of full stops is never given back."""
    nested = set()
    for module in modules():
        for name, pattern in vars(module).items():
            if isinstance(pattern, re.Pattern) and re.search(r"[+*][^()]*\)[+*]", pattern.pattern):
                nested.add(name)

    assert nested == {"_WORD"}
    assert "]++" in blame_text._STOP.pattern
