"""Action items are followed up: closed with a note, reopened, handed over, moved; all of it recorded."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemState
from statuspage.domain.errors import ConflictError, ForbiddenError, RuleError
from statuspage.domain.postmortem import Visibility
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.action_items import close_item, hand_over_item, move_item, reopen_item
from statuspage.store.accounts import Account
from statuspage.store.action_items import ActionItem, get_item
from statuspage.store.postmortems import editors_of, head_of
from statuspage.store.records import AuditEntry
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of
from tests.services.follow_up import IN_TEN_DAYS, an_item, published, resolved, with_items


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ana")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def vera(session: Session) -> Account:
    return make_account(session, role=SiteRole.VIEWER, name="Vera")


@pytest.fixture
def draft(act: Act, vera: Account) -> str:
    """An item of Vera's, whose postmortem nobody has published."""
    with act() as ctx:
        (item,) = with_items(ctx, resolved(ctx), an_item(vera.public_id))
        return item.public_id


@pytest.fixture
def item(act: Act, draft: str) -> str:
    """The same, published."""
    with act() as ctx:
        published(ctx, get_item(ctx.session, draft).postmortem)
    return draft


def found(session: Session, public_id: str) -> ActionItem:
    session.expire_all()
    return get_item(session, public_id)


def recorded(session: Session, item: ActionItem) -> list[tuple[str, dict[str, object]]]:
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.subject == item.postmortem.public_id).order_by(AuditEntry.id)
    )
    return [(entry.verb, entry.details) for entry in entries if "item" in entry.details]


def test_an_item_is_closed_with_a_note_of_what_was_done(
    act: Act, session: Session, item: str, ana: Account, clock: FakeClock
):
    clock.advance(days=1)
    with act(actor_of(ana)) as ctx:
        close_item(ctx, get_item(ctx.session, item), " The alert fires after a minute. ")

    row = found(session, item)
    assert (row.state, row.closed_at, row.closed_by_id) == (ItemState.DONE, clock.now(), ana.id)
    assert row.closing_note == "The alert fires after a minute."
    note = {"item": item, "state": "done", "note": "The alert fires after a minute."}
    assert recorded(session, row) == [("close_item", note)]


@pytest.mark.parametrize("state", [ItemState.DONE, ItemState.DROPPED])
def test_without_a_note_it_stays_open(act: Act, session: Session, item: str, ana: Account, state: ItemState):
    with pytest.raises(RuleError, match=r"Say what was done|Say why") as caught, act(actor_of(ana)) as ctx:
        close_item(ctx, get_item(ctx.session, item), "  ", state=state)

    assert (caught.value.code, caught.value.field) == ("note_missing", "note")
    assert found(session, item).state is ItemState.OPEN


def test_what_is_closed_is_not_closed_again_and_comes_back_when_reopened(
    act: Act, session: Session, item: str, ana: Account
):
    with act(actor_of(ana)) as ctx:
        close_item(ctx, get_item(ctx.session, item), "Not worth it.", state=ItemState.DROPPED)
    with pytest.raises(ConflictError, match="closed already"), act(actor_of(ana)) as ctx:
        close_item(ctx, get_item(ctx.session, item), "Done.")
    with act(actor_of(ana)) as ctx:
        reopen_item(ctx, get_item(ctx.session, item), "It is worth it after all.")
    with pytest.raises(ConflictError, match="open already"), act(actor_of(ana)) as ctx:
        reopen_item(ctx, get_item(ctx.session, item))

    row = found(session, item)
    assert (row.state, row.closed_at, row.closing_note) == (ItemState.OPEN, None, None)
    assert recorded(session, row)[-1][1] == {
        "item": item,
        "was": "dropped",
        "note": "It is worth it after all.",
    }


def test_its_owner_closes_it_whatever_their_role_and_nobody_else_who_only_looks(
    act: Act, session: Session, item: str, vera: Account
):
    stranger = make_account(session, role=SiteRole.VIEWER)
    with pytest.raises(ForbiddenError), act(actor_of(stranger)) as ctx:
        close_item(ctx, get_item(ctx.session, item), "Done.")
    with pytest.raises(ForbiddenError), act(Actor(vera.id, SiteRole.VIEWER, token_id=7)) as ctx:
        close_item(ctx, get_item(ctx.session, item), "Done by a token that may only look.")
    with act(actor_of(vera)) as ctx:
        close_item(ctx, get_item(ctx.session, item), "Done.")

    assert found(session, item).state is ItemState.DONE


