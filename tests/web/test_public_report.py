"""The public report, “How well we kept you informed”: what it counts, what it hides, and when it changes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from statuspage.services.publishing import refresh
from statuspage.services.rebuilding import rebuild_if_asked
from statuspage.web.database import db
from tests.fakes import FakeClock
from tests.web.callers import Api, PublicSite, wire

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def switch(api: Api, *, on: bool) -> None:
    assert api.send("PATCH", "", json={"page": {"has_public_report": on}}).status_code == 200


@pytest.fixture
def switched_on(api: Api) -> None:
    switch(api, on=True)


@pytest.fixture
def time_passes(app: Flask) -> Callable[..., None]:
    """Let the worker look at what time has changed since then."""

    def look(since: timedelta) -> None:
        wired = app.extensions["statuspage"]
        with app.app_context():
            now = wired.clock.now()
            refresh(db.session(), wired.site, wired.clock, wired.settings.base_url, now - since)
        app.extensions["statuspage.site"].look_again()

    return look


def told(site: PublicSite) -> str:
    """The page's words in one line."""
    main = site.text("informed").split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_it_is_off_until_somebody_switches_it_on(api: Api, site: PublicSite):
    api.declare()

    assert not site.has("informed")
    assert "/informed" not in site.text("") + site.text("sitemap-pages.xml")


def test_it_stands_in_the_sitemap_and_at_the_foot_of_each_page(
    api: Api, site: PublicSite, app: Flask, switched_on: None
):
    with app.app_context():
        wired = app.extensions["statuspage"]
        rebuild_if_asked(db.session(), wired.site, wired.clock, wired.settings.base_url)

    assert "<loc>https://status.example.com/informed</loc>" in site.text("sitemap-pages.xml")
    assert 'href="/informed"' in site.text("")
    assert "<script src" in site.text("informed")
    assert "There was no incident in this time" in told(site)


def test_switched_off_it_is_gone_at_once(api: Api, site: PublicSite, switched_on: None):
    api.declare()
    switch(api, on=False)

    assert not site.has("informed")
    assert "/informed" not in site.text("") + site.text("sitemap-pages.xml")


def test_each_notice_changes_it(api: Api, site: PublicSite, clock: FakeClock, switched_on: None):
    incident = api.declare(detected_at=wire(-9), next_update_in=30)

    assert "You heard of it within 15 min of our noticing half of the time within 9 min 1 of 1" in told(site)
    assert "The next update came when we had promised it none yet" in told(site)

    clock.advance(minutes=31)
    api.change(incident, body="Sorry.", next_update_in=30)

    assert "The next update came when we had promised it 0 of 1" in told(site)
    assert "from the first to the last counted in whole incidents 0 of 1" in told(site)

    clock.advance(minutes=20)
    api.change(incident, status="resolved", restored_at=wire(49))

    assert "The next update came when we had promised it 1 of 2" in told(site)
    assert "We said that it was over within 15 min of its end 1 of 1" in told(site)


def test_a_promise_that_runs_out_changes_it_though_nobody_speaks(
    api: Api, site: PublicSite, clock: FakeClock, switched_on: None, time_passes
):
    api.declare(next_update_in=30)
    clock.advance(minutes=30, seconds=1)
    time_passes(timedelta(seconds=5))

    assert "The next update came when we had promised it 0 of 1" in told(site)


def test_the_day_that_turns_moves_its_ninety_days(
    api: Api, site: PublicSite, clock: FakeClock, switched_on: None, time_passes
):
    incident = api.declare(next_update_in=30)
    api.change(incident, status="resolved", restored_at=wire(0))
    clock.advance(days=89)
    time_passes(timedelta(days=1))
    before = told(site)
    clock.advance(days=1)
    time_passes(timedelta(days=1))

    assert ": 1 incident." in before
    assert "There was no incident in this time" in told(site)


def test_a_stricter_limit_changes_it(api: Api, site: PublicSite, switched_on: None):
    api.declare(detected_at=wire(-9))
    api.send("PATCH", "", json={"page": {"policy": {"initial_notice_within": 5}}})

    assert "You heard of it within 5 min of our noticing half of the time within 9 min 0 of 1" in told(site)


def test_what_was_entered_afterwards_is_counted_apart(api: Api, site: PublicSite, switched_on: None):
    api.declare(backfilled=True, backfill_date="2026-11-02")

    assert "1 incident was entered in our history afterwards." in told(site)
    assert "There was no incident in this time" in told(site)


def test_nothing_that_customers_do_not_know_changes_a_byte_of_it(
    api: Api, site: PublicSite, clock: FakeClock, switched_on: None, time_passes
):
    known = api.declare(detected_at=wire(-20), next_update_in=60)
    before = site.text("informed")
    for status in ("dismissed", "internal"):
        api.change(api.detect(detected_at=wire(-60)), status=status, reason="So it was.")
    api.detect("Nobody told anybody", detected_at=wire(-60))
    api.change(known, late_reason="Lunch.", roles={"communications_lead": "admin@example.com"})
    clock.advance(minutes=20)
    api.change(known, restored_at=wire(1))  # nobody has said so yet, and by now it is late
    switch(api, on=False)
    switch(api, on=True)
    time_passes(timedelta(days=1))

    assert site.text("informed") == before
