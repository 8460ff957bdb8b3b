"""What tells one text from another, line by line and word by word."""

from hypothesis import given
from hypothesis import strategies as st

from statuspage.domain.text_diff import DiffLine, Mark, Run, diff_lines


def test_a_text_does_not_differ_from_itself():
    assert diff_lines("One.\nTwo.", "One.\nTwo.") == []


def test_a_changed_word_is_marked_within_its_line():
    assert diff_lines("It took an hour.", "It took two hours.") == [
        DiffLine(
            Mark.REMOVED,
            (Run("It took "), Run("an hour", True), Run(".")),
        ),
        DiffLine(
            Mark.ADDED,
            (Run("It took "), Run("two hours", True), Run(".")),
        ),
    ]


def test_lines_with_nothing_in_common_are_removed_and_added_whole():
    assert diff_lines("Alpha beta.", "Something else entirely now") == [
        DiffLine(Mark.REMOVED, (Run("Alpha beta."),)),
        DiffLine(Mark.ADDED, (Run("Something else entirely now"),)),
    ]


def test_lines_far_from_a_change_are_counted_and_not_shown():
    old = "\n".join(f"Line {number}." for number in range(10))

    lines = diff_lines(old, f"{old}\nOne more.")

    assert [line.mark for line in lines] == [Mark.SKIPPED, Mark.SAME, Mark.SAME, Mark.ADDED]
    assert lines[0].count == 8


def test_a_whole_text_is_added_to_nothing():
    assert diff_lines("", "New.") == [DiffLine(Mark.ADDED, (Run("New."),))]


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_both_texts_can_be_read_from_the_difference(old: str, new: str):
    lines = diff_lines(old, new)
    skipped = sum(line.count for line in lines if line.mark is Mark.SKIPPED)

    def read(mark: Mark) -> int:
        return skipped + sum(line.mark in (mark, Mark.SAME) for line in lines)

    if old != new:
        assert read(Mark.REMOVED) == len(old.split("\n") if old else [])
        assert read(Mark.ADDED) == len(new.split("\n") if new else [])


def test_a_hundred_thousand_empty_lines_take_no_time():
    lines = diff_lines("\n" * 100_000, "\n" * 100_001)

    assert lines[0].mark is Mark.SKIPPED
