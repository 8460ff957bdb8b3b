"""Settings at the console: every section, what is refused, and two people at once."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from statuspage.domain.roles import SiteRole
from tests.pictures import bomb, picture
from tests.web.browsers import Browser
from tests.web.desks import Desk, Page

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECTIONS = (
    *("settings", "settings/look", "settings/texts", "settings/clock", "settings/approvals"),
    "settings/report",
)


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.ADMIN))


def save(desk: Desk, section: str, **fields: str | None) -> Page:
    return desk.open(section).form("settings").press(**fields)


def upload(desk: Desk, content: bytes, name: str = "logo.png") -> Page:
    desk.open("settings/look")
    path = "/console/settings/logo"
    form = multipart(content, name, csrf_token=desk.browser.token)
    answer = desk.browser.client.post(path, headers={"Origin": "http://localhost"}, **form)
    return Page(desk.browser, path, answer)


def multipart(content: bytes, name: str, **fields: str) -> dict[str, Any]:
    """Return a form with a file, written out: the client keeps a large one in a file it never closes."""
    file = FileStorage(io.BytesIO(content), name, "logo")
    boundary, body = encode_multipart({**fields, "logo": file})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_opens_and_saved_unchanged_changes_nothing(desk, nothing_changes, section):
    save(desk, section)

    with nothing_changes():
        assert save(desk, section).status == 303


@pytest.mark.parametrize("section", SECTIONS)
def test_only_an_admin_sees_them(signed_in, section):
    assert Desk(signed_in(SiteRole.COMMUNICATOR)).open(section).status == 403


@pytest.mark.parametrize("path", ["settings/page", "settings/clock", "settings/logo"])
def test_the_password_is_asked_again_after_a_while(desk, clock, nothing_changes, path):
    desk.open("settings")
    clock.advance(minutes=16)

    answer = desk.browser.post(f"/console/{path}", {"name": "Taken over", "act": "remove"})

    assert "Your password, please" in answer.text


def test_there_is_no_other_section(desk):
    assert desk.open("settings/nonsense").status == 404


def test_name_links_and_zone_are_saved_and_shown(desk, api, site):
    page = save(
        desk,
        "settings",
        name=" Acme ",
        home_url="https://acme.example/",
        support_url="mailto:help@acme.example",
        time_zone="Europe/Berlin",
    ).follow()

    assert "The page is saved." in page.text
    shown = api.get("")
    assert (shown["name"], shown["time_zone"]) == ("Acme", "Europe/Berlin")
    assert "Acme home page" in site.text("")


def test_texts_are_saved_and_emptied(desk, api):
    save(desk, "settings/texts", description="What runs\r\nat Acme", footer_note="Acme Ltd")
    assert (api.get("")["page_description"], api.get("")["footer_note"]) == ("What runs\nat Acme", "Acme Ltd")

    save(desk, "settings/texts", description="", footer_note=" ")

    assert (api.get("")["page_description"], api.get("")["footer_note"]) == (None, None)


def test_look_is_saved_and_a_box_unticked(desk, api):
    save(desk, "settings/look", accent_color="#CC0066", has_powered_by=None)

    assert (api.get("")["accent_color"], api.get("")["has_powered_by"]) == ("#cc0066", False)


def test_approvals_are_switched_on(desk, api):
    save(desk, "settings/approvals", asks_approval="y")

    assert api.get("")["asks_approval"] is True


@pytest.mark.parametrize(
    ("section", "field", "value", "sentence"),
    [
        ("settings", "name", "", "Fill this in"),
        ("settings", "home_url", "javascript:alert(1)", "begins with https://"),
        ("settings", "support_url", "call us", "mailto:"),
        ("settings", "time_zone", "Berlin", "Europe/Berlin"),
        ("settings/look", "accent_color", "red", "like #1d70b8"),
        ("settings/texts", "footer_note", "x" * 501, "Shorten this to 500 characters"),
        (
            "settings/clock",
            "promise_latest",
            "61",
            "Choose between 1 and 60 minutes; a site may be stricter, never",
        ),
        ("settings/clock", "promise_latest", "", "Write a whole number of minutes."),
        ("settings/clock", "initial_notice_within", "a quarter", "Write a whole number of minutes."),
        ("settings/clock", "initial_notice_within", "0", "Choose between 1 and 15 minutes"),
        ("settings/clock", "postmortem_within", "48.1", "Choose at most 48 hours"),
        ("settings/clock", "postmortem_within", "1e9", "Write a number of hours"),
        ("settings/clock", "promise_latest", "20", "The earliest promise must not lie after the latest."),
        ("settings/clock", "critical_resolution_notice_within", "16", "Choose between 1 and 15 minutes"),
        ("settings/clock", "minor_promise_latest", "soon", "Write a whole number of minutes."),
    ],
)
def test_what_will_not_do_is_refused_beside_its_field_and_stays_there(
    desk, nothing_changes, section, field, value, sentence
):
    with nothing_changes():
        page = save(desk, section, **{field: value})

    assert page.status == 422
    assert [error for error in page.errors if sentence in error] == page.errors
    assert len(page.errors) == 1
    assert page.form("settings").fields[field] == value


def test_every_mistake_in_the_policy_is_said_at_once(desk):
    page = save(
        desk, "settings/clock", initial_notice_within="16", promise_earliest="31", postmortem_within="x"
    )

    assert len(page.errors) == 3


def test_the_policy_is_saved_for_all_and_for_one_impact(desk, api):
    save(
        desk,
        "settings/clock",
        initial_notice_within="10",
        postmortem_within="36,5",
        critical_initial_notice_within="5",
        critical_promise_latest="45",
    )

    policy = api.get("")["policy"]
    assert (policy["initial_notice_within"], policy["postmortem_within"]) == (10, 2190)
    assert list(policy["by_impact"]) == ["critical"]
    assert policy["by_impact"]["critical"] == {
        "initial_notice_within": 5,
        "promise_earliest": 30,
        "promise_latest": 45,
        "resolution_notice_within": 15,
        "postmortem_within": 2190,
    }
    fields = desk.open("settings/clock").form("settings").fields
    assert (fields["postmortem_within"], fields["critical_promise_latest"]) == ("36.5", "45")
    assert fields["critical_promise_earliest"] == ""

    save(desk, "settings/clock", critical_initial_notice_within="", critical_promise_latest="")
    assert api.get("")["policy"]["by_impact"] == {}


def test_an_hour_typed_over_the_api_is_shown_and_kept_to_the_minute(desk, api):
    for minutes in (1, 59, 100, 2879):
        api.send("PATCH", "", json={"page": {"policy": {"postmortem_within": minutes}}})
        save(desk, "settings/clock", initial_notice_within="14")
        save(desk, "settings/clock", initial_notice_within="15")
        assert api.get("")["policy"]["postmortem_within"] == minutes


def test_the_clock_says_what_is_promised_where_nobody_chooses(desk):
    assert "30 minutes (critical impact), 30 minutes (major impact)" in desk.open("settings/clock").text


def test_two_people_change_different_things_and_both_stay(desk, api):
    form = desk.open("settings").form("settings")
    api.send("PATCH", "", json={"page": {"home_url": "https://acme.example/"}})

    assert form.press(name="Acme").status == 303

    assert (api.get("")["name"], api.get("")["home_url"]) == ("Acme", "https://acme.example/")


def test_two_people_change_the_same_and_the_second_sees_both_and_decides(desk, api, nothing_changes):
    form = desk.open("settings").form("settings")
    api.send("PATCH", "", json={"page": {"name": "Theirs"}})

    with nothing_changes():
        page = form.press(name="Mine")

    assert page.status == 409
    assert "Somebody else saved “Theirs” here meanwhile." in page.errors[0]
    assert page.form("settings").fields["name"] == "Mine"
    assert page.form("settings").press().status == 303
    assert api.get("")["name"] == "Mine"


def test_two_people_who_save_the_same_do_not_clash(desk, api):
    form = desk.open("settings").form("settings")
    api.send("PATCH", "", json={"page": {"name": "Acme"}})

    assert form.press(name="Acme").status == 303


def test_what_one_has_left_alone_stays_as_the_other_has_set_it_also_after_a_clash(desk, api):
    form = desk.open("settings/look").form("settings")
    api.send("PATCH", "", json={"page": {"has_powered_by": False, "accent_color": "#cc0066"}})

    page = form.press(accent_color="#00cc66")

    assert page.status == 409
    assert len(page.errors) == 1
    assert "“#cc0066”" in page.errors[0]
    assert page.form("settings").press().status == 303
    assert (api.get("")["accent_color"], api.get("")["has_powered_by"]) == ("#00cc66", False)


@pytest.mark.parametrize("seen", ["", "nonsense", "[]", '{"name": 7}', "[" * 30_000])
def test_a_form_that_cannot_tell_what_it_showed_is_saved_as_it_is(desk, api, seen):
    assert save(desk, "settings", name="Acme", seen=seen).status == 303
    assert api.get("")["name"] == "Acme"


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        (
            "#ffcc00",
            ["On the light page: contrast 1.4 : 1, too little to read. It is shown as", "easy to read"],
        ),
        ("#000000", ["On the dark page: contrast 1.3 : 1, too little to read.", "easy to read"]),
        ("#zz", ["Write the colour like #1d70b8"]),
        ("", ["Write the colour like #1d70b8"]),
    ],
)
def test_the_contrast_of_a_colour_is_told_while_it_is_chosen(desk, colour, words):
    answer = desk.browser.client.get(
        "/console/settings/look/contrast",
        query_string={"accent_color": colour},
        headers={"HX-Request": "true"},
    )

    text = Page(desk.browser, "", answer).text
    assert [each for each in words if each in text] == words


def test_a_logo_is_uploaded_replaced_and_taken_off(desk, api, site):
    assert "The logo is on every page." in upload(desk, picture((90, 30))).follow().text
    assert api.get("")["logo"]["width"] == 86
    assert "<img" in site.text("")
    upload(desk, picture((60, 30), kind="JPEG"), "logo.jpg")
    assert api.get("")["logo"]["width"] == 60

    page = desk.open("settings/look").form("logo-form").press("remove").follow()

    assert "The logo is off the page" in page.text
    assert "<img" not in site.text("")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg><script>alert(1)</script></svg>", "An SVG can carry a program"),
        (picture()[:80], "it may be damaged"),
        (bomb(60_000, 60_000), "at most 6 million pixels"),
        (picture() + bytes(2_000_000), "at most 2 MB"),
        (picture() + bytes(15_000_000), "at most 2 MB"),
        (b"", "Choose a file first"),
    ],
    ids=["svg", "torn", "bomb", "2 MB", "15 MB", "none"],
)
def test_a_file_that_will_not_do_is_refused_beside_its_field(desk, nothing_changes, content, sentence):
    with nothing_changes():
        page = upload(desk, content)

    assert page.status == 422
    assert sentence in page.errors[0]


def test_whoever_is_not_signed_in_sends_no_large_file(desk, client: FlaskClient, nothing_changes: Any):
    headers = {"Origin": "http://localhost"}

    with nothing_changes():
        answer = client.post(
            "/console/settings/logo", headers=headers, **multipart(bytes(9_000_000), "logo.png")
        )

    assert "Sign in" in answer.text


def test_what_was_saved_and_by_whom_is_on_record(desk, session):
    save(desk, "settings", name="Acme")

    from statuspage.store.records import AuditEntry

    [entry] = session.query(AuditEntry).where(AuditEntry.verb == "change_page")
    assert entry.account_id is not None
    assert json.loads(json.dumps(entry.details)) == {"changes": {"name": ["Our service", "Acme"]}}


def test_the_public_report_is_switched_on(desk, api, site):
    save(desk, "settings/report", has_public_report="y")

    assert api.get("")["has_public_report"] is True
    assert "How well we kept you informed" in site.text("informed")
