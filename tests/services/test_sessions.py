"""Sessions on the server: opened, seen, ended."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.errors import NotFoundError, UnauthorizedError
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.sign_in import (
    Credentials,
    Whence,
    actor_with,
    authenticate_staff,
    confirm_session,
    credentials_of,
    end_own_session,
    end_session,
    end_sessions,
    find_staff,
    is_confirmed,
    note_seen,
    open_session,
)
from statuspage.store.accounts import Account
from statuspage.store.records import AuditEntry
from statuspage.store.sign_ins import StaffSession
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock

HERE = Whence("Firefox on Linux", "203.0.113.7")


@pytest.fixture
def ann(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, email="ann@example.com", password_hash="hash")


@pytest.fixture
def enter(act: Act):
    """Open a session for somebody and return its secret."""

    def open_for(account: Account) -> str:
        with act(Actor(account.id, account.role)) as ctx:
            return open_session(ctx, HERE)

    return open_for


def test_a_session_stands_for_its_person_in_the_role_of_today(session: Session, ann: Account, enter):
    token = enter(ann)

    assert authenticate_staff(session, NOON, token) == Actor(ann.id, SiteRole.COMMUNICATOR)
    ann.role = SiteRole.VIEWER
    assert authenticate_staff(session, NOON, token).role is SiteRole.VIEWER


def test_the_database_keeps_no_more_than_a_digest_of_the_secret(session: Session, ann: Account, enter):
    token = enter(ann)

    row = session.query(StaffSession).one()
    assert token not in repr(vars(row))
    assert (row.browser, row.address) == ("Firefox on Linux", "203.0.113.7")


def test_a_session_lasts_a_month_after_it_was_seen_last(session: Session, ann: Account, enter):
    token = enter(ann)

    authenticate_staff(session, NOON + timedelta(days=30, seconds=-1), token)
    with pytest.raises(UnauthorizedError, match="ended"):
        authenticate_staff(session, NOON + timedelta(days=30), token)
    note_seen(session, NOON + timedelta(days=29), token)
    authenticate_staff(session, NOON + timedelta(days=59, seconds=-1), token)


def test_an_unknown_secret_and_none_let_nobody_in(session: Session, ann: Account, enter):
    enter(ann)

    for secret in ("", "unknown", "\udcff"):
        with pytest.raises(UnauthorizedError):
            authenticate_staff(session, NOON, secret)


def test_a_disabled_account_is_out_at_once(session: Session, ann: Account, enter):
    token = enter(ann)
    ann.disabled_at = NOON

    with pytest.raises(UnauthorizedError, match="disabled"):
        authenticate_staff(session, NOON, token)


def test_signing_out_ends_this_session_and_no_other(act: Act, session: Session, ann: Account, enter):
    here, there = enter(ann), enter(ann)

    with act(Actor(ann.id, ann.role)) as ctx:
        end_session(ctx, here)
        end_session(ctx, here)

    with pytest.raises(UnauthorizedError):
        authenticate_staff(session, NOON, here)
    authenticate_staff(session, NOON, there)
    assert [entry.verb for entry in session.query(AuditEntry)].count("sign_out") == 1


def test_signing_out_everywhere_may_spare_the_browser_in_use(act: Act, session: Session, ann: Account, enter):
    somebody_else = make_account(session)
    here, there, another = enter(ann), enter(ann), enter(somebody_else)

    with act(Actor(ann.id, ann.role)) as ctx:
        assert end_sessions(ctx, ann, but_token=here) == 1

    authenticate_staff(session, NOON, here)
    authenticate_staff(session, NOON, another)
    with pytest.raises(UnauthorizedError):
        authenticate_staff(session, NOON, there)
    with act(Actor(ann.id, ann.role)) as ctx:
        assert end_sessions(ctx, ann) == 1
    with pytest.raises(UnauthorizedError):
        authenticate_staff(session, NOON, here)


def test_nobody_ends_the_sessions_of_others(act: Act, session: Session, ann: Account, enter):
    token = enter(ann)
    public_id = find_staff(session, NOON, token).public_id
    somebody_else = make_account(session)

    with pytest.raises(NotFoundError), act(Actor(somebody_else.id, somebody_else.role)) as ctx:
        end_own_session(ctx, public_id)
    with act(Actor(ann.id, ann.role)) as ctx:
        end_own_session(ctx, public_id)

    with pytest.raises(UnauthorizedError):
        authenticate_staff(session, NOON, token)


def test_the_password_counts_as_given_for_a_quarter_of_an_hour(
    act: Act, session: Session, ann: Account, enter, clock: FakeClock
):
    token = enter(ann)
    clock.advance(hours=1)

    with act(Actor(ann.id, ann.role)) as ctx:
        confirm_session(ctx, token)

    confirmed_at = find_staff(session, NOON, token).confirmed_at
    assert confirmed_at == NOON + timedelta(hours=1)
    assert is_confirmed(confirmed_at + timedelta(minutes=15), confirmed_at)
    assert not is_confirmed(confirmed_at + timedelta(minutes=15, seconds=1), confirmed_at)


def test_a_clock_that_was_set_back_does_not_spare_anybody_the_password():
    assert not is_confirmed(NOON - timedelta(hours=1), NOON)


def test_who_has_no_password_looks_like_nobody(session: Session, ann: Account):
    make_account(session, email="gone@example.com", password_hash="hash", disabled_at=NOON)
    make_account(session, email="invited@example.com", password_hash=None)

    nobody = Credentials(None, None)
    for email in ("gone@example.com", "invited@example.com", "unknown@example.com", "", "\0", "a" * 9000):
        assert credentials_of(session, email) == nobody
    assert credentials_of(session, " Ann@Example.com ") == Credentials(ann.id, "hash")


def test_an_account_that_changes_while_its_password_is_compared_stays_shut(session: Session, ann: Account):
    proven = credentials_of(session, ann.email)
    assert actor_with(session, proven) == Actor(ann.id, ann.role)

    ann.password_hash = "another"
    with pytest.raises(UnauthorizedError):
        actor_with(session, proven)
    ann.password_hash, ann.disabled_at = "hash", NOON
    with pytest.raises(UnauthorizedError):
        actor_with(session, proven)
    with pytest.raises(UnauthorizedError):
        actor_with(session, Credentials(None, None))


def test_what_a_browser_says_of_itself_is_cut_and_cleaned(act: Act, session: Session, ann: Account):
    with act(Actor(ann.id, ann.role)) as ctx:
        open_session(ctx, Whence("x" * 1000 + "\0", "y" * 100))
        open_session(ctx, Whence("a\0b\nc", "::1"))

    rows = session.query(StaffSession).order_by(StaffSession.id).all()
    assert (rows[0].browser, rows[0].address) == ("x" * 255, "y" * 64)
    assert rows[1].browser == "a b c"
