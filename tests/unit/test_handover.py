"""A handover is an offer: until it is accepted, the old lead holds the promise."""

import pytest

from statuspage.domain.handover import Offer, holder, leads
from tests.unit.acts import at

ANNA, BORIS, CHEN, DANA = 1, 2, 3, 4


def test_without_an_offer_the_lead_holds_the_promise():
    assert holder(ANNA, CHEN, [], at(0)) == ANNA
    assert leads(ANNA, CHEN, [], at(0)) == (ANNA,)
    assert leads(None, CHEN, [], at(0)) == ()


def test_until_it_is_accepted_the_old_lead_holds_the_promise_and_both_are_reminded():
    offers = [Offer(BORIS, at(10), accepted_at=at(13))]

    assert leads(ANNA, CHEN, offers, at(10, second=-1)) == (ANNA,)
    assert leads(ANNA, CHEN, offers, at(10)) == (ANNA, BORIS)
    assert leads(ANNA, CHEN, offers, at(13, second=-1)) == (ANNA, BORIS)
    assert leads(ANNA, CHEN, offers, at(13)) == (BORIS,)
    assert holder(ANNA, CHEN, offers, at(13, second=-1)) == ANNA
    assert holder(ANNA, CHEN, offers, at(13)) == BORIS


def test_after_five_minutes_without_an_answer_the_promise_goes_to_the_commander():
    offers = [Offer(BORIS, at(10))]

    assert leads(ANNA, CHEN, offers, at(15)) == (ANNA, BORIS)
    assert leads(ANNA, CHEN, offers, at(15, second=1)) == (CHEN,)


def test_without_a_commander_the_old_lead_holds_on():
    assert holder(ANNA, None, [Offer(BORIS, at(10))], at(60)) == ANNA


def test_an_answer_that_comes_too_late_takes_it_from_the_commander():
    offers = [Offer(BORIS, at(10), accepted_at=at(20))]

    assert holder(ANNA, CHEN, offers, at(19)) == CHEN
    assert holder(ANNA, CHEN, offers, at(20)) == BORIS


def test_a_promise_may_be_handed_on_again():
    offers = [Offer(BORIS, at(10), accepted_at=at(11)), Offer(DANA, at(20), accepted_at=at(22))]

    assert [holder(ANNA, CHEN, offers, at(minute)) for minute in (10, 11, 21, 22)] == [
        ANNA,
        BORIS,
        BORIS,
        DANA,
    ]


@pytest.mark.parametrize("minute", [12, 60])
def test_a_second_offer_may_be_accepted_while_the_first_is_unanswered(minute):
    offers = [Offer(BORIS, at(10)), Offer(DANA, at(11), accepted_at=at(12))]

    assert holder(ANNA, CHEN, offers, at(minute)) == DANA


def test_the_report_counts_a_promise_for_whoever_held_it_when_due():
    due_at = at(40)

    assert holder(ANNA, CHEN, [Offer(BORIS, at(30), accepted_at=due_at)], due_at) == BORIS
    assert holder(ANNA, CHEN, [Offer(BORIS, at(38), accepted_at=at(41))], due_at) == ANNA
