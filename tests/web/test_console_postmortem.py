"""Writing a postmortem at the console: it saves itself part by part, and nothing that was typed is lost."""

import json
from collections.abc import Callable
from html import unescape
from typing import Any

import lxml.html
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.store.accounts import Account
from statuspage.store.incidents import get_incident
from statuspage.store.pages import the_page
from statuspage.store.postmortems import PostmortemRevision, editors_of, get_postmortem, head_of
from statuspage.store.sign_ins import StaffSession
from tests.fakes import NOON, FakeClock
from tests.web.browsers import PASSWORD, Browser
from tests.web.desks import Desk, Form, Page
from tests.web.test_kept_forms import carried

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ben(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ben"))


@pytest.fixture
def ana(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.RESPONDER, name="Ana"))


@pytest.fixture
def incident_id(ben: Desk, component: str, clock: FakeClock) -> str:
    """A critical incident, announced at noon and over 40 minutes later."""
    named = {f"state-{component}": "major_outage", "impact_override": "critical"}
    found = ben.declare(name="Requests fail", body="We are looking.", **named)
    clock.advance(minutes=40)
    ben.publish(found, status="resolved", body="It is over.", restored_at="2026-11-20T12:30")
    clock.advance(minutes=20)
    return found


def editor(desk: Desk, incident_id: str) -> Page:
    page = desk.open(f"incidents/{incident_id}/postmortem")
    assert page.status == 200, page.text
    return page


def form(desk: Desk, incident_id: str) -> Form:
    return editor(desk, incident_id).form("postmortem")


def refusals(page: Page) -> list[str]:
    """Return what stands beside fields; where nothing is wrong, the place for it is empty."""
    return [sentence for sentence in page.errors if sentence]


def head(session: Session, incident_id: str) -> PostmortemRevision:
    session.rollback()
    return head_of(session, get_postmortem(session, get_incident(session, incident_id)))


def save_itself(desk: Desk, sent: Form, act: str | None = None, **fields: str | None) -> dict[str, Any]:
    """Send the form as the page's script does, and return what goes into the fields."""
    values = {**sent.fields, **fields, **({"act": act} if act else {})}
    kept = {name: value for name, value in values.items() if value is not None and name is not None}
    kept.pop("csrf_token", None)
    answer = desk.browser.post(sent._page, kept, HX_Request="true")
    assert answer.status_code == 200, answer.text
    news = json.loads(unescape(lxml.html.fromstring(answer.text).get_element_by_id("news").get("data-news")))
    return {**news, "html": answer.text}


def test_the_editor_shows_what_is_drafted_and_what_is_missing(ben: Desk, incident_id: str):
    page = editor(ben, incident_id)

    assert "Draft" in page.part("pm-state")
    assert "Write “Summary”: it has no text of your own yet." in page.part("checklist")
    assert "We published the first notice." in page.form("postmortem").fields.values()
    assert "Nov 22, 12:40 UTC" in page.text
    assert "Do without one" not in page.text, "customers were touched: it would be refused"


def test_the_whole_form_saves_without_script(ben: Desk, incident_id: str, session: Session):
    page = form(ben, incident_id).press("save", **{"text-summary": "Requests failed for half an hour."})

    assert "Saved." in page.follow().text
    saved = head(session, incident_id)
    assert saved.value.sections["summary"] == "Requests failed for half an hour."
    assert saved.author is not None
    assert saved.author.name == "Ben"


def test_looking_and_saving_nothing_new_makes_no_revision_and_nobody_an_editor(
    ben: Desk, incident_id: str, session: Session
):
    before = head(session, incident_id).number

    form(ben, incident_id).press("save")
    save_itself(ben, form(ben, incident_id))

    assert head(session, incident_id).number == before
    assert editors_of(session, get_postmortem(session, get_incident(session, incident_id))) == []


