"""The blameless check of a postmortem: whose names it knows, where it looks, and who lets a finding stand."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.errors import ForbiddenError, NotFoundError, RuleError
from statuspage.domain.postmortem import Content, Item, Section, in_order
from statuspage.domain.postmortem import Entry as Line
from statuspage.domain.roles import COMMAND_LINE, SiteRole
from statuspage.services.blame_check import accept_finding, check_blame, open_findings
from statuspage.services.context import Context
from statuspage.services.postmortems import save_postmortem
from statuspage.store.accounts import Account
from statuspage.store.postmortems import Postmortem, get_postmortem, head_of
from statuspage.store.records import AuditEntry
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import over

BLAME = "The engineer failed to follow the runbook."
CAUSE = f"A disk filled up. {BLAME} Nothing warned."


@pytest.fixture
def dana(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Dana Whitfield")


@pytest.fixture
def ben(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ben Sato")


@pytest.fixture
def postmortem(act: Act, session: Session) -> Postmortem:
    return get_postmortem(session, over(act))


def write(act: Act, session: Session, postmortem: Postmortem, by: Account, text: str = CAUSE) -> None:
    with act(actor_of(by)) as ctx:
        head = head_of(session, postmortem)
        content = head.value.with_section(Section.ROOT_CAUSE, text)
        save_postmortem(ctx, postmortem, content, head.number)


def opened(ctx: Context, postmortem: Postmortem) -> list[tuple[str, str | None, str, str]]:
    content = head_of(ctx.session, postmortem).value
    return [
        (each.part, each.key, each.finding.rule, each.finding.matched)
        for each in open_findings(ctx, postmortem, content)
    ]


def test_it_looks_into_every_section_every_line_and_every_item(
    act: Act, session: Session, postmortem: Postmortem, dana: Account, clock: FakeClock
):
    content = Content(
        sections={Section.WENT_WELL: "Dana saw it.", Section.SUMMARY: "Ask @priya."},
        timeline=in_order(
            (
                Line("aaaaaaaaaaaa", clock.now(), "Dana restarted it"),
                Line("bbbbbbbbbbbb", clock.now(), "Whitfield slept", is_public=False),
            )
        ),
        items=(
            Item("cccccccccccc", "Have Dana trained", team="Network"),
            Item("dddddddddddd", "Warn earlier", team="Dana"),
            Item("eeeeeeeeeeee", "Warn earlier"),
        ),
    )
    with act(actor_of(dana)) as ctx:
        found = check_blame(ctx, postmortem, content)

    assert [(each.part, each.key, each.finding.matched) for each in found] == [
        ("summary", None, "@priya"),
        ("went_well", None, "Dana"),
        ("timeline", "aaaaaaaaaaaa", "Dana"),
        ("timeline", "bbbbbbbbbbbb", "Whitfield"),
        ("action_items", "cccccccccccc", "Dana"),
        ("action_items", "dddddddddddd", "Dana"),
    ]


def test_a_drafted_text_has_no_finding(act: Act, postmortem: Postmortem, dana: Account):
    with act(actor_of(dana)) as ctx:
        assert opened(ctx, postmortem) == []


def test_who_has_left_keeps_an_unread_name(
    act: Act, session: Session, postmortem: Postmortem, dana: Account, ben: Account, clock: FakeClock
):
    dana.disabled_at = clock.now()
    session.commit()
    write(act, session, postmortem, ben, "It was Dana's change, or the one of dana.whitfield@example.org.")
    with act(actor_of(ben)) as ctx:
        rules = [rule for _, _, rule, _ in opened(ctx, postmortem)]

    assert rules == ["first_name", "mail_address"]


def test_a_team_of_an_account_may_be_named_and_not_blamed(
    act: Act, session: Session, postmortem: Postmortem, ben: Account
):
    make_account(session, role=SiteRole.VIEWER, name="Ada Core").team = "Core Storage"
    session.commit()
    write(act, session, postmortem, ben, "Core Storage restarted it. Core Storage failed to tell anybody.")
    with act(actor_of(ben)) as ctx:
        assert [rule for _, _, rule, _ in opened(ctx, postmortem)] == ["failed_to"]


def test_the_sites_own_words_count(act: Act, session: Session, postmortem: Postmortem, ben: Account):
    write(act, session, postmortem, ben, "A cowboy change filled the disk.")
    with act(actor_of(ben)) as ctx:
        assert opened(ctx, postmortem) == []
        ctx.page.blame_words = [{"word": "cowboy", "suggestion": "unreviewed"}]
        session.flush()
        (placed,) = open_findings(ctx, postmortem, head_of(session, postmortem).value)

    assert (placed.finding.rule, placed.finding.suggestion) == ("site_word", "unreviewed")


def test_a_reviewer_lets_a_finding_stand_with_a_reason_on_record(
    act: Act, session: Session, postmortem: Postmortem, dana: Account, ben: Account
):
    write(act, session, postmortem, dana)
    digest = head_of(session, postmortem).digest
    with act(actor_of(ben)) as ctx:
        accepted = accept_finding(ctx, postmortem, "failed_to", BLAME, " It quotes the report. ")
        assert opened(ctx, postmortem) == []
        (placed,) = check_blame(ctx, postmortem, head_of(session, postmortem).value)

    assert placed.accepted is accepted
    assert (accepted.reason, accepted.accepted_by_id) == ("It quotes the report.", ben.id)
    assert head_of(session, postmortem).digest == digest
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "accept_finding")).one()
    assert (entry.account_id, entry.subject) == (ben.id, postmortem.public_id)
    assert entry.details == {"rule": "failed_to", "sentence": BLAME, "reason": "It quotes the report."}


def test_it_stands_while_its_sentence_stands_and_no_longer(
    act: Act, session: Session, postmortem: Postmortem, dana: Account, ben: Account
):
    write(act, session, postmortem, dana)
    with act(actor_of(ben)) as ctx:
        accept_finding(ctx, postmortem, "failed_to", BLAME, "It quotes the report.")
    write(act, session, postmortem, dana, f"Much else.\n\n- {BLAME}\n- More.")
    with act(actor_of(ben)) as ctx:
        assert opened(ctx, postmortem) == []
    write(act, session, postmortem, dana, "The engineer failed to follow the runbook again.")
    with act(actor_of(ben)) as ctx:
        assert [rule for _, _, rule, _ in opened(ctx, postmortem)] == ["failed_to"]


def test_accepted_twice_the_first_reason_stays(
    act: Act, session: Session, postmortem: Postmortem, dana: Account, ben: Account
):
    write(act, session, postmortem, dana)
    with act(actor_of(ben)) as ctx:
        first = accept_finding(ctx, postmortem, "failed_to", BLAME, "It quotes the report.")
        again = accept_finding(ctx, postmortem, "failed_to", BLAME, "Another.")

    assert again is first
    assert again.reason == "It quotes the report."


def test_nobody_accepts_findings_in_what_they_wrote(
    act: Act, session: Session, postmortem: Postmortem, dana: Account, ben: Account
):
    write(act, session, postmortem, dana)
    for actor in (
        actor_of(dana),
        replace(actor_of(dana), token_id=1),
        COMMAND_LINE,
    ):
        with pytest.raises(ForbiddenError) as caught, act(actor) as ctx:
            accept_finding(ctx, postmortem, "failed_to", BLAME, "It quotes the report.")
        assert caught.value.code == "self_approval"


def test_nor_does_a_second_account_in_the_same_browser(
    act: Act, session: Session, postmortem: Postmortem, dana: Account, ben: Account
):
    with act(replace(actor_of(dana), device="one")) as ctx:
        head = head_of(session, postmortem)
        content = head.value.with_section(Section.ROOT_CAUSE, CAUSE)
        save_postmortem(ctx, postmortem, content, head.number)
    with pytest.raises(ForbiddenError, match="browser"), act(replace(actor_of(ben), device="one")) as ctx:
        accept_finding(ctx, postmortem, "failed_to", BLAME, "It quotes the report.")
    with act(replace(actor_of(ben), device="two")) as ctx:
        accept_finding(ctx, postmortem, "failed_to", BLAME, "It quotes the report.")


def test_a_viewer_does_not_accept_findings(act: Act, session: Session, postmortem: Postmortem, dana: Account):
    write(act, session, postmortem, dana)
    vera = make_account(session, role=SiteRole.VIEWER)
    with pytest.raises(ForbiddenError), act(actor_of(vera)) as ctx:
        accept_finding(ctx, postmortem, "failed_to", BLAME, "It quotes the report.")


@pytest.mark.parametrize(
    ("rule", "sentence", "reason", "code"),
    [
        ("failed_to", BLAME, "  ", "blank"),
        ("failed_to", BLAME, "x" * 2_001, "too_long"),
        ("failed_to", "Another sentence.", "A reason.", "no_such_finding"),
        ("should_have", BLAME, "A reason.", "no_such_finding"),
    ],
)
def test_what_can_not_be_accepted_is_refused(
    act: Act,
    session: Session,
    postmortem: Postmortem,
    dana: Account,
    ben: Account,
    rule: str,
    sentence: str,
    reason: str,
    code: str,
):
    write(act, session, postmortem, dana)
    with pytest.raises((RuleError, NotFoundError)) as caught, act(actor_of(ben)) as ctx:
        accept_finding(ctx, postmortem, rule, sentence, reason)

    assert caught.value.code == code
