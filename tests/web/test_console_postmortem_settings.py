"""The settings of postmortems: what a new one asks."""

from collections.abc import Callable

import pytest

from statuspage.domain.component import Impact
from statuspage.domain.roles import SiteRole
from statuspage.services.postmortem_templates import prompts_for
from tests.web.browsers import Browser
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SCREEN = "settings/postmortems"
MAJOR = f"{SCREEN}/templates/major"


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.ADMIN))


def test_an_admin_changes_what_is_asked_and_goes_back_to_what_is_built_in(desk, session):
    assert "Your questions" not in desk.open(SCREEN).text

    page = desk.open(MAJOR).form("template").press(summary="> What went up in smoke?", went_well="").follow()

    assert "Major impact: the questions are saved." in page.text
    assert page.text.count("Your questions") == 1
    assert desk.open(MAJOR).form("template").fields["summary"] == "> What went up in smoke?"
    desk.open(MAJOR).form("template").press("reset").follow()
    assert "Your questions" not in desk.open(SCREEN).text
    assert "> What set it off?" in prompts_for(session, Impact.MAJOR)["root_cause"]


def test_saved_unchanged_nothing_changes(desk, nothing_changes):
    desk.open(SCREEN)
    with nothing_changes():
        assert desk.open(MAJOR).form("template").press().status == 303


def test_two_admins_at_once_lose_nothing(desk):
    theirs, own = desk.open(MAJOR).form("template"), desk.open(MAJOR).form("template")
    theirs.press(summary="> Theirs?")

    page = own.press(summary="> Mine?")

    assert page.status == 409
    assert "> Theirs?" in page.text
    again = page.form("template")
    assert again.fields["summary"] == "> Mine?"
    assert again.press().status == 303


def test_too_long_a_text_is_refused_beside_its_field_and_stays(desk):
    page = desk.open(MAJOR).form("template").press(impact="x" * 4_001)

    assert page.status == 422
    assert page.errors == ["Shorten this to 4,000 characters; it has 4,001."]
    assert page.form("template").fields["impact"] == "x" * 4_001


@pytest.mark.parametrize("path", [SCREEN, MAJOR])
def test_only_an_admin_sees_them(signed_in, path):
    assert Desk(signed_in(SiteRole.COMMUNICATOR)).open(path).status == 403


def test_there_is_no_other_impact(desk):
    assert desk.open(f"{SCREEN}/templates/enormous").status == 404


def test_the_password_is_asked_again_after_a_while(desk, clock):
    form = desk.open(MAJOR).form("template")
    clock.advance(minutes=16)

    assert "Your password, please" in form.press(summary="> Taken over?").text
