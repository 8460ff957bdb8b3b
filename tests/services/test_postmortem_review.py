"""The review of a postmortem: asked for, ended by somebody who did not write it, void after any edit."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError, ForbiddenError, NotFoundError, RuleError
from statuspage.domain.postmortem import PostmortemState, Section
from statuspage.domain.roles import COMMAND_LINE, Actor, SiteRole
from statuspage.services.postmortem_comments import find_comment
from statuspage.services.postmortem_gate import unmet_of
from statuspage.services.postmortem_review import (
    add_comment,
    approve_postmortem,
    ask_for_changes,
    ask_review,
    may_judge,
    refuse_own,
    resolve_comment,
    take_back_review,
    withdraw_approval,
)
from statuspage.services.postmortems import assign_owner, restore_revision, save_postmortem
from statuspage.services.staff_words import words_of
from statuspage.services.telling import Obsolete
from statuspage.services.tokens import create_token, revoke_token
from statuspage.store.accounts import Account
from statuspage.store.ids import new_public_id
from statuspage.store.postmortems import Postmortem, comments_of, has_written, head_of
from statuspage.store.reminders import MessageKind, StaffMessage
from statuspage.store.sign_ins import StaffSession
from tests.conftest import Act
from tests.factories import make_account, make_token
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import approve, ask, of_incident, over, write

BASE = "https://status.example.com"


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ana")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def postmortem(act: Act, session: Session, ana: Account) -> Postmortem:
    found = of_incident(session, over(act))
    write(act, session, found, ana, device="ana's browser")
    return found


def digest(session: Session, postmortem: Postmortem) -> str:
    return head_of(session, postmortem).digest


def codes(act: Act, postmortem: Postmortem) -> list[str]:
    with act() as ctx:
        return [each.code for each in unmet_of(ctx, postmortem)]


def messages(session: Session) -> list[StaffMessage]:
    query = select(StaffMessage).where(StaffMessage.kind == MessageKind.POSTMORTEM)
    return list(session.scalars(query.order_by(StaffMessage.id)))


def test_a_colleague_who_did_not_write_it_approves_exactly_the_newest_text(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    assert codes(act, postmortem) == ["not_approved"]
    ask(act, postmortem, ana)
    approve(act, session, postmortem, ben)

    assert postmortem.state_of(head_of(session, postmortem)) is PostmortemState.APPROVED
    assert postmortem.approved_by is ben
    assert codes(act, postmortem) == []


def test_nobody_approves_before_a_review_was_asked_for(
    act: Act, session: Session, postmortem: Postmortem, ben: Account
):
    with pytest.raises(ConflictError) as caught:
        approve(act, session, postmortem, ben)

    assert caught.value.code == "review_not_asked"


def test_an_older_text_is_not_approved(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    ask(act, postmortem, ana)
    seen = digest(session, postmortem)
    with act(actor_of(ana)) as ctx:
        head = head_of(session, postmortem)
        save_postmortem(ctx, postmortem, head.value.with_section(Section.SUMMARY, "Else."), head.number)
    with pytest.raises(ConflictError) as caught, act(actor_of(ben)) as ctx:
        approve_postmortem(ctx, postmortem, seen)

    assert caught.value.code == "stale_approval"
    assert postmortem.approved_digest is None


def test_any_edit_withdraws_the_approval_and_editing_back_does_not_bring_it_back(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    ask(act, postmortem, ana)
    approve(act, session, postmortem, ben)
    approved = head_of(session, postmortem)
    with act(actor_of(ana)) as ctx:
        save_postmortem(ctx, postmortem, approved.value.with_section(Section.SUMMARY, "It."), approved.number)
    assert "not_approved" in codes(act, postmortem)
    with act(actor_of(ana)) as ctx:
        restore_revision(ctx, postmortem, approved.number)

    assert digest(session, postmortem) == approved.digest
    assert codes(act, postmortem) == ["not_approved"]


# Self-approval, under any path


def refused(act: Act, postmortem: Postmortem, actor: Actor, session: Session) -> str:
    with pytest.raises(ForbiddenError) as caught, act(actor) as ctx:
        approve_postmortem(ctx, postmortem, digest(session, postmortem))
    assert caught.value.code == "self_approval"
    assert postmortem.approved_digest is None
    return caught.value.message


def test_the_author_does_not_approve(act: Act, session: Session, postmortem: Postmortem, ana: Account):
    ask(act, postmortem, ana)

    assert "You have written" in refused(act, postmortem, actor_of(ana), session)


def test_nobody_approves_who_ever_edited_it_even_where_nothing_of_theirs_is_left(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    before = head_of(session, postmortem)
    with act(actor_of(ben)) as ctx:
        save_postmortem(ctx, postmortem, before.value.with_section(Section.SUMMARY, "Ben's."), before.number)
    with act(actor_of(ana)) as ctx:
        restore_revision(ctx, postmortem, before.number)
    ask(act, postmortem, ana)

    refused(act, postmortem, actor_of(ben), session)


def test_a_token_does_not_approve_what_its_owner_wrote(
    act: Act, session: Session, postmortem: Postmortem, ana: Account
):
    ask(act, postmortem, ana)
    token = make_token(session, owner=ana)

    said = refused(act, postmortem, Actor(ana.id, SiteRole.RESPONDER, token_id=token.id), session)
    assert "token" in said


def test_the_owner_of_a_token_does_not_approve_what_it_wrote(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    token = make_token(session, owner=ben)
    with act(Actor(ben.id, SiteRole.RESPONDER, token_id=token.id)) as ctx:
        head = head_of(session, postmortem)
        save_postmortem(ctx, postmortem, head.value.with_section(Section.SUMMARY, "By it."), head.number)
    ask(act, postmortem, ana)

    refused(act, postmortem, actor_of(ben), session)


def test_a_token_that_an_author_made_for_somebody_else_does_not_approve(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    with act(Actor(ana.id, SiteRole.ADMIN)) as ctx:
        token, _ = create_token(ctx, "deploys", SiteRole.RESPONDER, ben.email)
    ask(act, postmortem, ana)

    said = refused(act, postmortem, Actor(ben.id, SiteRole.RESPONDER, token_id=token.id), session)
    assert "made this token" in said


def test_a_token_that_somebody_else_made_does(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    with act(Actor(ben.id, SiteRole.ADMIN)) as ctx:
        token, _ = create_token(ctx, "deploys", SiteRole.RESPONDER, ben.email)
    with act(Actor(ana.id, SiteRole.ADMIN)) as ctx:
        revoke_token(ctx, create_token(ctx, "another", SiteRole.RESPONDER, ben.email)[0].public_id)
    ask(act, postmortem, ana)

    with act(Actor(ben.id, SiteRole.RESPONDER, token_id=token.id)) as ctx:
        approve_postmortem(ctx, postmortem, digest(session, postmortem))

    assert postmortem.approved_by_id == ben.id


def test_a_second_account_in_the_author_s_browser_does_not_approve(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    ask(act, postmortem, ana)

    said = refused(act, postmortem, replace(actor_of(ben), device="ana's browser"), session)
    assert "browser of your own" in said


def test_nor_one_in_a_browser_in_which_the_author_was_only_signed_in(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    ask(act, postmortem, ana)
    session.add(signed_in(ana, "another browser"))

    refused(act, postmortem, replace(actor_of(ben), device="another browser"), session)


def test_another_s_browser_approves_and_no_browser_is_nobody_s_in_particular(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    with act(actor_of(ana)) as ctx:  # an edit over the API: it has no browser
        head = head_of(session, postmortem)
        save_postmortem(ctx, postmortem, head.value.with_section(Section.SUMMARY, "Else."), head.number)
    session.add(signed_in(ana, ""))
    with act(replace(actor_of(ben), device="ben's browser")) as ctx:
        assert may_judge(ctx, postmortem)
    with act(actor_of(ben)) as ctx:
        assert may_judge(ctx, postmortem)


def test_the_command_line_does_not_approve(act: Act, session: Session, postmortem: Postmortem, ana: Account):
    ask(act, postmortem, ana)

    assert "account" in refused(act, postmortem, COMMAND_LINE, session)


def test_who_only_commented_asked_or_owns_it_is_no_editor(
    act: Act, session: Session, postmortem: Postmortem, ben: Account
):
    with act(actor_of(ben)) as ctx:
        add_comment(ctx, postmortem, "summary", "Say for how long.")
        assign_owner(ctx, postmortem, ben)
        ask_review(ctx, postmortem)
        refuse_own(ctx, postmortem)

        approve_postmortem(ctx, postmortem, digest(session, postmortem))

    assert not has_written(session, postmortem, ben.id)


def test_an_approval_by_an_editor_counts_for_nothing_however_it_came_about(
    act: Act, session: Session, postmortem: Postmortem, ana: Account
):
    postmortem.approved_digest, postmortem.approved_by_id = digest(session, postmortem), ana.id

    assert codes(act, postmortem) == ["not_approved"]


def test_a_viewer_does_not_approve(act: Act, session: Session, postmortem: Postmortem, ana: Account):
    ask(act, postmortem, ana)
    vera = make_account(session, role=SiteRole.VIEWER)
    with pytest.raises(ForbiddenError) as caught, act(actor_of(vera)) as ctx:
        approve_postmortem(ctx, postmortem, digest(session, postmortem))

    assert caught.value.code == "forbidden"


# Taking back


def test_an_approval_is_taken_back_by_who_gave_it_or_an_admin(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    ask(act, postmortem, ana)
    approve(act, session, postmortem, ben)
    with pytest.raises(ForbiddenError), act(actor_of(ana)) as ctx:
        withdraw_approval(ctx, postmortem)
    with act(actor_of(ben)) as ctx:
        withdraw_approval(ctx, postmortem)

    assert postmortem.approved_by_id is None
    assert postmortem.state_of(head_of(session, postmortem)) is PostmortemState.IN_REVIEW


def test_a_review_that_is_taken_back_takes_the_approval_with_it(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    ask(act, postmortem, ana)
    approve(act, session, postmortem, ben)
    with act(actor_of(ana)) as ctx:
        take_back_review(ctx, postmortem)

    assert postmortem.state_of(head_of(session, postmortem)) is PostmortemState.DRAFT


# Comments


def test_a_comment_is_about_a_part_and_is_resolved_once(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    with act(actor_of(ben)) as ctx:
        comment = add_comment(ctx, postmortem, "timeline", " Say who\r\nwas on duty. ")
    with act(actor_of(ana)) as ctx:
        resolve_comment(ctx, postmortem, find_comment(ctx, postmortem, comment.public_id))
    with act(actor_of(ben)) as ctx:
        resolve_comment(ctx, postmortem, comment)

    (found,) = comments_of(session, postmortem)
    assert (found.part, found.body, found.author) == ("timeline", "Say who\nwas on duty.", ben)
    assert found.resolved_by is ana


@pytest.mark.parametrize(
    ("part", "text", "code"), [("weather", "Rain.", "unknown_part"), ("summary", "  ", "blank")]
)
def test_a_comment_says_something_about_something(
    act: Act, session: Session, postmortem: Postmortem, ben: Account, part: str, text: str, code: str
):
    with pytest.raises(RuleError) as caught, act(actor_of(ben)) as ctx:
        add_comment(ctx, postmortem, part, text)

    assert caught.value.code == code
    assert comments_of(session, postmortem) == []


def test_a_comment_of_another_postmortem_is_not_found(act: Act, postmortem: Postmortem, ben: Account):
    with pytest.raises(NotFoundError), act(actor_of(ben)) as ctx:
        find_comment(ctx, postmortem, "nosuchthing1")


# Who is told


def test_the_reviewers_who_are_asked_are_told_once(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    for _ in range(2):
        with act(actor_of(ana)) as ctx:
            ask_review(ctx, postmortem, [ben])

    (message,) = messages(session)
    assert message.account is ben
    with act() as ctx:
        words = words_of(ctx, message, BASE)
    assert not isinstance(words, Obsolete)
    assert words.link == f"{BASE}/console/incidents/{postmortem.incident.public_id}/postmortem/review"
    assert "Ana asks you to read" in words.lines[0]


def test_a_question_that_was_taken_back_is_not_sent_any_more(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account, clock: FakeClock
):
    with act(actor_of(ana)) as ctx:
        ask_review(ctx, postmortem, [ben])
        take_back_review(ctx, postmortem)
    with act() as ctx:
        assert isinstance(words_of(ctx, messages(session)[0], BASE), Obsolete)
    clock.advance(minutes=5)
    with act(actor_of(ana)) as ctx:
        ask_review(ctx, postmortem, [ben])

    assert len(messages(session)) == 2


def test_the_owner_hears_of_the_approval_and_of_changes_asked_for(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account, clock: FakeClock
):
    with act() as ctx:
        assign_owner(ctx, postmortem, ana)
    ask(act, postmortem, ana)
    approve(act, session, postmortem, ben)
    clock.advance(minutes=5)
    with act(actor_of(ben)) as ctx:
        ask_for_changes(ctx, postmortem, "root_cause", "Why was the cache so small?")

    approved, changes = messages(session)
    assert [each.account for each in (approved, changes)] == [ana, ana]
    with act() as ctx:
        assert isinstance(words_of(ctx, approved, BASE), Obsolete)
        said = words_of(ctx, changes, BASE)
    assert not isinstance(said, Obsolete)
    assert "asks for changes" in said.lines[0]
    assert postmortem.state_of(head_of(session, postmortem)) is PostmortemState.DRAFT
    assert [each.body for each in comments_of(session, postmortem)] == ["Why was the cache so small?"]


def test_nobody_is_told_of_what_they_did_themselves(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account
):
    with act(actor_of(ben)) as ctx:
        assign_owner(ctx, postmortem, ben)
        ask_review(ctx, postmortem)
    approve(act, session, postmortem, ben)

    assert messages(session) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"role": SiteRole.VIEWER}, "reviewer_is_viewer"),
        ({"role": SiteRole.RESPONDER, "disabled_at": NOON}, "account_disabled"),
    ],
)
def test_only_who_could_approve_it_is_asked(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, fields: dict[str, object], code: str
):
    other = make_account(session, **fields)  # type: ignore[arg-type]
    for account, expected in ((other, code), (ana, "reviewer_is_editor")):
        with pytest.raises(RuleError) as caught, act(actor_of(ana)) as ctx:
            ask_review(ctx, postmortem, [account])
        assert caught.value.code == expected
    assert messages(session) == []


def signed_in(account: Account, device: str) -> StaffSession:
    return StaffSession(
        public_id=new_public_id(),
        digest=new_public_id(),
        account_id=account.id,
        created_at=NOON,
        seen_at=NOON,
        confirmed_at=NOON,
        browser="Firefox",
        device=device,
        address="192.0.2.1",
    )
