"""Publishing a postmortem: only what was approved, with its dates, to those readers who were chosen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.errors import ConflictError, DomainError, ForbiddenError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import PostmortemState, Section, Visibility
from statuspage.domain.postmortem_gate import GateError
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.commands import NoticeCommand
from statuspage.services.incident_history import incident_history
from statuspage.services.involvement import assign_roles
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortem_gate import unmet_of
from statuspage.services.postmortem_html import RenderedPostmortem
from statuspage.services.postmortem_review import withdraw_approval
from statuspage.services.postmortems import save_postmortem
from statuspage.services.publish_notice import reopen_incident
from statuspage.services.publish_postmortem import (
    change_visibility,
    publish_postmortem,
    unpublish_postmortem,
)
from statuspage.services.waive_postmortem import revoke_waiver, waive_postmortem
from statuspage.store.accounts import Account
from statuspage.store.pages import the_page
from statuspage.store.postmortems import Postmortem, head_of, published_of
from statuspage.store.records import Publication
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import approve, ask, of_incident, over, resolve, write

PUBLIC, LINK, INTERNAL = Visibility.PUBLIC, Visibility.LINK, Visibility.INTERNAL


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben")


@pytest.fixture
def written(act: Act, session: Session, ana: Account) -> Postmortem:
    found = of_incident(session, over(act))
    write(act, session, found, ana)
    return found


@pytest.fixture
def approved(act: Act, session: Session, written: Postmortem, ana: Account, ben: Account) -> Postmortem:
    return review(act, session, written, ana, ben)


def review(act: Act, session: Session, postmortem: Postmortem, ana: Account, ben: Account) -> Postmortem:
    ask(act, postmortem, ana)
    approve(act, session, postmortem, ben)
    return postmortem


def rendered(session: Session, postmortem: Postmortem) -> RenderedPostmortem:
    return RenderedPostmortem(head_of(session, postmortem).digest, {"summary": "<p>It broke.</p>"})


def publish(act: Act, session: Session, postmortem: Postmortem, by: Account, to: Visibility = PUBLIC) -> None:
    with act(actor_of(by)) as ctx:
        publish_postmortem(ctx, postmortem, rendered(session, postmortem), to)


def rewrite(act: Act, session: Session, postmortem: Postmortem, by: Account, text: str) -> None:
    with act(actor_of(by)) as ctx:
        head = head_of(session, postmortem)
        save_postmortem(ctx, postmortem, head.value.with_section(Section.SUMMARY, text), head.number)


def publications(session: Session) -> int:
    session.commit()
    return the_page(session).publication


def test_an_approved_text_goes_out_with_its_markup_and_its_date(
    act: Act, session: Session, approved: Postmortem, ana: Account, clock: FakeClock
):
    before, now = publications(session), clock.advance(hours=1)
    publish(act, session, approved, ana)

    revision = published_of(session, approved)
    assert revision is not None
    assert revision.digest == approved.approved_digest == approved.published_digest
    assert revision.html == {"summary": "<p>It broke.</p>"}
    assert approved.is_public
    assert (approved.published_at, approved.public_since, approved.final_since) == (now, now, now)
    assert (approved.edited_at, approved.review_asked_at) == (None, None)
    assert publications(session) == before + 1
    last = session.get_one(Publication, before + 1)
    assert (last.kind, last.incident_id, last.months) == ("postmortem", approved.incident_id, ["2026-11"])


def test_nothing_goes_out_while_anything_is_missing(
    act: Act, session: Session, written: Postmortem, ana: Account
):
    before = publications(session)
    with pytest.raises(GateError) as caught:
        publish(act, session, written, ana)

    assert [each.code for each in caught.value.unmet] == ["not_approved"]
    assert (written.published_number, publications(session)) == (None, before)


def test_a_text_that_was_rendered_before_the_last_edit_does_not_go_out(
    act: Act, session: Session, approved: Postmortem, ana: Account, ben: Account
):
    old = rendered(session, approved)
    rewrite(act, session, approved, ana, "For 40 minutes many requests failed.")
    review(act, session, approved, ana, ben)
    with pytest.raises(ConflictError) as caught, act(actor_of(ana)) as ctx:
        publish_postmortem(ctx, approved, old, PUBLIC)

    assert caught.value.code == "stale_text"
    assert approved.published_number is None


def test_a_responder_does_not_publish(act: Act, session: Session, approved: Postmortem, ben: Account):
    with pytest.raises(ForbiddenError):
        publish(act, session, approved, ben)


def test_a_reopened_incident_keeps_its_postmortem_in(
    act: Act, session: Session, approved: Postmortem, ana: Account
):
    with act() as ctx:
        command = NoticeCommand(text=plain_text("Again."), status=IncidentStatus.INVESTIGATING)
        reopen_incident(ctx, approved.incident, command, None)
    with pytest.raises(GateError) as caught:
        publish(act, session, approved, ana)

    assert "not_resolved" in [each.code for each in caught.value.unmet]


def test_a_text_from_before_a_reopening_is_shown_to_nobody_else(
    act: Act, session: Session, approved: Postmortem, ana: Account, clock: FakeClock
):
    """It says nothing of what came back, and would meet the deadline of that."""
    publish(act, session, approved, ana, LINK)
    with act() as ctx:
        command = NoticeCommand(text=plain_text("Again."), status=IncidentStatus.INVESTIGATING)
        reopen_incident(ctx, approved.incident, command, None)
    clock.advance(minutes=5)
    with act() as ctx:
        resolve(ctx, approved.incident)
    with pytest.raises(GateError) as caught, act(actor_of(ana)) as ctx:
        change_visibility(ctx, approved, PUBLIC)

    assert [each.code for each in caught.value.unmet] == ["not_approved"]
    assert not approved.is_public


def test_the_same_text_is_published_once(act: Act, session: Session, approved: Postmortem, ana: Account):
    publish(act, session, approved, ana)
    with pytest.raises(ConflictError) as caught:
        publish(act, session, approved, ana)

    assert caught.value.code == "already_published"


def test_a_correction_goes_through_the_gate_again_and_is_marked_as_edited(
    act: Act, session: Session, approved: Postmortem, ana: Account, ben: Account, clock: FakeClock
):
    publish(act, session, approved, ana)
    first = clock.now()
    clock.advance(hours=1)
    rewrite(act, session, approved, ana, "For 41 minutes requests failed.")
    assert approved.state_of(head_of(session, approved)) is PostmortemState.DRAFT
    with pytest.raises(GateError):
        publish(act, session, approved, ana)
    shown = published_of(session, approved)
    assert shown is not None
    assert "40 minutes" in shown.value.text_of(Section.SUMMARY)
    review(act, session, approved, ana, ben)
    now = clock.advance(hours=1)
    publish(act, session, approved, ana)

    assert (approved.published_at, approved.public_since, approved.edited_at) == (first, first, now)
    assert approved.published_number == head_of(session, approved).number


def test_a_preliminary_text_is_followed_by_the_final_one(
    act: Act, session: Session, written: Postmortem, ana: Account, ben: Account, clock: FakeClock
):
    save_preliminary(act, session, written, ana, clock)
    review(act, session, written, ana, ben)
    publish(act, session, written, ana)
    assert (written.public_since, written.final_since) == (clock.now(), None)
    first = clock.now()
    now = clock.advance(days=3)
    write(act, session, written, ana)
    review(act, session, written, ana, ben)
    publish(act, session, written, ana)

    assert (written.public_since, written.final_since, written.edited_at) == (first, now, now)


def save_preliminary(
    act: Act, session: Session, postmortem: Postmortem, by: Account, clock: FakeClock
) -> None:
    with act(actor_of(by)) as ctx:
        head = head_of(session, postmortem)
        mine = head.value.with_section(Section.ROOT_CAUSE, "Still under investigation.")
        final_by = clock.now() + timedelta(days=10)
        save_postmortem(ctx, postmortem, replace(mine, final_by=final_by), head.number)


# Who reads it


@pytest.mark.parametrize("to", [LINK, INTERNAL])
def test_what_is_not_for_everybody_touches_no_public_byte_and_meets_no_deadline(
    act: Act, session: Session, approved: Postmortem, ana: Account, to: Visibility
):
    before, stamp = publications(session), approved.incident.updated_at
    publish(act, session, approved, ana, to)

    assert (approved.public_since, approved.final_since, approved.is_public) == (None, None, False)
    assert approved.state_of(head_of(session, approved)) is PostmortemState.PUBLISHED
    assert (publications(session), approved.incident.updated_at) == (before, stamp)


@pytest.mark.parametrize("to", [LINK, INTERNAL])
def test_fewer_readers_take_it_from_the_public_and_more_give_it_back(
    act: Act, session: Session, approved: Postmortem, ana: Account, clock: FakeClock, to: Visibility
):
    publish(act, session, approved, ana)
    first, before = clock.now(), publications(session)
    clock.advance(hours=1)
    with act(actor_of(ana)) as ctx:
        change_visibility(ctx, approved, to)
    assert (approved.public_since, approved.final_since) == (None, None)
    assert publications(session) == before + 1
    now = clock.advance(hours=1)
    with act(actor_of(ana)) as ctx:
        change_visibility(ctx, approved, PUBLIC)

    assert (approved.public_since, approved.final_since) == (now, now)
    assert (approved.published_at, approved.edited_at) == (first, None)
    assert publications(session) == before + 2


def test_fewer_readers_do_not_wait_for_what_is_being_written(
    act: Act, session: Session, approved: Postmortem, ana: Account
):
    publish(act, session, approved, ana)
    rewrite(act, session, approved, ana, "TODO")
    with act(actor_of(ana)) as ctx:
        change_visibility(ctx, approved, INTERNAL)
        change_visibility(ctx, approved, PUBLIC)

    shown = published_of(session, approved)
    assert shown is not None
    assert "40 minutes" in shown.value.text_of(Section.SUMMARY)


def test_more_readers_wait_for_the_gate(
    act: Act, session: Session, approved: Postmortem, ana: Account, clock: FakeClock
):
    publish(act, session, approved, ana, INTERNAL)
    ana.disabled_at = clock.now()
    with pytest.raises(GateError) as caught, act() as ctx:
        change_visibility(ctx, approved, PUBLIC)

    assert [each.code for each in caught.value.unmet] == ["action_item_owner_disabled"]
    assert not approved.is_public


def test_the_public_dates_say_nothing_of_what_only_the_staff_read(
    act: Act, session: Session, approved: Postmortem, ana: Account, ben: Account, clock: FakeClock
):
    publish(act, session, approved, ana, INTERNAL)
    clock.advance(hours=1)
    rewrite(act, session, approved, ana, "For 41 minutes requests failed.")
    review(act, session, approved, ana, ben)
    now = clock.advance(hours=1)
    publish(act, session, approved, ana, PUBLIC)

    assert (approved.published_at, approved.edited_at, approved.public_since) == (now, None, now)


def test_subscribers_are_told_or_not(act: Act, session: Session, approved: Postmortem, ana: Account):
    with act(actor_of(ana)) as ctx:
        publish_postmortem(ctx, approved, rendered(session, approved), PUBLIC, tells_subscribers=False)

    assert approved.tells_subscribers is False


# Unpublishing


def test_unpublishing_takes_it_from_everybody_and_leaves_its_record(
    act: Act, session: Session, approved: Postmortem, ana: Account, clock: FakeClock
):
    publish(act, session, approved, ana)
    before, first = publications(session), clock.now()
    now = clock.advance(hours=1)
    with act(actor_of(ana)) as ctx:
        unpublish_postmortem(ctx, approved, "It names a customer.")

    assert (approved.public_since, approved.published_number, approved.published_digest) == (None, None, None)
    assert (approved.unpublished_at, approved.published_at) == (now, first)
    assert publications(session) == before + 1
    with act() as ctx:
        said = [each.text for each in incident_history(ctx, approved.incident)]
    assert "unpublished the postmortem: “It names a customer.”" in said
    assert "published the postmortem for everybody." in said


def test_the_approved_text_can_go_out_again_and_is_not_edited_by_that(
    act: Act, session: Session, approved: Postmortem, ana: Account, clock: FakeClock
):
    publish(act, session, approved, ana)
    first = clock.now()
    with act(actor_of(ana)) as ctx:
        unpublish_postmortem(ctx, approved, "By mistake.")
    now = clock.advance(hours=1)
    publish(act, session, approved, ana)

    assert (approved.published_at, approved.edited_at) == (first, None)
    assert (approved.public_since, approved.unpublished_at) == (now, None)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_unpublishing_needs_a_reason(
    act: Act, session: Session, approved: Postmortem, ana: Account, reason: str
):
    publish(act, session, approved, ana)
    with pytest.raises(RuleError) as caught, act(actor_of(ana)) as ctx:
        unpublish_postmortem(ctx, approved, reason)

    assert caught.value.field == "reason"
    assert approved.is_public


def test_what_is_not_published_is_not_unpublished_nor_shown_to_others(
    act: Act, approved: Postmortem, ana: Account
):
    for verb in (lambda ctx: unpublish_postmortem(ctx, approved, "Why not."), widen(approved)):
        with pytest.raises(ConflictError) as caught, act(actor_of(ana)) as ctx:
            verb(ctx)
        assert caught.value.code == "not_published"


def widen(postmortem: Postmortem):  # type: ignore[no-untyped-def]
    return lambda ctx: change_visibility(ctx, postmortem, LINK)


def test_an_approval_is_not_taken_back_from_what_is_published(
    act: Act, session: Session, approved: Postmortem, ana: Account, ben: Account
):
    publish(act, session, approved, ana)
    with pytest.raises(ConflictError) as caught, act(actor_of(ben)) as ctx:
        withdraw_approval(ctx, approved)

    assert caught.value.code == "already_published"


# Waivers


@pytest.fixture
def harmless(act: Act, session: Session) -> Postmortem:
    return of_incident(session, over(act, Impact.NONE))


def test_what_touched_no_customer_can_be_waived_and_owed_again(
    act: Act, session: Session, harmless: Postmortem, ana: Account, clock: FakeClock
):
    with act(actor_of(ana)) as ctx:
        waive_postmortem(ctx, harmless, "Nobody noticed.")
    assert (harmless.waived_at, harmless.waived_reason) == (clock.now(), "Nobody noticed.")
    assert harmless.state_of(head_of(session, harmless)) is PostmortemState.WAIVED
    with act(actor_of(ana)) as ctx:
        revoke_waiver(ctx, harmless)

    assert (harmless.waived_at, harmless.waived_by_id, harmless.waived_reason) == (None, None, None)


def test_what_touched_customers_is_never_waived(act: Act, session: Session, ana: Account):
    postmortem = of_incident(session, over(act, Impact.MINOR))
    with pytest.raises(RuleError) as caught, act(actor_of(ana)) as ctx:
        waive_postmortem(ctx, postmortem, "It was small.")

    assert caught.value.code == "may_not_be_waived"
    assert postmortem.waived_at is None


def test_a_waiver_needs_a_reason(act: Act, harmless: Postmortem, ana: Account):
    with pytest.raises(RuleError) as caught, act(actor_of(ana)) as ctx:
        waive_postmortem(ctx, harmless, " ")

    assert (caught.value.code, caught.value.field) == ("blank", "reason")


def test_the_commander_may_waive_and_another_responder_not(act: Act, harmless: Postmortem, ben: Account):
    with pytest.raises(ForbiddenError), act(actor_of(ben)) as ctx:
        waive_postmortem(ctx, harmless, "Nobody noticed.")
    with act() as ctx:
        assign_roles(ctx, harmless.incident, {IncidentRole.INCIDENT_COMMANDER: ben.email})
    with act(actor_of(ben)) as ctx:
        waive_postmortem(ctx, harmless, "Nobody noticed.")

    assert harmless.waived_by_id == ben.id


def test_a_waived_one_is_neither_reviewed_nor_published(
    act: Act, session: Session, harmless: Postmortem, ana: Account, ben: Account
):
    write(act, session, harmless, ana)
    review(act, session, harmless, ana, ben)
    with act(actor_of(ana)) as ctx:
        waive_postmortem(ctx, harmless, "Nobody noticed.")
    for verb in (publish, lambda a, s, p, by: ask(a, p, by)):
        with pytest.raises(DomainError) as caught:
            verb(act, session, harmless, ana)
        assert caught.value.code == "is_waived"


def test_the_gate_of_an_unapproved_text_looks_at_the_one_it_is_given(
    act: Act, session: Session, approved: Postmortem
):
    head = head_of(session, approved)
    with act() as ctx:
        assert unmet_of(ctx, approved, head.value) == ()
        found = unmet_of(ctx, approved, head.value.with_section(Section.IMPACT, ""))

    assert [each.code for each in found] == ["impact_missing", "not_approved"]
