"""A postmortem taken away from the console, and one that was written elsewhere brought in."""

import io
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import lxml.html
import pytest
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from statuspage.domain.postmortem import Section
from statuspage.domain.roles import SiteRole
from statuspage.store.incidents import get_incident
from statuspage.store.postmortems import PostmortemRevision, get_postmortem, head_of
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.desks import Desk, Page

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TEXT = "# Outage\n\n## Summary\n\nA flag was <b>wrong</b>.\n\n## Timeline\n\n- 2026-11-20 12:10 We looked.\n"


@pytest.fixture
def ana(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ana", email="ana@example.com"))


@pytest.fixture
def incident_id(ana: Desk, component: str, clock: FakeClock) -> str:
    """A critical incident, over after 40 minutes."""
    named = {f"state-{component}": "major_outage", "impact_override": "critical"}
    found = ana.declare(name="Requests fail: “API” & more", body="We are looking.", **named)
    clock.advance(minutes=40)
    ana.publish(found, status="resolved", body="It is over.", restored_at="2026-11-20T12:30")
    return found


@pytest.fixture
def here(incident_id: str) -> str:
    return f"incidents/{incident_id}/postmortem"


def head(session: Session, incident_id: str) -> PostmortemRevision:
    session.rollback()
    return head_of(session, get_postmortem(session, get_incident(session, incident_id)))


def look(desk: Desk, here: str, text: str, **fields: str | None) -> Page:
    return desk.open(f"{here}/import").form("import").press("look", body=text, **fields)


def upload(desk: Desk, here: str, content: bytes, name: str = "outage.md") -> Page:
    fields = desk.open(f"{here}/import").form("import").fields
    fields |= {"csrf_token": desk.browser.token, "act": "look"}
    file: Any = FileStorage(io.BytesIO(content), name, "file")
    boundary, body = encode_multipart({**fields, "file": file})
    path = f"/console/{here}/import"
    answer = desk.browser.client.post(
        path,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Origin": "http://localhost"},
    )
    return Page(desk.browser, path, answer)


def test_a_file_is_shown_before_it_is_taken_over(ana: Desk, session: Session, incident_id: str, here: str):
    page = look(ana, here, TEXT)

    assert page.status == 200
    assert "What will be taken over" in page.text
    assert "A flag was <b>wrong</b>." in page.text
    assert "The title “Outage” was left out" in page.text
    assert head(session, incident_id).number == 1
    after = page.form("import").press("save").follow()
    assert "The file is taken over" in after.text
    found = head(session, incident_id)
    assert (found.number, found.note) == (2, "imported")
    assert found.value.text_of(Section.SUMMARY) == "A flag was <b>wrong</b>."
    assert "We looked." in [entry.text for entry in found.value.timeline]


def test_an_uploaded_file_fills_the_text(ana: Desk, here: str):
    page = upload(ana, here, b"\xef\xbb\xbf" + TEXT.encode())

    assert page.status == 200
    assert page.form("import").fields["body"] == TEXT


def test_a_file_that_is_no_text_is_refused_beside_its_field(ana: Desk, here: str):
    page = upload(ana, here, b"\x89PNG\xff\xfe")

    assert page.status == 422
    assert page.errors == ["This is no text. Save it as Markdown, in UTF-8, then choose it again."]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x" * 200_000, "Shorten the text to 150,000 characters; it has 200,000. Link to logs"),
        ("## Timeline\n- 2026-11-20 12:05 A\n- 12:04 B", "Line 3: 20 November, 12:04 comes before"),
        ("", "There is no text in it."),
        ("## Impact\n" + "x" * 25_001, "Shorten “Impact”, from line 2 on, to 25,000 characters"),
    ],
)
def test_what_is_refused_stays_in_the_form(
    ana: Desk, session: Session, incident_id: str, here: str, text: str, sentence: str
):
    for act in ("look", "save"):
        page = ana.open(f"{here}/import").form("import").press(act, body=text)
        assert page.status == 422
        assert sentence in page.text
        assert page.form("import").fields["body"] == text
    assert head(session, incident_id).number == 1


