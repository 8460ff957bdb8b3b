"""How people are reached, at the console and over the API: addresses stay secret, refusals stand in place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.store.accounts import Account
from statuspage.store.contacts import Contact
from statuspage.store.records import beat
from statuspage.store.reminders import MessageChannel, MessageKind, MessageState, StaffMessage
from tests.fakes import NOON, FakeAlerts, FakeClock
from tests.web.browsers import Browser
from tests.web.callers import Api
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECRET = "s3cret"
SLACK = f"slack://T1JJ3T3L2/A1BRTD4JD/{SECRET}"


@pytest.fixture(autouse=True)
def alerts(app: Flask) -> FakeAlerts:
    fake = FakeAlerts()
    app.extensions["statuspage"] = replace(app.extensions["statuspage"], alerts=fake)
    return fake


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.VIEWER))


def add(desk: Desk, label: str = "My phone", url: str = SLACK, **fields: str) -> Any:
    return desk.open("me/contacts").form("add").press(label=label, url=url, **fields)


def settle(session: Session, **fields: Any) -> None:
    """Do with the contact and its test what the worker does."""
    session.rollback()
    for name, value in fields.items():
        setattr(session.scalars(select(Contact)).one(), name, value)
    for message in session.scalars(select(StaffMessage)):
        message.state = MessageState.SENT
    session.commit()


def test_a_contact_is_added_tested_seen_to_work_and_removed(desk: Desk, session: Session):
    assert "by mail alone" in desk.open("me/contacts").text
    added = add(desk).follow()
    assert "“My phone” is added" in added.text
    assert "slack://…" in added.text
    assert SECRET not in added.answer.text

    (contact,) = session.scalars(select(Contact))
    tested = added.form(f"/console/me/contacts/{contact.public_id}/test").press().follow()
    assert "A test is on its way" in tested.part("contacts")

    settle(session, worked_at=NOON)
    assert "Arrived" in desk.open("me/contacts").part("contacts")

    settle(session, failed_at=NOON + timedelta(minutes=1), last_error="The service answered 404.")
    page = desk.open("me/contacts")
    assert "Does not arrive" in page.part("contacts")
    assert "The service answered 404." in page.part("contacts")

    removed = page.form(f"/console/me/contacts/{contact.public_id}/remove").press().follow()
    assert "by mail alone" in removed.part("contacts")


def test_an_open_page_is_told_of_the_outcome_and_of_nothing_else(desk: Desk, session: Session):
    add(desk)
    seen = desk.browser.get("/console/me/contacts/list").headers["X-Seen"]
    assert desk.browser.get(f"/console/me/contacts/list?seen={seen}").status_code == 204

    settle(session, worked_at=NOON)

    assert "Arrived" in desk.browser.get(f"/console/me/contacts/list?seen={seen}").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "gopher://x"}, "This is no address of a service."),
        ({"url": ""}, "Fill this in; it is empty."),
        ({"url": "slack://" + "x" * 2000}, "Shorten this to 2000 characters; it has 2008."),
        ({"label": ""}, "Fill this in; it is empty."),
        ({"kind": "siren"}, "Choose one of those offered."),
    ],
)
def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(
    desk: Desk, session: Session, fields: dict[str, str], said: str
):
    page = add(desk, **fields)

    assert page.status == 422
    assert page.errors == [said]
    assert page.form("add").fields["label"] == fields.get("label", "My phone")
    assert session.scalar(select(Contact)) is None


def test_quiet_hours_are_kept_and_what_are_none_is_refused(desk: Desk):
    form = desk.open("me/contacts").form("quiet")
    saved = form.press(time_zone="Europe/Berlin", quiet_from="22:00", quiet_until="7:00").follow()
    kept = saved.form("quiet").fields
    assert (kept["time_zone"], kept["quiet_from"], kept["quiet_until"]) == ("Europe/Berlin", "22:00", "07:00")

    refused = saved.form("quiet").press(time_zone="Berlin", quiet_from="22:00", quiet_until="25:00")
    assert refused.status == 422
    assert refused.errors == ["Write a time like 22:00, from 00:00 to 23:59."]
    assert refused.form("quiet").fields["quiet_until"] == "25:00"


def test_nobody_touches_the_contacts_of_somebody_else(desk: Desk, signed_in, session: Session):
    add(desk)
    (contact,) = session.scalars(select(Contact))
    session.commit()
    other = Desk(signed_in(SiteRole.ADMIN))

    other.open("me/contacts")
    for act in ("test", "remove"):
        assert other.browser.post(f"/console/me/contacts/{contact.public_id}/{act}").status_code == 404
    assert session.scalar(select(Contact)) is not None


def test_the_home_screen_says_when_messages_do_not_arrive(desk: Desk, session: Session):
    add(desk)
    settle(session, failed_at=NOON, last_error="x")

    assert "do not reach you over “My phone”" in desk.open("").part("alarms")
    assert "do not reach you" not in desk.open("incidents").part("alarms")


def test_every_screen_says_within_a_minute_that_no_worker_runs(
    desk: Desk, session: Session, clock: FakeClock
):
    def live() -> None:
        session.rollback()
        beat(session, "worker", clock.now())
        session.commit()

    assert "no worker runs" in desk.open("incidents").part("alarms")
    live()
    assert desk.open("incidents").part("alarms") == ""
    seen = desk.browser.get("/console/alarms").headers["X-Seen"]

    clock.advance(seconds=45)
    assert desk.browser.get(f"/console/alarms?seen={seen}").status_code == 204
    clock.advance(seconds=1)
    told = desk.browser.get(f"/console/alarms?seen={seen}")
    assert "no worker runs; it was last seen" in told.text
    live()
    assert desk.browser.get(f"/console/alarms?seen={told.headers['X-Seen']}").text == ""


def test_an_admin_sees_how_staff_is_reached_without_any_address(
    app: Flask, desk: Desk, signed_in, session: Session
):
    add(desk)
    settle(session, failed_at=NOON, last_error="x")
    settings = replace(app.extensions["statuspage"].settings, staff_alerts=("discord://id/t0ken",))
    app.extensions["statuspage"] = replace(app.extensions["statuspage"], settings=settings)
    message = StaffMessage(
        public_id="m" * 12, key="x", kind=MessageKind.SILENCE, channel=MessageChannel.STAFF_ALERTS,
        state=MessageState.FAILED, attempts=5, try_at=NOON, created_at=NOON, last_error="It answered 500.",
    )  # fmt: skip
    session.add(message)
    session.commit()

    page = Desk(signed_in(SiteRole.ADMIN)).open("settings/reaching")

    assert page.status == 200
    for words in ("slack fails", "discord://…", "It answered 500.", "No server is set", "does not run"):
        assert words in page.text
    assert SECRET not in page.answer.text
    assert "t0ken" not in page.answer.text
    assert desk.open("settings/reaching").status == 403


def test_an_incident_gets_a_channel_at_the_console(signed_in, api: Api):
    desk = Desk(signed_in(SiteRole.ADMIN))
    incident = api.declare()["id"]
    page = desk.act(incident, "facts", channel_url="https://chat.example.com/c", channel_alert_url=SLACK)
    page = page.follow()

    assert 'href="https://chat.example.com/c"' in page.answer.text
    assert SECRET not in page.answer.text + desk.open(f"incidents/{incident}/facts").answer.text
    desk.act(incident, "facts", name="Another name").follow()
    assert api.incident(incident)["channel_alert_url"] == "slack://…", "an empty field keeps what is set"

    refused = desk.act(incident, "facts", channel_url="ftp://x", channel_alert_url="")
    assert refused.errors == ["Write a web address that begins with https://."]
    refused = desk.act(incident, "facts", channel_alert_url="gopher://x", name="Typed")
    assert refused.status == 422
    assert refused.errors == ["This is no address of a service."]
    assert refused.form().fields["name"] == "Typed"

    desk.act(incident, "facts", channel_forget="y").follow()
    assert api.incident(incident)["channel_alert_url"] is None


def test_contacts_and_quiet_hours_over_the_api(api: Api, staff: dict[SiteRole, Account], session: Session):
    sent = api.send("POST", "contacts", json={"contact": {"label": "Team", "url": "pagerduty://a@b"}})
    made = sent.get_json()
    assert sent.status_code == 201
    assert (made["kind"], made["url"], made["failing"]) == ("pager", "pagerduty://…", False)

    one = f"contacts/{made['id']}"
    changed = api.send("PATCH", one, json={"contact": {"label": "Phone", "kind": "chat"}}).get_json()
    assert (changed["label"], changed["kind"]) == ("Phone", "chat")
    assert api.send("POST", f"{one}/test").status_code == 200
    assert session.scalars(select(StaffMessage)).one().details == {"contact": made["id"]}
    session.rollback()
    assert [each["id"] for each in api.get("contacts")] == [made["id"]]
    assert api.acting_as(SiteRole.RESPONDER).get("contacts") == []
    assert api.acting_as(SiteRole.RESPONDER).refused("DELETE", one)["status"] == 404

    quiet = {"time_zone": "Asia/Kolkata", "quiet_from": "23:00", "quiet_until": "06:30"}
    assert api.send("PATCH", "preferences", json={"preferences": quiet}).get_json() == quiet
    some = api.send("PATCH", "preferences", json={"preferences": {"quiet_until": "07:00"}}).get_json()
    assert some == {**quiet, "quiet_until": "07:00"}
    assert api.get("preferences") == some

    reach = api.get("reaching_staff")
    mine = next(each for each in reach["people"] if each["email"] == "admin@example.com")
    assert mine["contacts"] == [{"kind": "chat", "service": "pagerduty", "failing": False}]
    assert api.send("DELETE", one).status_code == 204
    assert api.get("contacts") == []


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "field"),
    [
        ("POST", "contacts", {"contact": {"label": "x", "url": "gopher://x"}}, "bad_address", "url"),
        ("POST", "contacts", {"contact": {"label": "x", "url": "slack"}}, "bad_address", "url"),
        ("POST", "contacts", {"contact": {"label": "", "url": SLACK}}, "blank", "label"),
        ("POST", "contacts", {"contact": {"label": "x" * 256, "url": SLACK}}, "too_long", "label"),
        ("PATCH", "preferences", {"preferences": {"quiet_from": "9"}}, "quiet_hours", "quiet_from"),
        ("PATCH", "preferences", {"preferences": {"time_zone": "X"}}, "unknown_time_zone", "time_zone"),
        ("POST", "incidents", {"incident": {"name": "x", "channel_alert_url": "gopher://x"}}, "bad_address",
         "channel_alert_url"),
        ("POST", "incidents", {"incident": {"name": "x", "channel_url": "http://x.example"}},
         "invalid_address", "channel_url"),
    ],
)  # fmt: skip
def test_the_api_refuses_with_the_field(
    api: Api, nothing_changes, method: str, path: str, body: dict[str, Any], code: str, field: str
):
    with nothing_changes():
        refused = api.refused(method, path, json=body)

    assert (refused["status"], refused["code"], list(refused["fields"])) == (422, code, [field])


def test_an_incidents_channel_over_the_api(api: Api, session: Session):
    incident = api.detect(channel_url="https://chat.example.com/c", channel_alert_url=SLACK)
    assert incident["channel_url"] == "https://chat.example.com/c"
    assert incident["channel_alert_url"] == "slack://…"

    api.change(incident, status="investigating")
    assert [one.details for one in session.scalars(select(StaffMessage))] == [{"change": "published"}]
    session.rollback()
    assert api.change(incident, channel_alert_url=None)["channel_alert_url"] is None
