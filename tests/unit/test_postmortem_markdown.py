"""Postmortems from Markdown: what people write elsewhere, and what was written here and comes back."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from statuspage.domain.action_item import ItemKind
from statuspage.domain.errors import RuleError
from statuspage.domain.markdown_headings import part_named, shielded, unshielded
from statuspage.domain.postmortem import Content, Entry, Item, Moment, Section
from statuspage.domain.postmortem_edits import checked
from statuspage.domain.postmortem_markdown import MARKDOWN_LIMIT, parse_markdown, read_markdown
from statuspage.render.postmortem_markdown import About, staff_markdown
from tests.fakes import NOON

ABOUT = About(title="Requests *fail*", began_at=NOON, impact="Major impact", version="internal copy")


def read(text: str, into: Content = Content(), **options) -> Content:  # noqa: B008 - frozen
    numbers = count()
    return read_markdown(text, into, lambda: f"new{next(numbers)}", **options).content


def notes(text: str, into: Content = Content(), **options) -> tuple[str, ...]:  # noqa: B008 - frozen
    return read_markdown(text, into, lambda: "new", **options).notes


def refusal(text: str, into: Content = Content(), **options) -> str:  # noqa: B008 - frozen
    with pytest.raises(RuleError) as caught:
        read(text, into, **options)
    return caught.value.message


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def told(content: Content) -> list[tuple[datetime, str]]:
    return [(entry.at, entry.text) for entry in content.timeline]


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("Summary", "summary"),
        ("TL;DR", "summary"),
        ("1. Executive summary", "summary"),
        ("Customer impact:", "impact"),
        ("Root cause", "root_cause"),
        ("Root Cause & Contributing Factors", "root_cause"),
        ("**Contributing factors**", "root_cause"),
        ("Lessons learned", "systemic_issues"),
        ("What Went Well", "went_well"),
        ("What didn’t go well", "went_wrong"),
        ("Where we got lucky 🍀", "went_wrong"),
        ("The timeline", "timeline"),
        ("Follow-ups", "action_items"),
        ("Corrective and preventive actions", "action_items"),
        ("Appendix", None),
        ("", None),
    ],
)
def test_parts_are_known_by_their_names_and_by_what_others_call_them(heading: str, part: str | None):
    assert part_named(heading) == part


def test_sections_are_read_by_headings_of_any_kind():
    content = read(
        "# API outage\n\nIt broke.\n\nImpact\n------\n\nMany.\n\n**Root cause**\n\nA flag.\n\n"
        "### What went well ###\nThe alert."
    )

    assert content.sections == {
        Section.SUMMARY: "It broke.",
        Section.IMPACT: "Many.",
        Section.ROOT_CAUSE: "A flag.",
        Section.WENT_WELL: "The alert.",
    }


def test_an_unknown_heading_stays_with_its_text_in_the_section_above():
    content = read("## Impact\n\nMany.\n\n## Detection\n\nBy a customer.\n\n## Root cause\n\nA flag.")

    assert content.text_of(Section.IMPACT) == "Many.\n\n## Detection\n\nBy a customer."


def test_two_headings_of_one_section_come_together_and_the_second_stays():
    content = read("## Root cause\n\nA flag.\n\n## Contributing factors\n\nNo test.")

    assert content.text_of(Section.ROOT_CAUSE) == "A flag.\n\n### Contributing factors\n\nNo test."


def test_a_heading_in_code_is_none():
    content = read("## Root cause\n\n```\n# Impact\n```\n\nA flag.")

    assert content.text_of(Section.ROOT_CAUSE) == "```\n# Impact\n```\n\nA flag."


def test_a_fence_that_is_never_closed_swallows_nothing():
    content = read("## Summary\n\n```\ncode\n\n## Impact\n\nMany.")

    assert content.text_of(Section.IMPACT) == "Many."


def test_a_title_is_left_out_and_said():
    assert notes("# API outage\n\nIt broke.") == (
        "The title “API outage” was left out: the incident has its own.",
    )


def test_sections_that_the_file_does_not_have_stay():
    before = Content().with_section(Section.IMPACT, "Some.").with_section(Section.SUMMARY, "Old.")

    content = read("## Summary\n\nNew.\n\n## Impact\n", before)

    assert content.sections == {Section.IMPACT: "Some.", Section.SUMMARY: "New."}


@pytest.mark.parametrize(
    ("line", "instant", "text"),
    [
        ("- 2026-11-20 12:05 UTC – It broke.", at(20, 12, 5), "It broke."),
        ("- November 20, 2026, 12:05 UTC: It broke.", at(20, 12, 5), "It broke."),
        ("* 20 Nov 2026 12:05: It broke.", at(20, 12, 5), "It broke."),
        ("- Fri, Nov 20th, 2026 at 12:05 PM - It broke.", at(20, 12, 5), "It broke."),
        ("1. **2026-11-20 12:05** It broke.", at(20, 12, 5), "It broke."),
        ("- [2026-11-20T12:05:33Z] It broke.", at(20, 12, 5), "It broke."),
        ("2026-11-20 12:05 | It broke.", at(20, 12, 5), "It broke."),
        ("- 2026-11-20 13:05 CET – It broke.", at(20, 12, 5), "It broke."),
        ("- 2026-11-20 04:05 PST – It broke.", at(20, 12, 5), "It broke."),
        ("- 2026-11-20 14:05 +02:00 It broke.", at(20, 12, 5), "It broke."),
        ("- 2026-11-20 10:05 UTC-02: It broke.", at(20, 12, 5), "It broke."),
        ("- 2026-11-20 12:05 API is down", at(20, 12, 5), "API is down"),
        ("- 2026-11-20 12:05–12:20 UTC: It broke.", at(20, 12, 5), "It broke. (until 12:20)"),
        ("- **2026-11-20 12:05 UTC: it broke**", at(20, 12, 5), "**it broke**"),
        ("| 2026-11-20 | 12:05 | It \\| broke. |", at(20, 12, 5), "It | broke."),
    ],
)
def test_a_line_of_the_timeline_however_its_time_is_written(line: str, instant: datetime, text: str):
    assert told(read(f"## Timeline\n\n{line}")) == [(instant, text)]


def test_the_day_is_carried_on_until_another_is_named():
    content = read(
        "## Timeline\n\n- 2026-11-20 23:50 One\n- 23:55 Two\n\n### November 21\n\n- 00:10 Three"
        "\n- 2026-11-22 01:00 Four"
    )

    assert [instant for instant, _ in told(content)] == [
        at(20, 23, 50),
        at(20, 23, 55),
        at(21, 0, 10),
        at(22, 1, 0),
    ]


def test_without_any_day_the_first_is_that_of_the_timeline_there():
    there = Content(timeline=(Entry("a", NOON, "Known."),))

    assert (at(20, 12, 5), "New.") in told(read("## Timeline\n\n- 12:05 New.", there))
    assert refusal("## Timeline\n\n- 12:05 New.").startswith("Line 3: write the day with the first time")


def test_times_are_of_the_pages_zone_unless_the_file_says_another():
    assert told(read("## Timeline\n\n- 2026-11-20 13:05 A", zone="Europe/Berlin")) == [(at(20, 12, 5), "A")]
    text = "## Timeline\n\nAll times are in UTC.\n\n- 2026-11-20 12:05 A"
    assert told(read(text, zone="Europe/Berlin")) == [(at(20, 12, 5), "A")]


def test_where_the_clock_goes_back_names_and_order_tell_the_hours_apart():
    named = "## Timeline\n- 2026-10-25 02:30 CEST A\n- 2026-10-25 02:30 CET B"
    plain = "## Timeline\n- 2026-10-25 02:30 A\n- 2026-10-25 02:10 B"

    for text, minute in ((named, 30), (plain, 10)):
        assert [entry.at for entry in read(text, zone="Europe/Berlin").timeline] == [
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 1, minute, tzinfo=UTC),
        ]


def test_a_time_that_the_clock_skipped_is_refused_with_its_line():
    assert refusal("## Timeline\n- 2026-03-29 02:30 A", zone="Europe/Berlin").startswith(
        "Line 2: 02:30 does not exist on March 29"
    )


def test_a_timeline_out_of_order_is_refused_naming_the_line():
    with pytest.raises(RuleError) as caught:
        read("## Timeline\n\n- 2026-11-20 12:05 One\n- 12:04 Two")

    assert caught.value.code == "timeline_out_of_order"
    assert caught.value.message.startswith(
        "Line 4: 20 November, 12:04 comes before 20 November, 12:05, the ti"
    )
    assert len(told(read("## Timeline\n\n- 2026-11-20 12:05 One\n- 12:05 Two"))) == 2


@pytest.mark.parametrize("line", ["- 2026-11-31 12:05 One", "- November 31, 2026, 12:05 One"])
def test_a_day_that_there_is_not_is_refused_naming_the_line(line: str):
    assert refusal(f"## Timeline\n\n{line}").startswith("Line 3: there is no day")


def test_a_time_without_words_is_refused_naming_the_line():
    assert refusal("## Timeline\n\n- 2026-11-20 12:05 UTC\n").startswith("Line 3: say what happened then")


def test_a_line_goes_on_below_and_one_without_a_time_is_of_the_same_minute():
    content = read("## Timeline\n- 2026-11-20 12:05 It broke\n  in two.\n- Nobody knew.\n\nThat was all.")

    assert told(content) == [(at(20, 12, 5), "It broke in two."), (at(20, 12, 5), "Nobody knew.")]
    assert content.text_of(Section.SUMMARY) == "That was all."


def test_a_table_of_times_is_a_timeline():
    text = (
        "## Timeline\n\n| Time (UTC) | Event |\n| --- | --- |\n| 2026-11-20 12:05 | One |\n| 12:10 | Two |\n"
    )

    assert told(read(text)) == [(at(20, 12, 5), "One"), (at(20, 12, 10), "Two")]


def test_what_follows_the_timeline_under_an_unknown_heading_is_not_lost():
    text = "## Impact\n\nMany.\n\n## Timeline\n- 2026-11-20 12:05 One\n\n## Graphs\n\n- 13:00 [see](https://x.org)"

    assert read(text).text_of(Section.IMPACT) == "Many.\n\n## Graphs\n\n- 13:00 [see](https://x.org)"


def test_lines_that_are_there_keep_what_is_known_of_them():
    exact = NOON + timedelta(minutes=5, seconds=37)
    there = Content(
        timeline=(
            Entry("m", NOON, "We detected it.", moment=Moment.DETECTION, source="moment:detection:0"),
            Entry("n", exact, "Identified: a flag.", source="notice:x"),
            Entry("i", exact, "A secret.", is_public=False, source="entry:y"),
        )
    )

    content = read(
        "## Timeline\n\n- 2026-11-20 12:00 An alert fired.\n- 12:05 Identified: a flag.\n- 12:09 New.", there
    )

    assert content.timeline[0] == replace(there.timeline[0], text="An alert fired.")
    assert content.timeline[1:3] == there.timeline[1:]
    assert told(content)[3] == (at(20, 12, 9), "New.")


def test_a_line_of_a_milestones_minute_that_tells_something_else_takes_nothing_away():
    there = Content(timeline=(Entry("r", NOON, "Service was restored.", moment=Moment.RESTORATION),))

    content = read("## Timeline\n\n- 2026-11-20 12:00 We told the press.", there)

    assert content.timeline[1] == there.timeline[0]
    assert content.timeline[0].text == "We told the press."


def test_with_replacing_what_the_file_leaves_out_goes_but_not_what_it_never_showed():
    there = Content(
        timeline=(Entry("a", NOON, "Gone."), Entry("i", NOON, "Internal.", is_public=False)),
        items=(Item("1", "Gone"), Item("2", "Alert earlier")),
    )
    text = "## Timeline\n\n- 2026-11-20 12:09 New.\n\n## Action items\n\n- Alert earlier\n"

    assert [entry.text for entry in read(text, there, replaces=True).timeline] == ["Internal.", "New."]
    assert [item.id for item in read(text, there, replaces=True).items] == ["2"]
    assert {entry.text for entry in read(text, there).timeline} == {"Gone.", "Internal.", "New."}
    assert [item.id for item in read(text, there).items] == ["2", "1"]


def test_action_items_as_lists_with_fields():
    text = (
        "## Action items\n\n- [ ] **Alert earlier**\n  - Owner: Ben <Ben@Example.com>\n  - Team: Network\n"
        "  - Due: December 3, 2026\n  - Type: Detection\n  - Ticket: [NET-1](https://example.com/NET-1)\n"
        "- Write it down\n"
    )

    (first, second) = read(text, owners={"ben@example.com": "ben"}).items
    assert first == Item(
        "new0",
        "Alert earlier",
        ItemKind.DETECT,
        "ben",
        "Network",
        date(2026, 12, 3),
        "https://example.com/NET-1",
    )
    assert second == Item("new1", "Write it down")


def test_action_items_on_one_line():
    text = (
        "## Next steps\n"
        "1. Alert earlier (Fix · Storage team · by December 3, 2026)\n"
        "2. Test [the flag](https://example.com/1) (owner: ben@example.com, due: 2026-12-01)\n"
        "3. Keep the words (and these)\n"
    )

    items = read(text, owners={"ben@example.com": "ben"}).items
    assert items[0] == Item("new0", "Alert earlier", ItemKind.FIX, None, "Storage team", date(2026, 12, 3))
    assert items[1] == Item(
        "new1", "Test the flag", ItemKind.FIX, "ben", "", date(2026, 12, 1), "https://example.com/1"
    )
    assert items[2].title == "Keep the words (and these)"


def test_action_items_as_a_table():
    text = (
        "## Action Items\n\n| Action Item | Type | Owner | Bug | Due date |\n|---|:---:|---|---|---|\n"
        "| Alert earlier | detect | Ben | https://example.com/1 | 2026-12-01 |\n"
        "| Test | mystery | Nobody | | soon |\n"
    )

    items = read(text, owners={"ben": "ben"}).items
    assert items[0] == Item(
        "new0", "Alert earlier", ItemKind.DETECT, "ben", "", date(2026, 12, 1), "https://example.com/1"
    )
    assert items[1].title == "Test"
    assert notes(text, owners={"ben": "ben"}) == (
        "Line 6: “mystery” was left out of “Test”.",
        "Line 6: “soon” was left out of “Test”.",
        "Line 6: no account is in use for “Nobody”; say who owns “Test”.",
    )


def test_an_action_item_that_is_there_keeps_what_the_file_does_not_say():
    there = Item("1", "Alert earlier", ItemKind.DETECT, "ben", "Network", date(2026, 12, 1), "https://x.org")

    (item,) = read("## Action items\n\n- alert earlier\n  - Due: 2026-12-24", Content(items=(there,))).items
    assert item == replace(there, title="alert earlier", due_on=date(2026, 12, 24))


def test_a_title_may_have_255_characters_and_no_more():
    assert read(f"## Action items\n\n- {'x' * 255}").items
    assert refusal(f"## Action items\n\n- {'x' * 256}").startswith("Line 3: shorten the action item to 255")


def test_a_line_of_the_timeline_may_have_2000_characters_and_no_more():
    assert read(f"## Timeline\n- 2026-11-20 12:05 {'x' * 2_000}").timeline
    assert refusal(f"## Timeline\n- 2026-11-20 12:05 {'x' * 2_001}").startswith(
        "Line 2: shorten this to 2,000"
    )


def test_a_text_of_two_hundred_kilobytes_is_refused_with_what_to_do():
    with pytest.raises(RuleError) as caught:
        read("x" * 200_000)

    assert caught.value.code == "too_long"
    assert "150,000" in caught.value.message
    assert "Link to logs" in caught.value.message


def test_a_section_that_is_too_long_is_named_with_its_line():
    assert read(f"## Summary\n\nA.\n\n## Impact\n\n{'x' * 25_000}")
    with pytest.raises(RuleError) as caught:
        read(f"## Summary\n\nA.\n\n## Impact\n\n{'x' * 25_001}")

    assert caught.value.field == "impact"
    assert caught.value.message.startswith("Shorten “Impact”, from line 6 on, to 25,000 characters")


@pytest.mark.parametrize("text", ["", "  \n\n", "# Title", "## Summary\n\n## Timeline\n"])
def test_a_file_without_any_text_is_refused(text: str):
    with pytest.raises(RuleError) as caught:
        read(text)
    assert caught.value.code == "blank"


@pytest.mark.parametrize(
    "text",
    [
        "``` x\n```\n" * 14_000,
        "`" * MARKDOWN_LIMIT,
        "```x\n" * 30_000,
        "~~~\n" * 37_000,
        "# " + "#" * 140_000,
        "**" * 75_000,
        "## Timeline\n" + "- " * 70_000,
        "## Timeline\n- 2026-11-20 12:05 a\n" + " b\n" * 600,
        "## Action items\n" + "- [" * 40_000,
        "## Action items\n" + "- (\n" * 30_000,
        "## Action items\n- " + "a@" * 70_000,
        "|" * MARKDOWN_LIMIT,
        "## Action items\n" + "|" * 140_000,
    ],
)
def test_no_text_takes_long(text: str):
    with suppress(RuleError):
        read(text)


words = (
    st.text(st.sampled_from("ab Z9*_`#>-–:|()[]{}\\~=+.@&;<é"), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
special = st.sampled_from(
    [
        *(
            "## Impact",
            "\\## Impact",
            "**Timeline**",
            "Summary",
            "---",
            "\\---",
            "===",
            "```",
            "~~~ x",
            "- 12:05 a",
        ),
        *("# Title", "### Appendix", "\\```", "", "  indented", "*Incident of me*", "| a | b |", "Impact:"),
        *("**Root cause**:", "1. Summary", "# What went well #", "\\\\## Impact", "````"),
    ]
)
bodies = st.lists(words | special, min_size=1, max_size=8).map(lambda lines: "\n".join(lines).strip())
lines = words | st.sampled_from(["(internal) x", "(internal): x", "– x", ": x", "UTC x", "12:20 x", "[x](y)"])
minutes = st.integers(0, 60 * 48)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    instants = sorted(draw(st.lists(minutes, max_size=6)))
    return checked(
        Content(
            sections={
                section: text
                for section, text in draw(st.dictionaries(st.sampled_from(Section), bodies)).items()
                if text
            },
            timeline=tuple(
                Entry(
                    f"e{number}",
                    NOON + timedelta(minutes=minute, seconds=number),
                    draw(lines),
                    is_public=draw(st.booleans()),
                    moment=draw(st.sampled_from([None, *Moment])),
                )
                for number, minute in enumerate(instants)
            ),
            items=tuple(
                Item(
                    f"i{number}",
                    title,
                    draw(st.sampled_from(ItemKind)),
                    draw(st.sampled_from([None, "ben", "ana"])),
                    draw(st.just("") | words),
                    draw(st.none() | st.dates(date(2026, 11, 20), date(2027, 11, 20))),
                    draw(st.sampled_from([None, "https://example.com/a_(b)?c=d*e", "NET-1"])),
                )
                for number, title in enumerate(draw(st.lists(words, max_size=3)))
            ),
        ),
        NOON,
    )


OWNERS = {"ben": "ben@example.com", "ana": "ana@example.com"}


@settings(max_examples=100, deadline=None)
@given(contents())
@example(Content(items=(Item("i0", "9) later"), Item("i1", "1. [ ] **x** #4"))))
def test_what_was_exported_comes_back_as_it_was(content: Content):
    text = staff_markdown(content, replace(ABOUT, owners=OWNERS))
    if not (content.sections or content.timeline or content.items):
        return

    back = {mail: key for key, mail in OWNERS.items()}
    assert read(text, content, owners=back) == content
    assert read(text, content, owners=back, replaces=True) == content
    anew = read(text, owners=back)
    assert dict(anew.sections) == {key: text for key, text in content.sections.items() if text}
    assert [(entry.text, entry.is_public) for entry in anew.timeline] == [
        (entry.text, entry.is_public) for entry in content.timeline
    ]
    assert [replace(item, id="") for item in anew.items] == [replace(item, id="") for item in content.items]


@settings(max_examples=100, deadline=None)
@given(bodies)
@example("## Impact")
@example("\\## Impact\n```")
def test_nothing_in_a_section_begins_another(body: str):
    assert unshielded(shielded(body)) == body
    if body:
        text = f"## Summary\n\n{shielded(body)}"
        assert parse_markdown(text, Content(), lambda: "").text_of(Section.SUMMARY) == body