def test_what_is_written_saves_itself_and_the_checklist_follows(ben: Desk, incident_id: str):
    news = save_itself(ben, form(ben, incident_id), **{"text-summary": "Requests failed for half an hour."})

    assert news["errors"] == {}
    assert news["texts"] == {}
    assert set(news["bases"].values()) == {2}
    assert "Write “Summary”" not in news["html"]
    assert "Write “Root cause and contributing factors”" in news["html"]


def test_two_people_who_change_different_lines_are_put_together(
    ben: Desk, ana: Desk, incident_id: str, session: Session
):
    save_itself(ben, form(ben, incident_id), **{"text-summary": "First.\n\nSecond.\n\nThird."})
    hers, his = form(ana, incident_id), form(ben, incident_id)
    save_itself(ana, hers, **{"text-summary": "First, by Ana.\n\nSecond.\n\nThird."})

    news = save_itself(ben, his, **{"text-summary": "First.\n\nSecond.\n\nThird, by Ben."})

    assert news["texts"] == {"summary": "First, by Ana.\n\nSecond.\n\nThird, by Ben."}
    assert head(session, incident_id).value.sections["summary"] == news["texts"]["summary"]


def test_the_same_line_changed_twice_shows_both_texts_and_saves_all_the_rest(
    ben: Desk, ana: Desk, incident_id: str, session: Session
):
    hers, his = form(ana, incident_id), form(ben, incident_id)
    save_itself(ana, hers, **{"text-summary": "The cable was cut."})

    page = his.press("save", **{"text-summary": "A switch was down.", "text-impact": "Nobody could sign in."})

    assert page.status == 409
    assert "The cable was cut." in page.part("conflict-summary")
    assert "A switch was down." in page.part("conflict-summary")
    assert page.form("postmortem").fields["text-summary"] == "A switch was down."
    saved = head(session, incident_id).value.sections
    assert saved == {**saved, "summary": "The cable was cut.", "impact": "Nobody could sign in."}


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("own", "A switch was down."),
        ("theirs", "The cable was cut."),
        ("both", "The cable was cut.\n\nA switch was down."),
    ],
)
def test_whoever_has_read_both_texts_decides(
    ben: Desk, ana: Desk, incident_id: str, session: Session, way: str, text: str
):
    hers, his = form(ana, incident_id), form(ben, incident_id)
    save_itself(ana, hers, **{"text-summary": "The cable was cut."})
    refused = his.press("save", **{"text-summary": "A switch was down."})
    number = head(session, incident_id).number

    done = refused.form("postmortem").press(f"settle:summary:{number}:{way}")

    assert done.status == 200
    assert "refused" not in done.part("conflict-summary")
    assert head(session, incident_id).value.sections["summary"] == text


def test_a_conflict_that_saves_itself_again_decides_nothing(
    ben: Desk, ana: Desk, incident_id: str, session: Session
):
    hers, his = form(ana, incident_id), form(ben, incident_id)
    save_itself(ana, hers, **{"text-summary": "The cable was cut."})
    for _ in range(2):
        news = save_itself(ben, his, **{"text-summary": "A switch was down."})
        assert news["conflicts"] == ["text-summary"]
        assert news["bases"]["summary"] == 1

    assert head(session, incident_id).value.sections["summary"] == "The cable was cut."


def test_what_is_typed_while_a_merged_text_comes_back_is_put_together_too(
    ben: Desk, ana: Desk, incident_id: str, session: Session
):
    save_itself(ben, form(ben, incident_id), **{"text-summary": "First.\n\nSecond."})
    hers, his = form(ana, incident_id), form(ben, incident_id)
    save_itself(ana, hers, **{"text-summary": "First, by Ana.\n\nSecond."})
    sent = "First.\n\nSecond, by Ben."
    news = save_itself(ben, his, **{"text-summary": sent})

    later = {"text-summary": f"{sent}\n\nAnd more.", "ancestor-summary": sent}
    later |= {f"base-{part}": str(base) for part, base in news["bases"].items()}
    news = save_itself(ben, his, **later)

    together = "First, by Ana.\n\nSecond, by Ben.\n\nAnd more."
    assert news["texts"]["summary"] == together
    assert head(session, incident_id).value.sections["summary"] == together


