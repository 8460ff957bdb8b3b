"""Drafts: kept as they are typed, one for each person and incident."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from statuspage.domain.errors import ForbiddenError, RuleError, StaleError
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import MESSAGE_LIMIT
from statuspage.services.commands import Declaration
from statuspage.services.declare_incident import declare_incident
from statuspage.services.drafts import content_of, digest_of, discard_draft, own_draft, save_draft
from statuspage.store.accounts import Account
from statuspage.store.drafts import NoticeDraft
from statuspage.store.incidents import IncidentRow
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of, announce


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def row(act: Act) -> IncidentRow:
    with act() as ctx:
        return announce(ctx)


def test_a_draft_is_one_for_each_person_and_incident(
    act: Act, session: Session, clock: FakeClock, ben: Account, row: IncidentRow
):
    ana = make_account(session)
    with act(actor_of(ben)) as ctx:
        first = save_draft(ctx, row, {"body": "One"})
        assert first.seen_update_id == row.updates[-1].public_id
    clock.advance(minutes=1)
    with act(actor_of(ben)) as ctx:
        save_draft(ctx, row, {"body": "Two"})
        save_draft(ctx, None, {"body": "Another incident"})
    with act(actor_of(ana)) as ctx:
        assert own_draft(ctx, row) is None
        save_draft(ctx, row, {"body": "Ana's"})

    with act(actor_of(ben)) as ctx:
        draft = own_draft(ctx, row)
        assert draft is not None
        assert (draft.fields, draft.opened_at) == ({"body": "Two"}, NOON)
        assert draft.saved_at > draft.opened_at
        declared = own_draft(ctx, None)
        assert declared is not None
        assert declared.fields["body"] == "Another incident"
    assert session.scalar(select(func.count(NoticeDraft.id))) == 3


def test_a_draft_from_another_window_is_not_overwritten_unseen(act: Act, ben: Account, row: IncidentRow):
    with act(actor_of(ben)) as ctx:
        seen = save_draft(ctx, row, {"body": "One"}).version
        save_draft(ctx, row, {"body": "Two"}, seen)

    with pytest.raises(StaleError) as refused, act(actor_of(ben)) as ctx:
        save_draft(ctx, row, {"body": "Three"}, seen)

    assert (refused.value.latest_text, refused.value.own_text) == ("Two", "Three")


def test_a_draft_can_be_thrown_away_even_when_there_is_none(act: Act, ben: Account, row: IncidentRow):
    with act(actor_of(ben)) as ctx:
        save_draft(ctx, row, {"body": "One"})
        discard_draft(ctx, row)
        discard_draft(ctx, row)

        assert own_draft(ctx, row) is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": "x" * (MESSAGE_LIMIT + 1)}, "too_long"),
        ({"body": "x", "name": "y" * 100_000}, "too_long"),
        ({"body": "a\x00b"}, "control_character"),
    ],
)
def test_what_could_not_be_kept_is_refused(
    act: Act, ben: Account, row: IncidentRow, fields: dict[str, str], code: str
):
    with pytest.raises(RuleError) as refused, act(actor_of(ben)) as ctx:
        save_draft(ctx, row, fields)

    assert refused.value.code == code


def test_the_longest_message_is_kept(act: Act, ben: Account, row: IncidentRow):
    with act(actor_of(ben)) as ctx:
        assert save_draft(ctx, row, {"body": "x" * MESSAGE_LIMIT}).id


def test_a_viewer_keeps_no_draft(act: Act, ben: Account, row: IncidentRow):
    with pytest.raises(ForbiddenError), act(actor_of(ben, SiteRole.VIEWER)) as ctx:
        save_draft(ctx, row, {"body": "x"})


def test_the_command_line_has_no_draft(act: Act):
    with act() as ctx:
        assert own_draft(ctx, declare_incident(ctx, Declaration(name="Odd"))) is None


def test_the_content_is_what_would_be_published():
    fields = {"body": "x\r\ny", "quiet": False, "opened_at": "1", "late_reason": "?", "promise": "30"}

    assert content_of(fields) == {"body": "x\ny", "promise": "30"}
    assert digest_of(fields) == digest_of({"promise": "30", "body": "x\ny", "opened_at": "2"})
    assert digest_of(fields) != digest_of({**fields, "quiet": True})
