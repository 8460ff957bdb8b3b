"""The postmortem gate: each requirement on both of its sides, each with its code (`cadence.md`)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statuspage.domain.incident import Incident, IncidentStatus
from statuspage.domain.postmortem import Content, Entry, Form, Item, Moment, Section
from statuspage.domain.postmortem_gate import (
    Circumstances,
    GateError,
    Unmet,
    has_real_text,
    leftovers,
    unmet,
)
from tests.unit.acts import (
    at,
    hours,
    make_announced,
    make_incident,
    make_resolved,
    minutes,
    reopened,
    resolve,
)

NOW = at(24 * 60)
TEXTS: Mapping[Section, str] = {
    Section.SUMMARY: "For an hour requests were slow or failed.",
    Section.IMPACT: "Every customer in Europe; one request of three failed.",
    Section.ROOT_CAUSE: "A cache was sized for half of the traffic that it met.",
    Section.SYSTEMIC_ISSUES: "Nothing warns before a cache is full.",
    Section.WENT_WELL: "The alert came within a minute.",
    Section.WENT_WRONG: "The first look went to the wrong dashboard.",
}
LINES = (
    Entry("a", at(0), "We saw errors rise.", moment=Moment.DETECTION),
    Entry("b", at(10), "We said so.", moment=Moment.FIRST_NOTICE),
    Entry("c", at(30), "Traffic went elsewhere.", moment=Moment.MITIGATION),
    Entry("d", at(60), "All requests worked again.", moment=Moment.RESTORATION),
    Entry("e", at(70), "We said that it was over.", moment=Moment.RESOLUTION),
)
ITEM = Item("item", "Warn at 80 per cent", owner="ana", team="Network", due_on=date(2027, 1, 15))


def content(**fields: Any) -> Content:
    """Return a text to which nothing is missing, but for these fields."""
    return Content(**{"sections": dict(TEXTS), "timeline": LINES, "items": (ITEM,), **fields})


def missing(
    text: Content, incident: Incident | None = None, now: datetime = NOW, **fields: Any
) -> list[Unmet]:
    """Return what the gate says, of a text that was approved unless a test says otherwise."""
    around = {"form": Form.FULL, "active_owners": {"ana"}, "approved_digest": text.digest(), **fields}
    return list(unmet(text, incident or make_resolved(), Circumstances(**around), now))


def codes(text: Content, incident: Incident | None = None, now: datetime = NOW, **fields: Any) -> list[str]:
    return [each.code for each in missing(text, incident, now, **fields)]


def test_a_complete_and_approved_text_lacks_nothing():
    assert codes(content()) == []


def test_every_requirement_that_fails_has_a_sentence_and_an_empty_text_lacks_them_all():
    found = missing(
        Content(), make_announced(), approved_digest=None, is_drill=True, open_findings={"summary": 1}
    )

    assert [each.code for each in found] == [
        "is_drill",
        "not_resolved",
        "summary_missing",
        "impact_missing",
        "root_cause_missing",
        "systemic_issues_missing",
        "went_well_missing",
        "went_wrong_missing",
        "timeline_without_detection",
        "timeline_without_first_notice",
        "timeline_without_resolution",
        "no_action_item",
        "blame_finding_open",
        "not_approved",
    ]
    assert all(each.sentence.endswith(".") for each in found)


def test_a_drill_never_gets_through():
    assert codes(content(), is_drill=True) == ["is_drill"]


@pytest.mark.parametrize("incident", [make_announced(), make_incident()])
def test_an_incident_that_goes_on_never_gets_through(incident: Incident):
    assert codes(content(), incident) == ["not_resolved"]


def test_a_reopened_incident_waits_for_its_next_resolution():
    again = reopened(make_resolved(), at(100))

    assert codes(content(), again) == ["not_resolved"]
    assert codes(content(), resolve(again, at(130), restored_at=at(120))) == []


def test_one_that_ended_internally_has_no_resolution_to_learn_from_in_public():
    assert codes(content(), replace(make_incident(), status=IncidentStatus.INTERNAL)) == ["not_resolved"]


# What is written


@pytest.mark.parametrize("section", list(Section))
def test_each_section_of_the_full_form_needs_text(section: Section):
    (found,) = missing(content().with_section(section, " \n"))

    assert (found.code, found.part) == (f"{section}_missing", section)


@pytest.mark.parametrize("section", [Section.SUMMARY, Section.IMPACT, Section.ROOT_CAUSE])
def test_each_section_of_the_short_form_needs_text(section: Section):
    assert codes(content().with_section(section, ""), form=Form.SHORT) == [f"{section}_missing"]


@pytest.mark.parametrize("section", [Section.SYSTEMIC_ISSUES, Section.WENT_WELL, Section.WENT_WRONG])
def test_the_short_form_asks_for_no_more(section: Section):
    assert codes(content().with_section(section, ""), form=Form.SHORT) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ten letter",
        "TODO",
        "[Describe what customers saw, in their words]",
        "<describe the impact in a sentence>",
        "{{ what happened, and for how long }}",
        "n/a",
        "None.",
        "Nothing",
        "…",
        "__________",
        "xxxxxxxxxxxxxxxxx",
        "aaaaaaaaaaaaaaaa",
        "lorem ipsum lorem ipsum",
        "12345678901234567890",
    ],
)
def test_placeholders_are_no_text(text: str):
    assert not has_real_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Every login failed.",
        "[The dashboard](https://example.com) was wrong",
        "Latency was < 5 s and > 3 s",
        "Anmeldungen schlugen fehl",
        "すべてのログインが失敗しました",
        "None of the logins worked.",
    ],
)
def test_what_somebody_wrote_is_text(text: str):
    assert has_real_text(text)


def test_ten_letters_are_text_and_nine_are_none():
    assert has_real_text("abcde fghij")
    assert not has_real_text("abcde fghi")


def test_what_the_template_asks_is_no_text():
    prompt = "> What set it off?\n\n> What let that grow?"

    assert not has_real_text(prompt, [prompt])
    assert not has_real_text("What set it off?\n- what let   that GROW?", [prompt])
    assert has_real_text(prompt + "\n\nA full disk did.", [prompt])


def test_a_question_of_the_template_that_is_still_there_is_named():
    prompts = {Section.SUMMARY: ["> What happened?"]}
    text = content().with_section(Section.SUMMARY, "> What happened?\n\nLogins failed for an hour.")

    (found,) = missing(text, prompts=prompts)

    assert (found.code, found.part) == ("placeholder_left", Section.SUMMARY)
    assert "“What happened?”" in found.sentence, "as people read it, without its mark"


def test_a_heading_of_the_template_may_stay_but_is_no_text():
    prompts = {Section.SUMMARY: ["## Whom it affected"]}

    assert (
        codes(
            content().with_section(Section.SUMMARY, "## Whom it affected\n\nAll of Europe it did."),
            prompts=prompts,
        )
        == []
    )
    assert codes(content().with_section(Section.SUMMARY, "## Whom it affected"), prompts=prompts) == [
        "summary_missing"
    ]


@pytest.mark.parametrize("marks", ["[]", "<!>", "{}"])
def test_a_bracket_longer_than_any_placeholder_is_text(marks: str):
    """Else a text of brackets that nobody closes would be read to its end from each of them."""
    opening, closing = marks[:-1], marks[-1]

    assert not has_real_text(f"{opening}{'a few words ' * 20}{closing}")
    assert has_real_text(f"{opening}{'a few words ' * 40}{closing}")


@pytest.mark.parametrize(
    "line",
    ["TODO: ask Network", "It was TBD.", "FIXME", "XXX check", "[…]", "[the number ...]", "Lorem ipsum"],
)
def test_marks_of_unfinished_text_are_leftovers(line: str):
    text = f"Logins failed for an hour.\n{line}"

    assert leftovers(text) == (line,)
    assert codes(content().with_section(Section.IMPACT, text)) == ["placeholder_left"]


@pytest.mark.parametrize(
    "line",
    [
        "See [the dashboard](https://example.com).",
        "See [the report ...](https://example.com).",
        "The list xs was todos.",
        "We did what had to be done.",
        "- [x] done",
        "array[0]",
    ],
)
def test_links_and_ordinary_words_are_no_leftovers(line: str):
    assert leftovers(line) == ()


def test_a_mark_in_a_public_line_or_an_action_item_is_a_leftover_too():
    lines = (replace(LINES[0], text="TODO say when"), *LINES[1:])
    items = (replace(ITEM, title="TBD"),)

    assert [(each.code, each.part) for each in missing(content(timeline=lines, items=items))] == [
        ("placeholder_left", "timeline"),
        ("placeholder_left", "action_items"),
    ]


def test_a_mark_in_an_internal_line_stays_among_the_staff():
    note = Entry("n", at(65), "TODO ask again", is_public=False)

    assert codes(content(timeline=(*LINES[:4], note, LINES[4]))) == []


MARKS = [
    "TODO",
    "tbd",
    "FIXME",
    "XXXX",
    "n/a",
    "none",
    "Nothing",
    "unknown",
    "wip",
    "[…]",
    "[...]",
    "...",
    "__",
    "…",
]
PLACEHOLDERS = st.sampled_from(
    [*MARKS, "[write this please]", "<what happened here>", "{{ what }}", " ", "\n", "> What set it off?"]
)


@given(st.lists(PLACEHOLDERS, max_size=12).map("\n".join))
def test_no_text_of_placeholders_only_ever_counts(text: str):
    assert not has_real_text(text, ["> What set it off?"])


@given(st.lists(PLACEHOLDERS, max_size=6).map("\n".join))
def test_what_somebody_wrote_among_placeholders_counts(text: str):
    assert has_real_text(text + "\nEvery login failed for an hour.", ["> What set it off?"])


@given(
    st.text(alphabet="abc WYZ.,…-", min_size=1, max_size=30), st.sampled_from(["https://a.example/b", "/c"])
)
def test_no_link_is_ever_a_leftover(words: str, address: str):
    assert leftovers(f"See [{words}]({address}) for more.") == ()


@given(st.text(max_size=200))
def test_no_text_breaks_the_gate(text: str):
    has_real_text(text)
    leftovers(text)


# Preliminary publication

AWAITED = "The root cause is still under investigation."


@pytest.mark.parametrize(
    "said", [AWAITED, "Still under investigation.", "Not yet known.", "We are investigating"]
)
def test_a_final_text_needs_its_root_cause(said: str):
    assert codes(content().with_section(Section.ROOT_CAUSE, said)) == ["root_cause_missing"]


def test_a_preliminary_text_may_say_that_the_root_cause_is_looked_for():
    text = content(final_by=NOW + timedelta(days=7)).with_section(Section.ROOT_CAUSE, AWAITED)

    assert codes(text) == []


def test_a_preliminary_text_says_at_least_that():
    text = content(final_by=NOW + timedelta(days=7)).with_section(Section.ROOT_CAUSE, "")

    assert codes(text) == ["root_cause_missing"]


def test_a_root_cause_may_tell_of_an_investigation():
    said = "While the first fault was under investigation, the same deploy filled the second disk."

    assert codes(content().with_section(Section.ROOT_CAUSE, said)) == []


def test_the_final_text_is_promised_for_fourteen_days_ahead_at_most():
    latest = NOW + timedelta(days=14)

    assert codes(content(final_by=latest)) == []
    assert codes(content(final_by=latest + timedelta(seconds=1))) == ["final_date_too_far"]


def test_the_fourteen_days_run_from_when_customers_first_read_it():
    since = NOW - timedelta(days=10)

    assert codes(content(final_by=since + timedelta(days=14)), public_since=since) == []
    assert codes(content(final_by=since + timedelta(days=15)), public_since=since) == ["final_date_too_far"]


def test_the_date_that_customers_read_is_kept_or_brought_forward():
    read = NOW + timedelta(days=5)

    assert codes(content(final_by=read), final_by=read) == []
    assert codes(content(final_by=read - timedelta(days=1)), final_by=read) == []
    assert codes(content(final_by=read + timedelta(seconds=1)), final_by=read) == ["final_date_put_off"]


def test_the_promised_date_is_still_to_come():
    assert codes(content(final_by=NOW)) == ["final_date_passed"]
    assert codes(content(final_by=NOW + timedelta(seconds=1))) == []


def test_what_was_final_does_not_become_preliminary_again():
    assert codes(content(final_by=NOW + timedelta(days=1)), has_final=True) == ["already_final"]
    assert codes(content(), has_final=True) == []


# The timeline


@pytest.mark.parametrize("entry", [LINES[0], LINES[1], LINES[3], LINES[4]])
def test_each_milestone_stands_in_the_timeline(entry: Entry):
    text = content(timeline=tuple(each for each in LINES if each != entry))

    assert codes(text) == [f"timeline_without_{entry.moment}"]


@pytest.mark.parametrize("entry", [LINES[0], LINES[1], LINES[3], LINES[4]])
def test_an_internal_line_is_no_milestone_for_customers(entry: Entry):
    hidden = tuple(replace(each, is_public=each != entry) for each in LINES)

    assert codes(content(timeline=hidden)) == [f"timeline_without_{entry.moment}"]


def test_mitigation_stands_in_the_timeline_where_there_was_one():
    text = content(timeline=tuple(each for each in LINES if each.moment is not Moment.MITIGATION))
    mitigated = resolve(make_announced(), at(70), restored_at=at(60), mitigated_at=at(30))

    assert codes(text) == []
    assert codes(text, mitigated) == ["timeline_without_mitigation"]
    assert codes(content(), mitigated) == []


def test_a_false_alarm_had_nothing_to_restore():
    text = content(timeline=tuple(each for each in LINES if each.moment is not Moment.RESTORATION))
    alarm = resolve(make_announced(), at(70), is_false_alarm=True)

    assert alarm.episode.restored_at is None
    assert codes(text, alarm) == []


def test_the_timeline_is_in_order_of_time():
    early = replace(LINES[1], at=LINES[0].at - minutes(1))
    same = replace(LINES[1], at=LINES[0].at)

    assert codes(content(timeline=(LINES[0], early, *LINES[2:]))) == ["timeline_out_of_order"]
    assert codes(content(timeline=(LINES[0], same, *LINES[2:]))) == []


# Action items


def test_there_is_at_least_one_action_item():
    assert codes(content(items=())) == ["no_action_item"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"owner": None}, "action_item_without_owner"),
        ({"owner": "gone"}, "action_item_owner_disabled"),
        ({"team": ""}, "action_item_without_team"),
        ({"due_on": None}, "action_item_without_due_date"),
    ],
)
def test_every_action_item_has_an_owner_who_may_act_a_team_and_a_date(changed: dict[str, Any], code: str):
    other = replace(ITEM, id="other", **changed)

    (found,) = missing(content(items=(ITEM, other)))

    assert (found.code, found.part, found.item) == (code, "action_items", "other")


# Blame and approval


def test_an_open_finding_is_named_with_its_part():
    (found,) = missing(content(), open_findings={"summary": 2})

    assert (found.code, found.part) == ("blame_finding_open", "summary")
    assert "2 places" in found.sentence


def test_an_approval_holds_for_exactly_its_text():
    text = content()
    other = text.with_section(Section.SUMMARY, TEXTS[Section.SUMMARY] + " ")

    assert codes(text, approved_digest=None) == ["not_approved"]
    assert codes(other, approved_digest=text.digest()) == ["not_approved"]


@given(st.sampled_from(list(Section)), st.text(max_size=40))
def test_any_other_text_has_another_digest(section: Section, text: str):
    changed = content().with_section(section, text)

    assert (changed.digest() == content().digest()) == (text == TEXTS[section])


def test_what_is_refused_carries_all_that_is_missing():
    found = missing(content(items=()), approved_digest=None)

    refusal = GateError(found)

    assert refusal.code == "gate_unmet"
    assert [each.code for each in refusal.unmet] == ["no_action_item", "not_approved"]
    assert all(each.sentence in refusal.message for each in found)


def test_the_days_of_a_preliminary_text_are_elapsed_time():
    assert codes(content(final_by=NOW + hours(14 * 24))) == []
