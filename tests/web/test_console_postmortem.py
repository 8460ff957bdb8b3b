"""Writing a postmortem at the console: it saves itself part by part, and nothing that was typed is lost."""

import json
from collections.abc import Callable
from html import unescape
from typing import Any

import lxml.html
import pytest
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.store.incidents import get_incident
from statuspage.store.postmortems import PostmortemRevision, get_postmortem, head_of
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.desks import Desk, Form, Page

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


def test_the_whole_form_saves_without_script(ben: Desk, incident_id: str, session: Session):
    page = form(ben, incident_id).press("save", **{"text-summary": "Requests failed for half an hour."})

    assert "Saved." in page.follow().text
    saved = head(session, incident_id)
    assert saved.value.sections["summary"] == "Requests failed for half an hour."
    assert saved.author is not None
    assert saved.author.name == "Ben"


def test_saving_nothing_new_makes_no_revision(ben: Desk, incident_id: str, session: Session):
    before = head(session, incident_id).number

    form(ben, incident_id).press("save")
    save_itself(ben, form(ben, incident_id))

    assert head(session, incident_id).number == before


def test_what_is_written_saves_itself_and_the_checklist_follows(ben: Desk, incident_id: str):
    news = save_itself(ben, form(ben, incident_id), **{"text-summary": "Requests failed for half an hour."})

    assert news["errors"] == {}
    assert news["texts"] == {}
    assert set(news["bases"].values()) == {2}
    assert "Write “Summary”" not in news["html"]
    assert "Write “Impact”" in news["html"]
