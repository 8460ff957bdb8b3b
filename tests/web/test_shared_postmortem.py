"""The page behind a link: like the public one, for those who have it, and for nobody else."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from statuspage.domain.postmortem import Visibility
from statuspage.web.publish import publish_now
from statuspage.wiring import Adapters
from tests.fakes import FakeClock
from tests.web.callers import Api, Json, PublicSite, wire
from tests.web.explained import Authors


@pytest.fixture
def authors(sessions: sessionmaker[Session], clock: FakeClock, adapters: Adapters) -> Authors:
    return Authors(sessions, clock, adapters.markdown)


@pytest.fixture
def incident(api: Api, component: str) -> Json:
    states = {component: "major_outage"}
    return api.declare("Requests fail", status="resolved", restored_at=wire(0), components=states)


@pytest.fixture
def secret(authors: Authors, incident: Json) -> str:
    authors.explain(incident, Visibility.LINK)
    return authors.share(incident, days=7)


def test_whoever_has_the_link_reads_what_the_public_page_would_say(client: FlaskClient, secret: str):
    answer = client.get(f"/shared/{secret}")

    assert answer.status_code == 200
    assert "A cache was sized for half of the traffic that it met." in answer.text
    assert "This postmortem was shared with you by link." in answer.text
    assert "Warn at 80 per cent" in answer.text
    for private in ("Ana Author", "Ben Reviewer", "Big customer", secret):
        assert private not in answer.text


def test_it_says_to_nobody_where_it_is(client: FlaskClient, secret: str):
    answer = client.get(f"/shared/{secret}")

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "canonical" not in answer.text


def test_everything_it_loads_is_there(client: FlaskClient, site: PublicSite, secret: str):
    page = client.get(f"/shared/{secret}").text

    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(loaded) == 3
    assert {client.get(path).status_code for path in loaded} == {200}


def test_a_reading_counts_and_what_programs_do_ahead_of_it_does_not(
    client: FlaskClient, authors: Authors, incident: Json, secret: str
):
    assert client.head(f"/shared/{secret}").status_code == 200
    assert client.get(f"/shared/{secret}", headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert authors.uses(incident) == [0]

    client.get(f"/shared/{secret}")

    assert authors.uses(incident) == [1]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_guessed_expired_revoked_and_unpublished_links_are_answered_alike(
    client: FlaskClient, authors: Authors, incident: Json, secret: str, clock: FakeClock, method: str
):
    def look(path: str) -> tuple[object, ...]:
        answer = client.open(path, method=method)
        headers = {name: value for name, value in answer.headers.items() if name != "Date"}
        return answer.status_code, headers, answer.data

    guessed = look(f"/shared/{secret[:-1]}-")
    empty = [look(path) for path in ("/shared/", f"/shared/{secret}/more", "/shared/ÿ")]
    clock.advance(hours=24 * 7)
    expired = look(f"/shared/{secret}")
    another = authors.share(incident)
    authors.revoke(incident)
    revoked = look(f"/shared/{another}")
    third = authors.share(incident)
    authors.unpublish(incident)
    unpublished = look(f"/shared/{third}")

    assert guessed[0] == 404
    assert {*map(str, [guessed, *empty, expired, revoked, unpublished])} == {str(guessed)}
    if method == "GET":
        text = guessed[2].decode()  # type: ignore[attr-defined]
        assert "This link no longer works. Ask whoever gave it to you." in text
        assert "Requests fail" not in text


def test_the_last_instant_of_a_link_still_opens_it(client: FlaskClient, secret: str, clock: FakeClock):
    clock.advance(hours=24 * 7, seconds=-1)
    assert client.get(f"/shared/{secret}").status_code == 200
    clock.advance(seconds=1)
    assert client.get(f"/shared/{secret}").status_code == 404


def test_internal_ones_open_to_nobody(client: FlaskClient, authors: Authors, incident: Json, secret: str):
    authors.edit(incident, lambda content: content.with_section("summary", "Requests failed for an hour."))
    authors.publish(incident, Visibility.INTERNAL)

    assert client.get(f"/shared/{secret}").status_code == 404


def test_what_is_public_meanwhile_opens_too_and_is_not_called_unlisted(
    client: FlaskClient, app, authors: Authors, incident: Json, secret: str
):
    authors.edit(incident, lambda content: content.with_section("summary", "Requests failed for an hour."))
    authors.publish(incident)
    with app.app_context():
        publish_now()
    answer = client.get(f"/shared/{secret}")

    assert answer.status_code == 200
    assert "It is not on the public page" not in answer.text


def test_whoever_guesses_on_is_asked_to_wait(client: FlaskClient, secret: str):
    codes = [client.get(f"/shared/guess-{number}").status_code for number in range(200)]

    assert codes[0] == 404
    assert codes[-1] == 429
    assert client.get("/shared/another-guess").headers["Retry-After"].isdigit()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_done_with_it_but_reading(client: FlaskClient, secret: str, method: str):
    assert client.open(f"/shared/{secret}", method=method).status_code == 405
