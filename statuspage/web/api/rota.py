"""The rota: who is on duty for each incident role, now and in the coming weeks."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.milestones import UNSET
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.domain.rota import Duty
from statuspage.render.v2 import moment
from statuspage.services.rotas import (
    MOST_MEMBERS,
    Roster,
    RotaFields,
    add_override,
    remove_override,
    rosters,
    set_rota,
)
from statuspage.store.rotas import RotaOverride, RotationLength
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Day, Id, Input, Instant, Moment, Output, WholeNumber

WEEKS = 4
Email = Annotated[str, Field(json_schema_extra={"maxLength": 254})]
Emails = Annotated[list[Email], Field(json_schema_extra={"maxItems": MOST_MEMBERS})]
ClockTime = Annotated[str, Field(json_schema_extra={"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})]


class RotaChange(Input):
    """What to plan for one role; members and deputy are mail addresses, in the order of their turns."""

    role: IncidentRole
    length: RotationLength | None = None
    time_zone: str | None = None
    handover_at: ClockTime | None = None
    starts_on: Day | None = None
    members: Emails | None = None
    deputy: Email | None = None
    version: WholeNumber | None = None


class OverrideCreate(Input):
    """Somebody else for a while; `account` is a mail address."""

    role: IncidentRole
    account: Email
    from_at: Instant
    to_at: Instant


class DutyAnswer(Output):
    """Who is on duty; `account` is null for a gap, and `absent` then who would be, but cannot act."""

    from_at: Moment
    to_at: Moment
    account: str | None
    deputy: str | None
    absent: str | None
    override_id: Id | None


class OverrideAnswer(Output):
    """Somebody else for a while."""

    id: Id
    role: IncidentRole
    account: str
    from_at: Moment
    to_at: Moment


class RotaAnswer(Output):
    """One role's rota with the coming four weeks; without a length where nobody has planned it yet."""

    role: IncidentRole
    length: RotationLength | None
    time_zone: str | None
    handover_at: str | None
    starts_on: date | None
    members: list[str]
    deputy: str | None
    overrides: list[OverrideAnswer]
    now: DutyAnswer | None
    coming: list[DutyAnswer]
    has_gaps: bool
    version: int


def endpoints(page: str) -> list[Endpoint]:
    """Return the endpoints under the path of a page."""
    path, some = f"{page}/rota", list[RotaAnswer]
    responder = SiteRole.RESPONDER
    return [
        Endpoint("GET", path, SiteRole.VIEWER, "Who is on duty", some, list_rotas),
        *(
            Endpoint(
                method, path, SiteRole.COMMUNICATOR, "Plan a role's rota", RotaAnswer, change_rota, "rota",
                RotaChange,
            )
            for method in ("PATCH", "PUT")
        ),
        Endpoint(
            "POST", f"{path}/overrides", responder, "Put somebody else on duty for a while", OverrideAnswer,
            new_override, "override", OverrideCreate, 201,
        ),
        Endpoint(
            "DELETE", f"{path}/overrides/<override_id>", responder, "Remove an override", None,
            delete_override, status=204,
        ),
    ]  # fmt: skip


def list_rotas(call: Call) -> list[RotaAnswer]:
    """Return the rotas of the four roles, with who is on duty in the coming four weeks."""
    return [_answer(roster) for roster in rosters(call.ctx, WEEKS)]


def change_rota(call: Call, body: RotaChange) -> RotaAnswer:
    """Plan a role; what is left out stays. Open incidents stay with whoever was called for them."""
    fields = RotaFields(
        length=UNSET if body.length is None else body.length,
        time_zone=UNSET if body.time_zone is None else body.time_zone,
        handover_at=UNSET if body.handover_at is None else body.handover_at,
        starts_on=UNSET if body.starts_on is None else body.starts_on,
        members=UNSET if body.members is None else body.members,
        deputy=body.deputy if body.has("deputy") else UNSET,
    )
    set_rota(call.ctx, body.role, fields, body.version)
    return next(_answer(roster) for roster in rosters(call.ctx, WEEKS) if roster.role is body.role)


def new_override(call: Call, body: OverrideCreate) -> OverrideAnswer:
    """Put somebody else on duty for a while."""
    return _override(body.role, add_override(call.ctx, body.role, body.account, body.from_at, body.to_at))


def delete_override(call: Call, override_id: str) -> None:
    """Let the rotation hold again."""
    remove_override(call.ctx, override_id)


def _answer(roster: Roster) -> RotaAnswer:
    rota = roster.rota
    return RotaAnswer(
        role=roster.role,
        length=rota.length if rota else None,
        time_zone=rota.time_zone if rota else None,
        handover_at=rota.handover_at if rota else None,
        starts_on=rota.starts_on if rota else None,
        members=[member.account.email for member in rota.members] if rota else [],
        deputy=rota.deputy.email if rota and rota.deputy else None,
        overrides=[_override(roster.role, one) for one in rota.overrides] if rota else [],
        now=_duty(roster, roster.now) if roster.now else None,
        coming=[_duty(roster, duty) for duty in roster.coming],
        has_gaps=any(duty.is_gap for duty in roster.coming),
        version=rota.version if rota else 0,
    )


def _duty(roster: Roster, duty: Duty) -> DutyAnswer:
    def email(key: int | None) -> str | None:
        return None if key is None else roster.people[key].email

    return DutyAnswer(
        from_at=_moment(duty.from_at),
        to_at=_moment(duty.to_at),
        account=email(duty.person),
        deputy=email(duty.deputy),
        absent=email(duty.absent),
        override_id=duty.override,
    )


def _override(role: IncidentRole, row: RotaOverride) -> OverrideAnswer:
    return OverrideAnswer(
        id=row.public_id,
        role=role,
        account=row.account.email,
        from_at=_moment(row.from_at),
        to_at=_moment(row.to_at),
    )


def _moment(at: Any) -> str:
    return moment(at) or ""
