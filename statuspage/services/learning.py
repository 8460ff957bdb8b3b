"""Learning over time: what comes again over all postmortems, and what becomes of action items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from statuspage.domain.action_item import ItemKind
from statuspage.domain.item_figures import Completion, ItemFigures, completion, item_figures
from statuspage.domain.learning import LabelKind, Recurring, recurring, stretches
from statuspage.domain.period import Period
from statuspage.domain.roles import SiteRole
from statuspage.services.context import Context
from statuspage.services.item_report import days_of, facts_of
from statuspage.store.item_rows import IncidentName, ItemFactsRow, item_facts
from statuspage.store.labels import postmortems_learned_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What a period teaches. `postmortems` are those of the incidents detected in it, newest first; the
    places in `Recurring` count into them. `stretches` are months, or quarters where the period is long.

    `items` are the action items of these incidents, whatever their day; `by_month` tells of those that were
    due in the period, whichever incident they come from.
    """

    period: Period
    stretches: tuple[str, ...]
    postmortems: tuple[IncidentName, ...]
    unlabelled: tuple[IncidentName, ...]
    labels: Mapping[LabelKind, tuple[Recurring[str], ...]]
    components: tuple[Recurring[str], ...]
    items: ItemFigures
    by_kind: Mapping[ItemKind, ItemFigures]
    by_month: Mapping[str, Completion]

    def incidents_of(self, one: Recurring[str]) -> tuple[IncidentName, ...]:
        """Return the incidents behind something that was named, newest first."""
        return tuple(self.postmortems[place] for place in one.places)


def learning(ctx: Context, period: Period) -> Learning:
    """Return what the postmortems of a period have in common, as it stands now."""
    ctx.actor.require(SiteRole.VIEWER)
    zone = ZoneInfo(ctx.page.time_zone)
    first, last = days_of(period, zone)
    today = ctx.now.astimezone(zone).date()
    found = postmortems_learned_from(ctx.session, period.start, period.end)
    days = [each.detected_at.astimezone(zone).date() for each in found]
    # A period that begins long before the first incident, or ends long after today, has no empty years.
    times = stretches(min(days, default=first), max(first, min(last, today), *days))
    items = _Items(item_facts(ctx.session), period, zone)
    return Learning(
        period=period,
        stretches=times,
        postmortems=tuple(each.incident for each in found),
        unlabelled=tuple(each.incident for each in found if not any(each.labels.values())),
        labels={
            kind: _recurring([each.labels.get(kind, []) for each in found], days, times) for kind in LabelKind
        },
        components=_recurring([each.components for each in found], days, times),
        items=item_figures(items.mine, today),
        by_kind={
            kind: item_figures((each for each in items.mine if each.kind is kind), today) for kind in ItemKind
        },
        by_month=completion(items.all, first, last, today),
    )


class _Items:
    """All action items, and those of the incidents of the period."""

    def __init__(self, rows: Sequence[ItemFactsRow], period: Period, zone: ZoneInfo) -> None:
        self.all = [facts_of(row, zone) for row in rows]
        self.mine = [
            facts
            for row, facts in zip(rows, self.all, strict=True)
            if period.start <= row.detected_at < period.end
        ]


def _recurring(
    named: Sequence[Sequence[str]], days: Sequence[date], times: Sequence[str]
) -> tuple[Recurring[str], ...]:
    return tuple(recurring(list(zip(days, named, strict=True)), times))
