"""Requests that can't be read, lead nowhere or ask for too much are refused in the error shape."""

import pytest

from statuspage.domain.roles import SiteRole
from tests.web.callers import Api

BODIES: list[tuple[bytes, str, int, str]] = [
    (b"{", "application/json", 400, "bad_json"),
    (b'{"incident": {"name": "x"}', "application/json", 400, "bad_json"),
    (b"[]", "application/json", 400, "bad_json"),
    (b"null", "application/json", 400, "bad_json"),
    (b"1", "application/json", 400, "bad_json"),
    (b'{"incident": {"name": NaN}}', "application/json", 400, "bad_json"),
    (b'{"incident": {"name": "x", "metadata": {"a": 1e999}}}', "application/json", 400, "bad_json"),
    (
        b'{"incident": {"name": "x", "metadata": {"a": %s}}}' % (b"9" * 5000),
        "application/json",
        400,
        "bad_json",
    ),
    (b'{"incident": {"name": "\xff"}}', "application/json", 400, "bad_utf8"),
    ('{"incident": {"name": "ü"}}'.encode("utf-16"), "application/json", 400, "bad_utf8"),
    (b"[" * 200_000, "application/json", 400, "bad_json"),
    (b'{"incident":' * 50_000, "application/json", 400, "bad_json"),
    (b'{"incident": ' + b"[" * 500 + b"]" * 500 + b"}", "application/json", 400, "too_deep"),
    (b'{"incident": {"metadata": ' + b'{"a":' * 50 + b"1" + b"}" * 52, "application/json", 400, "too_deep"),
    (b"{}", "application/json", 422, "invalid"),
    (b"", "application/json", 422, "invalid"),
    (b'{"incident": []}', "application/json", 422, "invalid"),
    (b'{"incident": "x"}', "application/json", 422, "invalid"),
    (b'{"incident": null}', "application/json", 422, "invalid"),
    (b'{"incident": {}}', "application/json", 422, "invalid"),
    (b'{"a\\u0000": {}}', "application/json", 422, "control_character"),
    (b'{"incident": {"a\\ud800": 1, "name": "x"}}', "application/json", 422, "control_character"),
    (b'{"incident": {"name": "x"}}', "text/plain", 415, "unsupported_media_type"),
    (b'{"incident": {"name": "x"}}', "", 415, "unsupported_media_type"),
    (b"<incident/>", "application/xml", 415, "unsupported_media_type"),
    (b"--x\r\n", "multipart/form-data; boundary=x", 415, "unsupported_media_type"),
    (b"incident=x", "application/x-www-form-urlencoded", 422, "invalid"),
    (b"incident[name]=%ff", "application/x-www-form-urlencoded", 400, "bad_utf8"),
    (b"incident[name]=\xff", "application/x-www-form-urlencoded", 400, "bad_utf8"),
    (b"incident[name]=%00", "application/x-www-form-urlencoded", 422, "control_character"),
    (b"incident[name=x", "application/x-www-form-urlencoded", 400, "bad_form"),
    (b"incident[name]=x&incident[name][a]=y", "application/x-www-form-urlencoded", 400, "bad_form"),
    (b"incident[name]=x&incident[name][]=y", "application/x-www-form-urlencoded", 400, "bad_form"),
    (b"incident" + b"[a]" * 5000 + b"=x", "application/x-www-form-urlencoded", 400, "bad_form"),
    (
        b"&".join(b"a%d=1" % number for number in range(2000)),
        "application/x-www-form-urlencoded",
        400,
        "bad_form",
    ),
    (b'{"incident": {"name": "' + b"x" * 1024 * 1024 + b'"}}', "application/json", 413, "too_large"),
]


def test_unreadable_bodies_are_refused_in_the_error_shape(api: Api, nothing_changes):
    mistaken = []
    with nothing_changes():
        for body, content_type, status, code in BODIES:
            refused = api.refused("POST", "incidents", data=body, content_type=content_type)
            if (refused["status"], refused["code"]) != (status, code):
                mistaken.append((body[:60], content_type, refused))

    assert mistaken == []


def test_what_can_be_no_id_is_not_found(api: Api):
    made_up = (
        "000000000000",
        "%00",
        "a%00b",
        "%ff",
        "%ed%a0%80",
        "x" * 3000,
        "%27%20OR%201=1",
        "..%5c",
        "ÄÖÜ",
    )

    for path in ("incidents/{}", "components/{}", "component-groups/{}", "incidents/{}/deadlines"):
        for public_id in made_up:
            assert api.refused("GET", path.format(public_id))["status"] == 404


def test_a_list_has_a_first_page_and_no_negative_one(api: Api):
    asked = ("page=0", "page=-1", "page=x", "page=", "page=1e3", "per_page=0", "limit=-5", "page=" + "9" * 40)

    for path in ("incidents", "incidents/unresolved", "components", "component-groups"):
        for query in asked:
            refused = api.refused("GET", f"{path}?{query}")
            assert (refused["status"], list(refused["fields"])) == (422, [query.split("=")[0]])
        assert api.get(f"{path}?page=1000000&per_page=100") == []


def test_a_search_for_control_characters_is_refused(api: Api):
    for words in ("%00", "%1b", "a%0bb"):
        assert list(api.refused("GET", f"incidents?q={words}")["fields"]) == ["q"]
    assert api.get("incidents?q=%ff%27%25_") == []


def test_a_method_nobody_offers_is_refused_with_those_that_are(api: Api):
    for method in ("PATCH", "DELETE", "PUT", "TRACE"):
        answer = api.send(method, "incidents", json={"incident": {"name": "x"}})
        assert (answer.status_code, answer.get_json()["code"]) == (405, "method_not_allowed")
        assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/console/drills/new?scenario=%00", None),
        ("/console/declare?recurrence_of=%00", None),
        ("/console/declare", {"name": "x", "body": "x", "situation": "\0"}),
        ("/console/drills/new", {"title": "x", "speed": "1", "scenario": "\0"}),
        ("/console/drills/new", {"title": "x", "speed": "1", "form_key": "\0"}),
    ],
)
def test_a_zero_byte_where_an_id_belongs_breaks_nothing(signed_in, path, fields):
    desk = signed_in(SiteRole.ADMIN)

    answer = desk.get(path) if fields is None else desk.post(path, fields)

    assert answer.status_code < 500
