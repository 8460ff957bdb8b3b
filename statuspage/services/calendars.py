"""Each person's turns of duty behind a secret address: made, renewed and withdrawn by that person."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy import select

from statuspage.domain.errors import NotFoundError, UnauthorizedError
from statuspage.domain.roles import IncidentRole
from statuspage.domain.rota import Duty, duties
from statuspage.render.calendar import Shift
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.rotas import rotation_of
from statuspage.services.tokens import digest_of
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.contacts import StaffPreference
from statuspage.store.rotas import Rota, all_rotas

LOOKS_BACK = timedelta(weeks=4)
LOOKS_AHEAD = timedelta(weeks=26)


def renew_calendar(ctx: Context) -> str:
    """Make the secret of one's calendar and return it, this once; an older address is void."""
    account = _myself(ctx)
    preference = ctx.session.get(StaffPreference, account.id) or StaffPreference(account_id=account.id)
    secret = secrets.token_urlsafe(32)
    preference.calendar_digest = digest_of(secret)
    ctx.session.add(preference)
    audit(ctx, "renew_calendar", account.public_id)
    return secret


def withdraw_calendar(ctx: Context) -> None:
    """Make one's calendar unreachable."""
    account = _myself(ctx)
    preference = ctx.session.get(StaffPreference, account.id)
    if preference is not None and preference.calendar_digest is not None:
        preference.calendar_digest = None
        audit(ctx, "withdraw_calendar", account.public_id)


def has_calendar(ctx: Context) -> bool:
    """Return whether whoever acts has an address of their calendar."""
    preference = ctx.session.get(StaffPreference, ctx.actor.account_id) if ctx.actor.account_id else None
    return preference is not None and preference.calendar_digest is not None


def calendar_owner(ctx: Context, secret: str) -> Account:
    """Return whose calendar that secret opens; raise `not_found` for one that opens none."""
    query = select(StaffPreference).where(StaffPreference.calendar_digest == digest_of(secret))
    preference = ctx.session.scalar(query)
    if preference is None or preference.account.disabled_at is not None:
        raise NotFoundError("not_found", "There is no such calendar; its owner may have withdrawn it.")
    return preference.account


def shifts_of(ctx: Context, account: Account, titles: Mapping[IncidentRole, str], host: str) -> list[Shift]:
    """Return somebody's turns from four weeks ago to half a year ahead, as deputy lead too, in order of time.

    `host` ends their names, as it must be unique in the world.
    """
    people = all_accounts(ctx.session)
    found: list[Shift] = []
    for role, rota in all_rotas(ctx.session).items():
        rotation = rotation_of(rota, people)
        for duty in duties(rotation, ctx.now - LOOKS_BACK, ctx.now + LOOKS_AHEAD):
            found += _shifts(account, rota, duty, titles[role], host)
    return sorted(found, key=lambda shift: (shift.from_at, shift.uid))


def _shifts(account: Account, rota: Rota, duty: Duty, title: str, host: str) -> Iterator[Shift]:
    begins = f"{duty.from_at:%Y%m%dT%H%M%SZ}"
    if duty.person == account.id:
        uid = f"{rota.role}-{begins}-{account.public_id}@{host}"
        yield Shift(uid, title, duty.from_at, duty.to_at, rota.updated_at)
    if duty.deputy == account.id and rota.role is IncidentRole.COMMUNICATIONS_LEAD:
        uid = f"{rota.role}-deputy-{begins}-{account.public_id}@{host}"
        yield Shift(uid, f"Deputy: {title.lower()}", duty.from_at, duty.to_at, rota.updated_at)


def _myself(ctx: Context) -> Account:
    if ctx.actor.account_id is None:
        raise UnauthorizedError("Only a person has a calendar.")
    return ctx.session.get_one(Account, ctx.actor.account_id)
