"""Revisions at the console: who saved what, what changed between two, and the way back."""

from collections.abc import Callable

import pytest

from statuspage.domain.roles import SiteRole
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ben(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ben"))


@pytest.fixture
def here(ben: Desk, component: str, clock: FakeClock) -> str:
    """A postmortem with two revisions by Ben, as its path below the console."""
    named = {f"state-{component}": "major_outage"}
    found = ben.declare(name="Requests fail", body="We are looking.", **named)
    clock.advance(minutes=40)
    ben.publish(found, status="resolved", body="It is over.", restored_at="2026-11-20T12:30")
    here = f"incidents/{found}/postmortem"
    write(ben, here, "Requests failed for a while.\n\nWe are sorry.")
    write(ben, here, "Requests failed for half an hour.\n\nWe are sorry.")
    return here


def write(desk: Desk, here: str, summary: str) -> None:
    assert desk.open(here).form("postmortem").press("save", **{"text-summary": summary}).status == 303


def test_every_save_is_listed_with_who_and_when(ben: Desk, here: str):
    text = ben.open(f"{here}/revisions").text

    assert "Revision 3" in text
    assert "Drafted by the product" in text
    assert "Ben" in text


def test_a_revision_is_read_as_it_was(ben: Desk, here: str):
    text = ben.open(f"{here}/revisions/2").text

    assert "Requests failed for a while." in text
    assert ben.open(f"{here}/revisions/9").status == 404


@pytest.mark.parametrize("query", ["old=2&new=3", "old=3&new=2"])
def test_what_changed_is_marked_by_words_and_signs(ben: Desk, here: str, query: str):
    html = ben.open(f"{here}/revisions/compare?{query}").answer.text

    assert "<del>a while</del>" in html
    assert "<ins>half an hour</ins>" in html
    assert "Added: " in html
    assert "Removed: " in html


@pytest.mark.parametrize("query", ["", "old=x&new=3", "old=1&new=99", "old=99999999999&new=1"])
def test_what_is_no_revision_is_not_found(ben: Desk, here: str, query: str):
    assert ben.open(f"{here}/revisions/compare?{query}").status == 404


def test_a_revision_is_restored_after_a_question(ben: Desk, here: str):
    page = ben.open(f"{here}/revisions/2/restore")
    assert "This is what changes:" in page.text

    page.form().press().follow()

    assert "Requests failed for a while." in ben.open(here).form("postmortem").fields["text-summary"]
    assert "Revision 2 restored" in ben.open(f"{here}/revisions").text


def test_a_restoration_asks_again_when_somebody_has_saved_meanwhile(ben: Desk, here: str):
    asked = ben.open(f"{here}/revisions/2/restore").form()
    write(ben, here, "Requests failed for an hour.")

    page = asked.press()

    assert page.status == 409
    assert "hour" in page.text
    assert ben.open(here).form("postmortem").fields["text-summary"] == "Requests failed for an hour."


def test_a_viewer_reads_revisions_and_restores_none(here: str, signed_in: Callable[..., Browser]):
    viewer = Desk(signed_in(SiteRole.VIEWER))

    for path in ("revisions", "revisions/2", "revisions/compare?old=1&new=3"):
        assert viewer.open(f"{here}/{path}").status == 200
    assert "Restore" not in viewer.open(f"{here}/revisions").text
    assert viewer.browser.post(f"/console/{here}/revisions/2/restore", {"seen": "3"}).status_code == 403
