"""The gate over the API: review, comments, findings, approval, publication, links, the waiver."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from tests.factories import make_account, make_token
from tests.fakes import NOON, FakeClock
from tests.web.callers import Api, PublicSite, wire
from tests.web.postmortem_desk import CLEAN, Desk

VIEWER, RESPONDER, COMMUNICATOR, ADMIN = SiteRole
BLAMING = "The engineer should have tested it."


@pytest.fixture
def author(api: Api, clock: FakeClock) -> Desk:
    """A responder at the postmortem of a critical incident that was resolved after an hour."""
    return Desk.opened(api, clock).seen_by(api.acting_as(RESPONDER))


@pytest.fixture
def reviewer(author: Desk, api: Api) -> Desk:
    """A colleague who has written nothing."""
    return author.seen_by(api)


@pytest.fixture
def publisher(author: Desk, api: Api) -> Desk:
    return author.seen_by(api.acting_as(COMMUNICATOR))


@pytest.fixture
def reader(author: Desk, api: Api) -> Desk:
    return author.seen_by(api.acting_as(VIEWER))


def approved(author: Desk, reviewer: Desk, **fields: Any) -> str:
    """Write all that is needed, have it approved, and return the digest of that text."""
    digest: str = author.write(**(fields or CLEAN))["digest"]
    author.sent("POST", "/review", reviewers=["admin@example.com"])
    reviewer.sent("POST", "/approval", digest=digest)
    return digest


def test_what_is_still_missing_is_listed_at_all_times(author: Desk):
    codes = {each["code"] for each in author.postmortem()["unmet"]}
    assert {"summary_missing", "root_cause_missing", "no_action_item", "not_approved"} <= codes

    unmet = author.write(**CLEAN)["unmet"]

    assert [each["code"] for each in unmet] == ["not_approved"]
    assert all(each["sentence"].endswith(".") for each in unmet)


def test_a_postmortem_goes_through_the_gate_to_the_public_page(
    author: Desk, reviewer: Desk, publisher: Desk, site: PublicSite
):
    author.write(**CLEAN)
    asked = author.sent("POST", "/review")
    assert (asked["state"], asked["review_asked_by"]) == ("in_review", "responder@example.com")
    agreed = reviewer.sent("POST", "/approval", digest=asked["digest"])
    assert (agreed["state"], agreed["approved_by"]) == ("approved", "admin@example.com")
    assert agreed["unmet"] == []

    out = publisher.sent("PUT", "/publish", notify_subscribers=False)

    assert (out["state"], out["visibility"], out["notify_subscribers"]) == ("published", "public", False)
    assert out["published_at"] == out["public_since"] == out["final_since"] == wire(60)
    assert out["body"].startswith("## Summary\n\nFor an hour one payment in three")
    assert (out["met_at"], out["is_overdue"]) == (wire(60), False)
    assert "admin@example.com" not in out["body"]


def test_nothing_goes_out_while_the_gate_finds_anything_missing(
    author: Desk, publisher: Desk, nothing_changes: Any
):
    author.write(sections=CLEAN["sections"])
    with nothing_changes():
        refused = publisher.refused("PUT", "/publish")

    assert (refused["status"], refused["code"]) == (422, "gate_unmet")
    assert [each["code"] for each in refused["unmet"]] == ["no_action_item", "not_approved"]
    assert refused["unmet"] == publisher.postmortem()["unmet"]


def test_only_who_may_publish_does(author: Desk, reviewer: Desk, reader: Desk, nothing_changes: Any):
    approved(author, reviewer)

    with nothing_changes():
        for desk in (author, reader):
            for method, path in (
                ("PUT", "/publish"), ("PUT", "/revert"), ("POST", "/waiver"), ("DELETE", "/waiver"),
                ("GET", "/links"), ("POST", "/links"),
            ):  # fmt: skip
                assert desk.refused(method, path)["status"] == 403, (method, path)


def test_a_viewer_judges_nothing(author: Desk, reader: Desk, nothing_changes: Any):
    digest = author.write(**CLEAN)["digest"]
    with nothing_changes():
        for method, path, fields in (
            ("POST", "/review", {}), ("DELETE", "/review", {}), ("POST", "/approval", {"digest": digest}),
            ("DELETE", "/approval", {}), ("POST", "/comments", {"text": "x"}),
            ("POST", "/findings/accept", {"rule": "x", "sentence": "x", "reason": "x"}),
        ):  # fmt: skip
            refused = reader.refused(method, path, **fields)
            assert (refused["status"], refused["code"]) == (403, "forbidden")
    assert reader.get("/comments") == reader.get("/findings") == []


def test_nobody_approves_what_they_wrote_under_any_token(
    author: Desk, reviewer: Desk, session: Session, staff: Any, nothing_changes: Any
):
    make_token(session, role=RESPONDER, owner=staff[RESPONDER], secret="another token")
    session.commit()
    digest = author.write(**CLEAN)["digest"]
    author.sent("POST", "/review")
    same_person = author.seen_by(Api(author.api._client, author.api.page_id, "another token"))

    with nothing_changes():
        for desk in (author, same_person):
            refused = desk.refused("POST", "/approval", digest=digest)
            assert (refused["status"], refused["code"]) == (403, "self_approval")


def test_who_edited_a_word_once_never_approves(author: Desk, reviewer: Desk):
    reviewer.sent("POST", "/timeline", at=wire(5), text="The release was found.")
    digest = author.write(**CLEAN)["digest"]
    author.sent("POST", "/review")

    assert reviewer.refused("POST", "/approval", digest=digest)["code"] == "self_approval"


def test_an_approval_is_for_exactly_the_text_that_was_read(
    author: Desk, reviewer: Desk, publisher: Desk, nothing_changes: Any
):
    old = author.write(**CLEAN)["digest"]
    author.sent("POST", "/review")
    new = author.write(sections={"summary": "Payments were declined for a whole hour."})["digest"]

    with nothing_changes():
        refused = reviewer.refused("POST", "/approval", digest=old)
    assert (refused["status"], refused["code"]) == (409, "stale_approval")
    reviewer.sent("POST", "/approval", digest=new)
    edited = author.write(sections={"summary": "Payments were declined for an hour."})
    assert (edited["approved_at"], edited["state"]) == (None, "in_review")
    assert publisher.refused("PUT", "/publish")["code"] == "gate_unmet"


def test_every_edit_withdraws_the_approval(author: Desk, reviewer: Desk):
    approved(author, reviewer)
    line = author.get("/timeline")[0]["id"]
    item = author.get("/action_items")[0]["id"]
    for method, path, fields in (
        ("PATCH", f"/timeline/{line}", {"text": "It began."}),
        ("POST", "/timeline", {"at": wire(3), "text": "Found."}),
        ("DELETE", f"/timeline/{line}", {}),
        ("PATCH", f"/action_items/{item}", {"team": "Core"}),
        ("POST", "/action_items", {"title": "Another"}),
        ("POST", "/revisions/2/restore", {}),
    ):
        reviewer.sent("POST", "/approval", digest=author.postmortem()["digest"])
        assert author.postmortem()["state"] == "approved"
        author.sent(method, path, **fields)
        assert author.postmortem()["approved_by"] is None, path


def test_a_review_is_taken_back_and_an_approval_withdrawn(author: Desk, reviewer: Desk):
    approved(author, reviewer)

    refused = author.refused("DELETE", "/approval")
    assert (refused["status"], refused["code"]) == (403, "not_your_approval")
    assert reviewer.sent("DELETE", "/approval")["state"] == "in_review"
    assert author.sent("DELETE", "/review")["state"] == "draft"
    refused = reviewer.refused("POST", "/approval", digest=author.postmortem()["digest"])
    assert (refused["status"], refused["code"]) == (409, "review_not_asked")


def test_reviewers_are_people_who_may_judge(author: Desk, session: Session, nothing_changes: Any):
    gone = make_account(session, email="gone@example.com", disabled_at=NOON).email
    session.commit()
    author.write(**CLEAN)

    with nothing_changes():
        for email, code in (
            (gone, "account_disabled"), ("x@y.z", "unknown_account"),
            ("viewer@example.com", "reviewer_is_viewer"), ("responder@example.com", "reviewer_is_editor"),
        ):  # fmt: skip
            refused = author.refused("POST", "/review", reviewers=[email])
            assert (refused["status"], refused["code"], list(refused["fields"])) == (422, code, ["reviewers"])


def test_a_reviewer_asks_for_changes(author: Desk, reviewer: Desk):
    author.write(**CLEAN)
    author.sent("POST", "/review")

    back = reviewer.sent("POST", "/review/changes", part="impact", text="How many customers?")

    assert back["state"] == "draft"
    (comment,) = author.get("/comments")
    assert (comment["part"], comment["text"], comment["author"]) == (
        "impact",
        "How many customers?",
        "admin@example.com",
    )


def test_comments_are_made_and_resolved_and_make_nobody_an_editor(author: Desk, reviewer: Desk):
    digest = author.write(**CLEAN)["digest"]
    comment = reviewer.sent("POST", "/comments", part="summary", text="Say how many.")
    assert (comment["revision"], comment["resolved_at"]) == (2, None)
    author.sent("POST", "/review")
    reviewer.sent("POST", "/approval", digest=digest)

    done = author.sent("POST", f"/comments/{comment['id']}/resolve")

    assert (done["resolved_by"], done["resolved_at"]) == ("responder@example.com", wire(60))
    assert author.postmortem()["state"] == "approved"
    assert author.get("/comments") == [done]


def test_a_finding_is_shown_in_place_and_let_stand_by_a_reviewer_with_a_reason(
    author: Desk, reviewer: Desk, nothing_changes: Any
):
    text = f"{CLEAN['sections']['went_wrong']} {BLAMING}"
    found = author.write(**{**CLEAN, "sections": {**CLEAN["sections"], "went_wrong": text}})
    (finding,) = found["findings"]
    assert text[finding["start"] : finding["end"]] == finding["matched"]
    assert (finding["part"], finding["accepted"]) == ("went_wrong", None)
    assert finding["reason"]
    assert "blame_finding_open" in {each["code"] for each in found["unmet"]}
    said = {"rule": finding["rule"], "sentence": finding["sentence"], "reason": "It quotes a customer."}

    with nothing_changes():
        assert author.refused("POST", "/findings/accept", **said)["code"] == "self_approval"
        assert reviewer.refused("POST", "/findings/accept", **{**said, "reason": " "})["status"] == 422
        assert reviewer.refused("POST", "/findings/accept", **{**said, "sentence": "No."})["status"] == 404
    (stands,) = reviewer.sent("POST", "/findings/accept", **said)

    assert stands["accepted"] == {
        "reason": "It quotes a customer.", "accepted_by": "admin@example.com", "accepted_at": wire(60),
    }  # fmt: skip
    assert author.get("/findings") == [stands]
    assert [each["code"] for each in author.postmortem()["unmet"]] == ["not_approved"]


def test_a_preliminary_one_needs_no_root_cause_but_a_date_within_fourteen_days(
    author: Desk, reviewer: Desk, publisher: Desk, clock: FakeClock
):
    sections = {**CLEAN["sections"], "root_cause": "The cause is still under investigation."}
    far = author.write(**CLEAN | {"sections": sections}, final_by=wire(60 + 14 * 24 * 60 + 1))
    assert "final_date_too_far" in {each["code"] for each in far["unmet"]}
    past = author.write(final_by=wire(60))
    assert "final_date_passed" in {each["code"] for each in past["unmet"]}
    approved(author, reviewer, final_by=wire(60 + 14 * 24 * 60))

    out = publisher.sent("PUT", "/publish")

    assert (out["final_by"], out["final_since"]) == (wire(60 + 14 * 24 * 60), None)
    assert out["public_since"] == wire(60)


def test_it_is_taken_back_and_its_record_stays(
    author: Desk, reviewer: Desk, publisher: Desk, clock: FakeClock, nothing_changes: Any
):
    with nothing_changes():
        refused = publisher.refused("PUT", "/revert")
        assert (refused["status"], refused["code"]) == (409, "not_published")
    approved(author, reviewer)
    publisher.sent("PUT", "/publish")
    clock.advance(minutes=5)

    back = publisher.sent("PUT", "/revert", reason="A number was wrong.")

    assert (back["state"], back["body"], back["public_since"]) == ("approved", None, None)
    assert back["unpublished_at"] == wire(65)
    assert back["is_overdue"] is False
    assert len(author.get("/revisions")) == 2


def test_a_correction_goes_through_the_gate_again_and_is_marked(
    author: Desk, reviewer: Desk, publisher: Desk, clock: FakeClock
):
    approved(author, reviewer)
    published = publisher.sent("PUT", "/publish")
    clock.advance(minutes=5)
    edited = author.write(sections={"summary": "For an hour one payment in four was declined."})
    assert edited["body"] == published["body"]
    assert publisher.refused("PUT", "/publish")["code"] == "gate_unmet"
    author.sent("POST", "/review")
    reviewer.sent("POST", "/approval", digest=edited["digest"])

    out = publisher.sent("PUT", "/publish")

    assert "one payment in four" in out["body"]
    assert (out["published_at"], out["edited_at"]) == (wire(60), wire(65))
    refused = publisher.refused("PUT", "/publish")
    assert (refused["status"], refused["code"]) == (409, "already_published")


def test_without_saying_so_a_correction_is_shown_to_nobody_else(
    author: Desk, reviewer: Desk, publisher: Desk
):
    approved(author, reviewer)
    publisher.sent("PUT", "/publish", visibility="link")
    approved(author, reviewer, sections={"summary": "For an hour one payment in four was declined."})

    assert publisher.sent("PUT", "/publish")["visibility"] == "link"


def test_what_is_published_is_shown_to_more_and_to_fewer(author: Desk, reviewer: Desk, publisher: Desk):
    approved(author, reviewer)
    assert publisher.sent("PUT", "/publish", visibility="internal")["public_since"] is None

    assert publisher.write(visibility="public")["public_since"] == wire(60)
    assert publisher.write(visibility="link")["public_since"] is None
    refused = author.refused("PATCH", "", visibility="public")
    assert (refused["status"], refused["code"]) == (403, "forbidden")


def test_a_link_is_told_once_used_and_revoked(
    author: Desk, reviewer: Desk, publisher: Desk, nothing_changes: Any
):
    new = {"label": "Acme", "expires_at": wire(60 * 24)}
    with nothing_changes():
        refused = publisher.refused("POST", "/links", **new)
        assert (refused["status"], refused["code"]) == (409, "not_published")
    approved(author, reviewer)
    publisher.sent("PUT", "/publish", visibility="link")
    with nothing_changes():
        for expires_at in (wire(60), wire(60 + 366 * 24 * 60)):
            refused = publisher.refused("POST", "/links", label="Acme", expires_at=expires_at)
            assert (refused["status"], list(refused["fields"])) == (422, ["expires_at"])

    key = {"Idempotency-Key": "link"}
    made = publisher.sent("POST", "/links", key, **new)

    assert made["url"].startswith("https://status.example.com/shared/")
    assert publisher.sent("POST", "/links", key, **new)["url"] is None
    (shown,) = publisher.get("/links")
    assert "url" not in shown
    assert shown["is_usable"]
    assert made["url"].rpartition("/")[2] not in str(publisher.get("")) + str(shown)
    publisher.sent("DELETE", f"/links/{made['id']}")
    assert publisher.get("/links")[0]["revoked_at"] == wire(60)
    assert publisher.refused("DELETE", "/links/000000000000")["status"] == 404


def test_a_waiver_needs_a_reason_and_the_rules(
    api: Api, clock: FakeClock, author: Desk, nothing_changes: Any
):
    boss = author.seen_by(api)
    with nothing_changes():
        assert boss.refused("POST", "/waiver", reason=" ")["status"] in {409, 422}
        refused = boss.refused("POST", "/waiver", reason="We have no time.")
        assert refused["status"] in {409, 422}
    clock.set(NOON)
    harmless = Desk.opened(api, clock, impact_override="none")

    waived = harmless.sent("POST", "/waiver", reason="No customer was affected.")

    assert (waived["state"], waived["waived_reason"]) == ("waived", "No customer was affected.")
    assert (waived["waived_by"], waived["due_at"]) == ("admin@example.com", None)
    assert harmless.sent("DELETE", "/waiver")["state"] == "draft"


def test_bad_input_is_refused_at_its_field(
    author: Desk, reviewer: Desk, publisher: Desk, nothing_changes: Any
):
    author.write(**CLEAN)
    author.sent("POST", "/review")
    with nothing_changes():
        for desk, method, path, fields, status, field in (
            (reviewer, "POST", "/approval", {}, 422, "digest"),
            (reviewer, "POST", "/approval", {"digest": 7}, 422, "digest"),
            (reviewer, "POST", "/approval", {"digest": "0" * 64}, 409, None),
            (reviewer, "POST", "/comments", {"text": " "}, 422, "body"),
            (reviewer, "POST", "/comments", {"text": "x" * 200_000}, 422, "body"),
            (reviewer, "POST", "/comments", {"part": "blame", "text": "x"}, 422, "part"),
            (reviewer, "POST", "/comments/000000000000/resolve", {}, 404, None),
            (publisher, "PUT", "/publish", {"visibility": "friends"}, 422, "visibility"),
            (publisher, "PUT", "/publish", {"notify_subscribers": "perhaps"}, 422, "notify_subscribers"),
            (publisher, "POST", "/links", {"label": "x"}, 422, "expires_at"),
            (author, "POST", "/review", {"reviewers": "ana"}, 422, "reviewers"),
        ):
            refused = desk.refused(method, path, **fields)
            assert refused["status"] == status, (path, refused)
            assert list(refused["fields"]) == ([field] if field else []), (path, refused)
