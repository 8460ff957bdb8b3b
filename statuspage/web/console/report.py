"""The report: how far the rules were kept, as a page and as files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Response, request

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.compliance import Hidden, Outcome
from statuspage.domain.compliance_figures import Spread, Tally
from statuspage.domain.errors import RuleError
from statuspage.domain.period import Period, asked_period, presets
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import without_forbidden
from statuspage.render.charts import report_charts
from statuspage.render.compliance import incidents_csv
from statuspage.render.item_charts import item_charts
from statuspage.services.compliance_report import Report, compliance_report
from statuspage.services.context import Context
from statuspage.web.api.compliance import asked_report, report_answer
from statuspage.web.console.blueprint import blueprint
from statuspage.web.console.screens import looking, screen
from statuspage.web.security import allow

HERE = "/console/report"
_OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.ON_TIME: "in time",
    Outcome.LATE: "late",
    Outcome.MISSING: "missing",
    Outcome.PENDING: "not due yet",
}
PER_PAGE = 50
_HIDDEN_WORDS: Mapping[Hidden, str] = {
    Hidden.NEVER_ANNOUNCED: "never announced",
    Hidden.DISMISSED_AFTER_DEADLINE: "dismissed after the deadline",
    Hidden.ENDED_INTERNAL: "ended internally",
    Hidden.ENTERED_AFTERWARDS: "entered afterwards",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A period to pick with one click."""

    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole in words; `percent` is None of nothing."""

    part: int
    whole: int

    @property
    def percent(self) -> str | None:
        """Return `92.3 %`; only all is 100 %, and only none is 0 %."""
        if not self.whole:
            return None
        tenths = round(1000 * self.part / self.whole)
        if 0 < self.part < self.whole:
            tenths = min(max(tenths, 1), 999)
        return f"{tenths / 10:.1f} %"


@blueprint.get("/report")
@allow(SiteRole.VIEWER)
def report() -> Response:
    """Show the report of a period, by default of the last 30 days."""
    args = request.args
    asked = [without_forbidden(args.get(name, "")).strip()[:40] for name in ("from", "to")]
    with looking() as ctx:
        zone = ZoneInfo(ctx.page.time_zone)
        try:
            asked = _whole_days(asked, zone, ctx)
            period = asked_period(asked[0], asked[1], zone, ctx.now)
        except RuleError as refused:
            return _show(ctx, asked, None, refused)
        return _show(ctx, _days(period, zone), compliance_report(ctx, period))


@blueprint.get("/report.json")
@allow(SiteRole.VIEWER)
def report_json() -> Response:
    """Give the report as a file, the same as over the API."""
    with looking() as ctx:
        found = asked_report(ctx)
        text = report_answer(found).model_dump_json(by_alias=True)
        return _file(text, "application/json", _file_name(ctx, found, "json"))


@blueprint.get("/report.csv")
@allow(SiteRole.VIEWER)
def report_csv() -> Response:
    """Give the incidents of the report as a file for spreadsheets."""
    with looking() as ctx:
        found = asked_report(ctx)
        return _file(incidents_csv(found.incidents), "text/csv", _file_name(ctx, found, "csv"))


def _file(text: str, media_type: str, name: str) -> Response:
    answer = Response(text, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _file_name(ctx: Context, found: Report, kind: str) -> str:
    first, last = _days(found.period, ZoneInfo(ctx.page.time_zone))
    return f"report-{first}-{last}.{kind}"


def _whole_days(asked: list[str], zone: ZoneInfo, ctx: Context) -> list[str]:
    """Return what was asked; the last 30 days, whole ones, where nothing was."""
    if any(asked):
        return asked
    today = ctx.now.astimezone(zone).date()
    return [str(today - timedelta(days=29)), str(today)]


def _days(period: Period, zone: ZoneInfo) -> list[str]:
    """Return the first and the last day of a period as a form's fields have them."""
    last = period.end - timedelta.resolution
    return [f"{instant.astimezone(zone):%Y-%m-%d}" for instant in (period.start, last)]


def _show(ctx: Context, asked: list[str], found: Report | None, refused: RuleError | None = None) -> Response:
    today = ctx.now.astimezone(ZoneInfo(ctx.page.time_zone)).date()
    values: dict[str, object] = {
        "asked": asked,
        "choices": list(_choices(today, asked)),
        "refused": refused,
        "found": found,
        "query": urlencode({"from": asked[0], "to": asked[1]}),
    }
    if found is not None:
        values |= _values(ctx, found)
    return screen(
        ctx, "report.html", title="Report", section="report", status=422 if refused else 200, **values
    )


def _choices(today: date, asked: list[str]) -> Iterator[Choice]:
    for name, first, last in presets(today):
        days = [str(first), str(last)]
        address = f"{HERE}?" + urlencode({"from": days[0], "to": days[1]})
        yield Choice(name, address, asked == days)


def _values(ctx: Context, found: Report) -> dict[str, object]:
    number = request.args.get("page", "1")
    pages = max(1, -(-len(found.incidents) // PER_PAGE))
    is_number = number.isascii() and number.isdecimal() and len(number) < 7
    page = min(max(int(number) if is_number else 1, 1), pages)
    return {
        "figures": found.figures,
        "charts": report_charts(found.by_month, ctx.page.limits.limits.initial_notice_within),
        "item_charts": item_charts(found.items.by_month),
        "rows": found.incidents[(page - 1) * PER_PAGE : page * PER_PAGE],
        "pages": pages,
        "page_number": page,
        "share": Share,
        "tally_share": tally_share,
        "hidden_words": hidden_words,
        "HIDDEN_WORDS": _HIDDEN_WORDS,
        "OUTCOME_WORDS": _OUTCOME_WORDS,
        "minutes": minutes,
        "spread_words": spread_words,
        "kinds": DeadlineKind,
    }


def tally_share(tally: Tally) -> Share:
    """Return how many of those that can be judged came in time."""
    return Share(tally.on_time, tally.settled)


def hidden_words(hidden: Mapping[Hidden, int]) -> str:
    """Return what a percentage does not show, in words."""
    found = [f"{hidden[each]} {words}" for each, words in _HIDDEN_WORDS.items() if hidden[each]]
    return " · ".join(found) or "nothing hidden beside it"


def minutes(span: timedelta | None) -> str:
    """Return a span as minutes and seconds, `12:30`, hours before them where there are any."""
    if span is None:
        return "–"
    seconds = int(span.total_seconds())
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def spread_words(spread: Spread | None) -> str:
    """Return a spread in one line."""
    if spread is None:
        return ""
    half, most, longest = (minutes(span) for span in (spread.p50, spread.p90, spread.most))
    return f"half within {half} min · nine of ten within {most} min · longest {longest} min"
