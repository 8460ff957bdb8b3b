"""Who was reminded of what: over the API, on the incident's screen, and on the home screen what failed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.cadence import DeadlineKind
from statuspage.services.context import Context
from statuspage.services.staff_messages import tell_channel, tell_person
from statuspage.store.incidents import get_incident
from statuspage.store.reminders import MessageChannel, MessageKind, MessageState, Reminder, StaffMessage
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON
from tests.web.browsers import Browser
from tests.web.callers import Api


def remind(ctx: Context, incident: str, step: str, minutes: int) -> list[StaffMessage]:
    """Make the reminder of that step, with a message to Ann and one to the incident's channel."""
    row = get_incident(ctx.session, incident)
    due_at = NOON + timedelta(minutes=15)
    reminder = Reminder(
        incident_id=row.id,
        kind=DeadlineKind.INITIAL_NOTICE,
        due_at=due_at,
        step=step,
        after_minutes=minutes,
        at=due_at + timedelta(minutes=minutes),
        created_at=ctx.now,
    )
    ctx.session.add(reminder)
    ann = make_account(ctx.session, name="Ann", email=f"ann{minutes}@example.com")
    kind = MessageKind.REMINDER
    made = [
        tell_person(ctx, ann.id, kind, step, incident=row, reminder=reminder),
        tell_channel(ctx, MessageChannel.INCIDENT_CHANNEL, kind, step, incident=row, reminder=reminder),
    ]
    ctx.session.flush()
    return [each for each in made if each is not None]


@pytest.fixture
def browser(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in()


@pytest.fixture
def reminded(api: Api, act: Act) -> str:
    """An incident of which people were reminded twice; the last message was given up."""
    incident: str = api.detect()["id"]
    with act() as ctx:
        first, shared = remind(ctx, incident, "arising", -15)
        first.state, first.sent_by, first.sent_at = MessageState.SENT, "chat, mail", ctx.now
        first.last_error, first.attempts = "Pager: The service can't be reached.", 1
        shared.state, shared.last_error = MessageState.CANCELLED, "It is over."
        second, waiting = remind(ctx, incident, "+5", 5)
        second.state, second.attempts = MessageState.FAILED, 19
        second.last_error = "The mail server mail.example.com can't be reached."
        assert waiting.state is MessageState.PENDING
    return incident


def test_the_api_says_who_was_reminded_of_what_and_what_came_of_it(api: Api, reminded: str):
    newest, oldest = api.get(f"incidents/{reminded}/reminders")

    assert {key: newest[key] for key in ("kind", "step", "due_at", "at")} == {
        "kind": "initial_notice",
        "step": "+5",
        "due_at": "2026-11-20T12:15:00.000Z",
        "at": "2026-11-20T12:20:00.000Z",
    }
    person, channel = newest["messages"]
    assert (person["to"], person["state"], person["attempts"]) == ("ann5@example.com", "failed", 19)
    assert (channel["channel"], channel["to"], channel["state"]) == ("incident_channel", None, "pending")
    assert oldest["messages"][0]["sent_by"] == "chat, mail"
    assert len(api.get(f"incidents/{reminded}/reminders?per_page=1")) == 1


def test_the_incidents_screen_tells_it_in_words(browser: Browser, reminded: str):
    text = browser.get(f"/console/incidents/{reminded}").text

    assert '<details class="more-fields" id="reminders">' in text
    assert "<small>2 so far, the last" in text
    for words in (
        "when it arose",
        "5 min late",
        "<bdi>Ann</bdi>: sent by chat and by mail",
        "Pager: The service can&#39;t be reached.",
        "<bdi>Ann</bdi>: given up after 19 tries",
        "<bdi>the incident&#39;s channel</bdi>: on its way",
        "<bdi>the incident&#39;s channel</bdi>: not sent",
    ):
        assert words in text, words


def test_an_incident_without_reminders_shows_none(browser: Browser, api: Api):
    assert "Reminders" not in browser.get(f"/console/incidents/{api.detect()['id']}").text


def test_home_shows_what_has_not_arrived_for_a_day(browser: Browser, reminded: str, session: Session, clock):
    text = browser.get("/console/").text
    assert "Messages that have not arrived" in text
    assert "1 message to the staff" in text
    assert "The mail server mail.example.com can&#39;t be reached." in text

    clock.advance(hours=24, seconds=1)
    assert "Messages that have not arrived" not in browser.get("/console/").text
