"""What may not be tried without end."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.errors import ThrottledError
from statuspage.services.throttle import count_tries, forgive, sign_in_limits
from statuspage.store.sign_ins import Throttle
from tests.fakes import NOON

ANN = "ann@example.com"


def try_it(session: Session, minutes: float = 0, email: str = ANN, address: str = "203.0.113.7") -> bool:
    """Return whether the try was allowed."""
    try:
        count_tries(session, NOON + timedelta(minutes=minutes), sign_in_limits(email, address))
    except ThrottledError:
        session.rollback()
        return False
    session.commit()
    return True


def test_five_tries_for_an_account_are_allowed_in_five_minutes(session: Session):
    assert [try_it(session, address=f"203.0.113.{number}") for number in range(6)] == [True] * 5 + [False]

    assert not try_it(session, 4.99)
    assert try_it(session, 5)


def test_an_account_has_the_same_limit_in_whatever_letters_and_whether_it_exists(session: Session):
    for number in range(5):
        assert try_it(session, email=" ANN@example.com" if number % 2 else ANN)

    assert not try_it(session, email=ANN)
    assert try_it(session, email="berta@example.com")


def test_twenty_tries_from_an_address_are_allowed_whoever_they_aim_at(session: Session):
    tries = [try_it(session, email=f"person{number}@example.com") for number in range(21)]

    assert tries == [True] * 20 + [False]
    assert try_it(session, email="another@example.com", address="203.0.113.8")


def test_the_hosts_of_one_network_count_as_one_address(session: Session):
    for number in range(20):
        assert try_it(session, email=f"{number}@example.com", address=f"2001:db8::{number:x}")

    assert not try_it(session, email="x@example.com", address="2001:db8::ffff")
    assert try_it(session, email="x@example.com", address="2001:db8:0:1::1")
    assert try_it(session, email="y@example.com", address="no address at all")


def test_a_try_that_was_right_forgives_the_account_and_itself(session: Session):
    for number in range(4):
        assert try_it(session, address=f"203.0.113.{number}")
    assert try_it(session)

    forgive(session, sign_in_limits(ANN, "203.0.113.7"))
    session.commit()

    assert {row.count for row in session.query(Throttle)} == {0, 1}
    assert [try_it(session) for _ in range(6)] == [True] * 5 + [False]


def test_who_must_wait_learns_how_long(session: Session):
    for _ in range(5):
        try_it(session)

    with pytest.raises(ThrottledError, match="Wait 3 minutes") as refused:
        count_tries(session, NOON + timedelta(minutes=2, seconds=1), sign_in_limits(ANN, "203.0.113.7"))

    assert refused.value.free_within == timedelta(minutes=2, seconds=59)


def test_a_clock_that_was_set_back_locks_nobody_out(session: Session):
    for _ in range(6):
        try_it(session, 60)

    assert try_it(session, 0)
