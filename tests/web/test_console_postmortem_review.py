"""The review at the console: read as customers will, talk about parts, approve exactly one text."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.postmortem import PostmortemState, Section
from statuspage.domain.roles import SiteRole
from statuspage.store.postmortems import accepted_findings, comments_of, head_of
from statuspage.store.reminders import MessageKind, StaffMessage
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.desks import Desk, Page
from tests.web.postmortem_office import Office

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANA, BEN, VERA = "ana@example.com", "ben@example.com", "vera@example.com"
BLAMING = "It was careless of the engineer to restart the wrong host."


@pytest.fixture
def ana(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.RESPONDER, name="Ana", email=ANA))


@pytest.fixture
def ben(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.RESPONDER, name="Ben", email=BEN))


@pytest.fixture
def vera(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.VIEWER, name="Vera", email=VERA))


@pytest.fixture
def office(ana: Desk, ben: Desk, session: Session, clock: FakeClock) -> Office:
    made = Office(session, clock)
    made.write(ANA)
    return made


def review(desk: Desk, office: Office) -> Page:
    page = desk.open(f"{office.here}/review")
    assert page.status == 200, page.text
    return page


def press(page: Page, act: str, **fields: str | None) -> Page:
    """Send the form of that act, as the page has it."""
    wanted = [form for form in page.forms() if form.fields.get("act") == act]
    assert len(wanted) == 1, [form.fields.get("act") for form in page.forms()]
    return wanted[0].press(**fields)


def acts(page: Page) -> set[str]:
    return {str(form.fields.get("act")) for form in page.forms() if "act" in form.fields}


def state(session: Session, office: Office) -> PostmortemState:
    postmortem = office.postmortem
    return postmortem.state_of(head_of(session, postmortem))


def test_the_author_asks_a_colleague_who_reads_it_and_approves_it(
    ana: Desk, ben: Desk, office: Office, session: Session
):
    page = review(ana, office)
    assert "Somebody who did not write it reads it" in page.text
    ben_id = office.account(BEN).public_id
    asked = press(page, "ask", reviewers=ben_id).follow()
    assert "Ana asked for a review" in asked.text
    assert "You have written in this postmortem, so somebody else must judge it." in asked.text
    assert "approve" not in acts(asked)
    ben_key = office.account(BEN).id
    told = select(StaffMessage.account_id).where(StaffMessage.kind == MessageKind.POSTMORTEM)
    assert session.scalars(told).all() == [ben_key]

    read = review(ben, office)
    assert "For 40 minutes requests were slow or failed." in read.text
    assert "1 thing before it can be published" in read.text
    done = press(read, "approve").follow()

    assert "Approved by Ben" in done.text
    assert "Ready to be published" in done.text
    assert "any change ends the approval" in done.text
    assert state(session, office) is PostmortemState.APPROVED


def test_a_text_that_changed_meanwhile_is_shown_with_its_changes_and_not_approved(
    ben: Desk, office: Office, session: Session
):
    office.ask(ANA)
    page = review(ben, office)
    office.say(ANA, Section.IMPACT, "Every customer in Europe and Asia; one request of two failed.")

    refused = press(page, "approve")

    assert refused.status == 409
    assert "The text has changed since you read it." in refused.text
    assert "What has changed since you read it" in refused.text
    assert "one request of three failed for 40 minutes" in refused.text
    assert "one request of two failed" in refused.text
    assert state(session, office) is PostmortemState.IN_REVIEW
    press(refused, "approve").follow()
    assert state(session, office) is PostmortemState.APPROVED


def test_the_author_has_no_button_and_a_form_made_by_hand_is_refused(
    ana: Desk, office: Office, session: Session
):
    office.ask(ANA)
    page = review(ana, office)
    sent = {"act": "approve", "digest": office.digest}

    refused = Page(ana.browser, page.path, ana.browser.post(page.path, sent))

    assert refused.status == 403
    assert "somebody else must judge it" in refused.text
    assert state(session, office) is PostmortemState.IN_REVIEW


def test_a_second_account_in_the_author_s_browser_does_not_approve(
    ana: Desk, ben: Desk, office: Office, session: Session
):
    form = ana.open(office.here).form("postmortem")
    assert form.press("save", **{"text-summary": "Written by Ana in this very browser."}).status == 303
    office.ask(ANA)
    ana.browser.get("/console/")
    ana.browser.post("/logout")
    second = Desk(ana.browser.enter(BEN))

    page = review(second, office)
    assert "Judge it in a browser of your own." in page.text
    sent = {"act": "approve", "digest": office.digest}
    refused = Page(second.browser, page.path, second.browser.post(page.path, sent))

    assert refused.status == 403
    assert state(session, office) is PostmortemState.IN_REVIEW
    assert press(review(ben, office), "approve").status == 303


def test_somebody_who_only_reads_sees_the_text_and_no_buttons(vera: Desk, office: Office, session: Session):
    office.ask(ANA)
    page = review(vera, office)

    assert "For 40 minutes requests were slow or failed." in page.text
    assert acts(page) == set()
    for act in ("approve", "ask", "comment", "changes", "take_back"):
        answer = vera.browser.post(page.path, {"act": act, "digest": office.digest, "body": "x"})
        assert answer.status_code == 403, act
    assert state(session, office) is PostmortemState.IN_REVIEW
    assert comments_of(session, office.postmortem) == []


def test_who_is_not_signed_in_is_asked_to(app: Flask, office: Office):
    outsider = Browser(app.test_client())
    for where in ("review", "publish", "links", "unpublish", "waive"):
        answer = outsider.get(f"/console/{office.here}/{where}")
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/login")


def test_internal_lines_and_owners_are_not_in_the_text_that_customers_will_read(ben: Desk, office: Office):
    office.write(
        ANA,
        lambda content: replace(
            content,
            timeline=tuple(replace(entry, is_public=entry.moment is not None) for entry in content.timeline),
        ),
    )
    office.ask(ANA)

    page = review(ben, office)

    assert "Warn at 80 per cent" in page.part("part-action_items")
    assert "Network" in page.part("part-action_items")
    assert "Ana" not in page.part("part-action_items")


def test_a_part_is_commented_and_the_comment_resolved(ana: Desk, ben: Desk, office: Office, session: Session):
    press(review(ben, office), "comment:impact", body="Which customers?\nAll of them?")
    (comment,) = comments_of(session, office.postmortem)
    assert (comment.part, comment.body) == ("impact", "Which customers?\nAll of them?")
    page = review(ana, office)
    assert "Which customers?" in page.part("part-impact")
    assert "1 open comment" in page.text

    done = press(page, f"resolve:{comment.public_id}").follow()

    assert "1 resolved" in done.part("part-impact")
    assert "open comment" not in done.text


def test_an_empty_comment_is_refused_beside_its_field(ben: Desk, office: Office):
    page = press(review(ben, office), "comment:impact", body="  ")

    assert page.status == 422
    assert page.errors == ["Write a comment; it is empty."]


def test_a_comment_that_is_sent_twice_is_there_once(ben: Desk, office: Office, session: Session):
    page = review(ben, office)
    press(page, "comment:impact", body="Which customers?")
    press(page, "comment:impact", body="Which customers?")

    assert len(comments_of(session, office.postmortem)) == 1


def test_changes_are_asked_for_with_a_comment(ben: Desk, office: Office, session: Session):
    office.ask(ANA)
    page = press(review(ben, office), "changes", part="root_cause", body=" ")
    assert page.status == 422
    done = press(page, "changes", part="root_cause", body="Why was it so small?").follow()

    assert "Sent back to its authors" in done.text
    assert "Why was it so small?" in done.part("part-root_cause")
    assert "Everybody else who could approve it has written in it" not in done.text, "its reader has not"
    assert state(session, office) is PostmortemState.DRAFT


def test_a_reviewer_lets_a_finding_stand_with_a_reason(
    ana: Desk, ben: Desk, office: Office, session: Session
):
    office.say(ANA, Section.WENT_WRONG, BLAMING)
    page = review(ben, office)
    assert "Reads as blame" in page.part("part-went_wrong")
    accepting = sorted(act for act in acts(page) if act.startswith("accept:"))
    assert accepting
    assert not [act for act in acts(review(ana, office)) if act.startswith("accept:")]

    assert press(page, accepting[0], reason="").errors == ["Say why this may stand."]
    done = press(page, accepting[0], reason="It quotes the report word for word.").follow()

    assert "Ben let it stand: It quotes the report word for word." in done.part("part-went_wrong")
    assert len(accepted_findings(session, office.postmortem)) == 1


def test_the_reviewer_takes_the_approval_back_and_the_author_takes_the_review_back(
    ana: Desk, ben: Desk, office: Office, session: Session
):
    office.ask(ANA)
    press(review(ben, office), "approve")
    assert "withdraw" not in acts(review(ana, office))
    press(review(ben, office), "withdraw").follow()
    assert state(session, office) is PostmortemState.IN_REVIEW
    press(review(ana, office), "take_back").follow()

    assert state(session, office) is PostmortemState.DRAFT


def test_a_text_that_cannot_be_formatted_is_said_to_be_so(ben: Desk, office: Office, session: Session):
    office.say(ANA, Section.IMPACT, "[" * 20_000 + "words that are real and long enough")
    office.ask(ANA)

    page = ben.open(f"{office.here}/review")

    assert page.status == 200
    assert "approve" not in acts(page) or "words that are real" in page.text


def test_an_incident_without_a_postmortem_has_no_review(ben: Desk, office: Office):
    assert ben.open("incidents/nosuchthing1/postmortem/review").status == 404