def test_who_decided_by_an_older_state_is_told_so(act: Act, session: Session, item: str, ana: Account):
    seen = found(session, item).version
    with act(actor_of(ana)) as ctx:
        move_item(ctx, get_item(ctx.session, item), date(2026, 12, 24), "Waits for a part.", version=seen)
    with pytest.raises(ConflictError) as caught, act(actor_of(ana)) as ctx:
        close_item(ctx, get_item(ctx.session, item), "Done.", version=seen)

    assert caught.value.code == "stale"
    assert found(session, item).state is ItemState.OPEN


def test_after_publication_owner_and_day_change_without_touching_the_text(
    act: Act, session: Session, item: str, ana: Account, ben: Account
):
    with act(actor_of(ana)) as ctx:
        row = get_item(ctx.session, item)
        before = head_of(ctx.session, row.postmortem).number
        hand_over_item(ctx, row, ben)
        move_item(ctx, row, date(2026, 12, 24), "Waits for a part.")

    row = found(session, item)
    assert (row.owner_id, row.due_on) == (ben.id, date(2026, 12, 24))
    head = head_of(session, row.postmortem)
    assert (head.number, head.value.items[0].due_on) == (before, IN_TEN_DAYS)
    assert row.postmortem.published_digest == head.digest
    assert editors_of(session, row.postmortem) == []
    assert [details.get("reason") for _, details in recorded(session, row)] == [None, "Waits for a part."]


def test_before_publication_they_change_in_the_text_so_that_the_gate_sees_them(
    act: Act, session: Session, draft: str, ana: Account, ben: Account
):
    with act() as ctx:
        postmortem = get_item(ctx.session, draft).postmortem
        postmortem.approved_digest = head_of(ctx.session, postmortem).digest
    with act(actor_of(ana)) as ctx:
        hand_over_item(ctx, get_item(ctx.session, draft), ben)
        move_item(ctx, get_item(ctx.session, draft), date(2026, 12, 24))

    row = found(session, draft)
    written = head_of(session, row.postmortem).value.items[0]
    assert (written.owner, written.due_on) == (ben.public_id, date(2026, 12, 24))
    assert (row.owner_id, row.due_on) == (ben.id, date(2026, 12, 24))
    assert row.postmortem.approved_digest is None
    assert [each.account_id for each in editors_of(session, row.postmortem)] == [ana.id]


def test_an_owner_who_only_looks_writes_no_text(act: Act, session: Session, draft: str, vera: Account):
    with pytest.raises(ForbiddenError), act(actor_of(vera)) as ctx:
        move_item(ctx, get_item(ctx.session, draft), date(2026, 12, 24))

    assert found(session, draft).due_on == IN_TEN_DAYS


def test_nobody_who_has_left_is_given_an_item(
    act: Act, session: Session, item: str, ana: Account, ben: Account, clock: FakeClock
):
    ben.disabled_at = clock.now()
    with pytest.raises(RuleError, match="disabled") as caught, act(actor_of(ana)) as ctx:
        hand_over_item(ctx, get_item(ctx.session, item), ben)

    assert caught.value.field == "owner"


def test_an_item_is_due_on_the_day_of_the_incident_at_the_earliest(
    act: Act, session: Session, item: str, ana: Account
):
    with pytest.raises(RuleError) as caught, act(actor_of(ana)) as ctx:
        move_item(ctx, get_item(ctx.session, item), NOON.date() - timedelta(days=1), "Sooner.")
    with act(actor_of(ana)) as ctx:
        move_item(ctx, get_item(ctx.session, item), NOON.date(), "Sooner.")

    assert caught.value.code == "due_before_incident"
    assert found(session, item).due_on == NOON.date()


def test_moving_what_was_published_takes_a_reason(act: Act, item: str, ana: Account):
    with pytest.raises(RuleError) as caught, act(actor_of(ana)) as ctx:
        move_item(ctx, get_item(ctx.session, item), date(2026, 12, 24))

    assert caught.value.code == "reason_missing"


@pytest.mark.parametrize(
    ("shows", "visibility", "published_again"),
    [(True, Visibility.PUBLIC, 2), (False, Visibility.PUBLIC, 0), (True, Visibility.LINK, 0)],
)
def test_customers_read_the_progress_where_the_site_shows_it(
    act: Act,
    session: Session,
    draft: str,
    ana: Account,
    shows: bool,
    visibility: Visibility,
    published_again: int,
):
    with act() as ctx:
        ctx.page.has_action_progress = shows
        published(ctx, get_item(ctx.session, draft).postmortem, visibility)
        before = ctx.page.publication
    with act(actor_of(ana)) as ctx:
        close_item(ctx, get_item(ctx.session, draft), "Done.")
        reopen_item(ctx, get_item(ctx.session, draft))
        move_item(ctx, get_item(ctx.session, draft), date(2026, 12, 24), "Later.")

        assert ctx.page.publication - before == published_again
