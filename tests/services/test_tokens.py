"""Tokens act for their owner, and no longer than they may."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError, DomainError, NotFoundError, RuleError, UnauthorizedError
from statuspage.domain.roles import SiteRole
from statuspage.services.tokens import authenticate_token, create_token, digest_of, revoke_token
from statuspage.store.accounts import find_token
from statuspage.store.records import AuditEntry
from tests.conftest import Act
from tests.factories import make_account, make_token
from tests.fakes import NOON, FakeClock


def test_a_token_acts_for_its_owner(session: Session):
    token = make_token(session, role=SiteRole.COMMUNICATOR, secret="open sesame")

    actor = authenticate_token(session, NOON, "open sesame")

    assert (actor.account_id, actor.token_id) == (token.owner_id, token.id)
    assert actor.role is SiteRole.COMMUNICATOR


@pytest.mark.parametrize(
    ("token_role", "owner_role", "effective"),
    [
        (SiteRole.ADMIN, SiteRole.VIEWER, SiteRole.VIEWER),
        (SiteRole.VIEWER, SiteRole.ADMIN, SiteRole.VIEWER),
        (SiteRole.RESPONDER, SiteRole.RESPONDER, SiteRole.RESPONDER),
    ],
)
def test_a_token_has_the_lesser_of_its_own_and_its_owners_role(
    session: Session, token_role: SiteRole, owner_role: SiteRole, effective: SiteRole
):
    make_token(session, role=token_role, owner=make_account(session, role=owner_role), secret="s")

    assert authenticate_token(session, NOON, "s").role is effective


def test_a_token_holds_until_the_very_instant_at_which_it_expires(session: Session):
    make_token(session, secret="s", expires_at=NOON + timedelta(days=1))

    authenticate_token(session, NOON + timedelta(days=1, seconds=-1), "s")
    with pytest.raises(UnauthorizedError, match="expired"):
        authenticate_token(session, NOON + timedelta(days=1), "s")


def test_an_unknown_a_revoked_and_a_disabled_owners_token_are_refused(session: Session):
    make_token(session, secret="revoked", revoked_at=NOON)
    make_token(session, secret="orphan", owner=make_account(session, disabled_at=NOON))

    for secret in ("unknown", "revoked", "orphan", "", "\udcff"):
        with pytest.raises(UnauthorizedError):
            authenticate_token(session, NOON, secret)


def test_a_new_token_shows_its_secret_once_and_keeps_only_a_digest(act: Act, session: Session):
    with act() as ctx:
        owner = make_account(session)
        token, secret = create_token(ctx, "deploys", SiteRole.COMMUNICATOR, expires_within=timedelta(days=30))

    assert find_token(session, digest_of(secret)) is token
    assert secret not in repr(vars(token))
    assert (token.owner_id, token.expires_at) == (owner.id, NOON + timedelta(days=30))


def test_a_token_without_a_named_owner_acts_for_the_first_admin_who_may_act(act: Act, session: Session):
    with act() as ctx:
        make_account(session, role=SiteRole.VIEWER)
        make_account(session, disabled_at=NOON)
        first, _later = make_account(session), make_account(session)
        token, _ = create_token(ctx, "deploys", SiteRole.ADMIN)

        assert token.owner is first


def test_a_token_needs_somebody_to_act_for(act: Act, session: Session):
    with act() as ctx:
        with pytest.raises(NotFoundError, match="user add"):
            create_token(ctx, "deploys", SiteRole.ADMIN)
        with pytest.raises(NotFoundError, match="nobody@"):
            create_token(ctx, "deploys", SiteRole.ADMIN, owner_email="nobody@example.com")
        make_account(session, email="gone@example.com", disabled_at=NOON)
        with pytest.raises(ConflictError, match="disabled"):
            create_token(ctx, "deploys", SiteRole.ADMIN, owner_email="gone@example.com")


@pytest.mark.parametrize("days", [-1, 0, 3651])
def test_a_token_lives_for_a_sensible_time(act: Act, session: Session, days: int):
    with act():
        make_account(session)

    with pytest.raises(RuleError), act() as ctx:
        create_token(ctx, "deploys", SiteRole.ADMIN, expires_within=timedelta(days=days))


def test_revoking_by_name_or_id_ends_a_token_at_once(act: Act, session: Session, clock: FakeClock):
    with act():
        by_name = make_token(session, secret="one", name="deploys")
        by_id = make_token(session, secret="two")

    with act() as ctx:
        revoke_token(ctx, "deploys")
        revoke_token(ctx, by_id.public_id)

    assert (by_name.revoked_at, by_id.revoked_at) == (NOON, NOON)
    with pytest.raises(UnauthorizedError):
        authenticate_token(session, clock.now(), "one")


def test_revoking_asks_which_one_where_several_bear_the_name(act: Act, session: Session):
    with act():
        ids = {make_token(session, name="deploys", secret=secret).public_id for secret in "ab"}

    with pytest.raises(ConflictError) as refused, act() as ctx:
        revoke_token(ctx, "deploys")

    assert refused.value.code == "ambiguous"
    assert all(public_id in refused.value.message for public_id in ids)


def test_revoking_twice_says_that_there_is_nothing_left_to_revoke(act: Act, session: Session):
    with act() as ctx:
        token = make_token(session)
        revoke_token(ctx, token.name)

    with pytest.raises(DomainError, match="no token"), act() as ctx:
        revoke_token(ctx, token.name)


def test_the_audit_tells_of_tokens_without_their_secrets(act: Act, session: Session):
    with act() as ctx:
        make_account(session)
        token, secret = create_token(ctx, "deploys", SiteRole.ADMIN)
        revoke_token(ctx, "deploys")

    entries = session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [(entry.verb, entry.subject) for entry in entries] == [
        ("create_token", token.public_id),
        ("revoke_token", token.public_id),
    ]
    assert secret not in str([entry.details for entry in entries])
