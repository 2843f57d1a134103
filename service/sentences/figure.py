"""A figure in words: its number, what it counts, how it changed, and whether groups differ by chance."""

import polars as pl

from data.formatting import capitalised, counted, measured, short_day, signed, written_count, written_share
from metrics.chance.groups import RARE, chance_alone
from metrics.chance.steady_rate import STATED
from service.over_time import days_of
from service.view import Figure, View

IN_A_HUNDRED = 100
JUDGED = f"Groups that are alike are flagged in at most {STATED} cases."


def has(count: int) -> str:
    return "has" if count == 1 else "have"


def are(count: int) -> str:
    return "is" if count == 1 else "are"


def or_none(count: int) -> str:
    return written_count(count) if count else "none"


def change(view: View, name: str) -> str:
    before, now = view.figure(name, view.before), view.figure(name)
    day = short_day(view.before.as_at)
    if now.metric.share or now.metric.unit == "days":
        return f"{headline(before)} on {day}"
    step = now.numerator - before.numerator
    return f"{signed(step)} since {day}" if step else f"no change since {day}"


def change_since(view: View, name: str) -> str:
    """Return how far a figure moved since the day compared with; nothing where it did not."""
    before, now = view.figure(name, view.before), view.figure(name)
    if now.metric.share:
        if before.value is None or now.value is None or round(100 * (now.value - before.value), 2) == 0:
            return ""
        return f"{100 * (now.value - before.value):+.2f}"
    if now.metric.unit == "days":
        values = [round(figure.value) for figure in (before, now) if figure.value is not None]
        step = values[-1] - values[0] if len(values) > 1 else 0
    else:
        step = now.numerator - before.numerator
    return signed(step) if step else ""


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


def overview_notes(view: View) -> dict[str, str]:
    return {"headcount": peak(view, "headcount"), "open_referrals": _longest_open(view)}


def _longest_open(view: View) -> str:
    if view.clocks.ahead or not view.loaded(["open_referrals"]):
        return ""
    ages = view.ages("open_referrals")
    if ages.longest is None:
        return ""
    return f"; {'' if ages.count == 1 else 'the longest '}for {counted(ages.longest, 'day', 'days')}"


def peak(view: View, name: str) -> str:
    if not view.loaded([name]):
        return ""
    course = view.course(name, days_of(view), then=False)
    top = course.row(int(course["numerator"].arg_max() or 0), named=True)
    if not top["numerator"]:
        return ""
    return f"; at the peak {written_count(top['numerator'])}, from {short_day(top['day'])}"


def chance_of(result: pl.DataFrame, groups: str) -> str:
    """result: the share by groups, as `evaluate` returns it. groups: what they are called, as "the teams"."""
    chance = chance_alone(result)
    if chance is None:
        return f"There is too little data to compare {groups}."
    return chance_sentence(chance, groups)


def chance_sentence(chance: float, groups: str) -> str:
    """Say whether groups differ by more than chance; chance: how often alike ones differ as much."""
    if chance <= RARE:
        return f"{capitalised(groups)} differ by more than chance explains ({_how_often(chance)}). {JUDGED}"
    return f"No sign that {groups} differ: chance does as much {_how_often(chance)}."


def _how_often(chance: float) -> str:
    times = round(IN_A_HUNDRED * chance)
    return "less than 1 time in 100" if times < 1 else f"about {times} times in 100"
