"""The first sitting, and the link that opens it once."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError, DomainError, ForbiddenError, NotFoundError, RuleError
from statuspage.domain.roles import COMMAND_LINE, Actor, SiteRole
from statuspage.services.account_links import make_link, usable_link
from statuspage.services.set_up import SetUp, component_names, new_setup_link, set_up, setup_actor
from statuspage.store.accounts import all_accounts, count_accounts
from statuspage.store.components import all_components
from statuspage.store.pages import the_page
from statuspage.store.records import AuditEntry
from statuspage.store.sign_ins import AccountLink, LinkKind
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock


def wanted(**fields: object) -> SetUp:
    given = {"email": "ann@example.com", "name": "Ann", "password_hash": "hash", "page_name": "Acme"}
    more = {"time_zone": "Europe/Berlin", "components": ["API", "Website"]}
    return SetUp(**{**given, **more, **fields})  # type: ignore[arg-type]


def link(act: Act) -> str:
    with act() as ctx:
        secret = new_setup_link(ctx)
    assert secret
    return secret


def test_one_sitting_makes_the_admin_the_page_and_its_components(act: Act, session: Session):
    secret = link(act)

    with act(setup_actor(session, NOON, secret)) as ctx:
        set_up(ctx, secret, wanted())

    (admin,) = all_accounts(session)
    assert (admin.email, admin.role, admin.password_hash) == ("ann@example.com", SiteRole.ADMIN, "hash")
    assert (the_page(session).name, the_page(session).time_zone) == ("Acme", "Europe/Berlin")
    assert [component.name for component in all_components(session)] == ["API", "Website"]
    by_admin = {entry.verb for entry in session.query(AuditEntry) if entry.account_id == admin.id}
    assert by_admin == {"change_page", "create_component"}


def test_the_link_is_good_once(act: Act, session: Session):
    secret = link(act)
    with act() as ctx:
        set_up(ctx, secret, wanted())

    with pytest.raises(ConflictError):
        setup_actor(session, NOON, secret)
    with pytest.raises(NotFoundError), act() as ctx:
        set_up(ctx, secret, wanted(email="berta@example.com"))
    assert count_accounts(session) == 1


def test_a_newer_link_makes_the_older_useless(act: Act, session: Session):
    old, new = link(act), link(act)

    with pytest.raises(NotFoundError):
        setup_actor(session, NOON, old)
    assert setup_actor(session, NOON, new) == COMMAND_LINE


def test_once_there_is_an_account_there_is_no_link_and_the_last_one_is_void(act: Act, session: Session):
    secret = link(act)
    with act() as ctx:
        make_account(session, role=SiteRole.VIEWER)
        assert new_setup_link(ctx) is None

    with pytest.raises(ConflictError, match="already"):
        setup_actor(session, NOON, secret)
    assert session.query(AccountLink).one().used_at == NOON


@pytest.mark.parametrize("secret", ["", "unknown", "\udcff"])
def test_a_made_up_link_opens_nothing(act: Act, session: Session, secret: str):
    link(act)

    with pytest.raises(NotFoundError):
        setup_actor(session, NOON, secret)


def test_the_database_keeps_no_more_than_a_digest(act: Act, session: Session):
    secret = link(act)

    assert secret not in repr(vars(session.query(AccountLink).one()))


def test_a_sitting_that_is_refused_leaves_the_link_good(act: Act, session: Session):
    secret = link(act)
    with pytest.raises(DomainError), act() as ctx:
        set_up(ctx, secret, wanted(time_zone="Middle/Earth"))

    assert count_accounts(session) == 0
    with act() as ctx:
        set_up(ctx, secret, wanted())


def test_only_who_may_do_everything_makes_links(act: Act):
    with pytest.raises(ForbiddenError), act(Actor(None, SiteRole.COMMUNICATOR)) as ctx:
        new_setup_link(ctx)


def test_components_are_read_one_a_line():
    assert component_names(" API \n\n Website\r\n") == ["API", "Website"]
    assert component_names("\n".join(str(number) for number in range(50)))[-1] == "49"
    for text, word in (("API\n API", "twice"), ("x" * 256, "Shorten"), ("a\x00b", "control")):
        with pytest.raises(RuleError, match=word):
            component_names(text)
    with pytest.raises(RuleError, match="at most 50"):
        component_names("\n".join(str(number) for number in range(51)))


def test_a_link_of_one_kind_is_none_of_another_and_holds_until_it_is_over(
    act: Act, session: Session, clock: FakeClock
):
    with act() as ctx:
        account = make_account(session)
        secret = make_link(ctx, LinkKind.RESET, account, timedelta(hours=1))

    assert usable_link(session, NOON + timedelta(minutes=59), LinkKind.RESET, secret).account is account
    with pytest.raises(NotFoundError, match="too old"):
        usable_link(session, NOON + timedelta(hours=1), LinkKind.RESET, secret)
    with pytest.raises(NotFoundError):
        usable_link(session, NOON, LinkKind.INVITATION, secret)
    account.disabled_at = NOON
    with pytest.raises(NotFoundError, match="disabled"):
        usable_link(session, NOON, LinkKind.RESET, secret)
