"""What is drafted before anybody writes."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.milestones import Times
from statuspage.domain.postmortem import Content, Entry, Section
from statuspage.domain.postmortem_edits import checked
from statuspage.domain.postmortem_gate import has_real_text, leftovers
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.correct_notice import retract_notice
from statuspage.services.declare_and_publish import declare_and_publish
from statuspage.services.merge_incident import merge_incident
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortem_draft import completed
from statuspage.services.postmortem_templates import all_prompts, change_postmortem_template
from statuspage.services.postmortems import complete_draft
from statuspage.services.publish_notice import publish_notice, reopen_incident
from statuspage.services.set_facts import Facts, set_facts
from statuspage.services.timeline import add_entry
from statuspage.store.drafts import EntryKind
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import get_postmortem, head_of
from tests.conftest import Act
from tests.factories import make_component
from tests.fakes import NOON, FakeClock
from tests.needs import data_file

INVESTIGATING, IDENTIFIED = IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED
MAJOR, DEGRADED = ComponentState.MAJOR_OUTAGE, ComponentState.DEGRADED_PERFORMANCE


class Story:
    """An incident as it is led, minute by minute."""

    def __init__(self, act: Act, session: Session, clock: FakeClock) -> None:
        self._act, self._session, self._clock = act, session, clock
        self.api = make_component(session, name="API_v2 *new*", position=1).public_id
        self.web = make_component(session, name="Web", position=2).public_id
        self.row = self.declare("Requests fail", **{self.api: MAJOR})

    def declare(self, name: str, **states: ComponentState) -> IncidentRow:
        command = NoticeCommand(text=plain_text("We are looking."), status=INVESTIGATING, states=states)
        with self._act() as ctx:
            return declare_and_publish(ctx, Declaration(name=name), command)

    def say(self, body: str, status: IncidentStatus = IDENTIFIED, **fields: Any) -> None:
        self._clock.advance(minutes=10)
        with self._act() as ctx:
            publish_notice(ctx, self.row, NoticeCommand(text=plain_text(body), status=status, **fields))

    def resolve(self) -> None:
        self.say("It is over.", IncidentStatus.RESOLVED)

    def reopen(self) -> None:
        self._clock.advance(minutes=10)
        command = NoticeCommand(text=plain_text("Again."), status=INVESTIGATING, states={self.web: DEGRADED})
        with self._act() as ctx:
            reopen_incident(ctx, self.row, command, None)

    def note(self, text: str, kind: EntryKind = EntryKind.NOTE) -> None:
        with self._act() as ctx:
            add_entry(ctx, self.row, kind, text)

    def content(self) -> Content:
        return head_of(self._session, get_postmortem(self._session, self.row)).value

    def lines(self, source: str = "") -> list[str]:
        return [entry.text for entry in self.content().timeline if str(entry.source).startswith(source)]


@pytest.fixture
def story(act: Act, session: Session, clock: FakeClock) -> Story:
    return Story(act, session, clock)


def test_each_update_is_a_line_with_its_status_and_first_sentence(story: Story):
    story.say("We found **the** cause. More soon.")
    story.say("We found **the** cause. More soon.", is_no_change=True)
    story.resolve()

    assert story.lines("notice:") == [
        "Identified: We found the cause.",
        "Identified: no news since the last notice.",
    ]


def test_the_first_notice_and_the_resolution_are_there_once(story: Story):
    story.resolve()

    assert story.lines("notice:") == []
    assert "We are looking." not in " ".join(story.lines())


def test_a_withdrawn_notice_is_not_quoted(story: Story, act: Act):
    story.say("Too much said.")
    with act() as ctx:
        retract_notice(ctx, story.row, story.row.updates[-1])
    story.resolve()

    assert "Too much said." not in str(story.content())


def test_components_change_in_the_order_of_the_page(story: Story):
    story.say("Less.", states={story.web: DEGRADED, story.api: DEGRADED})
    story.resolve()

    assert story.lines("component:") == [
        "API_v2 \\*new\\*: major outage",
        "API_v2 \\*new\\*: degraded performance",
        "Web: degraded performance",
        "API_v2 \\*new\\*: operational",
        "Web: operational",
    ]


def test_what_the_team_noted_is_internal_until_somebody_opens_it(story: Story):
    story.note("Ben rolled\nback.", EntryKind.DECISION)
    story.resolve()

    (entry,) = [entry for entry in story.content().timeline if str(entry.source).startswith("entry:")]
    assert (entry.text, entry.is_public) == ("Decision: Ben rolled back.", False)
    assert all(each.is_public for each in story.content().timeline if each != entry)


def test_a_merged_incident_leaves_a_line_and_its_notes(story: Story, act: Act, clock: FakeClock):
    other = story.declare("Login is slow", **{story.web: DEGRADED})
    with act() as ctx:
        add_entry(ctx, other, EntryKind.NOTE, "Same host.")
    clock.advance(minutes=3)
    with act() as ctx:
        merge_incident(ctx, other, story.row.public_id, NoticeCommand(text=None, status=None))
    story.resolve()

    assert story.lines("merger:") == ["We merged the incident “Login is slow” into this one."]
    assert story.lines("entry:") == ["Same host."]
    assert "Web: degraded performance" in story.lines("component:")


def test_after_a_reopening_the_second_episode_is_told_and_nothing_twice(story: Story):
    story.say("We found it.")
    story.resolve()
    story.reopen()
    story.say("Still looking.")
    story.resolve()

    lines = [entry.source for entry in story.content().timeline]
    assert len(lines) == len(set(lines))
    assert "We detected that the problem had come back." in story.lines()
    assert story.lines("notice:") == ["Identified: We found it.", "Identified: Still looking."]
    assert story.content().timeline == tuple(sorted(story.content().timeline, key=lambda entry: entry.at))


def test_after_a_corrected_milestone_nothing_is_added_twice(story: Story, act: Act, session: Session):
    story.say("We found it.", states={story.web: DEGRADED})
    story.resolve()
    before = story.content()
    with act() as ctx:
        times = Times(began_at=NOON - timedelta(minutes=7), restored_at=NOON + timedelta(minutes=15))
        set_facts(ctx, story.row, Facts(times=times, reason="The log says so."))
    with act() as ctx:
        complete_draft(ctx, get_postmortem(session, story.row))

    assert story.content() == before


def test_what_has_happened_since_is_added_and_what_stands_there_stays(
    story: Story, act: Act, session: Session
):
    story.resolve()
    before = story.content()
    story.note("Found in the log.")
    with act() as ctx:
        complete_draft(ctx, get_postmortem(session, story.row))

    added = [entry for entry in story.content().timeline if entry not in before.timeline]
    assert [entry.text for entry in added] == ["Found in the log."]
    assert set(before.timeline) <= set(story.content().timeline)


def test_a_line_that_somebody_rewrote_is_not_added_again(story: Story, act: Act, session: Session):
    story.say("We found it.")
    story.resolve()
    with act() as ctx:
        content = head_of(session, get_postmortem(session, story.row)).value
        mine = Content(
            timeline=tuple(Entry(each.id, each.at, "Mine.", source=each.source) for each in content.timeline)
        )
        assert completed(ctx, story.row, mine).timeline == mine.timeline


def test_impact_says_what_was_how_bad_for_how_long(story: Story):
    story.say("Less.", states={story.web: DEGRADED, story.api: DEGRADED})
    story.resolve()

    assert (
        story.content()
        .text_of(Section.IMPACT)
        .startswith(
            "Service was impaired for 20 minutes, from November 20, 2026, 12:00 UTC to 12:20 UTC.\n\n"
            "- API_v2 \\*new\\*: 10 minutes of major outage and 10 minutes of degraded performance\n"
            "- Web: 10 minutes of degraded performance\n\n"
            "> Who was affected"
        )
    )


def test_drafted_facts_count_as_text_and_the_questions_beside_them_do_not(story: Story, session: Session):
    story.resolve()

    asked = all_prompts(session)
    text = story.content().text_of(Section.IMPACT)
    assert has_real_text(text, asked[Section.IMPACT])
    assert len(leftovers(text, asked[Section.IMPACT])) == 3
    for section in set(Section) - {Section.IMPACT}:
        assert not has_real_text(story.content().text_of(section), asked[section])


def test_without_a_component_impact_has_nothing_but_questions(act: Act, session: Session, clock: FakeClock):
    story = Story(act, session, clock)
    command = NoticeCommand(
        text=plain_text("Hm."), status=INVESTIGATING, states={}, impact_override=Impact.MAJOR
    )
    with act() as ctx:
        story.row = declare_and_publish(ctx, Declaration(name="Rumours"), command)
    story.resolve()

    text = story.content().text_of(Section.IMPACT)
    assert text.startswith("> ")
    assert not has_real_text(text, all_prompts(session)[Section.IMPACT])


def test_after_a_reopening_drafted_facts_follow_and_words_stay(story: Story, act: Act, session: Session):
    story.resolve()
    story.reopen()
    story.resolve()

    text = story.content().text_of(Section.IMPACT)
    assert "for 20 minutes, from November 20, 2026, 12:00 UTC to 12:10 UTC and from" in text
    assert "- Web: 10 minutes of degraded performance" in text
    with act() as ctx:
        mine = Content().with_section(Section.IMPACT, "Half of you could not pay.")
        assert completed(ctx, story.row, mine).text_of(Section.IMPACT) == "Half of you could not pay."


def test_the_sections_ask_what_the_site_asks(story: Story, act: Act):
    with act() as ctx:
        change_postmortem_template(ctx, Impact.CRITICAL, {Section.SUMMARY: "> What burned?"})
        change_postmortem_template(ctx, Impact.MAJOR, {Section.SUMMARY: "> What smoked?"})
    story.resolve()

    assert dict(story.content().sections)[Section.SUMMARY] == "> What smoked?"
    assert set(story.content().sections) == {Section.SUMMARY, Section.IMPACT}


@pytest.mark.needs("data")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_real_incidents_are_drafted_as_they_were_told(act: Act, session: Session, clock: FakeClock):
    history = json.loads(gzip.decompress(data_file("github-incidents.json.gz").read_bytes()))
    told = [each for each in history["incidents"] if each["impact"] != "maintenance"]
    for incident in sorted(told, key=lambda each: -len(each["incident_updates"]))[:3]:
        updates = sorted(incident["incident_updates"], key=lambda each: each["created_at"])
        story = Story(act, session, clock)
        for told_update in updates[1:-1]:
            clock.advance(minutes=20)
            say(act, story.row, told_update)
        story.resolve()

        content = story.content()
        assert len(story.lines("notice:")) == len(updates) - 2
        assert checked(content, NOON) == content
        assert all(12 <= len(line) <= 330 for line in story.lines("notice:"))


def say(act: Act, row: IncidentRow, told: dict[str, Any]) -> None:
    status = told["status"] if told["status"] in list(IncidentStatus) else "monitoring"
    status = "monitoring" if status == "resolved" else status
    command = NoticeCommand(text=plain_text(told["body"]), status=IncidentStatus(status))
    with act() as ctx:
        publish_notice(ctx, row, command)
