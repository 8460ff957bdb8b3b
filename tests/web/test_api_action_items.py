"""Action items over all postmortems, followed up over the API."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.web.callers import Api, Json
from tests.web.postmortem_desk import CLEAN, Desk

VIEWER, RESPONDER, COMMUNICATOR, ADMIN = SiteRole
NIGHTLY, WATCH = "Test the rollback every night", "Watch releases on Fridays"


@pytest.fixture
def ben(api: Api) -> Api:
    return api.acting_as(RESPONDER)


@pytest.fixture
def desk(api: Api, ben: Api, clock: FakeClock) -> Desk:
    """A postmortem with two action items, one of a team and a person each."""
    desk = Desk.opened(api, clock).seen_by(ben)
    desk.write(**CLEAN)
    desk.sent(
        "POST", "/action_items", title=WATCH, kind="process", owner="responder@example.com", team="Core",
        due_on="2026-11-25",
    )  # fmt: skip
    return desk


def titles(api: Api, query: str = "") -> list[str]:
    return [each["title"] for each in api.get(f"action_items{query}")]


def item_of(api: Api, title: str = NIGHTLY) -> Json:
    return next(each for each in api.get("action_items") if each["title"] == title)


def followed(api: Api, item: Json, headers: dict[str, str] | None = None, **fields: Any) -> Json:
    answer = api.send("PATCH", f"action_items/{item['id']}", headers, json={"action_item": fields})
    assert answer.status_code == 200, answer.text
    found: Json = answer.get_json()
    return found


def refused(api: Api, item: Json, headers: dict[str, str] | None = None, **fields: Any) -> Json:
    return api.refused("PATCH", f"action_items/{item['id']}", headers, json={"action_item": fields})


def published(desk: Desk, api: Api) -> None:
    desk.sent("POST", "/review")
    desk.seen_by(api).sent("POST", "/approval", digest=desk.postmortem()["digest"])
    desk.seen_by(api).sent("PUT", "/publish")


def test_the_board_has_what_is_due_first_first_and_is_narrowed(desk: Desk, api: Api, clock: FakeClock):
    assert titles(api) == [WATCH, NIGHTLY]
    assert titles(api, "?owner=Admin@example.com") == [NIGHTLY]
    assert titles(api, "?team=Core") == [WATCH]
    assert titles(api, "?team=Nobody") == []
    assert titles(api, "?state=done") == []
    assert titles(api, "?overdue=true") == []
    clock.set(NOON.replace(day=26))
    assert titles(api, "?overdue=true") == [WATCH]
    assert titles(api, "?overdue=false") == [NIGHTLY]
    assert api.refused("GET", "action_items?state=lost")["status"] == 422


def test_an_item_is_overdue_when_its_day_is_over(desk: Desk, api: Api, clock: FakeClock):
    clock.set(NOON.replace(day=25, hour=23, minute=59))
    assert not item_of(api, WATCH)["is_overdue"]
    clock.set(NOON.replace(day=26, hour=0))
    assert item_of(api, WATCH)["is_overdue"]


def test_an_item_is_closed_with_a_note_and_opened_again(desk: Desk, api: Api, ben: Api, nothing_changes: Any):
    item = item_of(api)
    with nothing_changes():
        without = refused(ben, item, state="done")
        assert (without["status"], list(without["fields"])) == (422, ["note"])

    done = followed(ben, item, state="done", note="It runs at three each night.")

    assert (done["state"], done["closed_by"]) == ("done", "responder@example.com")
    assert done["closing_note"] == "It runs at three each night."
    assert titles(api, "?state=done") == [NIGHTLY]
    assert desk.postmortem()["action_items"][0]["state"] == "done"
    again = refused(ben, item, state="dropped", note="No.")
    assert (again["status"], again["code"]) == (409, "item_closed")
    opened = followed(ben, item, state="open", note="It stopped.")
    assert (opened["state"], opened["closed_at"], opened["closing_note"]) == ("open", None, None)
    assert refused(ben, item, state="open")["code"] == "item_open"


def test_before_publication_handing_over_is_an_edit_of_the_text(desk: Desk, api: Api, ben: Api):
    before = desk.postmortem()["revision"]

    followed(ben, item_of(api), owner="communicator@example.com", due_on="2026-12-24")

    (nightly, _) = desk.postmortem()["action_items"]
    assert (nightly["owner"], nightly["due_on"]) == ("communicator@example.com", "2026-12-24")
    assert desk.postmortem()["revision"] == before + 2


def test_what_was_published_moves_with_a_reason_and_leaves_the_text(
    desk: Desk, api: Api, ben: Api, nothing_changes: Any
):
    published(desk, api)
    item = item_of(api)
    with nothing_changes():
        without = refused(ben, item, due_on="2026-12-24")
        assert (without["status"], list(without["fields"])) == (422, ["reason"])

    moved = followed(ben, item, due_on="2026-12-24", reason="The vendor is late.")

    assert (moved["due_on"], moved["is_published"]) == ("2026-12-24", True)
    assert desk.postmortem()["state"] == "published"
    assert desk.postmortem()["action_items"][0]["due_on"] == "2026-12-01"


def test_bad_input_is_refused_at_its_field(
    desk: Desk, api: Api, ben: Api, session: Session, nothing_changes: Any
):
    gone = make_account(session, email="gone@example.com", disabled_at=NOON).email
    session.commit()
    item = item_of(api)
    with nothing_changes():
        for fields, field in (
            ({"owner": gone}, "owner"),
            ({"owner": "x@y.z"}, "owner"),
            ({"due_on": "2026-11-19"}, "due_on"),
            ({"due_on": "soon"}, "due_on"),
            ({"state": "lost"}, "state"),
            ({"state": "done", "note": "x" * 2001}, "note"),
        ):
            error = refused(ben, item, **fields)
            assert (error["status"], list(error["fields"])) == (422, [field]), fields
        assert refused(ben, {"id": "000000000000"}, note="x")["status"] == 404


def test_a_viewer_follows_nothing_up(desk: Desk, api: Api, nothing_changes: Any):
    viewer = api.acting_as(VIEWER)
    item = item_of(viewer)
    with nothing_changes():
        assert refused(viewer, item, state="done", note="Done.")["status"] == 403


def test_whoever_saw_an_older_state_is_told(desk: Desk, api: Api, ben: Api):
    item = item_of(api)
    followed(ben, item, {"If-Match": f'"{item["version"]}"'}, state="done", note="Done.")

    late = refused(api, item, {"If-Match": f'"{item["version"]}"'}, state="open")
    assert (late["status"], late["code"]) == (409, "stale")
