"""Accounts and tokens: the schemas, the endpoints and what they do."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.milestones import UNSET
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.accounts import (
    AccountFields,
    NewAccount,
    change_account,
    disable_account,
    enable_account,
    the_account,
)
from statuspage.services.invitations import invite, invite_again, offer_reset
from statuspage.services.tokens import LONGEST_LIFE, create_token, revoke_token, token_states
from statuspage.store.accounts import Account, ApiToken, all_accounts
from statuspage.store.sign_ins import LinkKind, last_seen
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Moment, Output, ShortText, WholeNumber
from statuspage.web.api.inputs import Title
from statuspage.web.api.lists import one_page_of
from statuspage.web.mails import link_to

Email = Annotated[str, Field(json_schema_extra={"minLength": 3, "maxLength": 254, "format": "email"})]
_SLICE = ("page", "per_page", "limit")
Days = Annotated[WholeNumber, Field(ge=1, le=LONGEST_LIFE.days)]


class AccountState(StrEnum):
    """Whether somebody may sign in; who is invited has no password yet."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


class AccountCreate(Input):
    """Somebody to invite."""

    email: Email
    name: Title
    role: SiteRole
    team: ShortText | None = None


class AccountChange(Input):
    """A change of an account; `disabled` shuts it or opens it again."""

    name: Title | None = None
    role: SiteRole | None = None
    team: ShortText | None = None
    disabled: bool | None = None


class TokenCreate(Input):
    """A new token; without an owner it acts for whoever makes it."""

    name: Title
    role: SiteRole
    owner: Email | None = None
    expires_in_days: Days | None = None


class AccountAnswer(Output):
    """Somebody of the staff."""

    id: Id
    email: str
    name: str
    role: SiteRole
    team: str | None
    state: AccountState
    created_at: Moment
    disabled_at: Moment | None
    last_seen_at: Moment | None


class LinkAnswer(AccountAnswer):
    """Somebody with a link that works once; null where the request was sent before. No mail is sent."""

    link: str | None


class TokenAnswer(Output):
    """A token; nobody can show its secret again."""

    id: Id
    name: str
    role: SiteRole
    owner: str
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None


