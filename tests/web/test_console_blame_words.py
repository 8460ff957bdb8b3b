"""Settings: the words that a site does not want to read in its postmortems."""

from collections.abc import Callable

import pytest

from statuspage.domain.roles import SiteRole
from statuspage.store.pages import the_page
from tests.web.browsers import Browser
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SCREEN = "settings/postmortems"


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.ADMIN))


def test_an_admin_writes_words_with_and_without_another_and_takes_them_back(desk, session):
    typed = "cowboy* = unreviewed\n\n root user \n"

    page = desk.open(SCREEN).form("words").press(blame_words=typed).follow()

    assert "The words are saved." in page.text
    assert page.form("words").fields["blame_words"] == "cowboy* = unreviewed\nroot user"
    assert the_page(session).blame_words == [
        {"word": "cowboy*", "suggestion": "unreviewed"},
        {"word": "root user", "suggestion": ""},
    ]
    desk.open(SCREEN).form("words").press(blame_words="").follow()
    session.rollback()
    assert the_page(session).blame_words == []


def test_saved_unchanged_nothing_changes(desk, nothing_changes):
    desk.open(SCREEN)
    with nothing_changes():
        assert desk.open(SCREEN).form("words").press().status == 303


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("cowboy\nCowboy", "“Cowboy” is in the list twice."),
        ("c*wboy", "“c*wboy” is no word: use letters, and a star at the end for any ending."),
        ("cowboy\n= instead", "Write the word before the equals sign in “= instead”."),
        ("x" * 81, "Shorten this to 80 characters; it has 81."),
        (f"x = {'y' * 201}", "Shorten this to 200 characters; it has 201."),
        ("\n".join(f"w{n}" for n in range(201)), "Keep this to 200 words; there are 201."),
    ],
)
def test_what_is_no_word_is_refused_beside_its_field_and_stays(desk, typed, error):
    page = desk.open(SCREEN).form("words").press(blame_words=typed)

    assert page.status == 422
    assert page.errors == [error]
    assert page.form("words").fields["blame_words"] == typed


def test_two_admins_at_once_lose_nothing(desk, session):
    theirs, own = desk.open(SCREEN).form("words"), desk.open(SCREEN).form("words")
    theirs.press(blame_words="theirs")

    page = own.press(blame_words="mine")

    assert page.status == 409
    assert page.errors == [
        "Somebody else saved these words meanwhile: theirs. Yours are still here; save again to put them in "
        "their place."
    ]
    again = page.form("words")
    assert again.fields["blame_words"] == "mine"
    again.press().follow()
    assert [each["word"] for each in the_page(session).blame_words] == ["mine"]


def test_only_an_admin_saves_them(signed_in):
    browser = signed_in(SiteRole.COMMUNICATOR)
    browser.get("/console")

    assert browser.post("/console/settings/postmortems/words", {"blame_words": "x"}).status_code == 403


def test_the_password_is_asked_again_after_a_while(desk, clock):
    form = desk.open(SCREEN).form("words")
    clock.advance(minutes=16)

    assert "Your password, please" in form.press(blame_words="x").text
