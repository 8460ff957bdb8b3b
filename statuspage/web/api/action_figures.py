"""The figures of action items, as programs read them."""

from statuspage.domain.item_figures import Completion, ItemFigures
from statuspage.services.item_report import ItemReport
from statuspage.web.api.fields import Output


class ItemFiguresAnswer(Output):
    """How many action items there are of each, overdue ones being open, too; ages are those of open ones."""

    open: int
    overdue: int
    done: int
    dropped: int
    oldest_days: int | None
    median_age_days: int | None


class CompletionAnswer(Output):
    """What became of the items that were due in a month; `closed` were done in it, whenever they were due."""

    in_time: int
    late: int
    missed: int
    dropped: int
    waiting: int
    closed: int
    median_days: int | None


class ActionItemsAnswer(ItemFiguresAnswer):
    """The items of the period's incidents; `now` are those of all incidents there ever were."""

    now: ItemFiguresAnswer
    by_month: dict[str, CompletionAnswer]


def action_items_answer(report: ItemReport) -> ActionItemsAnswer:
    """Return the action items of a report."""
    return ActionItemsAnswer(
        **_figures(report.of_period),
        now=ItemFiguresAnswer(**_figures(report.now)),
        by_month={month: completion_answer(each) for month, each in report.by_month.items()},
    )


def completion_answer(one: Completion) -> CompletionAnswer:
    """Return what became of a month's items."""
    return CompletionAnswer.model_validate(one, from_attributes=True)


def _figures(figures: ItemFigures) -> dict[str, int | None]:
    names = ItemFiguresAnswer.model_fields
    return {name: getattr(figures, name) for name in names}