def test_a_paste_of_200_kilobytes_is_refused_beside_its_field_and_stays_there(
    ben: Desk, incident_id: str, session: Session
):
    paste = "Nothing of this is lost. " * 8_000

    page = form(ben, incident_id).press(
        "save", **{"text-summary": paste, "text-impact": "Nobody could sign in."}
    )

    assert page.status == 422
    assert refusals(page) == ["Shorten this to 25,000 characters; it has 199,999."]
    assert page.form("postmortem").fields["text-summary"] == paste
    assert head(session, incident_id).value.sections["impact"] == "Nobody could sign in."
    assert "summary" not in head(session, incident_id).value.sections or "lost" not in str(
        head(session, incident_id).value.sections["summary"]
    )


def test_unprintable_characters_are_named(ben: Desk, incident_id: str):
    page = form(ben, incident_id).press("save", **{"text-root_cause": "A bell\x07 rang."})

    assert refusals(page) == ["Remove the control character U+0007 at position 7."]
    assert "A bell" in page.form("postmortem").fields["text-root_cause"]


def test_names_are_found_while_they_are_written_and_reworded_by_a_button(
    ben: Desk, ana: Desk, incident_id: str
):
    sent, text = form(ben, incident_id), {"text-summary": "The switch was down. Then Ana reverted it."}
    news = save_itself(ben, sent, **text)

    assert "Then <mark>Ana</mark> reverted it." in news["html"]
    start = news["html"].index('value="reword:summary') + len('value="')
    act = unescape(news["html"][start : news["html"].index('"', start)])
    latest = {f"base-{part}": str(base) for part, base in news["bases"].items()}
    news = save_itself(ben, sent, act, **text, **latest)

    assert "<mark>" not in news["html"]
    assert news["texts"]["summary"] == "The switch was down. Then the team reverted it."
    assert news["focus"] == "text-summary"


def test_a_viewer_reads_and_changes_nothing(
    incident_id: str, signed_in: Callable[..., Browser], session: Session
):
    viewer = Desk(signed_in(SiteRole.VIEWER))
    page = editor(viewer, incident_id)

    assert "We published the first notice." in page.text
    assert "<textarea" not in page.answer.text
    path = f"/console/incidents/{incident_id}/postmortem"
    for address in (path, f"{path}/begin", f"{path}/preview"):
        assert viewer.browser.post(address, {"text-summary": "Mine."}).status_code == 403
    assert head(session, incident_id).number == 1


def test_a_preview_shows_how_a_section_reads(ben: Desk, incident_id: str):
    path = f"/console/incidents/{incident_id}/postmortem/preview"
    editor(ben, incident_id)
    answer = ben.browser.post(path, {"section": "summary", "text-summary": "It was *down*. <script>"})

    assert "<em>down</em>" in answer.text
    assert "<script>" not in answer.text


def test_who_else_is_here_is_said(ben: Desk, ana: Desk, incident_id: str):
    editor(ana, incident_id)
    path = f"/console/incidents/{incident_id}/postmortem/live"
    answer = ben.browser.get(path)

    assert "Ana" in answer.text
    assert ben.browser.get(f"{path}?seen={answer.headers['X-Seen']}").status_code == 204
    save_itself(ana, form(ana, incident_id), **{"text-summary": "Requests failed."})
    assert "is writing" in ben.browser.get(path).text


def test_the_owner_is_changed_with_everything_else_saved(
    ben: Desk, ana: Desk, incident_id: str, session: Session, person: Callable[..., Account]
):
    eve = person(SiteRole.RESPONDER, name="Eve")
    sent = form(ben, incident_id)
    page = sent.press("owner", owner=eve.public_id, **{"text-summary": "Requests failed."})

    assert "Owner: Eve" in page.follow().text
    assert head(session, incident_id).value.sections["summary"] == "Requests failed."