class NewTokenAnswer(TokenAnswer):
    """A token with its secret, this once; null where the request was sent before."""

    secret: str | None


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page. All are for admins."""
    return [*_accounts(f"{page}/accounts"), *_tokens(f"{page}/tokens")]


def _accounts(path: str) -> list[Endpoint]:
    admin, answer, linked = SiteRole.ADMIN, AccountAnswer, LinkAnswer
    some: Any = list[AccountAnswer]
    one = f"{path}/<account_id>"
    return [
        Endpoint("GET", path, admin, "List accounts", some, list_accounts, query=_SLICE),
        Endpoint(
            "POST", path, admin, "Invite somebody", linked, new_account, "account", AccountCreate, 201,
            once="link",
        ),
        Endpoint("GET", one, admin, "Get an account", answer, show_account),
        *(
            Endpoint(
                method, one, admin, "Change, disable or enable an account", answer, update_account, "account",
                AccountChange,
            )
            for method in ("PATCH", "PUT")
        ),
        Endpoint("POST", f"{one}/invitation", admin, "Invite again", linked, renew_invitation, once="link"),
        Endpoint(
            "POST", f"{one}/password_reset", admin, "Make a link for a new password", linked, reset,
            once="link",
        ),
        Endpoint("DELETE", one, admin, "Disable an account", None, delete_account, status=204),
    ]  # fmt: skip


def _tokens(path: str) -> list[Endpoint]:
    admin = SiteRole.ADMIN
    answer: Any = list[TokenAnswer]
    return [
        Endpoint("GET", path, admin, "List tokens", answer, list_tokens, query=_SLICE),
        Endpoint(
            "POST", path, admin, "Make a token", NewTokenAnswer, new_token, "token", TokenCreate, 201,
            once="secret",
        ),
        Endpoint("DELETE", f"{path}/<token_id>", admin, "Revoke a token", None, delete_token, status=204),
    ]  # fmt: skip


def list_accounts(call: Call) -> list[AccountAnswer]:
    """Return the accounts by mail address."""
    seen = last_seen(call.session)
    rows = one_page_of(all_accounts(call.session))
    return [AccountAnswer(**_fields(row, seen.get(row.id))) for row in rows]


def new_account(call: Call, body: AccountCreate) -> LinkAnswer:
    """Make an account and its invitation."""
    row, secret = invite(call.ctx, NewAccount(body.email, body.name, body.role, body.team))
    return _linked(call, row, LinkKind.INVITATION, secret)


def show_account(call: Call, account_id: str) -> AccountAnswer:
    """Return an account."""
    return _shown(call, the_account(call.ctx, account_id))


def update_account(call: Call, body: AccountChange, account_id: str) -> AccountAnswer:
    """Change an account."""
    row = the_account(call.ctx, account_id)
    fields = AccountFields(
        name=UNSET if body.name is None else body.name,
        role=UNSET if body.role is None else body.role,
        team=body.team if body.has("team") else UNSET,
    )
    change_account(call.ctx, row, fields)
    if body.disabled is not None and body.disabled != (row.disabled_at is not None):
        (disable_account if body.disabled else enable_account)(call.ctx, row)
    return _shown(call, row)


def delete_account(call: Call, account_id: str) -> None:
    """Disable an account; nothing that was done is ever without its name."""
    disable_account(call.ctx, the_account(call.ctx, account_id))


def renew_invitation(call: Call, account_id: str) -> LinkAnswer:
    """Make a new invitation; the older link is void."""
    row = the_account(call.ctx, account_id)
    return _linked(call, row, LinkKind.INVITATION, invite_again(call.ctx, row))


def reset(call: Call, account_id: str) -> LinkAnswer:
    """Make a link for a new password; the present one holds until it is used."""
    row = the_account(call.ctx, account_id)
    return _linked(call, row, LinkKind.RESET, offer_reset(call.ctx, row))


def list_tokens(call: Call) -> list[TokenAnswer]:
    """Return the tokens, those that hold first."""
    return [TokenAnswer(**_token_fields(row)) for row in one_page_of(token_states(call.ctx))]


def new_token(call: Call, body: TokenCreate) -> NewTokenAnswer:
    """Make a token."""
    account_id = call.ctx.actor.account_id
    maker = call.session.get(Account, account_id) if account_id else None
    owner = body.owner or (maker.email if maker else None)
    life = None if body.expires_in_days is None else timedelta(days=body.expires_in_days)
    row, secret = create_token(call.ctx, body.name, body.role, owner, life)
    return NewTokenAnswer(**_token_fields(row), secret=secret)


def delete_token(call: Call, token_id: str) -> None:
    """Take a token's power."""
    revoke_token(call.ctx, token_id)


def _shown(call: Call, row: Account) -> AccountAnswer:
    return AccountAnswer(**_fields(row, last_seen(call.session).get(row.id)))


def _linked(call: Call, row: Account, kind: LinkKind, secret: str) -> LinkAnswer:
    return LinkAnswer(**_fields(row, last_seen(call.session).get(row.id)), link=link_to(kind, secret))


def _fields(row: Account, seen_at: Any) -> dict[str, Any]:
    state = AccountState.ACTIVE if row.password_hash else AccountState.INVITED
    return {
        "id": row.public_id,
        "email": row.email,
        "name": row.name,
        "role": row.role,
        "team": row.team,
        "state": AccountState.DISABLED if row.disabled_at else state,
        "created_at": moment(row.created_at),
        "disabled_at": moment(row.disabled_at),
        "last_seen_at": moment(seen_at),
    }


def _token_fields(row: ApiToken) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "name": row.name,
        "role": row.role,
        "owner": row.owner.email,
        "created_at": moment(row.created_at),
        "expires_at": moment(row.expires_at),
        "revoked_at": moment(row.revoked_at),
    }
