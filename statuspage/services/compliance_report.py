"""The compliance report of a period: its incidents judged, and added up in several ways."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.compliance import Case, Judged, as_public, judge
from statuspage.domain.compliance_figures import Figures, Kept, add_up, kept_by
from statuspage.domain.component import Impact
from statuspage.domain.handover import holder
from statuspage.domain.period import Period
from statuspage.domain.roles import IncidentRole, SiteRole
from statuspage.services.context import Context
from statuspage.services.item_report import ItemReport, item_report
from statuspage.store.accounts import all_accounts
from statuspage.store.pages import Page
from statuspage.store.report_people import Involvement, involvement
from statuspage.store.report_rows import ReportRow, report_rows

OTHERS = "Everybody else"

_LEAD, _COMMANDER = IncidentRole.COMMUNICATIONS_LEAD, IncidentRole.INCIDENT_COMMANDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of a period. `incidents` come latest first, months oldest first as `YYYY-MM` without gaps.

    `by_team` counts what a team's people held when it was due; `yours` is the same for who asks, None where
    that is nobody with an account.
    """

    period: Period
    incidents: tuple[Judged, ...]
    figures: Figures
    by_impact: Mapping[Impact, Figures]
    by_month: Mapping[str, Figures]
    by_team: Mapping[str, Kept]
    yours: Kept | None
    items: ItemReport


def compliance_report(ctx: Context, period: Period) -> Report:
    """Return the report of the incidents detected in that period, as it stands now."""
    ctx.actor.require(SiteRole.VIEWER)
    rows = report_rows(ctx.session, period.start, period.end)
    involved = involvement(ctx.session, period.start, period.end)
    policy = ctx.page.limits
    judged = [judge(_case(row, involved), policy, ctx.now) for row in rows]
    me = ctx.actor.account_id
    return Report(
        period=period,
        incidents=tuple(judged),
        figures=add_up(judged),
        by_impact=_by_impact(judged),
        by_month=_by_month(judged, period, ctx),
        by_team=_by_team(ctx, judged),
        yours=None if me is None else kept_by(judged, lambda key: key == me),
        items=item_report(ctx, period),
    )


def public_figures(session: Session, page: Page, period: Period, now: datetime) -> Figures:
    """Return the figures of the incidents that customers know of, from what they know of them.

    No postmortem is asked of incidents that were resolved before there were any.
    """
    rows = report_rows(session, period.start, period.end, is_announced=True)
    cases = [as_public(_public_case(row)) for row in rows]
    return add_up(judge(case, page.limits, now) for case in cases if case is not None)


def _public_case(row: ReportRow) -> Case:
    return Case(
        id=row.id,
        name=row.name,
        incident=row.incident,
        postmortem=row.postmortem,
        is_postmortem_judged=row.has_postmortem,
    )


def _case(row: ReportRow, involved: Involvement) -> Case:
    return Case(
        id=row.id,
        name=row.name,
        incident=row.incident,
        by_token=row.by_token,
        ended_at=row.ended_at,
        postmortem=row.postmortem,
        waived_reason=row.waived_reason,
        holder_at=lambda kind, at: _holder(row.key, involved, kind, at),
    )


def _holder(key: int, involved: Involvement, kind: DeadlineKind, at: datetime) -> int | None:
    """Return whose something was at that instant: the lead's; a postmortem is its owner's, else the
    commander's.

    What the lead's terms do not tell yet, the offers since the last one do.
    """
    commander, _ = _in_role(key, involved, _COMMANDER, at)
    if kind is DeadlineKind.POSTMORTEM:
        owners = [term.account_id for term in involved.owners.get(key, ()) if term.from_at <= at]
        return commander if not owners or owners[-1] is None else owners[-1]
    lead, since = _in_role(key, involved, _LEAD, at)
    offers = [
        each.offer
        for each in involved.offers.get(key, ())
        if (since is None or each.offer.offered_at >= since)
        and (each.offer.accepted_at is not None or each.closed_at is None or each.closed_at > at)
    ]
    return holder(lead, commander, offers, at)


def _in_role(
    key: int, involved: Involvement, role: IncidentRole, at: datetime
) -> tuple[int | None, datetime | None]:
    """Return who had a role at that instant, and since when where that is known.

    Where nobody was given it by then, that is who was called for it from the rota.
    """
    terms = involved.terms.get((key, role), ())
    begun = [term for term in terms if term.from_at <= at]
    since = begun[-1].from_at if begun else None
    if begun and begun[-1].account_id is not None:
        return begun[-1].account_id, since
    called = next((one.account_id for one in involved.calls.get((key, role), ()) if one.stands(at)), None)
    if called is None and not terms:
        return involved.assigned.get((key, role)), None
    return called, since


def _by_impact(judged: Iterable[Judged]) -> dict[Impact, Figures]:
    found: dict[Impact, list[Judged]] = {impact: [] for impact in reversed(Impact)}
    for each in judged:
        found[each.impact].append(each)
    return {impact: add_up(of_impact) for impact, of_impact in found.items()}


def _by_month(judged: Iterable[Judged], period: Period, ctx: Context) -> dict[str, Figures]:
    """Return the figures by the month of detection, from the first incident on; backfills have no figures."""
    zone = ZoneInfo(ctx.page.time_zone)
    by_month: dict[int, list[Judged]] = {}
    for each in judged:
        if not each.incident.is_backfill:
            by_month.setdefault(_month_number(each.detected_at.astimezone(zone)), []).append(each)
    if not by_month:
        return {}
    end = min(period.end - timedelta.resolution, ctx.now)
    last = max(*by_month, _month_number(end.astimezone(zone)))
    return {
        f"{number // 12:04}-{number % 12 + 1:02}": add_up(by_month.get(number, ()))
        for number in range(min(by_month), last + 1)
    }


def _month_number(local: datetime) -> int:
    return local.year * 12 + local.month - 1


def _is_of(team: str, team_of: Mapping[int, str]) -> Callable[[int | None], bool]:
    return lambda key: key is not None and team_of.get(key) == team


def _by_team(ctx: Context, judged: list[Judged]) -> dict[str, Kept]:
    """Return what each team kept, by name.

    A team of one is a person, whose figures are nobody else's: such teams are one row together with those who
    have no team and with what nobody held.
    """
    accounts = all_accounts(ctx.session)
    sizes = Counter(account.team for account in accounts if account.team)
    team_of = {account.id: account.team for account in accounts if account.team and sizes[account.team] > 1}
    held = {duty.held_by for each in judged for duty in each.duties}
    teams = {team_of[key] for key in held if key in team_of}
    found = {team: kept_by(judged, _is_of(team, team_of)) for team in sorted(teams)}
    if found and any(key not in team_of for key in held):
        found[OTHERS] = kept_by(judged, lambda key: key not in team_of)
    return found
