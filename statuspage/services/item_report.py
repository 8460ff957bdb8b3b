"""The action items in the compliance report: of the period's incidents, of all, and month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from statuspage.domain.item_figures import Completion, ItemFacts, ItemFigures, completion, item_figures
from statuspage.domain.period import Period
from statuspage.services.context import Context
from statuspage.store.item_rows import ItemFactsRow, item_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReport:
    """`of_period` are the items of the incidents that were detected in it, `now` all there are; `by_month`
    what became of those that were due in it."""

    of_period: ItemFigures
    now: ItemFigures
    by_month: Mapping[str, Completion]


def item_report(ctx: Context, period: Period) -> ItemReport:
    """Return the figures of action items, as they stand now, by the calendar of the page."""
    zone = ZoneInfo(ctx.page.time_zone)
    rows = item_facts(ctx.session)
    today = ctx.now.astimezone(zone).date()
    facts = {row.key: facts_of(row, zone) for row in rows}
    mine = [facts[row.key] for row in rows if period.start <= row.detected_at < period.end]
    first, last = days_of(period, zone)
    return ItemReport(
        of_period=item_figures(mine, today),
        now=item_figures(facts.values(), today),
        by_month=completion(facts.values(), first, last, today),
    )


def facts_of(row: ItemFactsRow, zone: ZoneInfo) -> ItemFacts:
    """Return an item's facts by the calendar of that zone."""
    return ItemFacts(
        row.kind, row.state, _day(row.created_at, zone), row.due_on,
        _day(row.closed_at, zone) if row.closed_at else None,
    )  # fmt: skip


def days_of(period: Period, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    return _day(period.start, zone), _day(period.end - timedelta.resolution, zone)


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()
