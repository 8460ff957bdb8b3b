"""The first sitting: with a link that works once, from nothing to an admin and a page with components."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from statuspage.domain.errors import ConflictError, RuleError
from statuspage.domain.roles import COMMAND_LINE, Actor, SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.account_links import make_link, usable_link
from statuspage.services.accounts import NewAccount, create_account
from statuspage.services.components import ComponentFields, create_component
from statuspage.services.context import Context
from statuspage.services.page_settings import PageFields, change_page
from statuspage.services.sign_in import actor_of
from statuspage.store.accounts import Account, count_accounts
from statuspage.store.sign_ins import LinkKind, void_links

MOST_COMPONENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What the first sitting asks for. Make the hash with `hashed_password` beforehand."""

    email: str
    name: str
    password_hash: str
    page_name: str
    time_zone: str
    components: Sequence[str]


def new_setup_link(ctx: Context) -> str | None:
    """Return the secret of a new set-up link, None once there is an account; older links become useless."""
    ctx.actor.require(SiteRole.ADMIN)
    if count_accounts(ctx.session):
        void_links(ctx.session, LinkKind.SETUP, None, ctx.now)
        return None
    return make_link(ctx, LinkKind.SETUP, None, None)


def setup_actor(session: Session, now: datetime, secret: str) -> Actor:
    """Return who acts with a set-up link, for `unit_of_work`: somebody without a name who may do everything.

    Raises `set_up_already` once there is an account, `link_unusable` for a link that does not hold.
    """
    if count_accounts(session):
        raise ConflictError("set_up_already", "This status page has been set up already.")
    usable_link(session, now, LinkKind.SETUP, secret)
    return COMMAND_LINE


def set_up(ctx: Context, secret: str, wanted: SetUp) -> Account:
    """Make the first admin, name the page, add its first components and use the link up."""
    ctx.actor.require(SiteRole.ADMIN)
    link = usable_link(ctx.session, ctx.now, LinkKind.SETUP, secret)
    admin = create_account(
        ctx,
        NewAccount(wanted.email, wanted.name, SiteRole.ADMIN, password_hash=wanted.password_hash),
    )
    link.used_at = ctx.now
    own = actor_of(ctx, admin)
    change_page(own, PageFields(name=wanted.page_name, time_zone=wanted.time_zone))
    for name in wanted.components:
        create_component(own, ComponentFields(name=name))
    return admin


def component_names(text: str) -> list[str]:
    """Return the names in a text with one a line; refuse one that can't be a name, or stands there twice."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_COMPONENTS:
        raise RuleError(
            "too_many",
            f"Start with at most {MOST_COMPONENTS}; more can follow later.",
            "components",
        )
    for line in lines:
        checked_line(line, "components")
        if lines.count(line) > 1:
            raise RuleError("twice", f"“{line}” stands here twice; leave one out.", "components")
    return lines
