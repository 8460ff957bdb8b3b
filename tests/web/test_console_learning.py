"""The page of learning, and labelling a postmortem."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.learning import LabelKind
from statuspage.domain.roles import SiteRole
from statuspage.services.postmortem_labels import add_label
from statuspage.store.postmortems import get_postmortem
from tests.conftest import Act
from tests.fakes import FakeClock
from tests.services.follow_up import an_item, resolved, with_items
from tests.web.browsers import Browser
from tests.web.desks import Desk

SignedIn = Callable[..., Browser]


def resolve(act: Act, name: str = "Requests fail", *factors: str) -> str:
    with act() as ctx:
        row = resolved(ctx, name)
        with_items(ctx, row, an_item(None, due_on=None))
        for factor in factors:
            add_label(ctx, get_postmortem(ctx.session, row), LabelKind.FACTOR, factor)
        return row.public_id


@pytest.fixture
def desk(signed_in: SignedIn) -> Desk:
    return Desk(signed_in(SiteRole.RESPONDER, name="Ana"))


def test_without_postmortems_it_says_so(desk: Desk):
    assert "No postmortem in this period." in desk.open("learning").text


def test_few_postmortems_are_no_pattern_and_labels_are_explained(act: Act, desk: Desk):
    resolve(act)
    text = desk.open("learning").text

    assert "One postmortem is too few to speak of a pattern." in text
    assert "No postmortem of this time has such a label yet." in text
    assert "1 postmortem has no label" in text


def test_what_recurs_stands_with_its_incidents_and_its_trend(act: Act, desk: Desk, clock: FakeClock):
    first = resolve(act, "First", "Limits", "Config")
    clock.advance(days=20)
    second = resolve(act, "Second", "Limits")
    resolve(act, "Third")
    page = desk.open("learning")

    assert "Limits 2 of 3" in page.text
    assert "Named once: 1 Config" in page.text
    assert 'aria-label="Limits: November 2026: 1, December 2026: 1"' in page.answer.text
    for incident in (first, second):
        assert f"/console/incidents/{incident}/postmortem" in page.answer.text
    assert "Fix" in page.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [("from=2026-12-01&to=2026-11-01", 422), ("from=nonsense", 422), ("from=1990-01-01&to=2026-11-30", 200)],
)
def test_odd_periods_are_answered(act: Act, desk: Desk, asked: str, status: int):
    resolve(act)

    assert desk.open(f"learning?{asked}").status == status


def test_a_label_is_added_from_what_was_used_before_and_removed(act: Act, desk: Desk, session: Session):
    resolve(act, "First", "Limits")
    incident = resolve(act, "Second")
    where = f"incidents/{incident}/postmortem/labels"
    page = desk.open(where)
    assert "Used before: Limits" in page.text
    assert "Text Review Publish Revisions Labels" in page.text, "its other screens are one press away"

    page = page.form("label-factor").press(label="limits").follow()
    assert "Limits Remove" in page.text
    page = page.form("label-systemic").press(label="No owner").follow()
    assert "No owner Remove" in page.text
    refused = page.form("label-factor").press(label=" ")
    assert (refused.status, refused.errors) == (422, ["Fill this in; it is empty."])
    fields = {"kind": "factor", "label": "Limits", "act": "remove", "back": "postmortem"}
    answer = desk.browser.post(f"/console/{where}", fields)
    assert answer.headers["Location"].endswith(f"/incidents/{incident}/postmortem#labels")
    assert "Limits Remove" not in desk.open(where).text


def test_who_only_looks_reads_labels_and_adds_none(act: Act, signed_in: SignedIn):
    incident = resolve(act, "First", "Limits")
    desk = Desk(signed_in(SiteRole.VIEWER))
    where = f"incidents/{incident}/postmortem/labels"

    page = desk.open(where)
    assert "Limits" in page.text
    assert "Add one" not in page.text
    assert desk.browser.post(f"/console/{where}", {"label": "Config"}).status_code == 403
    assert desk.open("learning").status == 200


def test_an_incident_without_a_postmortem_has_no_labels(desk: Desk):
    assert desk.open("incidents/abcdefghijkl/postmortem/labels").status == 404