def test_a_lost_session_comes_back_to_the_same_text(ben: Desk, incident_id: str, session: Session):
    sent = form(ben, incident_id)
    session.rollback()
    session.query(StaffSession).update({"ended_at": NOON})
    session.commit()

    page = sent.press("save", **{"text-summary": "Requests failed\n\nfor half an hour."})

    assert page.status == 401
    assert "You were signed out while sending this. Nothing is lost." in page.text
    email = session.scalars(select(Account.email).where(Account.name == "Ben")).one()
    session.rollback()
    again = {**carried(page.answer.text), "email": email, "password": PASSWORD}
    offered = ben.browser.post("/login", again)
    assert "Nothing is lost." in offered.text
    assert carried(offered.text)["text-summary"] == "Requests failed\n\nfor half an hour."


def line_of(sent: Form, text: str) -> str:
    """Return the name of the line of the timeline that says this."""
    name = next(name for name, value in sent.fields.items() if value == text and name.startswith("line-"))
    return name.removesuffix("-text")


def told(session: Session, incident_id: str) -> list[tuple[str, str]]:
    timeline = head(session, incident_id).value.timeline
    return [(f"{entry.at:%H:%M:%S}", entry.text) for entry in timeline]


def test_a_line_is_added_and_stands_where_its_time_belongs(ben: Desk, incident_id: str, session: Session):
    asked = form(ben, incident_id).press("add_line")
    assert asked.status == 200
    sent = asked.form("postmortem")
    new = next(name for name, value in sent.fields.items() if name.endswith("-at") and value == "")
    line = new.removesuffix("-at")

    sent.press("save", **{new: "2026-11-20T12:10", f"{line}-text": "We moved traffic away."}).follow()

    before = told(session, incident_id)
    assert ("12:10:00", "We moved traffic away.") in before
    assert before == sorted(before, key=lambda one: one[0])
    assert told(session, incident_id) == before


def test_a_line_keeps_its_seconds_until_its_time_is_changed(
    ben: Desk, incident_id: str, session: Session, clock: FakeClock
):
    sent = form(ben, incident_id)
    line = line_of(sent, "We published the first notice.")
    was = {text: at for at, text in told(session, incident_id)}

    sent.press("save", **{f"{line}-text": "We told customers.", f"{line}-public": None})

    entry = next(one for one in head(session, incident_id).value.timeline if one.text == "We told customers.")
    assert f"{entry.at:%H:%M:%S}" == was["We published the first notice."]
    assert not entry.is_public
    assert entry.moment == "first_notice"
    assert entry.source == "moment:first_notice:0"


def test_a_line_is_removed(ben: Desk, incident_id: str, session: Session):
    sent = form(ben, incident_id)
    line = line_of(sent, "We published the first notice.").removeprefix("line-")

    news = save_itself(ben, sent, f"remove_line:{line}")

    assert news["changed"] == ["timeline"]
    assert "We published the first notice." not in {text: at for at, text in told(session, incident_id)}


def test_what_is_missing_in_a_line_is_said_beside_it_and_the_text_is_saved(
    ben: Desk, incident_id: str, session: Session
):
    sent = form(ben, incident_id)
    line = line_of(sent, "We published the first notice.")

    page = sent.press("save", **{f"{line}-at": "", "text-summary": "Requests failed."})

    assert page.status == 422
    assert refusals(page) == ["Say when this was."]
    assert head(session, incident_id).value.sections["summary"] == "Requests failed."
    assert ("12:00:00", "We published the first notice.") in told(session, incident_id)
    again = page.form("postmortem").press("save", **{f"{line}-at": "2026-11-20T12:03"})
    assert again.status == 303
    assert ("12:03:00", "We published the first notice.") in told(session, incident_id)


def test_a_line_in_the_future_is_refused(ben: Desk, incident_id: str):
    sent = form(ben, incident_id)
    line = line_of(sent, "We published the first notice.")

    assert refusals(sent.press("save", **{f"{line}-at": "2026-11-20T13:00"})) == []
    assert refusals(form(ben, incident_id).press("save", **{f"{line}-at": "2026-11-20T13:01"})) == [
        "This is still to come; type when it was."
    ]