def test_somebody_elses_change_meanwhile_is_shown_and_nothing_is_lost(
    ana: Desk, session: Session, incident_id: str, here: str
):
    mine = look(ana, here, "## Summary\n\nMine.").form("import")
    look(ana, here, "## Summary\n\nTheirs.").form("import").press("save").follow()

    page = mine.press("save")

    assert page.status == 409
    assert "Somebody else has changed the same lines meanwhile." in page.text
    assert head(session, incident_id).value.text_of(Section.SUMMARY) == "Theirs."
    assert page.form("import").press("save").status == 303
    assert head(session, incident_id).value.text_of(Section.SUMMARY) == "Mine."


def test_what_stands_there_already_need_not_be_taken_over(ana: Desk, here: str):
    look(ana, here, TEXT).form("import").press("save").follow()

    page = look(ana, here, TEXT)

    assert "It says what stands there already" in page.text
    assert "Take it over" not in page.text


def test_lines_that_the_file_leaves_out_go_when_that_is_asked(ana: Desk, here: str):
    assert "taken away" not in look(ana, here, TEXT).text
    assert "taken away" in look(ana, here, TEXT, replaces="y").text


def test_a_viewer_may_take_it_away_and_bring_nothing_in(
    signed_in: Callable[..., Browser], incident_id: str, here: str
):
    vera = Desk(signed_in(SiteRole.VIEWER))

    assert vera.open(f"{here}/import").status == 403
    for name in ("export.md", "export.html", "print", "export.html?print", "export.md?version=public"):
        assert vera.open(f"{here}/{name}").status == 200


def test_a_markdown_file_has_a_name_that_says_what_it_is(ana: Desk, here: str):
    answer = ana.open(f"{here}/export.md").answer

    name = "postmortem-2026-11-20-requests-fail-api-more"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}.md"
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("# Postmortem: Requests fail: “API” & more\n")
    public = ana.open(f"{here}/export.md?version=public").answer
    assert f"{name}-public.md" in public.headers["Content-Disposition"]


def test_an_html_file_needs_nothing_else_and_runs_nothing(ana: Desk, here: str):
    look(ana, here, TEXT + "- 12:20 [see](https://example.com/a) <script>alert(1)</script>").form(
        "import"
    ).press("save").follow()

    for name, kind in (("export.html", "attachment"), ("print", "")):
        answer = ana.open(f"{here}/{name}").answer
        assert answer.headers.get("Content-Disposition", "").startswith(kind)
        tree = lxml.html.fromstring(answer.text)
        assert tree.xpath("//script | //link | //img | //*[@src] | //@style") == []
        (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        policy = answer.headers["Content-Security-Policy"]
        assert f"style-src 'sha256-{digest}'" in policy
        assert "script" not in policy


def test_on_paper_stand_times_with_their_zone_and_addresses(ana: Desk, here: str):
    page = ana.open(f"{here}/print")

    assert "November 20, 2026, 12:00 UTC" in page.text
    assert "Print this page, or save it as PDF" in page.text
    assert "Print this page" not in ana.open(f"{here}/export.html").text


def test_a_copy_for_customers_shows_no_owner_and_no_internal_line(ana: Desk, here: str):
    text = (
        "## Timeline\n\n- 2026-11-20 12:10 UTC (internal): SECRET-LINE\n\n"
        "## Action items\n\n- Alert\n  - Owner: ana@example.com\n  - Link: https://tracker.example.com/1\n"
    )
    look(ana, here, text).form("import").press("save").follow()

    secrets = ("SECRET-LINE", "ana@example.com", "tracker.example.com")
    for name in ("export.md", "export.html", "print"):
        assert all(secret in ana.open(f"{here}/{name}").answer.text for secret in secrets)
        public = ana.open(f"{here}/{name}?version=public").answer.text
        assert not any(secret in public for secret in secrets)


def test_a_revision_that_there_is_not_is_not_found(ana: Desk, here: str):
    assert ana.open(f"{here}/export.md?revision=1").status == 200
    assert ana.open(f"{here}/export.md?revision=7").status == 404
