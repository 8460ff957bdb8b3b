"""Invitations and new passwords by links that work once."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError, ForbiddenError, NotFoundError, UnauthorizedError
from statuspage.domain.roles import COMMAND_LINE, Actor, SiteRole
from statuspage.services.accounts import NewAccount
from statuspage.services.invitations import (
    choose_password,
    invite,
    invite_again,
    link_actor,
    offer_reset,
    reset_forgotten,
)
from statuspage.services.sign_in import Whence, authenticate_staff, open_session
from statuspage.services.staff_mails import invitation, new_password
from statuspage.store.accounts import Account
from statuspage.store.records import AuditEntry
from statuspage.store.sign_ins import AccountLink, LinkKind
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock

BERTA = NewAccount("berta@example.com", "Berta", SiteRole.COMMUNICATOR, "Networks")


def invited(act: Act) -> tuple[Account, str]:
    with act() as ctx:
        return invite(ctx, BERTA)


def test_an_invitation_lets_its_person_choose_the_first_password(act: Act, session: Session):
    account, secret = invited(act)
    assert account.password_hash is None
    actor = link_actor(session, NOON, LinkKind.INVITATION, secret)
    assert actor == Actor(account.id, SiteRole.COMMUNICATOR)

    with act(actor) as ctx:
        choose_password(ctx, LinkKind.INVITATION, secret, "hash")

    assert account.password_hash == "hash"
    with pytest.raises(NotFoundError), act(actor) as ctx:
        choose_password(ctx, LinkKind.INVITATION, secret, "another")


def test_an_invitation_holds_for_seven_days(act: Act, session: Session):
    _, secret = invited(act)

    link_actor(session, NOON + timedelta(days=7, seconds=-1), LinkKind.INVITATION, secret)
    with pytest.raises(NotFoundError):
        link_actor(session, NOON + timedelta(days=7), LinkKind.INVITATION, secret)


def test_a_new_invitation_makes_the_older_useless(act: Act, session: Session):
    account, old = invited(act)

    with act() as ctx:
        new = invite_again(ctx, account)

    link_actor(session, NOON, LinkKind.INVITATION, new)
    with pytest.raises(NotFoundError):
        link_actor(session, NOON, LinkKind.INVITATION, old)


def test_who_has_a_password_or_is_disabled_is_not_invited_again(act: Act, session: Session):
    with act():
        active = make_account(session, password_hash="x")
        disabled = make_account(session, disabled_at=NOON)

    with pytest.raises(ConflictError, match="password already"), act() as ctx:
        invite_again(ctx, active)
    with pytest.raises(ConflictError, match="enable the account first"), act() as ctx:
        invite_again(ctx, disabled)
    with pytest.raises(ConflictError, match="enable the account first"), act() as ctx:
        offer_reset(ctx, disabled)


def test_a_link_for_a_new_password_holds_for_an_hour_and_the_present_one_till_then(
    act: Act, session: Session
):
    with act() as ctx:
        account = make_account(session, password_hash="old")
        secret = offer_reset(ctx, account)

    assert account.password_hash == "old"
    link_actor(session, NOON + timedelta(minutes=59), LinkKind.RESET, secret)
    with pytest.raises(NotFoundError):
        link_actor(session, NOON + timedelta(hours=1), LinkKind.RESET, secret)


def test_a_new_password_signs_out_everywhere_and_uses_every_link_up(act: Act, session: Session):
    account, invitation_secret = invited(act)
    with act() as ctx:
        reset_secret = offer_reset(ctx, account)
    with act(Actor(account.id, account.role)) as ctx:
        token = open_session(ctx, Whence("", ""))

    with act(Actor(account.id, account.role)) as ctx:
        choose_password(ctx, LinkKind.RESET, reset_secret, "new")

    with pytest.raises(UnauthorizedError):
        authenticate_staff(session, NOON, token)
    for kind, secret in ((LinkKind.INVITATION, invitation_secret), (LinkKind.RESET, reset_secret)):
        with pytest.raises(NotFoundError):
            link_actor(session, NOON, kind, secret)


def test_whoever_has_forgotten_the_password_gets_a_link_if_the_account_is_open(act: Act, session: Session):
    with act() as ctx:
        account = make_account(session, email="ann@example.com", password_hash="x")
        make_account(session, email="gone@example.com", disabled_at=NOON)
        found = reset_forgotten(ctx, " Ann@example.com")
        nobody = [reset_forgotten(ctx, email) for email in ("gone@example.com", "no@example.com", "\0", "")]

    assert found is not None
    assert found[0] is account
    assert nobody == [None] * 4
    assert session.query(AccountLink).count() == 1


def test_only_admins_invite_and_offer_links(act: Act, session: Session):
    with act():
        account = make_account(session, role=SiteRole.COMMUNICATOR)

    for verb in (lambda ctx: invite(ctx, BERTA), lambda ctx: invite_again(ctx, account),
                 lambda ctx: offer_reset(ctx, account)):  # fmt: skip
        with pytest.raises(ForbiddenError), act(Actor(account.id, account.role)) as ctx:
            verb(ctx)


def test_the_audit_tells_who_invited_and_who_accepted_without_any_secret(act: Act, session: Session):
    account, secret = invited(act)
    with act(Actor(account.id, account.role)) as ctx:
        choose_password(ctx, LinkKind.INVITATION, secret, "hash")

    entries = session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [entry.verb for entry in entries] == ["create_account", "invite", "accept_invitation"]
    assert {entry.subject for entry in entries} == {account.public_id}
    assert secret not in repr([entry.details for entry in entries])


def test_the_mails_go_to_the_person_and_name_the_page_and_who_invites(
    act: Act, session: Session, clock: FakeClock
):
    with act() as ctx:
        ann = make_account(session, name="Ann")
    with act(Actor(ann.id, ann.role)) as ctx:
        ctx.page.name = "Acme"
        account, _ = invite(ctx, BERTA)
        mail = invitation(ctx, account, "https://x/login/invitation/s", "https://x")
        other = new_password(ctx, account, "https://x/login/reset/s", "https://x")
    with act(COMMAND_LINE) as ctx:
        nameless = invitation(ctx, account, "https://x/login/invitation/s", "https://x")

    assert (mail.to, mail.to_name) == ("berta@example.com", "Berta")
    assert mail.subject == "Ann invites you to the status page of Acme"
    assert "https://x/login/invitation/s" in mail.text
    assert "https://x/login/reset/s" in other.html
    assert nameless.subject.startswith("You are invited")
