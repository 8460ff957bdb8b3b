"""Rows for tests: plain functions with keywords. They add to the session and flush, and never commit."""

import itertools
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.domain.silence import WarningKind
from statuspage.services.tokens import digest_of
from statuspage.store.accounts import Account, ApiToken
from statuspage.store.components import Component, ComponentGroup
from statuspage.store.db import Base
from statuspage.store.ids import new_public_id
from statuspage.store.silence import SilenceWarning
from tests.fakes import NOON

Row = TypeVar("Row", bound=Base)
_numbers = itertools.count(1)


def make_account(
    session: Session, *, role: SiteRole = SiteRole.ADMIN, email: str | None = None, **fields: Any
) -> Account:
    number = next(_numbers)
    fields = {"name": f"Person {number}", "created_at": NOON, **fields}
    email = email or f"person{number}@example.com"
    return _added(session, Account(public_id=new_public_id(), email=email, role=role, **fields))


def make_token(
    session: Session,
    *,
    role: SiteRole = SiteRole.ADMIN,
    owner: Account | None = None,
    secret: str = "a secret",
    **fields: Any,
) -> ApiToken:
    """Make a token whose secret the test knows, for an owner of the same role unless one is given."""
    fields = {"name": f"token {next(_numbers)}", "created_at": NOON, **fields}
    owner = owner or make_account(session, role=role)
    row = ApiToken(public_id=new_public_id(), role=role, owner=owner, digest=digest_of(secret), **fields)
    return _added(session, row)


def make_group(
    session: Session, *, name: str = "Platform", at: datetime = NOON, **fields: Any
) -> ComponentGroup:
    row = ComponentGroup(public_id=new_public_id(), name=name, created_at=at, updated_at=at, **fields)
    return _added(session, row)


def make_component(session: Session, *, name: str = "API", at: datetime = NOON, **fields: Any) -> Component:
    row = Component(public_id=new_public_id(), name=name, created_at=at, updated_at=at, **fields)
    return _added(session, row)


def make_warning(session: Session, *, at: datetime = NOON, **fields: Any) -> SilenceWarning:
    number = next(_numbers)
    fields = {"kind": WarningKind.UNEXPLAINED_COMPONENT, "key": f"key {number}", **fields}
    if "component_id" not in fields:
        fields["component_id"] = make_component(session).id
    row = SilenceWarning(public_id=new_public_id(), since_at=at, noted_at=at, **fields)
    return _added(session, row)


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
