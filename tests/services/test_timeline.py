"""The internal timeline, and the one line of time that the staff read."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.errors import DomainError, ForbiddenError
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.context import Context
from statuspage.services.correct_notice import correct_notice
from statuspage.services.incident_history import Happening, HappeningKind, incident_history
from statuspage.services.notice_text import plain_text
from statuspage.services.publish_notice import publish_notice
from statuspage.services.timeline import ENTRY_LIMIT, add_entry, change_entry, remove_entry
from statuspage.store.accounts import Account
from statuspage.store.drafts import EntryKind, TimelineEntry, entries_of_incident
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.records import AuditEntry, Publication
from tests.conftest import Act
from tests.factories import make_account, make_token
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of, announce, update


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def row(act: Act, clock: FakeClock) -> IncidentRow:
    """An incident announced at noon; now it is ten past."""
    with act() as ctx:
        row = announce(ctx)
    clock.advance(minutes=10)
    return row


def note(act: Act, row: IncidentRow, who: Account, text: str = "A note", **fields: Any) -> TimelineEntry:
    with act(actor_of(who)) as ctx:
        kind = fields.pop("kind", EntryKind.NOTE)
        return add_entry(ctx, row, kind, text, fields.pop("at", None), **fields)


def test_an_entry_is_of_now_or_of_when_it_happened(
    act: Act, session: Session, row: IncidentRow, ben: Account
):
    note(act, row, ben, "  Now ")
    note(act, row, ben, "Earlier", at=NOON + timedelta(minutes=3), kind=EntryKind.ACTION)

    found = [(one.body, one.kind, one.at) for one in entries_of_incident(session, row.id)]
    assert found == [
        ("Now", EntryKind.NOTE, NOON + timedelta(minutes=10)),
        ("Earlier", EntryKind.ACTION, NOON + timedelta(minutes=3)),
    ]


@pytest.mark.parametrize(
    ("text", "fields", "code"),
    [
        ("", {}, "blank"),
        ("x" * (ENTRY_LIMIT + 1), {}, "too_long"),
        ("a\x00b", {}, "control_character"),
        ("Later", {"at": NOON + timedelta(minutes=10, seconds=1)}, "entry_in_future"),
        ("Wrong kind", {"sets_mitigated_at": True}, "not_a_mitigation"),
    ],
)
def test_what_could_not_be_is_refused(
    act: Act, row: IncidentRow, ben: Account, text: str, fields: dict[str, Any], code: str
):
    with pytest.raises(DomainError) as refused:
        note(act, row, ben, text, **fields)

    assert refused.value.code == code


def test_the_longest_entry_of_this_instant_is_taken(act: Act, row: IncidentRow, ben: Account):
    assert note(act, row, ben, "x" * ENTRY_LIMIT, at=NOON + timedelta(minutes=10)).id


def test_a_mitigation_may_set_the_incidents_milestone(act: Act, row: IncidentRow, ben: Account):
    at = NOON + timedelta(minutes=5)
    note(act, row, ben, "Rolled back", kind=EntryKind.MITIGATION, at=at)
    with act() as ctx:
        assert incident_value(ctx.session.get_one(IncidentRow, row.id)).episode.mitigated_at is None

    with pytest.raises(ForbiddenError):  # customers see that time: it takes who speaks to them
        note(act, row, ben, "Rolled back", kind=EntryKind.MITIGATION, at=at, sets_mitigated_at=True)
    with act(actor_of(ben, SiteRole.COMMUNICATOR)) as ctx:
        add_entry(ctx, row, EntryKind.MITIGATION, "Rolled back", at, sets_mitigated_at=True)

    with act() as ctx:
        assert incident_value(ctx.session.get_one(IncidentRow, row.id)).episode.mitigated_at == at


def test_an_entry_touches_nothing_that_customers_see(
    act: Act, session: Session, row: IncidentRow, ben: Account
):
    before = len(session.scalars(select(Publication)).all())
    note(act, row, ben)

    assert len(session.scalars(select(Publication)).all()) == before


def test_only_its_author_or_an_admin_changes_an_entry(
    act: Act, session: Session, row: IncidentRow, ben: Account
):
    entry = note(act, row, ben)
    other = make_account(session, role=SiteRole.COMMUNICATOR)
    admin = make_account(session)
    for verb in (lambda ctx: change_entry(ctx, row, entry, "x"), lambda ctx: remove_entry(ctx, row, entry)):
        with pytest.raises(ForbiddenError), act(actor_of(other)) as ctx:
            verb(ctx)
        with pytest.raises(ForbiddenError), act(actor_of(ben, SiteRole.VIEWER)) as ctx:
            verb(ctx)

    with act(actor_of(ben)) as ctx:
        change_entry(ctx, row, entry, "Better", EntryKind.DECISION, NOON)
    with act(actor_of(admin)) as ctx:
        assert (entry.body, entry.kind, entry.at) == ("Better", EntryKind.DECISION, NOON)
        assert entry.edited_at == ctx.now
        remove_entry(ctx, row, entry)

    assert entries_of_incident(session, row.id) == []
    verbs = ("change_entry", "remove_entry")
    kept = session.scalars(select(AuditEntry).where(AuditEntry.verb.in_(verbs)).order_by(AuditEntry.id))
    assert [record.details["old"]["text"] for record in kept] == ["A note", "Better"]


def test_a_change_without_kind_and_time_keeps_them(act: Act, row: IncidentRow, ben: Account):
    entry = note(act, row, ben, kind=EntryKind.ACTION, at=NOON)

    with act(actor_of(ben)) as ctx:
        change_entry(ctx, row, entry, "Better")

    assert (entry.kind, entry.at) == (EntryKind.ACTION, NOON)


def history(ctx: Context, row: IncidentRow) -> list[Happening]:
    return incident_history(ctx, ctx.session.get_one(IncidentRow, row.id))


def test_notices_entries_and_records_stand_in_one_line_newest_first(
    act: Act, clock: FakeClock, row: IncidentRow, session: Session, ben: Account
):
    note(act, row, ben, "Looked at the logs", at=NOON + timedelta(minutes=1))
    ana = make_account(session, name="Ana")
    with act(actor_of(ana)) as ctx:
        publish_notice(ctx, row, update("We found it."))
    clock.advance(minutes=1)
    with act(actor_of(ana)) as ctx:
        correct_notice(ctx, row, row.updates[-1], plain_text("We found the cause."), None)

    with act() as ctx:
        lines = history(ctx, row)
        found = [(one.kind, one.who, one.text) for one in lines]
        assert found[:4] == [
            (HappeningKind.RECORD, "Ana", "corrected a notice."),
            (HappeningKind.NOTICE, "Ana", "We found the cause."),
            (HappeningKind.ENTRY, "Ben", "Looked at the logs"),
            (HappeningKind.NOTICE, None, "We are looking."),
        ]
        assert [revision.body for revision in lines[1].revisions] == ["We found it."]
        assert (lines[2].entry_kind, lines[1].entry_kind) == (EntryKind.NOTE, None)
        assert found[4][1:] == (
            "Somebody at the command line",
            "recorded the incident, detected at Nov 20, 12:00 UTC.",
        )


def test_what_came_over_the_api_says_so(
    act: Act, session: Session, clock: FakeClock, row: IncidentRow, ben: Account
):
    token = make_token(session, owner=ben, role=SiteRole.RESPONDER)
    entry = note(act, row, ben)
    clock.advance(minutes=1)

    with act(Actor(ben.id, SiteRole.RESPONDER, token.id)) as ctx:
        change_entry(ctx, row, entry, "Better")
        first = history(ctx, row)[0]

    assert (first.who, first.text) == ("Ben (over the API)", "changed an entry that read “A note”.")
