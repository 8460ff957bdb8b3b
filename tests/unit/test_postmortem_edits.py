"""Several authors, one text: what they change comes together, and nothing of it is lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statuspage.domain.errors import RuleError
from statuspage.domain.merge_text import merge_text
from statuspage.domain.postmortem import SECTION_LIMIT, Content, Entry, Item, Section
from statuspage.domain.postmortem_edits import EditConflictError, checked, merged
from tests.fakes import NOON

LINES = st.lists(st.sampled_from(["one", "two", "three", "", "four"]), max_size=8).map("\n".join)


def entry(key: str, minutes: int = 0, text: str = "It broke.") -> Entry:
    return Entry(key, NOON + timedelta(minutes=minutes), text)


def test_changes_of_different_lines_come_together():
    assert merge_text("a\nb\nc", "A\nb\nc", "a\nb\nC") == "A\nb\nC"


def test_a_line_added_by_one_survives_a_change_by_another():
    assert merge_text("a\nb\nc", "a\nb\nc\nd", "A\nb\nc") == "A\nb\nc\nd"


def test_two_changes_of_one_line_are_a_conflict():
    assert merge_text("a\nb", "a\nx", "a\ny") is None


def test_two_texts_added_at_one_place_are_a_conflict():
    assert merge_text("", "mine", "yours") is None


def test_the_same_change_by_both_is_made_once():
    assert merge_text("a\nb\nc", "a\nx\nc", "a\nx\nc\nd") == "a\nx\nc\nd"


def test_lines_that_are_all_the_same_are_not_compared_pair_by_pair():
    lines = ["same"] * 1_000
    theirs = "\n".join([*lines[:100], "first", *lines[100:900], "second", *lines[900:]])
    mine = "\n".join([*lines[:500], "mine", *lines[501:]])

    assert merge_text("\n".join(lines), theirs, mine) is None


def test_far_changes_of_a_text_that_repeats_itself_come_together():
    lines = ["same"] * 1_000

    found = merge_text("\n".join(lines), "\n".join(["theirs", *lines[1:]]), "\n".join([*lines[:-1], "mine"]))

    assert found == "\n".join(["theirs", *lines[1:-1], "mine"])


@given(LINES, LINES, LINES)
def test_no_new_line_of_anybody_is_ever_lost(base: str, theirs: str, mine: str):
    found = merge_text(base, theirs, mine)

    if found is not None:
        for text in (theirs, mine):
            new = set(text.split("\n")) - set(base.split("\n"))
            assert new <= set(found.split("\n"))


@given(LINES, LINES)
def test_who_edits_alone_gets_their_own_text(base: str, mine: str):
    assert merge_text(base, base, mine) == mine
    assert merge_text(base, mine, base) == mine


def test_sections_of_two_authors_come_together():
    base = Content(sections={Section.SUMMARY: "Short."})
    theirs = base.with_section(Section.IMPACT, "Everybody.")
    mine = base.with_section(Section.SUMMARY, "Longer.")

    found = merged(base, theirs, mine)

    assert found.sections == {Section.SUMMARY: "Longer.", Section.IMPACT: "Everybody."}


def test_a_conflict_carries_both_texts_and_names_its_section():
    base = Content(sections={Section.SUMMARY: "Short."})

    with pytest.raises(EditConflictError) as caught:
        merged(
            base, base.with_section(Section.SUMMARY, "Theirs."), base.with_section(Section.SUMMARY, "Mine.")
        )

    assert (caught.value.field, caught.value.latest_text, caught.value.own_text) == (
        "summary",
        "Theirs.",
        "Mine.",
    )


def test_lines_of_the_timeline_that_both_added_stand_in_order_of_time():
    base = Content(timeline=(entry("a"),))
    theirs = replace(base, timeline=(entry("a"), entry("b", 20)))
    mine = replace(base, timeline=(entry("a"), entry("c", 10)))

    assert [each.id for each in merged(base, theirs, mine).timeline] == ["a", "c", "b"]


def test_a_line_that_one_removed_and_the_other_changed_stays():
    base = Content(timeline=(entry("a"),))
    theirs = replace(base, timeline=(entry("a", text="It broke at night."),))

    assert merged(base, theirs, replace(base, timeline=())).timeline == theirs.timeline


def test_different_fields_of_one_action_item_come_together():
    base = Content(items=(Item("a", "Alert earlier"),))
    theirs = replace(base, items=(Item("a", "Alert earlier", team="Network"),))
    mine = replace(base, items=(Item("a", "Alert earlier", due_on=date(2026, 12, 1)),))

    assert merged(base, theirs, mine).items == (
        Item("a", "Alert earlier", team="Network", due_on=date(2026, 12, 1)),
    )


def test_an_action_item_is_not_due_before_the_incident_began():
    content = Content(items=(Item("a", "Alert earlier", due_on=NOON.date() - timedelta(days=1)),))

    with pytest.raises(RuleError) as caught:
        checked(content, NOON)

    assert (caught.value.code, caught.value.field) == ("due_before_incident", "action_items")
    assert checked(replace(content, items=(Item("a", "Alert earlier", due_on=NOON.date()),)), NOON)


def test_a_timeline_out_of_order_is_refused_with_both_times():
    with pytest.raises(RuleError) as caught:
        checked(Content(timeline=(entry("a", 20), entry("b", 5))), NOON)

    assert caught.value.code == "timeline_out_of_order"
    assert "12:05" in caught.value.message
    assert "12:20" in caught.value.message


def test_a_section_may_be_so_long_and_no_longer():
    checked(Content(sections={Section.SUMMARY: "x" * SECTION_LIMIT}), NOON)

    with pytest.raises(RuleError) as caught:
        checked(Content(sections={Section.SUMMARY: "x" * (SECTION_LIMIT + 1)}), NOON)

    assert (caught.value.code, caught.value.field) == ("too_long", "summary")


def test_the_digest_names_every_change():
    base = Content(sections={Section.SUMMARY: "Short."}, timeline=(entry("a"),), items=(Item("b", "Alert"),))
    others = [
        base.with_section(Section.SUMMARY, "Short"),
        replace(base, timeline=(replace(entry("a"), is_public=False),)),
        replace(base, items=(Item("b", "Alert", team="Network"),)),
        replace(base, final_by=NOON),
    ]

    assert len({content.digest() for content in [base, *others]}) == 5
    assert base.digest() == replace(base).digest()
