"""The page over the manage API: what is set of it, its logo, and what customers see of both."""

import base64

import pytest

from statuspage.adapters.images import MOST_BYTES
from statuspage.domain.roles import SiteRole
from tests.pictures import bomb, picture


def sent(content: bytes) -> dict[str, dict[str, str]]:
    return {"logo": {"content": base64.b64encode(content).decode()}}


def change(api, **fields):
    answer = api.send("PATCH", "", json={"page": fields})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_new_page_has_nothing_but_its_defaults(api):
    page = api.get("")

    assert {name: page[name] for name in ("home_url", "support_url", "footer_note", "logo")} == dict.fromkeys(
        ("home_url", "support_url", "footer_note", "logo")
    )
    assert (page["accent_color"], page["has_powered_by"], page["asks_approval"]) == ("#1d70b8", True, False)


def test_every_field_is_taken_answered_and_shown(api, site):
    fields = {
        "name": "Acme",
        "page_description": "What runs at Acme",
        "home_url": "https://acme.example/",
        "support_url": "mailto:help@acme.example",
        "footer_note": "Acme Ltd, Berlin",
        "accent_color": "#cc0066",
        "has_powered_by": False,
        "time_zone": "Europe/Berlin",
        "asks_approval": True,
        "has_public_report": True,
        "has_postmortem_promise": True,
        "has_action_progress": True,
    }

    page = change(api, **fields)

    assert {name: page[name] for name in fields} == fields
    html = site.text("")
    for words in (
        "What runs at Acme",
        "https://acme.example/",
        "mailto:help@acme.example",
        "Acme Ltd, Berlin",
        "How well we kept you informed",
    ):
        assert words in html
    assert "Powered by" not in html


def test_a_field_sent_as_null_is_emptied_and_one_not_sent_stays(api):
    change(api, home_url="https://acme.example/", footer_note="Acme Ltd", accent_color="#cc0066")

    page = change(api, home_url=None, accent_color=None)

    assert (page["home_url"], page["footer_note"], page["accent_color"]) == (None, "Acme Ltd", "#cc0066")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("home_url", "mailto:help@acme.example"),
        ("support_url", "ftp://acme.example"),
        ("accent_color", "red"),
        ("footer_note", "x" * 501),
        ("has_powered_by", "perhaps"),
    ],
)
def test_what_will_not_do_is_refused_beside_its_field(api, nothing_changes, field, value):
    with nothing_changes():
        refused = api.refused("PATCH", "", json={"page": {"name": "New", field: value}})

    assert (refused["status"], list(refused["fields"])) == (422, [field])


def test_a_logo_is_put_on_the_page_and_taken_off(api, site):
    answer = api.send("PUT", "logo", json=sent(picture((90, 30))))

    assert answer.status_code == 200
    logo = answer.get_json()["logo"]
    assert (logo["width"], logo["height"]) == (86, 26)
    path = logo["url"].removeprefix("https://status.example.com/")
    assert f'<img class="logo on-any" src="/{path}" width="86" height="26"' in site.text("")
    assert site.files()[path].startswith(b"\x89PNG")

    assert api.send("DELETE", "logo").status_code == 204
    assert api.get("")["logo"] is None
    assert "<img" not in site.text("")


def test_the_json_that_customers_programs_read_knows_no_logo(api, site):
    change(api, name="Acme")
    before = site.json("summary")["page"].keys()
    api.send("PUT", "logo", json=sent(picture()))

    assert site.json("summary")["page"].keys() == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg onload='alert(1)'/>", "logo_unreadable"),
        (b"GIF89a", "logo_unreadable"),
        (picture()[:60], "logo_unreadable"),
        (bomb(50_000, 50_000), "logo_too_large"),
        (picture() + bytes(MOST_BYTES), "logo_too_large"),
        (b"", "logo_missing"),
    ],
    ids=["svg", "torn", "torn png", "bomb", "2 MB", "empty"],
)
def test_a_file_that_will_not_do_is_refused_in_a_sentence(api, nothing_changes, content, code):
    with nothing_changes():
        refused = api.refused("PUT", "logo", json=sent(content))

    assert (refused["status"], refused["code"], list(refused["fields"])) == (422, code, ["logo"])


@pytest.mark.parametrize("content", ["not Base64!", "äöü", "a"])
def test_a_file_that_is_not_in_base64_is_refused(api, content):
    refused = api.refused("PUT", "logo", json={"logo": {"content": content}})

    assert refused["fields"] == {"content": "Send the file in Base64."}


def test_only_an_admin_sets_the_logo(api, nothing_changes):
    communicator = api.acting_as(SiteRole.COMMUNICATOR)

    with nothing_changes():
        assert communicator.refused("PUT", "logo", json=sent(picture()))["status"] == 403
        assert communicator.refused("DELETE", "logo")["status"] == 403


def test_whoever_has_no_token_sends_no_large_body(api, client):
    answer = client.put(api.url("logo"), data=b"x" * 3_000_000, content_type="application/json")

    assert answer.status_code == 401


def test_the_words_that_a_site_avoids_are_set_as_a_whole_and_stay_where_they_are_not_sent(api):
    words = [{"word": "cowboy*", "suggestion": "unreviewed"}, {"word": "root user", "suggestion": ""}]

    page = change(api, blame_words=[words[0], {"word": " root  user "}])

    assert page["blame_words"] == words
    assert change(api, name="Acme")["blame_words"] == words
    assert change(api, blame_words=[])["blame_words"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([{"word": ""}], "blank"),
        ([{"word": "x" * 81}], "too_long"),
        ([{"word": "x", "suggestion": "y" * 201}], "too_long"),
        ([{"word": "***"}], "not_a_word"),
        ([{"word": "Cowboy"}, {"word": "cowboy"}], "duplicate_word"),
        ([{"word": f"w{number}"} for number in range(201)], "too_many"),
    ],
)
def test_words_that_are_none_are_refused_beside_their_field(api, words, code):
    refused = api.refused("PATCH", "", json={"page": {"blame_words": words}})

    assert (refused["status"], refused["code"], list(refused["fields"])) == (422, code, ["blame_words"])
    assert change(api, name="Acme")["blame_words"] == []


def test_two_hundred_words_are_taken(api):
    words = [{"word": f"w{number}", "suggestion": ""} for number in range(200)]

    assert change(api, blame_words=words)["blame_words"] == words
