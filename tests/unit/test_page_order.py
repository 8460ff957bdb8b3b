"""The order of the page, step by step: what the arrows do to components and groups."""

import pytest

from statuspage.domain.errors import RuleError
from statuspage.domain.page_order import Move, Placed, moved, place_of

PAGE = [Placed("api"), Placed("europe", ("shop", "mail")), Placed("docs"), Placed("asia"), Placed("dns")]
GROUPS = ["europe", "asia"]


def written(order: list[Placed]) -> str:
    """Return the order in one line, members in brackets after their group."""
    return " ".join(
        placed.public_id + (f"({' '.join(placed.members)})" if placed.members else "") for placed in order
    )


@pytest.mark.parametrize(
    ("public_id", "move", "after"),
    [
        ("docs", "up", "api docs europe(shop mail) asia dns"),
        ("docs", "down", "api europe(shop mail) asia docs dns"),
        ("europe", "up", "europe(shop mail) api docs asia dns"),
        ("mail", "up", "api europe(mail shop) docs asia dns"),
        ("shop", "down", "api europe(mail shop) docs asia dns"),
        ("shop", "up", "api shop europe(mail) docs asia dns"),
        ("mail", "down", "api europe(shop) mail docs asia dns"),
        ("shop", "out", "api europe(mail) shop docs asia dns"),
        ("docs", "into", "api europe(shop mail docs) asia dns"),
        ("dns", "into", "api europe(shop mail) docs asia(dns)"),
        ("api", "into", "europe(api shop mail) docs asia dns"),
    ],
)
def test_a_step_puts_one_thing_elsewhere_and_leaves_the_others_as_they_are(public_id, move, after):
    assert written(moved(PAGE, public_id, Move(move), GROUPS)) == after


@pytest.mark.parametrize(
    ("public_id", "move"),
    [("api", "up"), ("dns", "down"), ("docs", "out"), ("shop", "into"), ("asia", "into"), ("europe", "out")],
)
def test_what_has_nowhere_to_go_stays(public_id, move):
    assert moved(PAGE, public_id, Move(move), GROUPS) == PAGE


def test_without_a_group_there_is_nothing_to_go_into():
    assert moved([Placed("api"), Placed("docs")], "docs", Move.INTO) == [Placed("api"), Placed("docs")]


def test_the_last_member_leaves_an_empty_group_behind():
    assert moved([Placed("europe", ("shop",))], "shop", Move.OUT, ["europe"]) == [
        Placed("europe"),
        Placed("shop"),
    ]


def test_a_place_is_a_number_on_the_page_or_in_a_group():
    assert place_of(PAGE, "europe") == (None, 2, 5)
    assert place_of(PAGE, "mail") == ("europe", 2, 2)


def test_what_is_not_on_the_page_is_not_moved():
    for act in (lambda: moved(PAGE, "gone", Move.UP, GROUPS), lambda: place_of(PAGE, "gone")):
        with pytest.raises(RuleError):
            act()
