"""Accounts of the staff."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    RuleError,
    UnauthorizedError,
)
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.account_links import make_link, usable_link
from statuspage.services.accounts import (
    AccountFields,
    NewAccount,
    change_account,
    change_own_name,
    change_own_password,
    create_account,
    disable_account,
    enable_account,
    hashed_password,
    known_account,
    reset_password,
    the_account,
)
from statuspage.services.pages import DEFAULT_NAME, ensure_page
from statuspage.services.sign_in import Whence, actor_of, authenticate_staff, open_session
from statuspage.services.tokens import create_token, revoke_token
from statuspage.store.accounts import active_admins, count_accounts, find_account
from statuspage.store.records import AuditEntry
from statuspage.store.sign_ins import LinkKind
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakePasswords

PASSWORDS = FakePasswords()


def new(email: str = "ann@example.com", **fields: object) -> NewAccount:
    return NewAccount(**{"email": email, "name": "Ann", "role": SiteRole.ADMIN, **fields})  # type: ignore[arg-type]


def test_an_account_is_found_by_its_mail_address_in_any_letter_case(act: Act, session: Session):
    with act() as ctx:
        account = create_account(ctx, new(" Ann@Example.COM ", team="Networks"))

    assert find_account(session, "ANN@example.com") is account
    assert (account.email, account.team, account.created_at) == ("ann@example.com", "Networks", NOON)


def test_a_password_is_never_stored_as_it_is(act: Act, session: Session):
    with act() as ctx:
        account = create_account(ctx, new(password_hash=PASSWORDS.hash("correct horse")))
        without = create_account(ctx, new("bob@example.com"))

    assert PASSWORDS.verify(account.password_hash or "", "correct horse")
    assert without.password_hash is None


def test_a_mail_address_has_one_account(act: Act, session: Session):
    with act() as ctx:
        create_account(ctx, new())

    with pytest.raises(ConflictError, match="already") as refused, act() as ctx:
        create_account(ctx, new("ANN@example.com"))

    assert (refused.value.code, refused.value.field) == ("email_taken", "email")
    assert count_accounts(session) == 1


@pytest.mark.parametrize(
    "email", ["", "ann", "@", "ann@", "a b@example.com", "a@b@c", "a\n@example.com", "x" * 251 + "@b.c"]
)
def test_what_cannot_be_a_mail_address_is_refused_beside_its_field(act: Act, email: str):
    with pytest.raises(RuleError) as refused, act() as ctx:
        create_account(ctx, new(email))

    assert refused.value.field == "email"


@pytest.mark.parametrize(("length", "is_allowed"), [(7, False), (8, True), (1024, True), (1025, False)])
def test_a_password_has_a_sensible_length(length: int, is_allowed: bool):
    if is_allowed:
        assert PASSWORDS.verify(hashed_password(PASSWORDS, "x" * length), "x" * length)
        return
    with pytest.raises(RuleError) as refused:
        hashed_password(PASSWORDS, "x" * length)

    assert refused.value.field == "password"


def test_disabling_an_account_ends_it_and_a_second_time_says_so(act: Act, session: Session):
    with act() as ctx:
        account = make_account(session, email="ann@example.com")
        disable_account(ctx, known_account(ctx, "Ann@example.com"))

    assert account.disabled_at == NOON
    with pytest.raises(ConflictError, match="already"), act() as ctx:
        disable_account(ctx, account)


def test_a_reset_replaces_the_password_or_takes_it_away(act: Act, session: Session):
    with act() as ctx:
        account = make_account(session, email="ann@example.com", password_hash="old")
        reset_password(ctx, account, "new")
        replaced = account.password_hash
        reset_password(ctx, account, None)

    assert replaced == "new"
    assert account.password_hash is None


def test_who_is_not_there_is_not_found(act: Act):
    with act() as ctx:
        with pytest.raises(NotFoundError, match="nobody@"):
            known_account(ctx, "nobody@example.com")
        with pytest.raises(NotFoundError):
            the_account(ctx, "nobody123456")


def test_disabling_and_a_reset_end_every_session_and_link(act: Act, session: Session):
    with act() as ctx:
        ann, berta = make_account(session, password_hash="x"), make_account(session, password_hash="x")
        tokens = {}
        for account in (ann, berta):
            tokens[account] = open_session(actor_of(ctx, account), Whence("", ""))
        invitation = make_link(ctx, LinkKind.INVITATION, ann, timedelta(days=7))
        reset = make_link(ctx, LinkKind.RESET, berta, timedelta(hours=1))

    with act() as ctx:
        disable_account(ctx, ann)
        reset_password(ctx, berta, "y")
        enable_account(ctx, ann)

    for token in tokens.values():
        with pytest.raises(UnauthorizedError):
            authenticate_staff(session, NOON, token)
    for kind, secret in ((LinkKind.INVITATION, invitation), (LinkKind.RESET, reset)):
        with pytest.raises(NotFoundError):
            usable_link(session, NOON, kind, secret)


def test_an_account_may_be_opened_again_with_the_password_it_had(act: Act, session: Session):
    with act() as ctx:
        ann = make_account(session, password_hash="x")
        disable_account(ctx, ann)
        enable_account(ctx, ann)

    assert (ann.disabled_at, ann.password_hash) == (None, "x")
    with pytest.raises(ConflictError, match="not disabled"), act() as ctx:
        enable_account(ctx, ann)


def test_name_role_and_team_can_be_changed_and_what_is_not_named_stays(act: Act, session: Session):
    with act() as ctx:
        ann = make_account(session, name="Ann", team="Networks", role=SiteRole.VIEWER)
        change_account(ctx, ann, AccountFields(name=" Anna "))
        change_account(ctx, ann, AccountFields(role=SiteRole.RESPONDER))
        change_account(ctx, ann, AccountFields(role=SiteRole.RESPONDER))

    assert (ann.name, ann.role, ann.team) == ("Anna", SiteRole.RESPONDER, "Networks")
    with act() as ctx:
        change_account(ctx, ann, AccountFields(team="  "))
    assert ann.team is None
    assert [entry.verb for entry in session.query(AuditEntry)] == ["change_account"] * 3


def test_no_admin_locks_themselves_out_and_so_one_always_remains(act: Act, session: Session):
    with act() as ctx:
        ann, berta = make_account(session), make_account(session)

    with pytest.raises(ConflictError, match="Another admin") as refused, act(Actor(ann.id, ann.role)) as ctx:
        change_account(ctx, ann, AccountFields(role=SiteRole.VIEWER))
    assert refused.value.field == "role"
    with pytest.raises(ConflictError, match="Another admin"), act(Actor(ann.id, ann.role)) as ctx:
        disable_account(ctx, ann)
    with act(Actor(ann.id, ann.role)) as ctx:
        change_account(ctx, ann, AccountFields(role=SiteRole.ADMIN, name="Anna"))
        disable_account(ctx, berta)

    assert active_admins(session) == [ann]


def test_a_new_password_of_ones_own_ends_the_other_sessions(act: Act, session: Session):
    ann, berta = make_account(session, password_hash="x"), make_account(session)
    with act(Actor(ann.id, ann.role)) as ctx:
        here, there = open_session(ctx, Whence("", "")), open_session(ctx, Whence("", ""))

    with act(Actor(ann.id, ann.role)) as ctx:
        change_own_password(ctx, ann, "y", here)

    assert ann.password_hash == "y"
    authenticate_staff(session, NOON, here)
    with pytest.raises(UnauthorizedError):
        authenticate_staff(session, NOON, there)
    with pytest.raises(NotFoundError), act(Actor(berta.id, berta.role)) as ctx:
        change_own_password(ctx, ann, "z", here)
    with pytest.raises(NotFoundError), act(Actor(berta.id, berta.role)) as ctx:
        change_own_name(ctx, ann, "Fool")


def test_only_admins_manage_accounts_and_tokens(act: Act, session: Session):
    with act() as ctx:
        owner = make_account(session, role=SiteRole.COMMUNICATOR)
    acts = [
        lambda ctx: create_account(ctx, new()),
        lambda ctx: disable_account(ctx, owner),
        lambda ctx: enable_account(ctx, owner),
        lambda ctx: change_account(ctx, owner, AccountFields(role=SiteRole.ADMIN)),
        lambda ctx: reset_password(ctx, owner, None),
        lambda ctx: create_token(ctx, "x", SiteRole.VIEWER, owner.email),
        lambda ctx: revoke_token(ctx, "x"),
    ]

    for one in acts:
        with pytest.raises(ForbiddenError), act(Actor(owner.id, SiteRole.COMMUNICATOR)) as ctx:
            one(ctx)


def test_each_act_on_an_account_is_audited_with_who_did_it(act: Act, session: Session):
    with act() as ctx:
        admin = make_account(session)
    with act(Actor(admin.id, SiteRole.ADMIN)) as ctx:
        account = create_account(ctx, new(password_hash=PASSWORDS.hash("correct horse")))
        reset_password(ctx, account, PASSWORDS.hash("battery staple"))
        disable_account(ctx, account)

    entries = session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [entry.verb for entry in entries] == ["create_account", "reset_password", "disable_account"]
    assert {(entry.account_id, entry.subject, entry.at) for entry in entries} == {
        (admin.id, account.public_id, NOON)
    }
    assert "horse" not in str([entry.details for entry in entries])


def test_an_act_that_is_refused_leaves_no_trace(act: Act, session: Session):
    with pytest.raises(DomainError), act() as ctx:  # noqa: PT012 - the first act must go with the second
        create_account(ctx, new())
        known_account(ctx, "nobody@example.com")

    assert count_accounts(session) == 0
    assert session.query(AuditEntry).count() == 0


def test_the_page_is_made_once_and_keeps_its_id(session: Session):
    page = ensure_page(session, NOON)

    assert ensure_page(session, NOON) is page
    assert (page.name, page.time_zone, page.publication) == (DEFAULT_NAME, "Etc/UTC", 0)
    assert len(page.public_id) == 12
