"""The rota's screens, and everybody's own calendar."""

from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest

from statuspage.domain.roles import SiteRole
from tests.fakes import NOON
from tests.web.browsers import Browser
from tests.web.desks import Desk, Page

LEAD = "rota/communications_lead"


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(name="Ana", email="ana@example.com"))


@pytest.fixture
def ben(person):
    return person(SiteRole.COMMUNICATOR, name="Ben", email="ben@example.com")


def plan(desk: Desk, members: list[str], role: str = LEAD, **fields: object) -> Page:
    """Fill in the form of a rota; several selects share the name of the members."""
    page = desk.open(role)
    sent = {**page.form().fields, **fields, "members": members}
    return Page(desk.browser, page.path, desk.browser.post(page.path, sent))


def test_an_empty_rota_invites_to_plan_it(desk: Desk):
    page = desk.open("rota")

    assert page.status == 200
    assert page.text.count("Nobody yet") == 4


def test_a_rota_is_planned_and_shows_who_is_on_and_who_is_next(desk: Desk, ben):
    page = plan(desk, ["ben@example.com", "", "ana@example.com"], starts_on="2026-11-16").follow()

    assert "The rota of the communications lead is saved." in page.text
    assert "Ben until Nov 23, 09:00 UTC, then Ana" in page.part("now")
    assert "On duty" in desk.open("").text


def test_what_was_typed_stays_and_each_refusal_stands_beside_its_field(desk: Desk, ben):
    page = plan(
        desk, ["ben@example.com", "ben@example.com"], time_zone="Mars", handover_at="09:15", length="daily"
    )
    assert page.status == 422
    assert page.errors == ["Use a name like Europe/Berlin or Etc/UTC; this one is unknown."]
    assert page.form().fields["handover_at"] == "09:15"

    page = plan(desk, ["ben@example.com", "ben@example.com"])
    assert page.errors == ["Ben is in this rota twice."]
    assert plan(desk, [], starts_on="yesterday").status == 422
    assert plan(desk, [], length="yearly").status == 422


def test_somebody_elses_change_is_seen_before_it_is_replaced(desk: Desk, ben):
    plan(desk, ["ben@example.com"])
    stale = plan(desk, ["ana@example.com"], version="0")

    assert stale.status == 422
    assert "Somebody else has changed this rota meanwhile" in stale.text
    assert stale.form().press().status == 303


def test_a_gap_is_marked_with_whose_turn_it_is(desk: Desk, ben, session):
    plan(desk, ["ben@example.com"], starts_on="2026-11-16")
    session.merge(ben).disabled_at = NOON
    session.commit()

    page = desk.open("rota")

    assert "Gaps in the coming 4 weeks" in page.text
    assert "Nobody it is Ben’s turn, whose account is disabled" in page.part("holes")


def test_an_override_is_added_and_removed(desk: Desk, ben):
    plan(desk, ["ben@example.com"], starts_on="2026-11-16")

    sent = {"account": "ana@example.com", "from_at": "2026-11-20T11:00", "to_at": "2026-11-20T15:00"}
    page = desk.open(f"{LEAD}/override").form().press(**sent).follow()
    assert "Ana until 15:00 UTC, then Ben" in page.part("now")
    overlapping = desk.open(f"{LEAD}/override").form().press(**sent)
    assert overlapping.status == 422
    assert overlapping.errors[0].startswith("There is an override already from 2026-11-20 11:00")

    action = next(one for one in page._tree().forms if "/overrides/" in (one.get("action") or ""))
    page = page.form(action.get("action")).press().follow()
    assert "Ben until Nov 23" in page.part("now")


