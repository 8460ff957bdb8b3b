"""The board of action items, and the page on which one is followed up."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemState
from statuspage.domain.roles import SiteRole
from statuspage.store.accounts import Account
from statuspage.store.action_items import ActionItem, get_item
from tests.conftest import Act
from tests.fakes import NOON, FakeClock
from tests.services.follow_up import an_item, published, resolved, with_items
from tests.web.browsers import Browser
from tests.web.desks import Desk, Page

Person = Callable[..., Account]


@pytest.fixture
def ana(person: Person) -> Account:
    return person(SiteRole.RESPONDER, name="Ana", email="ana@example.com")


@pytest.fixture
def ben(person: Person) -> Account:
    return person(SiteRole.VIEWER, name="Ben", email="ben@example.com")


@pytest.fixture
def enter(app_for_people, session: Session) -> Callable[[Account], Desk]:
    def come_in(account: Account) -> Desk:
        email = account.email
        session.commit()
        return Desk(Browser(app_for_people.test_client()).enter(email))

    return come_in


@pytest.fixture
def written(act: Act, ana: Account, ben: Account) -> list[str]:
    """Three items: Ana's in ten days, Ben's due on the day of the incident, nobody's without a day."""
    with act() as ctx:
        items = with_items(
            ctx,
            resolved(ctx),
            an_item(ana.public_id, "Alert earlier"),
            an_item(ben.public_id, "Write the runbook", due_on=NOON.date()),
            an_item(None, "Think about it", due_on=None),
        )
        published(ctx, items[0].postmortem)
        return [item.public_id for item in items]


def row(session: Session, item: str) -> ActionItem:
    session.rollback()
    session.expire_all()
    return get_item(session, item)


def titles(page: Page) -> list[str]:
    return [" ".join(each.itertext()) for each in page._tree().find_class("title")]


def test_a_board_without_items_says_where_they_come_from(enter, ana: Account):
    page = enter(ana).open("action-items")

    assert "Nothing to follow up." in page.text
    assert "Action items are written in postmortems" in page.text


def test_the_most_urgent_comes_first_and_the_counts_stand_on_top(
    enter, ana: Account, written: list[str], clock: FakeClock
):
    clock.advance(days=2)
    page = enter(ana).open("action-items")

    assert titles(page) == ["Write the runbook", "Alert earlier", "Think about it"]
    assert "3 Open 1 Overdue 0 Done 0 Dropped 3 All" in page.text
    assert "Nov 20 2 days overdue" in page.text
    assert "Ben" in page.text
    assert "2 days" in page.text


def test_a_day_is_over_by_the_pages_zone(enter, act: Act, ana: Account, written: list[str], clock: FakeClock):
    with act() as ctx:
        ctx.page.time_zone = "Asia/Tokyo"
    clock.advance(hours=2)
    desk = enter(ana)
    assert "0 Overdue" in desk.open("action-items").text
    clock.advance(hours=1)

    assert "1 Overdue" in desk.open("action-items").text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("owner=me", ["Alert earlier"]),
        ("team=Network", ["Write the runbook", "Alert earlier", "Think about it"]),
        ("team=Nobody", []),
        ("kind=fix", ["Write the runbook", "Alert earlier", "Think about it"]),
        ("kind=detect", []),
        (
            "kind=nonsense&show=nonsense&group=nonsense",
            ["Write the runbook", "Alert earlier", "Think about it"],
        ),
        ("show=overdue", ["Write the runbook"]),
        ("show=done", []),
        ("group=owner", ["Alert earlier", "Write the runbook", "Think about it"]),
        ("group=incident", ["Write the runbook", "Alert earlier", "Think about it"]),
        ("page=99", ["Write the runbook", "Alert earlier", "Think about it"]),
    ],
)
def test_the_board_is_filtered_and_grouped(
    enter, ana: Account, written: list[str], clock: FakeClock, asked: str, expected: list[str]
):
    clock.advance(days=1)

    assert titles(enter(ana).open(f"action-items?{asked}")) == expected


def test_items_of_somebody_who_has_left_stand_out(
    enter, act: Act, ana: Account, ben: Account, written: list[str], clock: FakeClock
):
    with act() as ctx:
        ctx.session.get_one(Account, ben.id).disabled_at = ctx.now

    assert "owner has left" in enter(ana).open("action-items").text
    assert "owner has left" in enter(ana).open(f"action-items/{written[1]}").text


