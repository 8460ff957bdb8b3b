"""The chat channel of an incident: each notice is posted there once, and history never is."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.errors import RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.services.backfill_incident import Backfill, backfill_incident
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.context import Context
from statuspage.services.correct_notice import correct_notice, retract_notice
from statuspage.services.declare_and_publish import declare_and_publish
from statuspage.services.history_words import sentence_of
from statuspage.services.notice_text import plain_text
from statuspage.services.publish_notice import publish_notice
from statuspage.services.set_facts import Facts, set_facts
from statuspage.store.incidents import IncidentRow
from statuspage.store.records import AuditEntry
from statuspage.store.reminders import MessageChannel, MessageKind, StaffMessage
from tests.conftest import Act
from tests.fakes import NOON, FakeClock
from tests.services.desk import announce, update

CHANNEL = "slack://T1JJ3T3L2/A1BRTD4JD/s3cret"


def posted(session: Session) -> list[tuple[str, str]]:
    """Return what waits for the channel: the change, and the text of its notice."""
    messages = session.scalars(select(StaffMessage).order_by(StaffMessage.id))
    return [
        (one.details["change"], one.update_id and str(one.key.split(":")[1]))
        for one in messages
        if (one.kind, one.channel) == (MessageKind.NOTICE, MessageChannel.INCIDENT_CHANNEL)
    ]


def with_channel(ctx: Context) -> IncidentRow:
    declaration = Declaration(name="Requests fail", channel_alert_url=CHANNEL)
    command = NoticeCommand(text=plain_text("x"), status=IncidentStatus.INVESTIGATING, states={})
    return declare_and_publish(ctx, declaration, command)


def test_each_notice_is_posted_and_each_change_of_one(act: Act, session: Session):
    with act() as ctx:
        row = with_channel(ctx)
        second = publish_notice(ctx, row, update())
        correct_notice(ctx, row, second, plain_text("We found it. Really."), None)
        correct_notice(ctx, row, second, plain_text("We found it."), None)
        correct_notice(ctx, row, second, plain_text("We found it."), None)  # changes nothing
        retract_notice(ctx, row, second)
        first = row.updates[0].public_id

    assert posted(session) == [
        ("published", first),
        ("published", second.public_id),
        ("corrected", second.public_id),
        ("corrected", second.public_id),
        ("withdrawn", second.public_id),
    ]


def test_without_a_channel_nothing_is_posted(act: Act, session: Session):
    with act() as ctx:
        row = announce(ctx)
        set_facts(ctx, row, Facts(channel_url="https://chat.example.com/c/1"))
        publish_notice(ctx, row, update())

    assert posted(session) == []


def test_a_channel_that_is_set_later_gets_what_comes_later(act: Act, session: Session):
    with act() as ctx:
        row = announce(ctx)
        set_facts(ctx, row, Facts(channel_alert_url=CHANNEL))
        second = publish_notice(ctx, row, update())
        set_facts(ctx, row, Facts(channel_alert_url=None))
        publish_notice(ctx, row, update("More."))

    assert posted(session) == [("published", second.public_id)]


def test_history_is_posted_nowhere(act: Act, session: Session, clock: FakeClock):
    with act() as ctx:
        at = NOON - timedelta(days=3)
        row = backfill_incident(ctx, Backfill(name="Old", began_at=at, restored_at=at))
        row.channel_alert_url = CHANNEL
        correct_notice(ctx, row, row.updates[0], plain_text("It was longer."), None)

    assert posted(session) == []


def test_an_act_that_fails_posts_nothing(act: Act, session: Session):
    def fail(ctx: Context) -> None:
        with_channel(ctx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), act() as ctx:
        fail(ctx)

    assert posted(session) == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (Facts(channel_url="http://chat.example.com/"), "channel_url"),
        (Facts(channel_url="javascript:alert(1)"), "channel_url"),
        (Facts(channel_url="https://" + "x" * 2000), "channel_url"),
        (Facts(channel_alert_url="slack"), "channel_alert_url"),
        (Facts(channel_alert_url="slack://" + "x" * 2000), "channel_alert_url"),
    ],
)
def test_what_is_no_channel_is_refused_beside_its_field(act: Act, facts: Facts, field: str):
    with pytest.raises(RuleError) as refused, act() as ctx:
        set_facts(ctx, announce(ctx), facts)

    assert refused.value.field == field


def test_the_timeline_names_the_channel_and_never_its_secret(act: Act, session: Session):
    with act() as ctx:
        row = announce(ctx)
        set_facts(ctx, row, Facts(channel_url="https://chat.example.com/c", channel_alert_url=CHANNEL))
        set_facts(ctx, row, Facts(channel_url=None, channel_alert_url=None))

    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.verb == "set_facts").order_by(AuditEntry.id)
    )
    said = [sentence_of(entry.verb, entry.details, "Etc/UTC") for entry in entries]
    assert said == [
        "set the chat channel to https://chat.example.com/c, had notices posted to slack://….",
        "took the link to the chat channel away, had notices posted to no channel.",
    ]
