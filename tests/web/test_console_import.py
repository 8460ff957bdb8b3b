"""Importing history at the console and over the API."""

import io
import json
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.settings import Settings
from statuspage.web.console import imports
from statuspage.web_server import MAX_BODY_BYTES
from statuspage.worker.imports import run_imports
from statuspage.worker.tools import make_tools
from tests.fakes import FakeClock
from tests.history import incident
from tests.web.browsers import Browser
from tests.web.callers import Api
from tests.web.desks import Desk, Page

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORM = "/console/incidents/import"
HISTORY = json.dumps({"incidents": [incident("abcdefghijkl"), {"id": "broken"}]}).encode()


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in())


@pytest.fixture
def work(settings: Settings, clock: FakeClock, session: Session) -> Callable[[], None]:
    """Have a worker take in what waits."""

    def run() -> None:
        session.rollback()
        tools = make_tools(settings, clock)
        run_imports(tools)
        tools.sessions.kw["bind"].dispose()

    return run


def send(desk: Desk, content: bytes | None = None, **fields: object) -> Page:
    desk.browser.get(FORM)
    files = {} if content is None else {"history": (io.BytesIO(content), "history.json")}
    return Page(desk.browser, FORM, desk.browser.post(FORM, {"form_key": "x" * 20, **fields, **files}))


def test_a_file_is_taken_in_and_the_page_says_what_was_left_out(desk: Desk, work: Callable[[], None]):
    waiting = send(desk, HISTORY).follow()
    assert "It waits for the worker" in waiting.text
    assert "Import of history.json" in waiting.text

    work()

    page = Page(desk.browser, waiting.path, desk.browser.get(waiting.path))
    assert "Done. 1 incident is new, with 2 notices." in page.text
    assert "Left out: 1" in page.text
    assert "incident broken" in page.text
    assert "Slow answers" in desk.open("incidents").text
    assert "history.json" in desk.open("incidents/import").text


def test_the_bar_asks_for_news_and_at_the_end_for_the_report(desk: Desk, work: Callable[[], None]):
    location = send(desk, HISTORY).follow().path
    first = desk.browser.get(f"{location}/progress")
    assert "<progress" in first.text
    assert desk.browser.get(f"{location}/progress?seen={first.headers['X-Seen']}").status_code == 204

    work()

    assert desk.browser.get(f"{location}/progress").headers["HX-Redirect"] == location


def test_a_form_sent_twice_imports_once(desk: Desk):
    assert send(desk, HISTORY).follow().path == send(desk, HISTORY).follow().path


@pytest.mark.parametrize(
    ("content", "fields", "sentence"),
    [
        (None, {}, "Choose a file, or give the address it lies at."),
        (b"", {}, "This file is empty."),
        (b" \n ", {}, "This file is empty."),
        (b"<html>", {}, "This is not a JSON file"),
        (HISTORY, {"address": "https://example.com"}, "Give a file or an address, not both."),
        (None, {"address": "ftp://example.com"}, "Give an address that begins with https:// or http://."),
    ],
)
def test_what_makes_no_sense_is_told_beside_its_field(
    desk: Desk, content: bytes | None, fields: dict[str, str], sentence: str
):
    page = send(desk, content, **fields)

    assert page.status == 422
    assert any(sentence in error for error in page.errors)


def test_what_can_not_be_read_is_told_at_the_end(desk: Desk, work: Callable[[], None]):
    location = send(desk, b'{"incidents": [').follow().path

    work()

    page = Page(desk.browser, location, desk.browser.get(location))
    assert "Nothing was imported. The file is not whole, valid JSON" in page.text


def test_an_address_inside_our_network_is_not_fetched(desk: Desk, work: Callable[[], None]):
    location = send(desk, address="http://127.0.0.1:9/incidents.json").follow().path

    work()

    page = Page(desk.browser, location, desk.browser.get(location))
    assert "leads into a private network" in page.text


def test_only_this_form_may_be_larger_than_all_others(desk: Desk):
    desk.browser.client.application.config["MAX_CONTENT_LENGTH"] = 5000
    large = b'{"incidents": [], "x": "' + b"y" * 5000 + b'"}'

    assert send(desk, large).status == 303
    desk.browser.get("/console/incidents")
    files = {"history": (io.BytesIO(large), "history.json")}
    assert desk.browser.post("/console/several", files).status_code == 413
    assert imports.MOST_BYTES == MAX_BODY_BYTES


def test_more_than_the_server_takes_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imports, "MOST_BYTES", 1000)

    assert send(desk, b"{" + b" " * 1000).status == 413


def test_only_admins_import(signed_in: Callable[..., Browser]):
    desk = Desk(signed_in(SiteRole.COMMUNICATOR))

    assert desk.open("incidents/import").status == 403
    assert "Import history" not in desk.open("incidents").text


def test_a_program_sends_a_history_and_reads_the_report(api: Api, work: Callable[[], None]):
    entries = json.loads(HISTORY)["incidents"]
    answer = api.send("POST", "imports", json={"import": {"name": "Old page", "incidents": entries}})
    assert answer.status_code == 201
    asked = answer.get_json()
    assert (asked["state"], asked["name"], asked["done"]) == ("waiting", "Old page", 0)

    work()

    done = api.get(f"imports/{asked['id']}")
    assert (done["state"], done["incidents"], done["notices"], done["left_out_count"]) == ("done", 1, 2, 1)
    assert done["left_out"][0]["what"] == "incident broken"
    assert api.get("imports") == [done]
    assert api.get("incidents")[0]["id"] == "abcdefghijkl"


def test_a_program_sends_an_address_or_a_history(api: Api):
    for body in ({}, {"address": "https://example.com", "incidents": []}):
        assert api.refused("POST", "imports", json={"import": body})["fields"].keys() == {"address"}
    answer = api.send("POST", "imports", json={"import": {"address": "https://example.com/x.json"}})
    assert answer.get_json()["name"] == "https://example.com/x.json"


def test_only_an_import_may_be_larger_than_a_megabyte(api: Api):
    large = "x" * (1024 * 1024 + 1)

    assert api.send("POST", "imports", json={"import": {"incidents": [{"x": large}]}}).status_code == 201
    assert api.send("POST", "incidents", json={"incident": {"name": large}}).status_code == 413