def test_a_responder_closes_reopens_moves_and_hands_over(
    enter, session: Session, ana: Account, ben: Account, written: list[str]
):
    desk, item = enter(ana), written[0]
    where = f"action-items/{item}"

    page = desk.open(where).form("move").press(due_on="2026-12-24", reason="A part is missing.").follow()
    assert "moved its day from November 30, 2026 to December 24, 2026: “A part is missing.”" in page.text
    page = page.form("hand_over").press(owner=ben.public_id).follow()
    assert "handed it from ana@example.com to ben@example.com." in page.text
    page = page.form("close").press(state="done", note="The alert is there.").follow()
    assert "Ana closed it as done: “The alert is there.”" in page.text
    assert row(session, item).state is ItemState.DONE
    page = page.form("reopen").press(note="It does not fire.").follow()
    assert "reopened it: “It does not fire.”" in page.text
    assert row(session, item).state is ItemState.OPEN


def test_a_refusal_stands_beside_its_field_and_what_was_typed_stays(
    enter, session: Session, ana: Account, written: list[str]
):
    page = enter(ana).open(f"action-items/{written[0]}")

    refused = page.form("close").press(state="dropped", note="   ")
    assert (refused.status, refused.errors) == (422, ["Say why it will not be done, in a sentence."])
    refused = page.form("move").press(due_on="2026-11-01", reason="Sooner, please.")
    assert refused.errors == ["Choose a day that is not before the incident began."]
    assert refused.form("move").fields["reason"] == "Sooner, please."
    assert refused.form("move").fields["due_on"] == "2026-11-01"
    assert page.form("move").press(due_on="soon").errors == ["Choose a day."]
    assert page.form("hand_over").press(owner="nobody").errors == ["Choose somebody."]
    assert row(session, written[0]).state is ItemState.OPEN


def test_who_comes_second_reads_what_is_there_now_and_can_decide_again(
    enter, session: Session, ana: Account, written: list[str]
):
    desk = enter(ana)
    early = desk.open(f"action-items/{written[0]}")
    early.form("move").press(due_on="2026-12-24", reason="Later.")

    refused = early.form("close").press(state="done", note="Done.")
    assert refused.status == 422
    assert "Somebody else has changed this action item meanwhile." in refused.text
    assert refused.form("close").fields["note"].strip() == "Done."
    refused.form("close").press()
    assert row(session, written[0]).state is ItemState.DONE


def test_who_only_looks_follows_up_their_own_items_alone(
    enter, session: Session, ben: Account, written: list[str]
):
    desk = enter(ben)
    theirs = desk.open(f"action-items/{written[0]}")
    assert "Close it" not in theirs.text
    answer = desk.browser.post(f"/console/action-items/{written[0]}/close", {"note": "Done."})
    assert (answer.status_code, row(session, written[0]).state) == (422, ItemState.OPEN)

    desk.open(f"action-items/{written[1]}").form("close").press(note="It is written.").follow()
    assert row(session, written[1]).state is ItemState.DONE


def test_a_tracker_is_a_link_only_where_it_is_an_address_of_the_web(
    enter, act: Act, session: Session, ana: Account, written: list[str]
):
    with act() as ctx:
        get_item(ctx.session, written[0]).tracker_url = "https://tracker.example.com/1"
        get_item(ctx.session, written[1]).tracker_url = "javascript:alert(1)"
    page = enter(ana).open("action-items")

    assert 'href="https://tracker.example.com/1"' in page.answer.text
    assert 'href="javascript:' not in page.answer.text


def test_an_item_that_does_not_exist_is_not_found(enter, ana: Account):
    assert enter(ana).open("action-items/abcdefghijkl").status == 404


def test_nobody_sees_the_board_without_signing_in(client):
    assert client.get("/console/action-items").status_code in {302, 303, 401}


def test_the_report_shows_how_many_there_are_and_how_old(
    enter, ana: Account, written: list[str], clock: FakeClock
):
    clock.advance(days=4)
    text = enter(ana).open("report").text

    assert "Action items Of Open Overdue Done Dropped Oldest open Half of the open are" in text
    assert "All incidents, now 3 1 0 0 4 days at most 4 days old" in text
    assert "Action items, by the month they were due" in text
