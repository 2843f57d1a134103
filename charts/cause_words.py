"""What chance explains of a series, and what it does not, in words: on a chart, in its table and above it."""

from collections.abc import Sequence
from fractions import Fraction

from data.formatting import capitalised, counted, listed_words, short_day, written_count, written_share
from metrics.chance.control import NEAR, OF, Cause, Control
from metrics.chance.steady_rate import LEAST_EVENTS, Stretch

CHANGE, CHANCE = "**More than chance**", "**Chance explains it**"
MOST_LISTED = 3
NO_MARKS = "no point is marked"
RARE, OFTEN, TENTHS = 0.01, 0.15, 10


def verdict(
    control: Control, names: Sequence[str], unit: str, *, share: bool, events: str, numbers: bool = True
) -> str:
    """Say whether a series changed by more than chance, and where, in one or two sentences.

    names: what each point is called. unit: such as "week". events: what is counted, in the plural. numbers:
    whether to say by how much, and how often marks come by chance.
    """
    finding = control.verdict
    if finding.outcome == "too few":
        so_far = written_count(control.evidence.rarer)
        return f"No verdict: this series needs {LEAST_EVENTS} {events} and has {so_far}."
    if finding.stretch is not None:
        where = changed(control, names, unit, finding.stretch, share=share, events=events)
        if not numbers:
            where = f"{where.partition(':')[0]}."
        return f"{CHANGE}. {capitalised(where)}"
    if not control.causes:
        return f"{CHANCE}: {NO_MARKS}."
    return f"{CHANCE}. {by_chance(control)}" if numbers else f"{CHANCE}."


def changed(
    control: Control, names: Sequence[str], unit: str, stretch: Stretch, *, share: bool, events: str
) -> str:
    (inside, within), (outside, without) = stretch.inside, stretch.outside
    if control.work is not None:
        often = "more often" if stretch.higher else "less often"
        ends = control.work["begins"][stretch.first], control.work["ends"][stretch.last]
        days = list(dict.fromkeys(short_day(day) for day in ends))
        span = f"from {days[0]} to {days[-1]}" if len(days) > 1 else f"on {days[0]}"
        here = f"{written_count(inside)} in {counted(within, 'review', 'reviews')}"
        there = f"{written_count(outside)} in {written_count(without)}"
        return f"{events} came {often} {span}: {here}, against {there}."
    span = _span(names, unit, stretch, control.evidence.places[-1])
    if share:
        here = f"{written_share(inside / within)} ({written_count(inside)} of {written_count(within)})"
        there = f"{written_share(outside / without)} ({written_count(outside)} of {written_count(without)})"
        return f"{'higher' if stretch.higher else 'lower'} {span}: {here}, against {there}."
    here, there = f"{inside / within:,.1f} a {unit}", f"{outside / without:,.1f}"
    return f"{'more' if stretch.higher else 'fewer'} {events} {span}: {here}, against {there}."


def _span(names: Sequence[str], unit: str, stretch: Stretch, last: int) -> str:
    if stretch.first == stretch.last:
        return f"in {'the week of ' if unit == 'week' else ''}{names[stretch.first]}"
    return f"from {names[stretch.first]} {'on' if stretch.last == last else f'to {names[stretch.last]}'}"


def by_chance(control: Control) -> str:
    return f"Marks like these appear by chance in {often(control.marks_by_chance)} series like this."


def often(share: float) -> str:
    """Write a share of series as "4 of 5", "1 of 12" or "fewer than 1 of 100"."""
    if share < RARE:
        return "fewer than 1 of 100"
    if share < OFTEN:
        return f"1 of {round(1 / share)}"
    tenths = Fraction(round(TENTHS * share), TENTHS)
    return "nearly all" if tenths == 1 else f"{tenths.numerator} of {tenths.denominator}"


def listed_marks(control: Control, names: Sequence[str], unit: str, centre: str) -> str:
    """List the first three marks and how many more; names, unit: as for `verdict`; centre: mean or median."""
    if not control.causes:
        return NO_MARKS
    words = [_described(cause, names, unit, centre) for cause in control.causes[:MOST_LISTED]]
    more = len(control.causes) - MOST_LISTED
    return listed_words([*words, f"{written_count(more)} more"] if more > 0 else words)


def marks(control: Control, centre: str) -> list[str]:
    """Name for each point the marks it is part of; empty for most."""
    points: list[list[str]] = [[] for _ in range(control.points.height)]
    for cause in control.causes:
        for place in range(cause.first, cause.last + 1):
            points[place].append(_mark(cause, centre))
    return list(map("; ".join, points))


def _described(cause: Cause, names: Sequence[str], unit: str, centre: str) -> str:
    first, last = names[cause.first], names[cause.last]
    span = first if cause.first == cause.last else f"{first} to {last}"
    length = f"{cause.points} {unit}s"
    match cause.rule:
        case "run":
            return f"a run of {length} {_side(cause)} the {centre} ({span})"
        case "trend":
            return f"{length} {'rising' if cause.side == 'upper' else 'falling'} one after the other ({span})"
        case "outside" | "near":
            return f"{_mark(cause, centre)} ({span})"


def _mark(cause: Cause, centre: str) -> str:
    match cause.rule:
        case "outside":
            return f"{_side(cause)} the {cause.side} limit"
        case "run":
            return f"in a run {_side(cause)} the {centre}"
        case "trend":
            return f"in a trend, {'rising' if cause.side == 'upper' else 'falling'}"
        case "near":
            return f"{NEAR} of {OF} near the {cause.side} limit"


def _side(cause: Cause) -> str:
    return "above" if cause.side == "upper" else "below"
