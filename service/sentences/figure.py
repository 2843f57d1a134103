"""A figure in words: its number and days, what it counts, how it changed, whether groups differ by chance."""

from collections import Counter
from collections.abc import Callable

import polars as pl

from data.formatting import (
    capitalised,
    counted,
    measured,
    short_day,
    signed,
    written_count,
    written_day,
    written_share,
)
from metrics.as_at import Clocks
from metrics.bridge import Step, Why
from metrics.chance.groups import RARE, chance_alone
from metrics.chance.steady_rate import STATED
from metrics.metric import AnyMetric, Duration
from service.cache import of_view
from service.over_time import added_up, days_of
from service.results import Figure
from service.view import Source, View

JUDGED = f"Groups that are alike are flagged in at most {STATED} cases."
TRUE = "True figures, before small numbers are protected: not for publication."
BRIDGED = (
    "population",
    "closed",
    "open_cases",
    "risk_assessed",
    "sent_on",
    "completed",
    "backlog",
    "failures",
    "failures_with_harm",
    "referrals",
    "open_referrals",
    "headcount",
)


def has(count: int) -> str:
    return "has" if count == 1 else "have"


def are(count: int) -> str:
    return "is" if count == 1 else "are"


def or_none(count: int) -> str:
    return written_count(count) if count else "none"


def part_of(part: int, whole: int, one: str, many: str, verb: Callable[[int], str] = has) -> str:
    """Begin a sentence: "None of 4 rows have", "1 of 4 rows has", "All 4 rows have", "The one row has"."""
    some = f"{capitalised(or_none(part))} of {counted(whole, one, many)}"
    if part == whole:
        some = f"The one {one}" if whole == 1 else f"All {written_count(whole)} {many}"
    return f"{some} {verb(part or whole)}"


def spoken_clocks(view: View) -> str:
    return f"As at {written_day(view.clocks.as_at)}, {known_in_words(view.clocks, view.source)}"


def ahead(clocks: Clocks) -> str:
    if not clocks.ahead:
        return ""
    known, day = written_day(clocks.known_at), written_day(clocks.as_at)
    return (
        f"These figures are for {day}, but what is known ends on {known}. "
        "They miss what happened in between. No finish is forecast and no promise judged."
    )


def known_in_words(clocks: Clocks, source: Source) -> str:
    if clocks.known_at == clocks.as_at == source.last_day:
        return "the last day loaded"
    if clocks.known_at == clocks.as_at:
        return "as reported at the time"
    if clocks.known_at == source.last_day:
        return f"as known now ({written_day(clocks.known_at)})"
    return f"as known on {written_day(clocks.known_at)}"


def sentence(view: View, metric: AnyMetric) -> str:
    clocks = spoken_clocks(view)
    whole = " in the whole review" if view.whole(metric) else ""
    figure = view.figure(metric.name)
    return f"{metric.title}{whole}: {headline(figure)}, {clocks[:1].lower()}{clocks[1:]}."


def headline(figure: Figure) -> str:
    if figure.metric.unit == "days":
        return "not yet known" if figure.value is None else measured(figure.value, "day", "days")
    if figure.metric.share:
        return "none yet" if figure.value is None else written_share(figure.value)
    return written_count(figure.numerator)


def small_print(figure: Figure) -> str:
    if figure.denominator is None:
        return figure.metric.counts
    out_of = figure.metric.out_of_so_many(figure.denominator)
    share = f"{written_count(figure.numerator)} of {written_count(figure.denominator)} {out_of}"
    if figure.low is None or figure.high is None or not figure.metric.chance:
        return share
    return f"{share}; 95% interval {written_share(figure.low)} to {written_share(figure.high)}"


def change(view: View, name: str) -> str:
    before, now = view.figure(name, view.before), view.figure(name)
    day = short_day(view.before.as_at)
    if now.metric.share or now.metric.unit == "days":
        return f"{headline(before)} on {day}"
    step = now.numerator - before.numerator
    return f"{signed(step)} since {day}" if step else f"no change since {day}"


@of_view
def change_since(view: View, name: str) -> str:
    """Return how far a figure moved since the day compared with; nothing where it did not."""
    before, now = view.figure(name, view.before), view.figure(name)
    step = now.numerator - before.numerator
    if now.metric.share or now.metric.unit == "days":
        if before.value is None or now.value is None:
            return ""
        if now.metric.share:
            points = 100 * (now.value - before.value)
            return f"{points:+.2f}" if round(points, 2) else ""
        step = round(now.value) - round(before.value)
    return signed(step) if step else ""


