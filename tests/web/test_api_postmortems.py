"""Postmortems over the API: begun, written by several, read by whoever may."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.web.callers import Api, Json, PublicSite, wire
from tests.web.postmortem_desk import CLEAN, Desk

VIEWER, RESPONDER, COMMUNICATOR, ADMIN = SiteRole


@pytest.fixture
def ben(api: Api) -> Api:
    return api.acting_as(RESPONDER)


@pytest.fixture
def desk(api: Api, ben: Api, clock: FakeClock) -> Desk:
    """A critical incident, resolved after an hour; its postmortem is a draft that a responder writes in."""
    return Desk.opened(api, clock).seen_by(ben)


def test_a_resolution_leaves_a_draft_in_statuspages_shape(desk: Desk):
    found = desk.postmortem()

    assert {"preview_key", "body", "body_updated_at", "published_at", "custom_tweet"} == {
        key for key, value in found.items() if value is None and key in _STATUSPAGE
    }
    assert set(found) >= _STATUSPAGE
    assert (found["state"], found["form"], found["revision"]) == ("draft", "full", 1)
    assert found["due_at"] == wire(60 + 48 * 60)
    assert [line["moment"] for line in found["timeline"] if line["moment"]][-1] == "resolution"


_STATUSPAGE = {
    "preview_key", "body", "body_updated_at", "body_draft", "body_draft_updated_at", "published_at",
    "notify_subscribers", "notify_twitter", "custom_tweet", "created_at", "updated_at",
}  # fmt: skip


def test_sections_are_written_one_by_one_and_nobody_outside_sees_any(desk: Desk, site: PublicSite):
    before = site.files()

    desk.write(sections={"summary": "Payments failed for an hour."})
    found = desk.write(sections={"impact": "A third of all payments."})

    assert found["sections"]["summary"] == "Payments failed for an hour."
    assert found["sections"]["impact"] == "A third of all payments."
    assert found["revision"] == 3
    assert found["editors"] == ["responder@example.com"]
    assert found["digest"] != desk.revision(2)["digest"]
    assert site.files() == before


def test_the_same_text_again_makes_no_revision(desk: Desk):
    first = desk.write(sections={"summary": "Payments failed."})

    assert desk.write(sections={"summary": "Payments failed."})["revision"] == first["revision"]


def test_two_who_began_from_one_text_both_find_theirs_in_it(desk: Desk, api: Api):
    seen = desk.write(sections={"summary": "One.\nTwo.\nThree."})["revision"]

    desk.write(sections={"summary": "First.\nTwo.\nThree."}, last_revision=seen)
    both = desk.seen_by(api).write(sections={"summary": "One.\nTwo.\nThird."}, last_revision=seen)

    assert both["sections"]["summary"] == "First.\nTwo.\nThird."


@pytest.mark.parametrize("says", ["last_revision", "If-Match"])
def test_where_both_changed_the_same_lines_nothing_is_lost(
    desk: Desk, api: Api, nothing_changes: Any, says: str
):
    seen = desk.write(sections={"summary": "One."})["revision"]
    desk.write(sections={"summary": "Theirs."})
    headers = {"If-Match": f'"{seen}"'} if says == "If-Match" else {}
    fields: Json = {} if headers else {"last_revision": seen}

    with nothing_changes():
        refused = desk.seen_by(api).refused("PATCH", "", headers, sections={"summary": "Mine."}, **fields)

    assert (refused["status"], refused["code"]) == (409, "edit_conflict")
    assert (refused["latest_text"], refused["own_text"]) == ("Theirs.", "Mine.")


def test_without_saying_what_was_read_edits_come_one_after_the_other(desk: Desk, api: Api):
    desk.write(sections={"summary": "Theirs."})

    assert desk.seen_by(api).write(sections={"summary": "Mine."})["sections"]["summary"] == "Mine."


def test_a_revision_that_there_never_was_is_refused(desk: Desk, nothing_changes: Any):
    with nothing_changes():
        refused = desk.refused("PATCH", "", sections={"summary": "x"}, last_revision=99)
        assert (refused["status"], refused["code"]) == (409, "stale")
        refused = desk.refused("PATCH", "", {"If-Match": "not a number"}, sections={"summary": "x"})
        assert (refused["status"], refused["code"]) == (409, "stale")


def test_a_viewer_reads_and_writes_nothing(desk: Desk, api: Api, nothing_changes: Any):
    reader = desk.seen_by(api.acting_as(VIEWER))
    line = desk.postmortem()["timeline"][0]["id"]

    assert reader.postmortem()["state"] == "draft"
    with nothing_changes():
        for method, path in (
            ("PATCH", ""), ("POST", ""), ("POST", "/timeline"), ("PATCH", f"/timeline/{line}"),
            ("DELETE", f"/timeline/{line}"), ("POST", "/action_items"), ("POST", "/revisions/1/restore"),
        ):  # fmt: skip
            assert reader.refused(method, path)["status"] == 403, (method, path)


def test_nobody_without_a_token_reads_it(desk: Desk, api: Api, client: FlaskClient):
    assert client.get(api.url(desk.path())).status_code == 401


def test_the_owner_is_handed_on_to_an_account_in_use(desk: Desk, session: Session, nothing_changes: Any):
    gone = make_account(session, email="gone@example.com", disabled_at=NOON).email
    session.commit()

    assert desk.write(owner="communicator@example.com")["owner"] == "communicator@example.com"
    with nothing_changes():
        for owner, code in (
            (gone, "account_disabled"),
            ("x@y.z", "unknown_account"),
            (None, "owner_missing"),
        ):
            refused = desk.refused("PATCH", "", owner=owner)
            assert (refused["status"], refused["code"], list(refused["fields"])) == (422, code, ["owner"])


def test_an_incident_that_owes_none_can_have_one_begun(api: Api, ben: Api, clock: FakeClock):
    incident = api.declare()
    desk = Desk(ben, incident["id"], clock)
    assert desk.refused("GET", "")["status"] == 404
    refused = desk.refused("POST", "")
    assert (refused["status"], refused["code"]) == (409, "not_resolved")
    api.change(incident, status="resolved", false_alarm=True)

    begun = desk.sent("POST", "", owner="viewer@example.com")

    assert (begun["state"], begun["owner"], begun["due_at"]) == ("draft", "viewer@example.com", None)
    assert desk.sent("POST", "")["id"] == begun["id"]


def test_a_drill_has_none(api: Api, clock: FakeClock):
    drill = api.declare(is_drill=True)
    api.change(drill, status="resolved")

    refused = Desk(api, drill["id"], clock).refused("POST", "")
    assert (refused["status"], refused["code"]) == (409, "is_drill")


def test_a_line_takes_its_place_by_its_time(desk: Desk):
    line = desk.sent("POST", "/timeline", at=wire(5), text="The release was found.", is_public=False)
    assert (line["at"], line["is_public"], line["moment"]) == (wire(5), False, None)

    moved = desk.sent("PATCH", f"/timeline/{line['id']}", at=wire(70), text="Found late.", is_public=True)
    timeline = desk.get("/timeline")

    assert timeline[-1] == moved
    assert [each["at"] for each in timeline] == sorted(each["at"] for each in timeline)
    desk.sent("DELETE", f"/timeline/{line['id']}")
    assert line["id"] not in [each["id"] for each in desk.get("/timeline")]


def test_a_drafted_line_is_changed_at_its_own_address(desk: Desk):
    detection = next(each for each in desk.get("/timeline") if each["moment"] == "detection")

    changed = desk.sent("PATCH", f"/timeline/{detection['id']}", text="The alarm rang.")

    assert changed == {**detection, "text": "The alarm rang."}


def test_every_drafted_line_has_an_address_that_leads_to_it(api: Api, clock: FakeClock):
    made = api.send("POST", "components", json={"component": {"name": "Payments"}})
    component = made.get_json()["id"]
    desk = Desk.opened(api, clock, components={component: "major_outage"})
    lines = desk.get("/timeline")
    assert any(each["id"].startswith("component:") for each in lines)

    for line in lines:
        desk.sent("DELETE", f"/timeline/{line['id']}")

    assert desk.get("/timeline") == []


def test_a_whole_timeline_out_of_order_is_refused(desk: Desk, nothing_changes: Any):
    lines = [{"at": wire(9), "text": "Later"}, {"at": wire(3), "text": "Sooner"}]
    with nothing_changes():
        refused = desk.refused("PATCH", "", timeline=lines)

    assert (refused["status"], refused["code"]) == (422, "timeline_out_of_order")
    assert list(refused["fields"]) == ["timeline"]
    saved = desk.write(timeline=lines[::-1])["timeline"]
    assert [each["text"] for each in saved] == ["Sooner", "Later"]
    again = desk.write(timeline=[{**lines[0], "id": saved[1]["id"], "at": wire(10)}])["timeline"]
    assert [(each["id"], each["at"]) for each in again] == [(saved[1]["id"], wire(10))]


def test_an_action_item_is_added_changed_and_removed(desk: Desk):
    item = desk.sent(
        "POST", "/action_items", title="Test the rollback", kind="prevent", owner="admin@example.com",
        team="Payments", due_on="2026-12-01", tracker_url="https://tracker.example.com/1",
    )  # fmt: skip
    assert (item["owner"], item["state"], item["due_on"]) == ("admin@example.com", "open", "2026-12-01")

    changed = desk.sent("PATCH", f"/action_items/{item['id']}", owner=None, due_on="2026-12-02")
    assert (changed["owner"], changed["due_on"], changed["team"]) == (None, "2026-12-02", "Payments")
    assert desk.get("/action_items") == [changed]
    assert desk.postmortem()["action_items"] == [changed]
    desk.sent("DELETE", f"/action_items/{item['id']}")
    assert desk.get("/action_items") == []


def test_an_action_item_that_nobody_could_do_is_refused(desk: Desk, session: Session, nothing_changes: Any):
    gone = make_account(session, email="gone@example.com", disabled_at=NOON).email
    session.commit()

    with nothing_changes():
        for fields, code in (
            ({"owner": gone}, "account_disabled"),
            ({"owner": "x@y.z"}, "unknown_account"),
            ({"due_on": "2026-11-19"}, "due_before_incident"),
            ({"due_on": "tomorrow"}, "invalid"),
            ({"tracker_url": "javascript:alert(1)"}, "invalid"),
            ({"kind": "wish"}, "invalid"),
            ({"title": "  "}, "blank"),
            ({"title": "x" * 256}, "too_long"),
        ):
            refused = desk.refused("POST", "/action_items", **{"title": "Test it", **fields})
            assert (refused["status"], refused["code"]) == (422, code), fields
            assert refused["fields"]


def test_bad_input_is_refused_at_its_field_and_changes_nothing(desk: Desk, nothing_changes: Any):
    with nothing_changes():
        for method, path, fields, status, code in (
            ("PATCH", "", {"sections": {"summary": "x" * 200_000}}, 422, "too_long"),
            ("PATCH", "", {"sections": {"summary": 7}}, 422, "invalid"),
            ("PATCH", "", {"sections": {"blame": "x"}}, 422, "invalid"),
            ("PATCH", "", {"sections": {"summary": "a\u0007b"}}, 422, "control_character"),
            ("PATCH", "", {"final_by": "soon"}, 422, "invalid"),
            ("PATCH", "", {"last_revision": 0}, 422, "invalid"),
            ("PATCH", "", {"timeline": [{"id": "x", "at": wire(0), "text": "x"}]}, 422, "unknown_line"),
            ("PATCH", "", {"action_items": [{"id": "x", "title": "x"}]}, 422, "unknown_action_item"),
            ("PATCH", "", {"timeline": [{"at": wire(0), "text": "x"}] * 501}, 422, "invalid"),
            ("POST", "/timeline", {"text": "When?"}, 422, "invalid"),
            ("POST", "/timeline", {"at": "1123", "text": "x"}, 422, "invalid"),
            ("POST", "/timeline", {"at": wire(0), "text": "x" * 2001}, 422, "too_long"),
            ("POST", "/timeline", {"at": wire(0), "text": "x", "moment": "party"}, 422, "invalid"),
            ("PATCH", "/timeline/000000000000", {"text": "x"}, 404, "not_found"),
            ("DELETE", "/timeline/entry:nothing:1", {}, 404, "not_found"),
            ("PATCH", "/action_items/000000000000", {"title": "x"}, 404, "not_found"),
            ("DELETE", "/action_items/nothing", {}, 404, "not_found"),
            ("GET", "/revisions/2", {}, 404, "not_found"),
            ("GET", "/revisions/0", {}, 404, "not_found"),
            ("GET", "/revisions/last", {}, 404, "not_found"),
            ("POST", "/revisions/99/restore", {}, 404, "not_found"),
        ):
            refused = desk.refused(method, path, **fields)
            assert (refused["status"], refused["code"]) == (status, code), (method, path, refused)
            assert refused["fields"] or status == 404


def test_an_older_text_is_read_and_restored(desk: Desk):
    desk.write(sections={"summary": "Good."})
    desk.write(sections={"summary": "Worse."})

    found = desk.get("/revisions")
    assert [each["number"] for each in found] == [3, 2, 1]
    assert [each["author"] for each in found] == ["responder@example.com"] * 2 + [None]
    assert desk.revision(2)["sections"]["summary"] == "Good."
    restored = desk.sent("POST", "/revisions/2/restore")

    assert (restored["revision"], restored["sections"]["summary"]) == (4, "Good.")
    assert desk.revision(4)["note"] == "restored:2"
    assert desk.revision(4)["digest"] == desk.revision(2)["digest"]


def test_a_request_sent_twice_writes_once(desk: Desk):
    key = {"Idempotency-Key": "one"}
    body = {"at": wire(5), "text": "Found."}

    first = desk.sent("POST", "/timeline", key, **body)

    assert desk.sent("POST", "/timeline", key, **body) == first
    assert [each["text"] for each in desk.get("/timeline")].count("Found.") == 1
    refused = desk.refused("POST", "/timeline", key, **{**body, "text": "Other."})
    assert (refused["status"], refused["code"]) == (409, "idempotency_mismatch")


def test_the_list_is_narrowed_by_state_owner_and_what_is_overdue(
    desk: Desk, api: Api, clock: FakeClock, nothing_changes: Any
):
    desk.write(owner="communicator@example.com")
    clock.set(NOON)
    other = Desk.opened(api, clock, impact_override="minor")

    def ids(query: str = "") -> set[str]:
        return {each["incident_id"] for each in api.get(f"postmortems{query}")}

    assert ids() == {desk.incident_id, other.incident_id}
    assert ids("?owner=communicator@example.com") == {desk.incident_id}
    assert ids("?state=draft") == {desk.incident_id, other.incident_id}
    assert ids("?state=published") == set()
    assert ids("?overdue=true") == set()
    clock.advance(hours=49)
    assert ids("?overdue=true") == {desk.incident_id, other.incident_id}
    assert ids("?overdue=false") == set()
    assert {each["form"] for each in api.get("postmortems")} == {"full", "short"}
    for query in ("state=gone", "overdue=perhaps"):
        assert api.refused("GET", f"postmortems?{query}")["status"] == 422


def test_everything_is_written_in_one_request(desk: Desk):
    found = desk.write(**CLEAN)

    assert found["sections"] == CLEAN["sections"]
    assert [each["title"] for each in found["action_items"]] == ["Test the rollback every night"]
    assert found["revision"] == 2


def test_a_whole_text_goes_in_as_markdown_and_comes_out_again(desk: Desk):
    desk.write(**CLEAN)
    written = desk.postmortem()
    text = written["body_draft"].replace("one payment in three", "one payment in four")

    found = desk.sent("PUT", "", body_draft=text, last_revision=written["revision"])

    assert found["sections"]["summary"] == "For an hour one payment in four was declined."
    assert (found["timeline"], found["action_items"]) == (written["timeline"], written["action_items"])
    assert found["notes"] == []
    assert desk.revision(found["revision"])["note"] == "imported"
    again = desk.sent("PUT", "", body_draft=found["body_draft"])
    assert again["digest"] == found["digest"]


def test_a_client_that_knows_no_sections_writes_the_summary(desk: Desk):
    found = desk.sent("PUT", "", body_draft="A release broke payments for an hour.")

    assert found["sections"]["summary"] == "A release broke payments for an hour."
    assert found["timeline"]


def test_a_whole_text_begins_a_postmortem_where_there_is_none(api: Api, ben: Api, clock: FakeClock):
    incident = api.declare()
    desk = Desk(ben, incident["id"], clock)
    assert desk.refused("PUT", "", body_draft="Something.")["code"] == "not_resolved"
    api.change(incident, status="resolved", false_alarm=True)

    assert desk.sent("PUT", "", body_draft="It was nothing.")["state"] == "draft"


def test_a_whole_text_that_can_not_be_read_is_refused(desk: Desk, nothing_changes: Any):
    disorder = "## Timeline\n\n- 2026-11-20 12:09: Later\n- 2026-11-20 12:03: Sooner\n"
    with nothing_changes():
        for text, code in (
            ("x" * 200_000, "too_long"), ("", "blank"), (7, "invalid"),
            (disorder, "timeline_out_of_order"), ("a\u0007b", "control_character"),
        ):  # fmt: skip
            refused = desk.refused("PUT", "", body_draft=text)
            assert (refused["status"], refused["code"]) == (422, code), text
            assert refused["fields"]


def test_a_conflict_of_whole_texts_loses_nothing(desk: Desk, api: Api):
    seen = desk.write(sections={"summary": "One."})["revision"]
    desk.write(sections={"summary": "Theirs."})

    refused = desk.seen_by(api).refused("PUT", "", body_draft="Mine.", last_revision=seen)

    assert (refused["code"], refused["latest_text"], refused["own_text"]) == (
        "edit_conflict", "Theirs.", "Mine.",
    )  # fmt: skip


def test_a_copy_for_customers_names_nobody(desk: Desk):
    desk.write(**CLEAN)
    desk.sent("POST", "/timeline", at=wire(5), text="Ana was paged.", is_public=False)

    mine, theirs = desk.get("/export"), desk.get("/export?audience=customers")

    assert mine["body"] == desk.postmortem()["body_draft"]
    assert "Ana was paged." in mine["body"]
    assert "admin@example.com" in mine["body"]
    assert "Ana was paged." not in theirs["body"]
    assert "admin@example.com" not in theirs["body"]
    assert theirs["digest"] == mine["digest"] == desk.postmortem()["digest"]
    assert desk.api.refused("GET", desk.path("/export?audience=press"))["status"] == 422
