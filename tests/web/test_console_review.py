"""Rule 11 at the console: one asks, another reads and approves, both see where it stands."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.store.pages import the_page
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.callers import Api
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ben(signed_in: Callable[..., Browser], session: Session) -> Desk:
    the_page(session).asks_approval = True
    session.commit()
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ben"))


@pytest.fixture
def ana(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ana"))


@pytest.fixture
def incident_id(ben: Desk, component: str) -> str:
    """A critical incident, announced at noon."""
    named = {f"state-{component}": "major_outage", "impact_override": "critical"}
    return ben.declare(name="Requests fail", body="We are looking.", **named)


def ask(ben: Desk, incident_id: str, body: str = "We found it.") -> None:
    form = ben.incident(incident_id).form("composer")
    form.fields |= {"body": body, "status": "identified"}
    answer = ben.browser.post(f"/console/incidents/{incident_id}/review", {**form.fields, "act": "ask"})
    assert answer.status_code == 303


def draft_path(reader: Desk, incident_id: str) -> str:
    page = reader.incident(incident_id)
    links = [part.split('"')[0] for part in page.answer.text.split('href="') if "/drafts/" in part[:80]]
    return links[0].removeprefix("/console/")


def decide(reader: Desk, path: str, act: str = "approve") -> str:
    form = reader.open(path).form(f"/console/{path}")
    return form.press(act).follow().text


def test_the_composer_says_that_a_second_person_must_agree(ben: Desk, incident_id: str):
    page = ben.incident(incident_id)

    assert "A second person must agree to this" in page.text
    assert "without asking from 12:28 UTC" in page.text


def test_publishing_before_is_refused_in_words_and_nothing_is_lost(ben: Desk, incident_id: str):
    page = ben.incident(incident_id).form("composer").press("publish", body="We found it.")

    assert page.status in {409, 422}
    assert "A second person must approve" in page.text
    assert "You may publish alone" in page.text or "may publish alone from 12:28 UTC" in page.text
    assert page.form("composer").fields["body"] == "We found it."


def test_a_colleague_reads_approves_and_the_author_publishes(
    ben: Desk, ana: Desk, incident_id: str, clock: FakeClock, api: Api
):
    clock.advance(minutes=1)
    ask(ben, incident_id)
    assert "Waits for approval. You may publish alone from 12:06 UTC" in ben.incident(incident_id).text
    assert "Waiting for approval" in ana.open("").text
    assert "Waiting for approval" not in ben.open("").text
    path = draft_path(ana, incident_id)
    page = ana.open(path)
    assert "We found it." in page.text
    assert "Status: Identified" in page.text
    assert "API: Major outage" in page.text

    assert "Approved. Ben may publish it as it stands." in decide(ana, path)

    assert "Approved by Ana ." in ben.incident(incident_id).text
    done = ben.publish(incident_id)
    assert "approved by Ana" in done.text
    assert api.incident(incident_id)["incident_updates"][0]["body"] == "We found it."


def test_the_author_may_publish_alone_when_nobody_answers(ben: Desk, incident_id: str, clock: FakeClock):
    ask(ben, incident_id)
    clock.advance(minutes=5)
    assert "You may publish this alone now." in ben.incident(incident_id).text

    assert "published without approval" in ben.publish(incident_id).text


def test_an_approval_of_what_was_changed_meanwhile_is_not_taken(ben: Desk, ana: Desk, incident_id: str):
    ask(ben, incident_id)
    path = draft_path(ana, incident_id)
    form = ana.open(path).form(f"/console/{path}")
    ask(ben, incident_id, "We found more.")

    page = form.press("approve")

    assert page.status == 409
    assert "The draft has changed since you read it." in page.text
    assert "We found more." in page.text
    assert "Approved" not in ben.incident(incident_id).text


def test_an_approval_of_what_is_gone_says_so(ben: Desk, ana: Desk, incident_id: str):
    ask(ben, incident_id)
    path = draft_path(ana, incident_id)
    form = ana.open(path).form(f"/console/{path}")
    ben.incident(incident_id).form("composer").press("discard")

    assert "That draft is gone" in form.press("approve").follow().text


def test_both_take_back_what_they_said(ben: Desk, ana: Desk, incident_id: str):
    ask(ben, incident_id)
    path = draft_path(ana, incident_id)
    decide(ana, path)

    assert "Your approval is taken back." in decide(ana, path, "take_back")
    assert "Waits for approval." in ben.incident(incident_id).text
    form = ben.incident(incident_id).form("composer")
    ben.browser.post(f"/console/incidents/{incident_id}/review", {**form.fields, "act": "take_back"})
    assert "A second person must agree to this" in ben.incident(incident_id).text


def test_nobody_sees_a_button_for_the_own_draft_nor_without_the_role(
    ben: Desk, incident_id: str, signed_in: Callable[..., Browser]
):
    ask(ben, incident_id)
    viewer = Desk(signed_in(SiteRole.VIEWER))
    path = draft_path(viewer, incident_id)

    assert "Approve this notice" not in viewer.open(path).text
    assert "Approve this notice" not in ben.open(path).text
    own = ben.browser.post(f"/console/{path}", {"act": "approve"})
    assert own.status_code == 403
    assert viewer.browser.post(f"/console/{path}", {"act": "approve"}).status_code == 403


def test_where_nobody_is_asked_nothing_is_said_of_it(signed_in: Callable[..., Browser], component: str):
    desk = Desk(signed_in())
    named = {f"state-{component}": "major_outage", "impact_override": "critical"}
    incident_id = desk.declare(name="Requests fail", body="We are looking.", **named)

    assert "second person" not in desk.incident(incident_id).text
    assert desk.browser.get(f"/console/incidents/{incident_id}/review").data == b""


def test_the_state_is_sent_only_when_it_is_new(ben: Desk, incident_id: str):
    path = f"/console/incidents/{incident_id}/review"
    first = ben.browser.get(path)

    assert "Ask for approval" in first.text
    assert ben.browser.get(f"{path}?seen={first.headers['X-Seen']}").status_code == 204
