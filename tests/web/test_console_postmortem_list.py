"""The list of postmortems: what is owed, who has it, what can be begun."""

from collections.abc import Callable

import pytest

from statuspage.domain.roles import SiteRole
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ben(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ben"))


@pytest.fixture
def incident_id(ben: Desk, component: str, clock: FakeClock) -> str:
    found = ben.declare(
        name="Requests fail", body="We are looking.", **{f"state-{component}": "major_outage"}
    )
    clock.advance(minutes=40)
    ben.publish(found, status="resolved", body="It is over.", restored_at="2026-11-20T12:30")
    return found


def test_a_postmortem_is_listed_with_all_that_is_owed(ben: Desk, incident_id: str):
    text = ben.open("postmortems").text

    assert "Requests fail" in text
    assert "Draft" in text
    assert "Nov 22, 12:40 UTC" in text
    assert "drafted by the product" in text
    assert "nobody yet" in text


def test_it_is_overdue_after_48_hours_and_not_at_them(ben: Desk, incident_id: str, clock: FakeClock):
    clock.advance(hours=48)
    assert "None of them." in ben.open("postmortems?show=overdue").text

    clock.advance(seconds=1)
    assert "Overdue since 12:40 UTC" in ben.open("postmortems?show=overdue").text


@pytest.mark.parametrize(
    ("show", "is_there"),
    [
        ("open", True),
        ("in_review", False),
        ("published", False),
        ("waived", False),
        ("mine", False),
        ("x", True),
    ],
)
def test_the_filters_tell_postmortems_apart(ben: Desk, incident_id: str, show: str, is_there: bool):
    page = ben.open(f"postmortems?show={show}")

    assert (f"/console/incidents/{incident_id}/postmortem" in page.answer.text) is is_there


def test_who_saved_last_is_named(ben: Desk, incident_id: str):
    page = ben.open(f"incidents/{incident_id}/postmortem")
    page.form("postmortem").press("save", **{"text-summary": "Requests failed."}).follow()

    assert "by Ben" in ben.open("postmortems").text


def test_an_incident_without_one_can_be_given_one(
    ben: Desk, component: str, signed_in: Callable[..., Browser]
):
    alarm = ben.declare(name="Nothing", body="We are looking.", **{f"state-{component}": "major_outage"})
    ben.publish(alarm, status="resolved", body="It was nothing.", false_alarm="1")

    assert "Start a postmortem" not in Desk(signed_in(SiteRole.VIEWER)).open("postmortems").text
    page = ben.open("postmortems")
    assert "Resolved without one" in page.text
    begun = page.form(f"/console/incidents/{alarm}/postmortem/begin").press().follow()

    assert begun.form("postmortem")
    assert "Resolved without one" not in ben.open("postmortems").text


def test_home_and_the_incident_lead_to_it(ben: Desk, incident_id: str):
    address = f'href="/console/incidents/{incident_id}/postmortem"'

    assert address in ben.open("").answer.text
    page = ben.incident(incident_id)
    assert address in page.answer.text
    assert "Postmortem Draft Nobody has it yet. Write the postmortem" in page.text
