"""The rotas of the incident roles: planned, swapped for a while, and read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from statuspage.domain.errors import ConflictError, NotFoundError, RuleError, StaleError
from statuspage.domain.milestones import UNSET, Unset
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.domain.rota import (
    Duty,
    Override,
    Rotation,
    checked_override,
    duties,
    duty_at,
    longest_without,
)
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.page_settings import checked_zone
from statuspage.store.accounts import Account, all_accounts, find_account
from statuspage.store.ids import new_public_id
from statuspage.store.involvement import last_given_a_role
from statuspage.store.rotas import Rota, RotaMember, RotaOverride, RotationLength, all_rotas, find_override

DAYS = {RotationLength.DAILY: 1, RotationLength.WEEKLY: 7}
MOST_MEMBERS = 100
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaFields:
    """What to set of a rota; UNSET leaves it alone. `members` and `deputy` are mail addresses."""

    length: RotationLength | Unset = UNSET
    time_zone: str | Unset = UNSET
    handover_at: str | Unset = UNSET
    starts_on: date | Unset = UNSET
    deputy: str | Unset | None = UNSET
    members: Sequence[str] | Unset = UNSET


def set_rota(ctx: Context, role: IncidentRole, fields: RotaFields, version: int | None = None) -> Rota:
    """Plan who is on duty for a role; with a `version` that it has no more it raises `stale`.

    A new one is weekly, changes at 09:00 in the page's zone and starts today. Open incidents stay with
    whoever was called for them.
    """
    ctx.actor.require(SiteRole.COMMUNICATOR)
    rota = all_rotas(ctx.session).get(role)
    if version is not None and version != (rota.version if rota else 0):
        raise StaleError("Somebody else has changed this rota meanwhile. Look at it, then save yours.", None)
    rota = rota or _new(ctx, role)
    _set(ctx, rota, fields)
    rota.updated_at = ctx.now
    ctx.session.flush()
    members = [member.account.email for member in rota.members]
    audit(ctx, "set_rota", role.value, members=members, length=rota.length.value)
    return rota


def add_override(
    ctx: Context, role: IncidentRole, email: str, from_at: datetime, to_at: datetime
) -> RotaOverride:
    """Put somebody else on duty for a while; overrides of one rota never overlap."""
    ctx.actor.require(SiteRole.RESPONDER)
    rota = all_rotas(ctx.session).get(role)
    if rota is None:
        raise ConflictError("no_rota", "This role has no rota yet; make one first.", "role")
    account = _able(ctx, email, "account")
    checked_override(Override(account.id, from_at, to_at), _overrides(rota), ctx.now)
    override = RotaOverride(
        public_id=new_public_id(), account=account, from_at=from_at, to_at=to_at, created_at=ctx.now
    )
    rota.overrides.append(override)
    rota.updated_at = ctx.now
    ctx.session.flush()
    audit(
        ctx, "add_override", role.value, account=email, from_at=from_at.isoformat(), to_at=to_at.isoformat()
    )
    return override


def remove_override(ctx: Context, public_id: str) -> IncidentRole:
    """Let the rotation hold again; return the role that it concerned. Raises `not_found`."""
    ctx.actor.require(SiteRole.RESPONDER)
    override = find_override(ctx.session, public_id)
    if override is None:
        raise NotFoundError("not_found", "There is no such override; it may be removed already.")
    rota = ctx.session.get_one(Rota, override.rota_id)
    rota.overrides.remove(override)
    rota.updated_at = ctx.now
    audit(ctx, "remove_override", rota.role.value, account=override.account.email)
    return rota.role


@dataclass(frozen=True, slots=True)
class Roster:
    """One role's rota as it reads now: who is on, who follows, and the weeks ahead.

    `rota` is None where nobody has planned it. `people` are all accounts by key.
    """

    role: IncidentRole
    rota: Rota | None
    now: Duty | None
    coming: tuple[Duty, ...]
    people: dict[int, Account]

    @property
    def next(self) -> Duty | None:
        """Return what follows the present duty."""
        return self.coming[1] if len(self.coming) > 1 else None


def rosters(ctx: Context, weeks: int) -> list[Roster]:
    """Return the rotas of the four roles, with who is on duty from now on for so many weeks."""
    rotas, people = all_rotas(ctx.session), _people(ctx)
    return [
        Roster(
            role,
            rota := rotas.get(role),
            on_duty(rota, people.values(), ctx.now) if rota else None,
            tuple(_coming(rota, people.values(), ctx.now, ctx.now + timedelta(weeks=weeks))) if rota else (),
            people,
        )
        for role in IncidentRole
    ]


def on_duty_now(ctx: Context) -> list[Roster]:
    """Return who is on duty for the four roles; an empty list where nobody has planned any."""
    found = rosters(ctx, 1)
    return found if any(roster.rota for roster in found) else []


def on_duty(rota: Rota, people: Iterable[Account], at: datetime) -> Duty:
    """Return who is on duty at that instant, as things are planned now."""
    return duty_at(rotation_of(rota, people), at)


def rotation_of(rota: Rota, people: Iterable[Account]) -> Rotation:
    """Return the rota as a value; who is disabled or may only look is absent."""
    return Rotation(
        members=tuple(member.account_id for member in rota.members),
        days=DAYS[rota.length],
        zone=rota.time_zone,
        handover_at=time.fromisoformat(rota.handover_at),
        starts_on=rota.starts_on,
        deputy=rota.deputy_id,
        overrides=tuple(_overrides(rota)),
        absent=frozenset(account.id for account in people if not _is_able(account)),
    )


def whose_turn_it_is(ctx: Context) -> list[tuple[Account, datetime | None]]:
    """Return everybody who may have a role, who has not had one for longest first, with when that was."""
    able = {account.id: account for account in all_accounts(ctx.session) if _is_able(account)}
    last_had = last_given_a_role(ctx.session)
    return [(able[key], last_had.get(key)) for key in longest_without(list(able), last_had)]


def _coming(rota: Rota, people: Iterable[Account], from_at: datetime, to_at: datetime) -> list[Duty]:
    return duties(rotation_of(rota, people), from_at, to_at)


def _people(ctx: Context) -> dict[int, Account]:
    return {account.id: account for account in all_accounts(ctx.session)}


def _is_able(account: Account) -> bool:
    return account.disabled_at is None and account.role.reaches(SiteRole.RESPONDER)


def _overrides(rota: Rota) -> list[Override]:
    return [Override(one.account_id, one.from_at, one.to_at, one.public_id) for one in rota.overrides]


def _new(ctx: Context, role: IncidentRole) -> Rota:
    rota = Rota(
        role=role,
        length=RotationLength.WEEKLY,
        time_zone=ctx.page.time_zone,
        handover_at="09:00",
        starts_on=ctx.now.date(),
        members=[],
        overrides=[],
    )
    ctx.session.add(rota)
    return rota


def _set(ctx: Context, rota: Rota, fields: RotaFields) -> None:
    # Looking people up would write a row that is not whole yet.
    with ctx.session.no_autoflush:
        if not isinstance(fields.length, Unset):
            rota.length = fields.length
        if not isinstance(fields.time_zone, Unset):
            rota.time_zone = checked_zone(fields.time_zone)
        if not isinstance(fields.handover_at, Unset):
            rota.handover_at = _checked_clock_time(fields.handover_at)
        if not isinstance(fields.starts_on, Unset):
            rota.starts_on = fields.starts_on
        if not isinstance(fields.deputy, Unset):
            rota.deputy = _able(ctx, fields.deputy, "deputy") if fields.deputy else None
        if not isinstance(fields.members, Unset):
            accounts = _checked_members(ctx, rota, fields.members)
    if not isinstance(fields.members, Unset):
        _replace_members(ctx, rota, accounts)


def _replace_members(ctx: Context, rota: Rota, accounts: Sequence[Account]) -> None:
    if [member.account_id for member in rota.members] == [account.id for account in accounts]:
        return
    rota.members = []
    rota.updated_at = ctx.now
    ctx.session.flush()  # places are unique: the old ones go before the new ones come
    rota.members = [RotaMember(position=at, account=account) for at, account in enumerate(accounts)]


def _checked_members(ctx: Context, rota: Rota, emails: Sequence[str]) -> list[Account]:
    if len(emails) > MOST_MEMBERS:
        raise RuleError("too_many", f"A rota has at most {MOST_MEMBERS} members.", "members")
    present = {member.account.email: member.account for member in rota.members}
    found: list[Account] = []
    for email in emails:
        # Who is a member already may stay, though they cannot act: it is a gap that the screen shows.
        account = present.get(email.strip().lower()) or _able(ctx, email, "members")
        if account in found:
            raise RuleError("twice", f"{account.name} is in this rota twice.", "members")
        found.append(account)
    return found


def _able(ctx: Context, email: str, field: str) -> Account:
    account = find_account(ctx.session, email)
    if account is None or account.disabled_at is not None:
        raise RuleError("unknown_account", f"There is no active account {email}.", field)
    if not _is_able(account):
        raise RuleError("viewer_on_duty", f"{account.name} may only look, and could do nothing.", field)
    return account


def _checked_clock_time(text: str) -> str:
    if not _CLOCK_TIME.fullmatch(text.strip()):
        raise RuleError("invalid_handover_time", "Write a clock time like 09:00.", "handover_at")
    return text.strip()
