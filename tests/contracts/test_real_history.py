"""Real history, imported and published: every count agrees, everywhere."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from statuspage.app import create_app
from statuspage.domain.roles import COMMAND_LINE
from statuspage.services.context import unit_of_work
from statuspage.services.import_history import import_history, prepare
from statuspage.services.import_source import read_source
from statuspage.services.publishing import publish
from statuspage.services.rebuilding import rebuild_if_asked
from statuspage.settings import Settings
from statuspage.web.database import db
from tests import databases
from tests.factories import make_token
from tests.fakes import FakeClock
from tests.needs import data_file

pytestmark = pytest.mark.needs("data")

MONTHS = 57  # from March 2022 to November 2026
TIMES = ("started_at", "created_at", "monitoring_at", "resolved_at", "updated_at")


@pytest.fixture(scope="module")
def source() -> dict[str, dict[str, Any]]:
    """The incidents of the real history, without its maintenances, by id."""
    history = json.loads(gzip.decompress(data_file("github-incidents.json.gz").read_bytes()))
    return {each["id"]: each for each in history["incidents"] if each["impact"] != "maintenance"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    """The application with the real history imported and published."""
    folder = tmp_path_factory.mktemp("history")
    url = databases.copy_of(sqlite_template, folder / "statuspage.db")
    environment = {
        "STATUSPAGE_INSTANCE_DIR": str(folder / "instance"),
        "STATUSPAGE_DATABASE_URL": url,
        "STATUSPAGE_BASE_URL": "https://status.example.com",
    }
    app = create_app(Settings.from_env(environment), FakeClock())
    with app.app_context():
        _import(app)
    yield app
    databases.close(app)


def _import(app: Flask) -> None:
    wired = app.extensions["statuspage"]
    prepared = prepare(read_source(data_file("github-incidents.json.gz").read_bytes()), wired.markdown)
    with unit_of_work(db.session(), wired.clock, lambda _session, _now: COMMAND_LINE) as ctx:
        import_history(ctx, prepared)
    publish(db.session(), wired.site, wired.clock, wired.settings.base_url)
    rebuild_if_asked(db.session(), wired.site, wired.clock, wired.settings.base_url)


@pytest.fixture(scope="module")
def reader(app: Flask) -> FlaskClient:
    """A reader of the published site."""
    app.extensions["statuspage.site"].look_again()
    return app.test_client()


def words(markup: str) -> str:
    """What a reader sees, without white space: tags and Markdown's own signs taken away."""
    return re.sub(r"[\s*_`~#>\[\]()|\\.:-]+", "", unescape(re.sub(r"<[^>]+>", "", markup)))


def test_every_incident_has_its_own_page_with_all_its_notices(
    reader: FlaskClient, source: dict[str, dict[str, Any]]
):
    for public_id, incident in source.items():
        page = reader.get(f"/incidents/{public_id}").text

        shown = re.findall(r'<li id="update-([a-z0-9]{12})"', page)
        assert shown == [update["id"] for update in incident["incident_updates"]]


def test_every_month_lists_its_incidents_newest_first(reader: FlaskClient, source: dict[str, dict[str, Any]]):
    months = re.findall(r'href="/history/(\d{4}-\d\d)"', reader.get("/history").text)
    expected = Counter(incident["started_at"][:7] for incident in source.values())
    notices = 0

    assert (len(months), months) == (MONTHS, sorted(months, reverse=True))
    for month in months:
        page = reader.get(f"/history/{month}").text
        listed = list(dict.fromkeys(re.findall(r'href="/incidents/([a-z0-9]{12})"', page)))
        started = [source[public_id]["started_at"] for public_id in listed]
        assert (len(listed), started) == (expected[month], sorted(started, reverse=True))
        notices += len(re.findall(r'datetime="[^"]+">[^<]*</time></small></h\d>', page))
    assert notices == sum(len(incident["incident_updates"]) for incident in source.values()) == 4514


def test_the_texts_of_a_month_are_there_word_for_word(reader: FlaskClient, source: dict[str, dict[str, Any]]):
    for month in ("2022-03", "2024-06", "2026-08"):
        page = words(reader.get(f"/history/{month}").text)
        for incident in source.values():
            if incident["started_at"].startswith(month):
                missing = [
                    update["body"]
                    for update in incident["incident_updates"]
                    if words(update["body"])[:60] not in page
                ]
                assert missing == []


def test_the_json_of_each_incident_says_what_the_source_said(
    reader: FlaskClient, source: dict[str, dict[str, Any]]
):
    for public_id, incident in source.items():
        told = reader.get(f"/api/v2/incidents/{public_id}.json").get_json()["incident"]

        assert [facts(update) for update in told["incident_updates"]] == [
            facts(update) for update in incident["incident_updates"]
        ]
        for key in ("name", "status", "impact", *TIMES):
            assert told[key] == incident[key], key
        assert {each["name"] for each in told["components"]} == {
            each["name"] for each in incident["components"]
        }


def facts(update: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(update[key] for key in ("id", "status", "body", "created_at", "display_at"))


def test_the_lists_are_newest_first_and_nothing_resolved_is_unresolved(reader: FlaskClient):
    incidents = reader.get("/api/v2/incidents.json").get_json()["incidents"]
    unresolved = reader.get("/api/v2/incidents/unresolved.json").get_json()["incidents"]
    components = reader.get("/api/v2/components.json").get_json()["components"]

    created = [each["created_at"] for each in incidents]
    assert (len(incidents), created) == (50, sorted(created, reverse=True))
    assert unresolved == []
    assert all("group_id" in each for each in components)
    assert len(components) == 12


def test_the_feeds_carry_the_newest_incidents_and_notices(
    reader: FlaskClient, source: dict[str, dict[str, Any]]
):
    history = re.findall(r"Incident/([a-z0-9]{12})</id>", reader.get("/history.atom").text)
    items = reader.get("/feed.json").get_json()["items"]
    latest = sorted(
        (update["created_at"] for incident in source.values() for update in incident["incident_updates"]),
        reverse=True,
    )

    assert history == sorted(source, key=lambda key: source[key]["created_at"], reverse=True)[:25]
    assert [item["date_published"][:16] for item in items] == [at[:16] for at in latest[:50]]


def test_the_report_shows_the_gaps_of_what_was_entered_afterwards_apart(app: Flask):
    client = app.test_client()
    with app.app_context():
        make_token(db.session(), secret="reading")
        db.session().commit()
    bearer = {"Authorization": "Bearer reading"}
    page = client.get("/v1/pages", headers=bearer).get_json()[0]["id"]
    address = f"/v1/pages/{page}/compliance?from=2022-01-01&to=2026-12-31"
    report = client.get(address, headers=bearer).get_json()
    backfill = report["backfill"]

    assert backfill == {
        "incidents": 772,
        "gaps": 3713,
        "gaps_within_60": backfill["gaps_within_60"],
        "all_gaps_within_60": 602,
        "all_gaps_within_30": 300,
    }
    assert round(100 * backfill["gaps_within_60"] / 3713, 1) == 92.7
    assert (round(100 * 602 / 772, 1), round(100 * 300 / 772, 1)) == (78.0, 38.9)
    assert report["hidden"]["entered_afterwards"] == len(report["incidents"])
    assert report["promises"] == {"made": 0, "kept": 0, "broken": 0, "open": 0}