def test_an_override_that_makes_no_sense_is_refused_beside_its_field(desk: Desk, ben, session):
    plan(desk, ["ben@example.com"], starts_on="2026-11-16")
    form = desk.open(f"{LEAD}/override").form()

    ends_first = form.press(from_at="2026-11-20T15:00", to_at="2026-11-20T14:00")
    assert ends_first.errors == ["It has to end after it starts."]
    assert ends_first.form().fields["from_at"] == "2026-11-20T15:00"
    assert form.press(from_at="", to_at="2026-11-20T14:00").errors == ["Type a date and a time."]
    assert form.press(account="x@y.z", from_at="2026-11-20T15:00", to_at="2026-11-20T16:00").errors == [
        "There is no active account x@y.z."
    ]


def test_an_address_with_a_character_that_no_address_has_is_nobodys(desk: Desk, ben):
    plan(desk, ["ben@example.com"], starts_on="2026-11-16")
    times = {"from_at": "2026-11-20T15:00", "to_at": "2026-11-20T16:00"}

    assert desk.open(f"{LEAD}/override").form().press(account="a\x00b", **times).status == 422
    assert plan(desk, ["a\x00b"]).status == 422
    assert desk.browser.post("/console/rota/overrides/a%00b/remove").status_code == 404


def test_a_time_that_occurs_twice_is_asked_about(desk: Desk, ben, session):
    plan(desk, ["ben@example.com"], starts_on="2026-11-16")
    from statuspage.store.pages import the_page

    the_page(session).time_zone = "Europe/Berlin"
    session.commit()
    sent = {"account": "ana@example.com", "from_at": "2027-10-31T02:30", "to_at": "2027-10-31T12:00"}

    asked = desk.open(f"{LEAD}/override").form().press(**sent)

    assert "02:30 occurs twice on October 31" in asked.errors[0]
    assert asked.form().press(**{"from_at-fold": "1"}).status == 303


def test_planning_is_for_communicators_and_swapping_for_responders(desk: Desk, ben, signed_in):
    plan(desk, ["ben@example.com"])
    responder = Desk(signed_in(SiteRole.RESPONDER))

    assert responder.open("rota").status == 200
    assert responder.open(LEAD).status == 403
    assert responder.open(f"{LEAD}/override").status == 200
    assert responder.open("rota/cook").status == 404
    assert responder.open("rota/scribe/override").status == 404


def test_a_calendar_shows_ones_turns_without_a_cookie(desk: Desk, ben, client, clock):
    plan(desk, ["ana@example.com", "ben@example.com"], starts_on="2026-11-16", time_zone="Europe/Berlin")
    page = desk.open("rota/calendar").form().press()
    address = page.part("secret")

    answer = client.get(address.removeprefix("https://status.example.com"))

    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    events = list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))
    first, second = events[:2]
    assert (str(first["SUMMARY"]), first["DTSTART"].dt) == (
        "Communications lead",
        NOON.replace(day=16, hour=8),
    )
    assert first["DTEND"].dt - first["DTSTART"].dt == timedelta(days=7)
    assert str(second["SUMMARY"]) == "Deputy: communications lead"
    assert len({str(event["UID"]) for event in events}) == len(events)
    clock.advance(minutes=60)
    later = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert later.status_code == 304


def test_a_calendar_is_renewed_and_withdrawn_by_its_owner(desk: Desk, client):
    def opens(address: str) -> int:
        return client.get(address.removeprefix("https://status.example.com")).status_code

    first = desk.open("rota/calendar").form().press().part("secret")
    second = desk.open("rota/calendar").form().press().part("secret")
    assert (opens(first), opens(second)) == (404, 200)

    assert desk.open("rota/calendar").form().press("withdraw").status == 303

    assert opens(second) == 404
    assert opens("/console/calendar/none.ics") == 404


def test_a_calendar_closes_with_its_owners_account(desk: Desk, signed_in, session, client):
    from statuspage.store.accounts import find_account

    other = Desk(signed_in(SiteRole.VIEWER, email="vera@example.com"))
    address = other.open("rota/calendar").form().press().part("secret")
    find_account(session, "vera@example.com").disabled_at = NOON
    session.commit()

    assert client.get(address.removeprefix("https://status.example.com")).status_code == 404
