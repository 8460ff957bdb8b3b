"""What people may type."""

import pytest

from statuspage.domain.default_texts import default_text, merged_text
from statuspage.domain.incident import NoticeKind
from statuspage.domain.text import (
    MESSAGE_LIMIT,
    TITLE_LIMIT,
    checked_line,
    checked_message,
    without_forbidden,
)
from tests.unit.acts import IDENTIFIED, INVESTIGATING, MONITORING, RESOLVED, refused


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_message_is_not_empty(text):
    with refused("blank", "body"):
        checked_message(text)


def test_a_message_has_at_most_25000_characters():
    assert checked_message("a" * MESSAGE_LIMIT) == "a" * 25_000
    with refused("too_long", "body"):
        checked_message("a" * (MESSAGE_LIMIT + 1))


def test_a_message_has_unix_line_ends():
    assert checked_message("one\r\ntwo\rthree\n") == "one\ntwo\nthree\n"


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_what_a_feed_cannot_carry_is_refused_at_the_door(character):
    with refused("control_character", "body"):
        checked_message(f"We are{character} on it")
    with refused("control_character", "name"):
        checked_line(f"We are{character} on it", "name")
    assert without_forbidden(f"We are{character} on it") == "We are on it"


@pytest.mark.parametrize("text", ["tab\there", "Straße 🚒 日本", "line\nbreak", "\ufffd"])
def test_ordinary_text_of_any_language_passes(text):
    assert checked_message(text) == text
    assert without_forbidden(text) == text


def test_a_title_has_one_line_of_at_most_255_characters():
    assert checked_line("  API down  ", "name") == "API down"
    assert checked_line("a" * TITLE_LIMIT, "name") == "a" * 255
    with refused("too_long", "name"):
        checked_line("a" * (TITLE_LIMIT + 1), "name")
    with refused("blank", "name"):
        checked_line("   ", "name")


@pytest.mark.parametrize("text", ["\u200b", "\u202e \u202c", "\u2060\u00ad"])
def test_a_line_of_marks_that_nobody_sees_is_empty(text):
    with refused("blank", "name"):
        checked_line(text, "name")
    assert checked_line(f"{text}Ops", "name") == f"{text}Ops".strip()


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\x85", "\u2028", "\u2029"])
def test_a_title_does_not_break_its_line(character):
    with refused("control_character", "name"):
        checked_line(f"API{character}down", "name")


@pytest.mark.parametrize("status", [INVESTIGATING, IDENTIFIED, MONITORING, RESOLVED])
def test_every_public_status_has_a_text_good_enough_to_publish(status):
    assert checked_message(default_text(NoticeKind.UPDATE, status))


def test_the_text_fits_what_the_notice_is():
    texts = {
        default_text(NoticeKind.INITIAL, INVESTIGATING),
        default_text(NoticeKind.INITIAL, RESOLVED),
        default_text(NoticeKind.RESOLUTION, RESOLVED),
        default_text(NoticeKind.RESOLUTION, RESOLVED, is_false_alarm=True),
        default_text(NoticeKind.REOPENING, INVESTIGATING),
        default_text(NoticeKind.UPDATE, INVESTIGATING, is_no_change=True),
    }

    assert len(texts) == 6
    assert "There was a problem" in default_text(NoticeKind.INITIAL, RESOLVED)
    assert "false alarm" in default_text(NoticeKind.INITIAL, RESOLVED, is_false_alarm=True)


def test_the_last_words_of_a_merged_incident_name_the_survivor():
    assert "“API down”" in merged_text("API down")