def test_a_time_that_occurs_twice_is_asked_about(ben: Desk, incident_id: str, session: Session):
    session.rollback()
    the_page(session).time_zone = "Europe/Berlin"
    session.commit()
    sent = form(ben, incident_id)
    line = line_of(sent, "We published the first notice.")

    page = sent.press("save", **{f"{line}-at": "2026-10-25T02:30"})
    assert "02:30 occurs twice on October 25" in refusals(page)[0]

    page.form("postmortem").press("save", **{f"{line}-fold": "1"}).follow()
    assert ("01:30:00", "We published the first notice.") in told(session, incident_id)
    # What was chosen stays, whatever else is saved.
    form(ben, incident_id).press("save", **{"text-summary": "Requests failed."}).follow()
    assert ("01:30:00", "We published the first notice.") in told(session, incident_id)


def test_what_has_happened_since_is_added_and_nothing_else_moves(
    ben: Desk, incident_id: str, session: Session, clock: FakeClock
):
    sent = form(ben, incident_id)
    line = line_of(sent, "We published the first notice.").removeprefix("line-")
    save_itself(ben, sent, f"remove_line:{line}")
    before = told(session, incident_id)

    news = save_itself(ben, form(ben, incident_id), "catch_up", **{"text-summary": "Requests failed."})

    assert news["changed"] == ["timeline"]
    assert set(told(session, incident_id)) - set(before) == {("12:00:00", "We published the first notice.")}
    assert head(session, incident_id).value.sections["summary"] == "Requests failed."


def add_item(desk: Desk, incident_id: str) -> tuple[Form, str]:
    known = form(desk, incident_id).names()
    sent = form(desk, incident_id).press("add_item").form("postmortem")
    title = next(name for name in sent.names() - known if name.endswith("-title"))
    return sent, title.removesuffix("-title")


def test_an_action_item_is_written_with_all_its_fields(
    ben: Desk, ana: Desk, incident_id: str, session: Session, person: Callable[..., Account]
):
    eve = person(SiteRole.RESPONDER, name="Eve")
    sent, item = add_item(ben, incident_id)
    fields = {
        f"{item}-title": "Watch the cable",
        f"{item}-kind": "detect",
        f"{item}-owner": eve.public_id,
        f"{item}-team": "Network",
        f"{item}-due_on": "2026-12-01",
        f"{item}-tracker_url": "https://tracker.example.com/1",
    }

    assert sent.press("save", **fields).status == 303

    saved = next(
        one for one in head(session, incident_id).value.items if one.id == item.removeprefix("item-")
    )
    assert (saved.title, saved.kind, saved.owner) == ("Watch the cable", "detect", eve.public_id)
    assert (saved.team, f"{saved.due_on}", saved.tracker_url) == (
        "Network",
        "2026-12-01",
        "https://tracker.example.com/1",
    )


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("title", " ", "Fill this in; it is empty."),
        ("title", "x" * 256, "Shorten this to 255 characters; it has 256."),
        ("owner", "nobody", "Choose one of those offered."),
        ("due_on", "2026-11-19", "This day was before the incident began."),
        ("due_on", "soon", "Type a day, like 2026-11-17."),
        ("tracker_url", "javascript:alert(1)", "Type an address that begins with https://."),
        ("team", "a\x07b", "Remove the control character U+0007 at position 2."),
    ],
)
def test_what_is_wrong_with_an_action_item_stands_beside_its_field(
    ben: Desk, incident_id: str, session: Session, field: str, text: str, sentence: str
):
    sent, item = add_item(ben, incident_id)
    fields = {f"{item}-title": "Watch the cable", f"{item}-team": "Network", f"{item}-{field}": text}

    page = sent.press("save", **fields, **{"text-summary": "Requests failed."})

    assert page.status == 422
    assert refusals(page) == [sentence]
    assert page.form("postmortem").fields[f"{item}-team"] == fields[f"{item}-team"].replace("\x07", "\x07")
    assert head(session, incident_id).value.sections["summary"] == "Requests failed."


