"""Charts of action items over months."""

from collections.abc import Mapping

from statuspage.domain.item_figures import Completion
from statuspage.render.charts import Chart, stacked_chart
from statuspage.render.zone import month_name

_MONTHS_SHOWN = 36


def item_charts(by_month: Mapping[str, Completion]) -> list[Chart]:
    """Return what became of the items due in each month, and how long those done in it had taken."""
    shown = dict(list(by_month.items())[-_MONTHS_SHOWN:])
    return [_completion(shown), _days(shown)]


def share_chart(by_month: Mapping[str, Completion]) -> Chart:
    """Return how many of a hundred items were done in time, by the month they were due."""
    shown = dict(list(by_month.items())[-_MONTHS_SHOWN:])
    shares = {month: _share(each) for month, each in shown.items()}
    return stacked_chart(
        "items-share",
        "Done in time, of a hundred",
        {
            month: ()
            if share is None
            else (("good", share, f"{share} % of {shown[month].judged} done in time"),)
            for month, share in shares.items()
        },
        description="By month of their day: how many of a hundred action items were done in time.",
        legend=(("good", "done in time"),),
        heads=("Month", "Due", "In time"),
        rows=tuple(
            (month_name(month), str(shown[month].judged), "–" if share is None else f"{share} %")
            for month, share in shares.items()
        ),
        highest=100,
    )


def _share(one: Completion) -> int | None:
    """Only all is 100 %, and only none is 0 %."""
    if not one.judged:
        return None
    share = round(100 * one.in_time / one.judged)
    return min(max(share, 1), 99) if 0 < one.in_time < one.judged else share


def _completion(shown: Mapping[str, Completion]) -> Chart:
    stacks = {
        month: (
            ("good", each.in_time, f"{each.in_time} done in time"),
            ("half", each.late, f"{each.late} done late"),
            ("bad", each.missed, f"{each.missed} overdue"),
            ("wait", each.waiting, f"{each.waiting} not due yet"),
        )
        for month, each in shown.items()
    }
    return stacked_chart(
        "items-due",
        "Action items, by the month they were due",
        stacks,
        description="By month of their day as it stands now: how many were done in time, late, or not.",
        legend=(
            ("good", "done in time"), ("half", "done late"), ("bad", "overdue"), ("wait", "not due yet"),
        ),
        heads=("Month", "In time", "Late", "Overdue", "Not due yet", "Dropped"),
        rows=tuple(
            (month_name(month), *map(str, (each.in_time, each.late, each.missed, each.waiting, each.dropped)))
            for month, each in shown.items()
        ),
    )  # fmt: skip


def _days(shown: Mapping[str, Completion]) -> Chart:
    stacks = {
        month: ()
        if each.median_days is None
        else (("half", each.median_days, f"half within {each.median_days} days, of {each.closed}"),)
        for month, each in shown.items()
    }
    return stacked_chart(
        "items-days",
        "Days until action items were done",
        stacks,
        description="By the month in which they were done: within how many days of being written half were.",
        legend=(("half", "half of all"),),
        heads=("Month", "Done", "Half within (days)"),
        rows=tuple(
            (month_name(month), str(each.closed), "–" if each.median_days is None else str(each.median_days))
            for month, each in shown.items()
        ),
    )