@of_view
def overview_notes(view: View) -> dict[str, str]:
    return {"headcount": _peak(view, "headcount"), "open_referrals": _longest_open(view)}


def _longest_open(view: View) -> str:
    if view.clocks.ahead or not view.loaded(["open_referrals"]):
        return ""
    ages = view.ages("open_referrals")
    if ages.longest is None:
        return ""
    return f"; {'' if ages.count == 1 else 'the longest '}for {counted(ages.longest, 'day', 'days')}"


def _peak(view: View, name: str) -> str:
    if not view.loaded([name]):
        return ""
    course = view.course(name, days_of(view), then=False)
    top = course.row(int(course["numerator"].arg_max() or 0), named=True)
    if not top["numerator"]:
        return ""
    return f"; at the peak {written_count(top['numerator'])}, from {short_day(top['day'])}"


def lines_title(long: pl.DataFrame, metric: AnyMetric) -> str:
    """Name the line that ends highest, or say how the only one moved; nothing where there is none. long:
    `period, label, value`."""
    values = pl.col("value").drop_nulls()
    ends = long.group_by("label", maintain_order=True).agg(first=values.first(), last=values.last())
    ends = ends.drop_nulls("last").sort("last", descending=True, maintain_order=True)
    if ends.is_empty():
        return ""
    label, *values = ends.row(0)
    first, last = (written_share(value) if metric.share else written_count(value) for value in values)
    if ends.height == 1:
        return f"From {first} to {last}"
    return "" if values[1] == ends["last"][1] else f"{capitalised(label)} ends highest, at {last}"


def measure(metric: AnyMetric, period: str) -> str:
    return f"Added each {period}" if added_up(metric) else f"At each {period}'s end"


def method(metric: AnyMetric, period: str | None) -> str:
    if isinstance(metric, Duration):
        return f"{metric.definition} The rows behind a median are those still waiting on the day."
    if period is None:
        return metric.definition
    shown = "what it added" if added_up(metric) else "the figure as it stood on its last day"
    return f"{metric.definition} Each {period} shows {shown}."


def chance_of(result: pl.DataFrame, groups: str) -> str:
    """result: the share by groups, as `evaluate` returns it. groups: what they are called, as "the teams"."""
    chance = chance_alone(result)
    if chance is None:
        return f"There is too little data to compare {groups}."
    return chance_sentence(chance, groups)


def chance_sentence(chance: float, groups: str) -> str:
    times = round(100 * chance)
    how_often = "less than 1 time in 100" if times < 1 else f"about {times} times in 100"
    if chance <= RARE:
        return f"{capitalised(groups)} differ by more than chance explains ({how_often}). {JUDGED}"
    return f"No sign that {groups} differ: chance does as much {how_often}."


def known(view: View) -> str:
    if view.as_known_then and view.before.known_at != view.before.as_at:
        then = written_day(view.before.known_at)
        return f"both as known on {then}, because nothing had been loaded by the earlier day"
    return known_in_words(view.clocks, view.source)


@of_view
def bridge_table(view: View) -> pl.DataFrame:
    """A reason that adds to a figure and takes from the same one has two columns; else it has one."""
    figures = {name: view.bridge(name) for name in view.loaded(BRIDGED)}
    times = Counter((name, step.why) for name, bridge in figures.items() for step in bridge.steps)
    split = {why for (_, why), steps in times.items() if steps > 1}

    def column(step: Step) -> str:
        added = ": added" if step.change > 0 else ": removed"
        return capitalised(step.why) + (added if step.why in split else "")

    steps = [step for bridge in figures.values() for step in bridge.steps]
    order = sorted(steps, key=lambda step: ([*Why].index(step.why), step.change < 0))
    opening, closing = (written_day(day) for day in (view.before.as_at, view.clocks.as_at))
    return pl.DataFrame(
        [
            {
                "Figure": view.metric(name).title,
                opening: bridge.opening,
                **dict.fromkeys(map(column, order), 0),
                **{column(step): step.change for step in bridge.steps},
                closing if closing != opening else f"{closing} again": bridge.closing,
            }
            for name, bridge in figures.items()
        ]
    )
