"""Charts over months as values: where each bar stands and what it says; a template draws them as SVG.

Every chart carries its figures as a table, too, for whoever would rather read than look.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from statuspage.domain.compliance_figures import Figures, Spread, Tally
from statuspage.render.zone import MONTHS, month_name

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 356, 14, 160
_WIDEST = 30
_LABELS = 6
# A longer time is not legible as bars; its table holds no more either, the downloads hold all.
_MONTHS_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of one meaning; `words` is what it says."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place: a month below, or a value at the left with its line."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart. `limit_y` is where the limit's line runs, None where there is none.

    `legend` has a tone and its meaning; `rows` are the same figures as a table under `heads`. An empty one
    has nothing to draw.
    """

    name: str
    title: str
    description: str
    is_empty: bool
    bars: tuple[Bar, ...]
    months: tuple[Mark, ...]
    values: tuple[Mark, ...]
    limit_y: float | None
    legend: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = tuple[str, float, str]  # tone, height in units, what it says
Months = Mapping[str, Figures]


def report_charts(by_month: Months, within: timedelta) -> list[Chart]:
    """Return the report's five charts; `within` is the limit of the first notice."""
    shown = dict(list(by_month.items())[-_MONTHS_SHOWN:])
    return [
        _spans("first-notice", "Minutes to the first notice", shown, lambda each: each.first_notice, within),
        _counts("promises", "Promises kept", shown, lambda each: each.kept.promises, ("kept", "broken")),
        _counts("all-gaps", "Incidents with every promise kept", shown, _all_gaps, ("all kept", "not all")),
        _spans("resolution", "Minutes from restored to resolved", shown, lambda each: each.resolution_delay),
        _counts("postmortem", "Postmortems in time", shown, _postmortems, ("in time", "missed")),
    ]


def _postmortems(figures: Figures) -> Tally:
    return figures.kept.postmortem


def _all_gaps(figures: Figures) -> Tally:
    gaps = figures.all_gaps
    return Tally(gaps.incidents, gaps.kept, gaps.incidents - gaps.kept, 0)


def _counts(
    name: str, title: str, months: Months, tally_of: Callable[[Figures], Tally], words: tuple[str, str]
) -> Chart:
    tallies = {month: tally_of(figures) for month, figures in months.items()}
    good, bad = words
    stacks = {
        month: (
            ("good", tally.on_time, f"{tally.on_time} {good}"),
            ("bad", tally.late + tally.missing, f"{tally.late + tally.missing} {bad}"),
            ("wait", tally.pending, f"{tally.pending} not due yet"),
        )
        if tally.owed
        else ()
        for month, tally in tallies.items()
    }
    return stacked_chart(
        name,
        title,
        stacks,
        description=f"By month of detection: how many were {good}, and how many {bad}.",
        legend=(("good", good), ("bad", bad), ("wait", "not due yet")),
        heads=("Month", good.capitalize(), bad.capitalize(), "Not due yet"),
        rows=tuple(
            (month_name(month), *map(str, (tally.on_time, tally.late + tally.missing, tally.pending)))
            for month, tally in tallies.items()
        ),
    )


def _spans(
    name: str,
    title: str,
    months: Months,
    spread_of: Callable[[Figures], Spread | None],
    limit: timedelta | None = None,
) -> Chart:
    spreads = {month: spread_of(figures) for month, figures in months.items()}
    said = {month: (_minutes(each) if each else ("–", "–", "–")) for month, each in spreads.items()}
    stacks = {
        month: (
            ("half", _in_minutes(each.p50), f"half within {said[month][0]} min"),
            ("most", _in_minutes(each.p90 - each.p50), f"nine of ten within {said[month][1]} min"),
        )
        for month, each in spreads.items()
        if each is not None
    }
    return stacked_chart(
        name,
        title,
        {month: stacks.get(month, ()) for month in months},
        description="By month of detection: within how many minutes half of all came, and nine of ten.",
        legend=(("half", "half of all"), ("most", "nine of ten")),
        heads=("Month", "Half within (min)", "Nine of ten within (min)", "Longest (min)"),
        rows=tuple((month_name(month), *texts) for month, texts in said.items()),
        limit=None if limit is None else _in_minutes(limit),
    )


def _in_minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


def _minutes(spread: Spread) -> tuple[str, str, str]:
    p50, p90, most = (f"{_in_minutes(span):.1f}" for span in (spread.p50, spread.p90, spread.most))
    return p50, p90, most


def stacked_chart(
    name: str,
    title: str,
    stacks: Mapping[str, Sequence[Part]],
    *,
    description: str,
    legend: tuple[tuple[str, str], ...],
    heads: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    limit: float | None = None,
    highest: float = 0,
) -> Chart:
    """Return a chart of one bar a month, of parts that stand on each other; it reaches `highest` at least."""
    highest = max([highest, *(sum(value for _, value, _ in parts) for parts in stacks.values())])
    step = _step(max(highest, limit or 0))
    top = step * -(-max(highest, limit or 0, step) // step)
    scale = (BOTTOM - TOP) / top
    tones = {tone for parts in stacks.values() for tone, value, _ in parts if value}
    return Chart(
        name=name,
        title=title,
        description=description,
        is_empty=not any(stacks.values()),
        bars=tuple(_bars(stacks, scale)) if stacks else (),
        months=tuple(_months(list(stacks))),
        values=tuple(Mark(round(BOTTOM - value * scale, 1), f"{value:,.0f}") for value in _ticks(step, top)),
        limit_y=None if limit is None else round(BOTTOM - limit * scale, 1),
        legend=tuple(each for each in legend if each[0] in tones),
        heads=heads,
        rows=rows,
    )


def _step(highest: float) -> float:
    """Return a round step of which at most four reach to the highest value."""
    unit = 1
    while True:
        for digit in (1, 2, 5):
            if digit * unit * 4 >= highest:
                return digit * unit
        unit *= 10


def _ticks(step: float, top: float) -> Iterator[float]:
    value = 0.0
    while value <= top:
        yield value
        value += step


def _middle(index: int, months: int) -> float:
    return LEFT + (index + 0.5) * (RIGHT - LEFT) / months


def _bars(stacks: Mapping[str, Sequence[Part]], scale: float) -> Iterator[Bar]:
    width = min((RIGHT - LEFT) / len(stacks) * 0.7, _WIDEST)
    for index, (month, parts) in enumerate(stacks.items()):
        ground = float(BOTTOM)
        for tone, value, words in parts:
            if value > 0:
                ground -= value * scale
                x = _middle(index, len(stacks)) - width / 2
                says = f"{month_name(month)}: {words}"
                yield Bar(round(x, 1), round(ground, 1), round(width, 1), round(value * scale, 1), tone, says)


def _months(months: Sequence[str]) -> Iterator[Mark]:
    """Yield the months to name, as many as have room, with the year where it is another one."""
    every = -(-len(months) // _LABELS)
    year = ""
    for index, month in enumerate(months):
        if index % every == 0:
            short = MONTHS[int(month[5:]) - 1][:3]
            text = f"{short} ’{month[2:4]}" if month[:4] != year else short
            year = month[:4]
            yield Mark(round(_middle(index, len(months)), 1), text)
