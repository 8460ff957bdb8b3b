"""Links of a postmortem: good for whoever has one, until its end, and for nobody who guesses."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.domain.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    RuleError,
    ThrottledError,
)
from statuspage.domain.postmortem import Visibility
from statuspage.domain.roles import SiteRole
from statuspage.services.postmortem_html import RenderedPostmortem
from statuspage.services.postmortem_links import (
    find_link,
    get_link,
    let_in,
    make_link,
    open_link,
    revoke_link,
)
from statuspage.services.publish_postmortem import (
    change_visibility,
    publish_postmortem,
    unpublish_postmortem,
)
from statuspage.store.accounts import Account
from statuspage.store.postmortems import Postmortem, PostmortemLink, head_of, links_of
from statuspage.store.records import AuditEntry
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import approve, ask, of_incident, over, write

WEEK = timedelta(days=7)
ADDRESS = "192.0.2.7"


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.COMMUNICATOR, name="Ana")


@pytest.fixture
def postmortem(act: Act, session: Session, ana: Account) -> Postmortem:
    ben = make_account(session, role=SiteRole.RESPONDER, name="Ben")
    found = of_incident(session, over(act))
    write(act, session, found, ana)
    ask(act, found, ana)
    approve(act, session, found, ben)
    with act(actor_of(ana)) as ctx:
        rendered = RenderedPostmortem(head_of(session, found).digest, {})
        publish_postmortem(ctx, found, rendered, Visibility.LINK)
    return found


@pytest.fixture
def secret(act: Act, postmortem: Postmortem, ana: Account, clock: FakeClock) -> str:
    with act(actor_of(ana)) as ctx:
        return make_link(ctx, postmortem, "Acme Ltd.", clock.now() + WEEK)


def the_link(session: Session, postmortem: Postmortem) -> PostmortemLink:
    (link,) = links_of(session, postmortem)
    return link


def test_a_link_opens_its_postmortem_and_counts_its_uses(
    act: Act, session: Session, postmortem: Postmortem, secret: str, clock: FakeClock
):
    clock.advance(hours=1)
    with act() as ctx:
        assert open_link(ctx, secret) is postmortem
        open_link(ctx, secret)

    session.expire_all()
    link = the_link(session, postmortem)
    assert (link.uses, link.last_used_at, link.label) == (2, clock.now(), "Acme Ltd.")


def test_the_secret_is_kept_nowhere_and_has_256_bits(session: Session, postmortem: Postmortem, secret: str):
    link = the_link(session, postmortem)
    details = " ".join(str(each.details) for each in session.scalars(select(AuditEntry)))

    assert len(secret) >= 43
    assert secret not in (link.digest, link.public_id)
    assert secret not in details


def refusal(act: Act, secret: str) -> tuple[str, str]:
    with pytest.raises(NotFoundError) as caught, act() as ctx:
        open_link(ctx, secret)
    return caught.value.code, caught.value.message


def test_guessed_expired_revoked_and_unpublished_are_refused_alike(
    act: Act, session: Session, postmortem: Postmortem, secret: str, ana: Account, clock: FakeClock
):
    said = {refusal(act, "guessed")}
    link = the_link(session, postmortem)
    link.expires_at = clock.now()
    said.add(refusal(act, secret))
    link.expires_at = clock.now() + timedelta(microseconds=1)
    with act() as ctx:
        find_link(ctx, secret)
    with act(actor_of(ana)) as ctx:
        change_visibility(ctx, postmortem, Visibility.INTERNAL)
    said.add(refusal(act, secret))
    with act(actor_of(ana)) as ctx:
        change_visibility(ctx, postmortem, Visibility.PUBLIC)
    with act() as ctx:
        find_link(ctx, secret)
    with act(actor_of(ana)) as ctx:
        unpublish_postmortem(ctx, postmortem, "It names a customer.")
    said.add(refusal(act, secret))
    with act(actor_of(ana)) as ctx:
        revoke_link(ctx, postmortem, link)
    said.add(refusal(act, secret))

    assert len(said) == 1
    session.expire_all()
    assert the_link(session, postmortem).uses == 0


@pytest.mark.parametrize(
    ("ahead", "is_good"),
    [
        (timedelta(0), False),
        (timedelta(seconds=1), True),
        (timedelta(days=365), True),
        (timedelta(days=365, seconds=1), False),
        (timedelta(days=-1), False),
    ],
)
def test_a_link_ends_within_a_year(
    act: Act,
    session: Session,
    postmortem: Postmortem,
    ana: Account,
    clock: FakeClock,
    ahead: timedelta,
    is_good: bool,
):
    expected = nullcontext() if is_good else pytest.raises(RuleError, match="one year ahead")
    with expected, act(actor_of(ana)) as ctx:
        make_link(ctx, postmortem, "Acme", clock.now() + ahead)

    assert bool(links_of(session, postmortem)) is is_good


def test_what_no_link_may_show_gets_none(
    act: Act, session: Session, postmortem: Postmortem, ana: Account, clock: FakeClock
):
    with act(actor_of(ana)) as ctx:
        change_visibility(ctx, postmortem, Visibility.INTERNAL)
    with pytest.raises(ConflictError) as caught, act(actor_of(ana)) as ctx:
        make_link(ctx, postmortem, "Acme", clock.now() + WEEK)

    assert caught.value.code == "not_published"


def test_a_responder_makes_and_revokes_no_links(
    act: Act, session: Session, postmortem: Postmortem, secret: str, clock: FakeClock
):
    rob = actor_of(make_account(session, role=SiteRole.RESPONDER))
    link = the_link(session, postmortem)
    with pytest.raises(ForbiddenError), act(rob) as ctx:
        make_link(ctx, postmortem, "Acme", clock.now() + WEEK)
    with pytest.raises(ForbiddenError), act(rob) as ctx:
        revoke_link(ctx, postmortem, link)

    assert link.revoked_at is None


def test_a_link_of_another_postmortem_is_not_found(
    act: Act, session: Session, postmortem: Postmortem, secret: str
):
    other = of_incident(session, over(act))
    with act() as ctx:
        assert get_link(ctx, postmortem, the_link(session, postmortem).public_id)
    with pytest.raises(NotFoundError), act() as ctx:
        get_link(ctx, other, the_link(session, postmortem).public_id)


def test_a_reader_is_let_in_and_counted(
    session: Session, postmortem: Postmortem, secret: str, clock: FakeClock
):
    session.commit()
    let_in(session, clock, secret, ADDRESS)

    assert the_link(session, postmortem).uses == 1


def test_a_look_ahead_is_no_use_and_its_guesses_count(
    session: Session, postmortem: Postmortem, secret: str, clock: FakeClock
):
    session.commit()
    let_in(session, clock, secret, ADDRESS, is_counted=False)
    for number in range(20):
        with pytest.raises(NotFoundError):
            let_in(session, clock, f"guess {number}", ADDRESS, is_counted=False)
    with pytest.raises(ThrottledError):
        let_in(session, clock, "one more", ADDRESS, is_counted=False)

    assert the_link(session, postmortem).uses == 0


def test_who_guesses_on_is_told_to_wait_and_others_are_not(session: Session, secret: str, clock: FakeClock):
    session.commit()
    refusals: list[type[DomainError]] = []
    for number in range(25):
        with pytest.raises((NotFoundError, ThrottledError)) as caught:
            let_in(session, clock, f"guess {number}", ADDRESS)
        refusals.append(caught.type)

    assert refusals == [NotFoundError] * 20 + [ThrottledError] * 5
    with pytest.raises(ThrottledError):
        let_in(session, clock, secret, ADDRESS)
    let_in(session, clock, secret, "192.0.2.8")
    clock.advance(minutes=5)
    let_in(session, clock, secret, ADDRESS)