def test_the_day_on_which_it_began_is_allowed(ben: Desk, incident_id: str):
    sent, item = add_item(ben, incident_id)

    fields = {f"{item}-title": "Watch the cable", f"{item}-due_on": "2026-11-20"}
    assert sent.press("save", **fields).status == 303


def test_a_disabled_owner_is_refused_when_chosen_and_kept_where_they_stand(
    ben: Desk, incident_id: str, session: Session, person: Callable[..., Account]
):
    eve = person(SiteRole.RESPONDER, name="Eve")
    key = eve.public_id
    sent, item = add_item(ben, incident_id)
    sent.press("save", **{f"{item}-title": "Watch the cable", f"{item}-owner": key}).follow()
    session.rollback()
    session.merge(eve).disabled_at = NOON
    session.commit()

    page = editor(ben, incident_id)
    assert "Eve (account disabled)" in page.text
    assert "whose account is in use" in page.part("checklist")
    assert page.form("postmortem").press("save", **{"text-summary": "Requests failed."}).status == 303
    sent, another = add_item(ben, incident_id)
    page = sent.press("save", **{f"{another}-title": "Test it", f"{another}-owner": key})
    assert refusals(page) == ["The account of Eve is disabled; choose somebody else."]


def test_action_items_change_places(ben: Desk, incident_id: str, session: Session):
    for title in ("First", "Second"):
        sent, item = add_item(ben, incident_id)
        sent.press("save", **{f"{item}-title": title}).follow()

    form(ben, incident_id).press(f"up:{item.removeprefix('item-')}")
    titles = [one.title for one in head(session, incident_id).value.items]
    assert titles.index("Second") < titles.index("First")

    save_itself(ben, form(ben, incident_id), f"remove_item:{item.removeprefix('item-')}")
    assert "Second" not in [one.title for one in head(session, incident_id).value.items]


def test_an_action_item_of_another_postmortem_can_not_be_taken(
    ben: Desk, incident_id: str, session: Session, component: str, clock: FakeClock
):
    sent, item = add_item(ben, incident_id)
    sent.press("save", **{f"{item}-title": "Watch the cable"}).follow()
    other = ben.declare(name="Again", body="We are looking.", **{f"state-{component}": "major_outage"})
    ben.publish(other, status="resolved", body="It is over.", restored_at="2026-11-20T13:00")
    key = item.removeprefix("item-")

    sent = form(ben, other)
    assert sent.press("save", item=[key], **{f"{item}-title": "Mine now"}).status == 303

    assert [one.title for one in head(session, other).value.items] == ["Mine now"]
    assert head(session, other).value.items[0].id != key


def test_a_preliminary_text_promises_its_final_one(ben: Desk, incident_id: str, session: Session):
    page = form(ben, incident_id).press("save", preliminary="1")
    assert refusals(page) == ["Promise by when the final text will be there."]
    page = form(ben, incident_id).press("save", preliminary="1", final_by="2026-11-20T13:00")
    assert refusals(page) == ["Promise the final postmortem for a time that is still to come."]

    form(ben, incident_id).press("save", preliminary="1", final_by="2026-11-25T14:00").follow()
    assert f"{head(session, incident_id).value.final_by:%d %H:%M}" == "25 14:00"

    form(ben, incident_id).press("save", preliminary=None).follow()
    assert head(session, incident_id).value.final_by is None


def test_an_incident_without_one_offers_to_start_it(
    ben: Desk, incident_id: str, session: Session, component: str
):
    alarm = ben.declare(name="False", body="We are looking.", **{f"state-{component}": "major_outage"})
    assert ben.open(f"incidents/{alarm}/postmortem").status == 404
    ben.publish(alarm, status="resolved", body="It was nothing.", false_alarm="1")

    page = ben.open(f"incidents/{alarm}/postmortem")
    assert "This incident has none." in page.text

    assert page.form().press().follow().form("postmortem")
