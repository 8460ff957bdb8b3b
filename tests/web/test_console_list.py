"""The list of incidents at the console."""

from collections.abc import Callable

import pytest

from statuspage.domain.roles import SiteRole
from tests.web.browsers import Browser
from tests.web.callers import Api
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.VIEWER))


def test_an_empty_list_says_what_to_do(desk: Desk):
    assert "No incident yet." in desk.open("incidents").text


def test_all_states_are_listed_with_their_words(desk: Desk, api: Api, component: str):
    api.declare("Requests fail", components={component: "partial_outage"})
    api.change(api.detect("A probe lied"), status="dismissed", reason="A probe lied.")

    text = desk.open("incidents").text

    assert "2 incidents" in text
    assert "Requests fail API Investigating Major" in text
    assert "A probe lied Dismissed None" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=FAIL", ["Requests fail"]),
        ("q=only+in+the+text", ["Requests fail"]),
        ("state=detected", ["Odd"]),
        ("state=open&impact=major", ["Requests fail"]),
        ("impact=critical", []),
        ("month=2026-11", ["Requests fail", "Odd"]),
        ("month=2026-12", []),
        ("state=nonsense&impact=nonsense&page=nonsense", ["Requests fail", "Odd"]),
        ("q=%00", ["Requests fail", "Odd"]),
        ("page=99999", ["Requests fail", "Odd"]),
    ],
)
def test_the_list_is_narrowed(desk: Desk, api: Api, component: str, query: str, found: list[str]):
    api.declare("Requests fail", components={component: "partial_outage"}, body="only in the text")
    api.detect("Odd")

    page = desk.open(f"incidents?{query}")

    assert page.status == 200
    assert [name for name in ("Requests fail", "Odd") if name in page.text] == found


def test_a_long_list_has_pages_that_keep_the_search(desk: Desk, api: Api):
    for number in range(26):
        api.detect(f"Incident {number:02}")

    first = desk.open("incidents?q=incident")
    second = desk.open("incidents?q=incident&page=2")

    assert "26 incidents, page 1 of 2" in first.text
    assert 'href="/console/incidents?q=incident&amp;page=2"' in first.answer.text
    assert "Incident 00" in second.text
    assert "Incident 25" not in second.text


def test_the_script_gets_the_rows_alone(desk: Desk, api: Api):
    api.detect("Odd")

    answer = desk.browser.get("/console/incidents?q=odd", headers={"HX-Request": "true"})

    assert "Odd" in answer.text
    assert "<html" not in answer.text


def test_an_address_with_a_character_that_no_id_has_leads_nowhere(desk: Desk):
    """PostgreSQL refuses even to look for it."""
    for path in (
        "incidents/a%00b",
        "components/a%00b/state",
        "drills/a%00b",
        "help/a%00b",
        "incidents?q=a%00b",
    ):
        assert desk.open(path).status in (200, 404), path
