"""The 48 hours of a postmortem as people and programs see them: deadlines, home, report, reopening."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask

from statuspage.domain.roles import SiteRole
from statuspage.services.postmortem_clock import begin_public_time
from statuspage.store.accounts import find_account
from statuspage.store.incidents import get_incident
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from statuspage.web.database import db
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.callers import Api, Json, PublicSite, wire
from tests.web.desks import Desk
from tests.web.test_public_report import switch, time_passes, told  # noqa: F401 - one is a fixture

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR))


@pytest.fixture
def resolved(api: Api) -> Json:
    """An incident resolved at noon."""
    incident = api.declare("Requests fail", impact_override="critical")
    return api.change(incident, status="resolved", restored_at=wire(0))


@pytest.fixture
def postmortem(app: Flask, resolved: Json) -> Callable[[], Iterator[Postmortem]]:
    """Its postmortem, to change what has become of it."""

    @contextmanager
    def change() -> Iterator[Postmortem]:
        with app.app_context():
            session = db.session()
            yield get_postmortem(session, get_incident(session, resolved["id"]))
            session.commit()

    return change


def make_public(postmortem, clock: FakeClock, *, days: int | None = None) -> None:
    with postmortem() as row:
        begin_public_time(row, head_of(db.session(), row).value, clock.now())
        if days is not None:
            row.final_since, row.final_by = None, clock.now() + timedelta(days=days)


def test_the_deadline_names_its_owner_until_it_is_public_and_then_stands_as_met(
    api: Api, resolved: Json, postmortem, clock: FakeClock
):
    with postmortem() as row:
        row.owner_id = find_account(db.session(), "communicator@example.com").id

    (owed,) = api.deadlines()
    assert (owed["kind"], owed["due_at"], owed["lead"]) == (
        "postmortem",
        wire(48 * 60),
        "communicator@example.com",
    )
    clock.advance(hours=48, minutes=2)
    assert (api.deadlines()[0]["is_overdue"], api.deadlines()[0]["late_by_minutes"]) == (True, 2)
    make_public(postmortem, clock)

    assert api.deadlines() == []
    met = [each for each in api.deadlines(resolved) if each["kind"] == "postmortem"]
    assert [(each["met_at"], each["late_by_minutes"]) for each in met] == [(wire(48 * 60 + 2), 2)]


def test_a_preliminary_one_leaves_the_final_one_to_be_owed(
    api: Api, resolved: Json, postmortem, clock: FakeClock
):
    make_public(postmortem, clock, days=10)

    assert [(each["kind"], each["due_at"]) for each in api.deadlines()] == [
        ("postmortem", wire(10 * 24 * 60))
    ]


def test_home_lists_it_with_state_and_owner_and_opens_the_editor(
    desk: Desk, resolved: Json, postmortem, clock: FakeClock
):
    address = f"/console/incidents/{resolved['id']}/postmortem"
    shown = desk.open("").answer.text
    assert f'href="{address}"' in shown
    assert "Draft" in shown
    assert "nobody yet" in shown

    make_public(postmortem, clock, days=10)
    assert "the final one, after a preliminary" in desk.open("").answer.text

    make_public(postmortem, clock)
    assert address not in desk.open("").answer.text


def test_an_incident_whose_postmortem_is_public_is_not_reopened_by_anybody(
    api: Api, desk: Desk, resolved: Json, postmortem, clock: FakeClock
):
    make_public(postmortem, clock)

    refused = api.refused_change(resolved, status="investigating", reopen=True, body="Again.")
    assert (refused["status"], refused["code"]) == (409, "postmortem_public")
    assert "Declare a new incident" in refused["error"]
    shown = desk.open(f"incidents/{resolved['id']}").answer.text
    assert "Its postmortem is public, so this incident can&#39;t be reopened any more." in shown
    assert "Reopen it" not in shown


def test_a_waiver_stands_in_the_report_with_its_reason_beside_the_percentage(
    api: Api, desk: Desk, resolved: Json, postmortem, clock: FakeClock
):
    with postmortem() as row:
        row.waived_at, row.waived_reason = clock.now(), "A rehearsal of the old kind."
    clock.advance(hours=49)

    report = api.get("compliance")
    assert report["postmortem"] == {"owed": 0, "on_time": 0, "late": 0, "missing": 0, "waived": 1}
    (incident,) = report["incidents"]
    assert (incident["postmortem_waived"], incident["postmortem_waived_reason"]) == (
        True,
        "A rehearsal of the old kind.",
    )
    page = desk.open("report").answer.text
    assert "nothing hidden beside it · 1 waived" in page
    assert "A rehearsal of the old kind." in page
    assert "A rehearsal of the old kind." in desk.open("report.csv").answer.text


def test_the_report_says_when_it_was_public_and_draws_it(
    api: Api, desk: Desk, resolved: Json, postmortem, clock: FakeClock
):
    clock.advance(hours=3)
    make_public(postmortem, clock)
    (incident,) = api.get("compliance")["incidents"]

    assert (incident["postmortem"], incident["postmortem_public_at"]) == ("on_time", wire(180))
    page = desk.open("report").answer.text
    assert "November 2026: 1 in time" in page.split("Postmortems in time", 1)[1]


def test_after_a_reopening_the_report_shows_the_first_and_the_last_resolution(
    api: Api, desk: Desk, resolved: Json, clock: FakeClock
):
    clock.advance(hours=2)
    api.change(resolved, status="investigating", reopen=True, body="Again.")
    clock.advance(hours=1)
    api.change(resolved, status="resolved", restored_at=wire(170))
    (incident,) = api.get("compliance")["incidents"]

    assert (incident["first_resolved_at"], incident["resolved_at"]) == (wire(0), wire(180))
    assert [each["due_at"] for each in api.deadlines()] == [wire(51 * 60)]
    shown = " ".join(desk.open("report").text.split())
    assert "counted from 15:00 UTC , first resolved 12:00 UTC" in shown


def test_customers_read_how_many_came_in_time_once_one_was_due(
    api: Api,
    site: PublicSite,
    resolved: Json,
    postmortem,
    clock: FakeClock,
    time_passes,  # noqa: F811 - the fixture
):
    switch(api, on=True)
    assert "what we learned" not in told(site)

    clock.advance(hours=48)
    time_passes(timedelta(seconds=5))
    assert "what we learned" not in told(site)
    clock.advance(seconds=1)
    time_passes(timedelta(seconds=5))  # nobody speaks, and it is missed
    line = "You could read what we learned within 2 days of saying that it was over"
    assert f"{line} 0 of 1" in told(site)

    make_public(postmortem, clock)
    switch(api, on=False)
    switch(api, on=True)
    assert f"{line} 0 of 1" in told(site)


def test_an_incident_without_impact_is_left_out_for_customers_in_words(
    api: Api, site: PublicSite, resolved: Json, postmortem, clock: FakeClock
):
    with postmortem() as row:
        row.waived_at, row.waived_reason = clock.now(), "Secret 4711."
    switch(api, on=True)

    assert "1 incident without any impact on you left out none yet" in told(site)
    assert "Secret 4711." not in site.text("informed")
