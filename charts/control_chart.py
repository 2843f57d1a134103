import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from charts.bars import marked
from charts.chart import Canvas, Chart, Part, either, in_words
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_count, written_day, written_share
from data.terms import USUAL_WORDS, Nouns
from metrics.chance.control import NEAR, OF, Cause, Control, judged
from metrics.chance.steady_rate import LEAST_EVENTS, Stretch

ABOVE, BELOW = [0.36, 1.0], [0.0, 0.22]
ROOM = 1.15
MOST_DRAWN = 300
CHANGE, CHANCE = "**More than chance**", "**Chance explains it**"
MOST_LISTED = 3
NO_MARKS = "no point is marked"
MOST_TICKS = 12  # past so many months not each has its name
RARE, OFTEN, TENTHS = 0.01, 0.15, 10
SIDES = {"upper": ("above", "rising"), "lower": ("below", "falling")}
# The axis along which the points stand, by what a point is.
AXES: dict[str, Part] = {
    "week": {"tickformat": "%-d %b<br>%Y", "nticks": 6},
    "month": {"tickformat": "%b<br>%Y", "dtick": "M1"},
    "failure": {"nticks": 10, "zeroline": False},
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    title: str
    unit: str  # "week", "month" or "failure", of each point
    what: str  # what its values count
    events: str = "failures"  # in the plural
    centre: str = "mean"  # what its middle line is, or "median"
    share: bool = False  # whether its values are shares
    words: Nouns = USUAL_WORDS

    @property
    def points(self) -> tuple[str, str]:
        """Name one and several of its points."""
        rare = self.unit == "failure"
        return (self.words.failure, self.words.failures) if rare else (self.unit, f"{self.unit}s")

    def written(self, value: float | None) -> str:
        if value is None:
            return "-"
        if self.share:
            return written_share(value)
        if self.unit == "failure":
            return written_count(round(value))
        return written_count(value) if float(value).is_integer() else f"{value:,.2f}"

    def named(self, points: pl.DataFrame) -> list[str]:
        if self.unit == "failure":
            rows = points.select("number", "found_on").rows()
            return [f"{number}, found {short_day(day)}" for number, day in rows]
        return [f"{day:%b %Y}" if self.unit == "month" else short_day(day) for day in points["period"]]

    def verdict(self, result: Control, *, numbers: bool = True) -> str:
        """Say whether a series changed by more than chance, and where, in one or two sentences. numbers:
        whether to say by how much, and how often marks come by chance."""
        finding = result.verdict
        if finding.outcome == "too few":
            so_far = written_count(result.evidence.rarer)
            return f"No verdict: this series needs {LEAST_EVENTS} {self.events} and has {so_far}."
        if finding.stretch is not None:
            where = capitalised(_changed(result, self, finding.stretch))
            return f"{CHANGE}. {where if numbers else where.partition(':')[0] + '.'}"
        if not result.causes:
            return f"{CHANCE}: {NO_MARKS}."
        return f"{CHANCE}. {by_chance(result)}" if numbers else f"{CHANCE}."


def control(result: Control, subject: Subject, as_at: dt.date, palette: Palette) -> Chart:
    """Draw a series, its last 300 points, with its limits; individuals with their moving ranges below them. A
    lower limit below 0 is drawn at 0. A period without a value breaks the line; one not over is hollow."""
    points = result.points.tail(MOST_DRAWN)
    names, canvas = subject.named(points), Canvas(palette)
    places = points["number" if subject.unit == "failure" else "period"]
    _limits(canvas, places, points, subject)
    _values(canvas, places, points, names, subject)
    if result.locked:
        _locked(canvas, places, result, subject)
    if subject.unit != "failure" and not points["whole"][-1]:
        canvas.note("not over", x=places[-1], xref="x", xanchor="right", y=0, yref="paper", yanchor="bottom")
    ticks = AXES[subject.unit]
    if subject.unit == "failure":
        in_order = subject.words("{failures}, in the order they were found")
        ticks = {**ticks, "title": {"text": in_order, "font": {"size": 14}}}
    if subject.unit == "month" and points.height > MOST_TICKS:
        ticks = {**ticks, "dtick": None, "nticks": MOST_TICKS // 2}
    height, axes = 340, {"xaxis": {**ticks, "showgrid": False}}
    axes["yaxis"] = {"nticks": 5, "tickformat": ",.0%" if subject.share else ",", "range": [0, _top(points)]}
    if result.range_limit is not None:
        height = 440
        _ranges(canvas, places, points["moving_range"], result.range_limit, axes)
    figure = canvas.figure(height, {"r": 84, "t": 26}, axes=axes)
    return Chart(
        subject.title, figure, _message(result, subject, as_at), table(result, subject), tuple(names)
    )


def _limits(canvas: Canvas, places: pl.Series, points: pl.DataFrame, subject: Subject) -> None:
    for name, dash in (("upper", "dash"), ("centre", "solid"), ("lower", "dash")):
        limit = points[name]
        if limit.null_count() == len(limit):
            continue
        canvas.limit(places, limit, dash, "hvh")
        last = limit.drop_nulls()[-1]
        # A limit drawn at nothing would be taken for the axis: the table has it as it is.
        if name == "centre" or last > 0:
            words = subject.centre if name == "centre" else f"{name} limit"
            canvas.note(f" {words}<br> {subject.written(last)}", y=last)


def _values(
    canvas: Canvas, places: pl.Series, points: pl.DataFrame, names: Sequence[str], subject: Subject
) -> None:
    special, over = points["special"].to_list(), points["whole"].to_list()
    ink, *_, odd = canvas.palette.series[:4]
    pairs = list(zip(special, over, strict=True))
    marker = {
        "opacity": 1,
        "line": {"width": either(over, 0, 2)},
        "size": np.where(special, 11, 7).astype(np.uint8),
        "symbol": ["diamond" if out else "circle" if ended else "circle-open" for out, ended in pairs],
        "color": either(special, odd, ink),
    }
    hover = [
        f"{subject.points[0]} {name}: {subject.written(value)}{'' if ended else ', not over'}"
        for name, value, ended in zip(names, points["value"], over, strict=True)
    ]
    how = {"line": {"color": ink, "width": 2}, "cliponaxis": False, "marker": marker, "hovertext": hover}
    canvas.scatter(places, points["value"], "%{hovertext}", mode="lines+markers", **how)


def _ranges(
    canvas: Canvas, places: pl.Series, ranges: pl.Series, limit: float, axes: dict[str, Part]
) -> None:
    how = {"line": {"color": canvas.palette.series[0], "width": 1.5}, "marker": {"size": 5}, "yaxis": "y2"}
    canvas.scatter(places, ranges, "moving range %{y:,}", mode="lines+markers", **how)
    top = max(*ranges.drop_nulls(), limit) * ROOM or 1.0
    axes["yaxis"]["domain"], axes["xaxis"]["anchor"] = ABOVE, "y2"
    axes["yaxis2"] = {"domain": BELOW, "anchor": "x", "nticks": 3, "range": [0, top]}
    canvas.across(limit, "dash", "y2")
    canvas.note(f" limit {limit:,.2f}", y=limit, yref="y2")
    canvas.note("moving range", x=0, y=0.3, yref="paper", yanchor="top")


def _locked(canvas: Canvas, places: pl.Series, result: Control, subject: Subject) -> None:
    row = int(np.flatnonzero(judged(result.points))[result.baseline - 1])
    row -= result.points.height - len(places)
    if row < 0:
        return
    place, side = places[row], "left" if row < len(places) / 2 else "right"
    canvas.upright(place, "dot")
    words = f"limits from the {result.baseline} {subject.points[1]} until here"
    canvas.note(words, x=place, xref="x", xanchor=side, yref="paper", y=1, yanchor="bottom")


def _top(points: pl.DataFrame) -> float:
    """Top of the axis: over every value, and over the limits unless a period of a few throws them far off."""
    limits = points["upper"].drop_nulls()
    reach = limits.quantile(0.75) if len(limits) else None
    return max(*points["value"].drop_nulls(), reach or 0.0, points["centre"][0], 0.0) * ROOM or 1.0


def _message(result: Control, subject: Subject, as_at: dt.date) -> str:
    points, names, unit = result.points, subject.named(result.points), subject.points[0]
    drawn = f", the last {MOST_DRAWN} drawn" if points.height > MOST_DRAWN else ""
    count = f"{written_count(points.height)} {subject.points[1]}, {names[0]} to {names[-1]}{drawn}"
    limits = ", ".join(_limit_words(subject, points[name]) for name in ("upper", "lower"))
    middle = f"{subject.centre} {subject.written(points['centre'][0])}, {limits}"
    trial = " (trial limits)" if result.trial else ""
    over = "" if points["whole"][-1] else f" The last {unit} is not over and is not judged."
    verdict = (
        f"{listed_marks(result, subject)}.{over} {subject.verdict(result, numbers=False).replace('**', '')}"
    )
    return f"{subject.title}, as at {written_day(as_at)}, {count}: {middle}{trial}; {verdict}"


def _limit_words(subject: Subject, limits: pl.Series) -> str:
    if limits.null_count() == len(limits):
        return f"no {limits.name} limit"
    where = ", where there is one," if limits.null_count() else ""
    values = limits.drop_nulls().sort()
    # The least and the greatest, which are the same where every point has the same limit.
    ends = dict.fromkeys(map(subject.written, (values[0], values[-1])))
    return f"{limits.name} limit{where} {' to '.join(ends)}"


def table(result: Control, subject: Subject) -> pl.DataFrame:
    points = result.points
    first = subject.words.Failure if subject.unit == "failure" else f"{capitalised(subject.unit)} of"
    names = marked(subject.named(points), points["whole"].to_list())
    columns = [in_words(first, names)]
    if subject.share:
        with_one = subject.words("With a {failure}")
        columns += [points["numerator"].alias(with_one), points["denominator"].alias("Reviewed")]
    titles = {"value": subject.what, "moving_range": "Moving range", "centre": capitalised(subject.centre)}
    titles |= {"lower": "Lower limit", "upper": "Upper limit"}
    columns += [
        in_words(title, points[name], subject.written)
        for name, title in titles.items()
        if name in points.columns
    ]
    return pl.DataFrame([*columns, in_words("Mark", marks(result, subject.centre))])


def _changed(result: Control, subject: Subject, stretch: Stretch) -> str:
    (inside, within), (outside, without) = pair = stretch.inside, stretch.outside
    if result.work is not None:
        ends = result.work["begins"][stretch.first], result.work["ends"][stretch.last]
        first, *last = dict.fromkeys(short_day(day) for day in ends)
        span = f"from {first} to {last[0]}" if last else f"on {first}"
        review = subject.words.any_review if within == 1 else subject.words.any_reviews
        here = f"{written_count(inside)} in {written_count(within)} {review}"
        there = f"{written_count(outside)} in {written_count(without)}"
        what = f"{subject.events} came {'more' if stretch.higher else 'less'} often"
        return f"{what} {span}: {here}, against {there}."
    names, unit = subject.named(result.points), subject.points[0]
    if stretch.first == stretch.last:
        span = f"in {'the week of ' if unit == 'week' else ''}{names[stretch.first]}"
    else:
        until = "on" if stretch.last == result.evidence.places[-1] else f"to {names[stretch.last]}"
        span = f"from {names[stretch.first]} {until}"
    if subject.share:
        what = "higher" if stretch.higher else "lower"
        here, there = (
            f"{written_share(part / whole)} ({written_count(part)} of {written_count(whole)})"
            for part, whole in pair
        )
    else:
        what = f"{'more' if stretch.higher else 'fewer'} {subject.events}"
        here, there = f"{inside / within:,.1f} a {unit}", f"{outside / without:,.1f}"
    return f"{what} {span}: {here}, against {there}."


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


def listed_marks(result: Control, subject: Subject) -> str:
    if not result.causes:
        return NO_MARKS
    names, words = subject.named(result.points), list[str]()
    for cause in result.causes[:MOST_LISTED]:
        length, (above, rising) = f"{cause.points} {subject.points[1]}", SIDES[cause.side]
        long = {
            "run": f"a run of {length} {above} the {subject.centre}",
            "trend": f"{length} {rising} one after the other",
        }
        span = " to ".join(dict.fromkeys((names[cause.first], names[cause.last])))
        words.append(f"{long.get(cause.rule) or _mark(cause, subject.centre)} ({span})")
    more = len(result.causes) - MOST_LISTED
    return listed_words([*words, f"{written_count(more)} more"] if more > 0 else words)


def marks(result: Control, centre: str) -> list[str]:
    """Name for each point the marks it is part of; empty for most."""
    points: list[list[str]] = [[] for _ in range(result.points.height)]
    for cause in result.causes:
        for place in range(cause.first, cause.last + 1):
            points[place].append(_mark(cause, centre))
    return list(map("; ".join, points))


def _mark(cause: Cause, centre: str) -> str:
    above, rising = SIDES[cause.side]
    return {
        "outside": f"{above} the {cause.side} limit",
        "run": f"in a run {above} the {centre}",
        "trend": f"in a trend, {rising}",
        "near": f"{NEAR} of {OF} near the {cause.side} limit",
    }[cause.rule]
