"""The compliance report of a period."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from pydantic import Field

from statuspage.domain.compliance import Hidden, Outcome
from statuspage.domain.component import Impact
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.period import asked_period
from statuspage.domain.roles import SiteRole
from statuspage.render.compliance import figures_fields, incident_fields, kept_fields
from statuspage.render.v2 import moment
from statuspage.services.compliance_report import Report, compliance_report
from statuspage.services.context import Context
from statuspage.web.api.action_figures import ActionItemsAnswer, action_items_answer
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Moment, Output


class TallyAnswer(Output):
    """How many of something owed came in time, late or not at all; the rest is not due yet."""

    owed: int
    on_time: int
    late: int
    missing: int


class PromisesAnswer(Output):
    """What became of promises. One that came late is broken, and so is one that never came."""

    made: int
    kept: int
    broken: int
    open: int


class AllGapsAnswer(Output):
    """How many incidents had a promise come due, and how many of these kept every one."""

    incidents: int
    kept: int


class ResolutionAnswer(TallyAnswer):
    """Resolution notices; `assumed` are those whose restoration was only assumed, left out of the rest."""

    assumed: int


class PostmortemAnswer(TallyAnswer):
    """Postmortems; `waived` ones are not owed."""

    waived: int


class HiddenAnswer(Output):
    """What could hide silence, for no deadline of it was judged."""

    never_announced: int
    dismissed_after_deadline: int
    ended_internal: int
    entered_afterwards: int


class BackfillAnswer(Output):
    """Incidents entered afterwards that have more than one notice, and the gaps between these in minutes."""

    incidents: int
    gaps: int
    gaps_within_60: int
    all_gaps_within_60: int
    all_gaps_within_30: int


class SpreadAnswer(Output):
    """Seconds: half were no longer than `p50`, nine of ten no longer than `p90`."""

    p50: float
    p90: float
    max: float


class NoticesAnswer(Output):
    """How many notices there were, of which kind and by whom."""

    published: int
    by_token: int
    updates: int
    no_change: int
    late: int
    late_with_reason: int


class KeptAnswer(Output):
    """What became of the duties that somebody held when they were due."""

    initial_notice: TallyAnswer
    promises: PromisesAnswer
    resolution_notice: TallyAnswer
    postmortem: PostmortemAnswer
    hidden: HiddenAnswer


class FiguresAnswer(Output):
    """The figures of some incidents. `detected` counts them, those entered afterwards left out."""

    initial_notice: TallyAnswer
    promises: PromisesAnswer
    all_gaps_kept: AllGapsAnswer
    resolution_notice: ResolutionAnswer
    postmortem: PostmortemAnswer
    hidden: HiddenAnswer
    backfill: BackfillAnswer
    detected: int
    initial_notice_as_reported: TallyAnswer
    first_notice_seconds: SpreadAnswer | None
    initial_notice_late_seconds: SpreadAnswer | None
    promise_late_seconds: SpreadAnswer | None
    resolution_delay_seconds: SpreadAnswer | None
    notices: NoticesAnswer


class ReportedIncident(Output):
    """One incident in the report; of several episodes the worst is told."""

    id: Id
    name: str
    status: IncidentStatus
    impact: Impact
    backfilled: bool
    detected_at: Moment
    detected_at_as_reported: Moment | None
    announced_at: Moment | None
    first_resolved_at: Moment | None
    resolved_at: Moment | None
    initial_notice: Outcome | None
    initial_notice_as_reported: Outcome | None
    first_notice_seconds: float | None
    first_notice_seconds_as_reported: float | None
    promises_made: int
    promises_kept: int
    promises_broken: int
    promises_open: int
    longest_promise_late_seconds: float | None
    all_gaps_kept: bool | None
    resolution_notice: Outcome | None
    resolution_delay_seconds: float | None
    restored_at_assumed: bool
    postmortem: Outcome | None
    postmortem_public_at: Moment | None
    postmortem_waived: bool
    postmortem_waived_reason: str | None
    hidden: Hidden | None
    notices: int
    notices_by_token: int
    updates: int
    no_change_updates: int
    longest_gap_seconds: float | None
    late_notices: int
    late_reasons: list[str]


class ComplianceAnswer(FiguresAnswer):
    """The report. It begins at `from` and ends before `to`; `yours` are the duties of whoever asks."""

    start: Moment = Field(serialization_alias="from")
    to: Moment
    by_impact: dict[Impact, FiguresAnswer]
    by_month: dict[str, FiguresAnswer]
    by_team: dict[str, KeptAnswer]
    yours: KeptAnswer | None
    action_items: ActionItemsAnswer
    incidents: list[ReportedIncident]


def endpoints(page: str) -> list[Endpoint]:
    """Return the report's one address."""
    answer: Any = ComplianceAnswer
    return [
        Endpoint(
            "GET",
            f"{page}/compliance",
            SiteRole.VIEWER,
            "How far the rules were kept in a period",
            answer,
            show_compliance,
            query=("from", "to"),
        )
    ]


def show_compliance(call: Call) -> ComplianceAnswer:
    """Return the report of the incidents that were detected in the period, with figures as of now."""
    return report_answer(asked_report(call.ctx))


def asked_report(ctx: Context) -> Report:
    """Return the report of the period that the request's `from` and `to` name."""
    asked = request.args
    zone = ZoneInfo(ctx.page.time_zone)
    return compliance_report(ctx, asked_period(asked.get("from", ""), asked.get("to", ""), zone, ctx.now))


def report_answer(report: Report) -> ComplianceAnswer:
    """Return a report as programs read it."""
    return ComplianceAnswer.model_validate(
        {
            "start": moment(report.period.start),
            "to": moment(report.period.end),
            **figures_fields(report.figures),
            "by_impact": {impact: figures_fields(each) for impact, each in report.by_impact.items()},
            "by_month": {month: figures_fields(each) for month, each in report.by_month.items()},
            "by_team": {team: kept_fields(each) for team, each in report.by_team.items()},
            "yours": kept_fields(report.yours) if report.yours else None,
            "action_items": action_items_answer(report.items),
            "incidents": [incident_fields(each) for each in report.incidents],
        }
    )
