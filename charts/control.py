"""Control charts: a series, its mean and its process limits, and the points that chance does not explain."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts import causes
from charts.chart import Chart, axis, blank
from charts.palette import Palette
from data.written import capitalised, short_day, written_count, written_day, written_share
from metrics.chance.control import Control

ABOVE, BELOW = [0.36, 1.0], [0.0, 0.22]
PERIODS = {
    "week": {"tickformat": "%-d %b<br>%Y", "nticks": 6},
    "month": {"tickformat": "%b<br>%Y", "dtick": "M1"},
}
BY_NUMBER = {
    "nticks": 10,
    "zeroline": False,
    "title": {"text": "failures, in the order they were found", "font": {"size": 14}},
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a control chart speaks of.

    title: its title. unit: what a point is: "week", "month" or "failure". what: what its values count.
    centre: what its middle line is: "mean" or "median". share: whether its values are shares.
    """

    title: str
    unit: str
    what: str
    centre: str = "mean"
    share: bool = False

    def written(self, value: float | None) -> str:
        """Write a value or a limit; a limit that is none as a dash."""
        if value is None:
            return "-"
        if self.share:
            return written_share(value)
        if self.unit == "failure":
            return written_count(round(value))
        return written_count(value) if float(value).is_integer() else f"{value:,.2f}"

    def named(self, points: pl.DataFrame) -> list[str]:
        """Name each point as a reader sees it."""
        if self.unit == "failure":
            rows = points.select("number", "found_on").rows()
            return [f"{number}, found {short_day(day)}" for number, day in rows]
        return [f"{day:%b %Y}" if self.unit == "month" else short_day(day) for day in points["period"]]


@dataclass(frozen=True, eq=False)
class _Canvas:
    """What is drawn on: the figure, the place of each point along it, and its colours."""

    figure: go.Figure
    places: np.ndarray
    palette: Palette

    def line(self, values: pl.Series, dash: str) -> None:
        """Draw a limit or a mean from point to point."""
        self.figure.add_scatter(
            x=self.places,
            y=values.cast(pl.Float32).clip(0).to_numpy(),
            mode="lines",
            line={"color": self.palette.quiet, "width": 1.5, "dash": dash, "shape": "hvh"},
            hoverinfo="skip",
        )

    def note(self, text: str, **where: Any) -> None:  # noqa: ANN401  # what Plotly calls a place
        """Write words at a height, right of the lines unless it is said otherwise."""
        font = {"color": self.palette.text, "size": 13}
        # Beside the lines, so that none runs through the words.
        ends = {"x": 1, "xref": "paper", "xanchor": "left", "align": "left", **where}
        self.figure.add_annotation(text=text, showarrow=False, font=font, **ends)


def control(found: Control, subject: Subject, as_at: dt.date, palette: Palette) -> Chart:
    """Draw a series with its limits; individuals with their moving ranges below them.

    The lower limit of a count is drawn at 0 where it lies below; the table has it as it was computed.
    """
    points = found.points
    names = subject.named(points)
    ranged = "moving_range" in points.columns
    by_number = subject.unit == "failure"
    places = points["number"].to_numpy() if by_number else points["period"].to_numpy()
    canvas = _Canvas(blank(palette, height=440 if ranged else 340), places, palette)
    _limits(canvas, points, subject)
    _values(canvas, points, names, subject)
    canvas.figure.update_xaxes(BY_NUMBER if by_number else PERIODS[subject.unit], showgrid=False)
    percent = ",.0%" if subject.share else ","
    canvas.figure.update_layout(margin={"r": 84, "t": 26})
    canvas.figure.update_yaxes(nticks=5, tickformat=percent, range=[0, _top(points)])
    if ranged:
        _ranges(canvas, found)
    if found.baseline < points.height:
        _locked(canvas, found, subject)
    message = _message(found, subject, names, as_at)
    return Chart(subject.title, canvas.figure, message, table(found, subject), tuple(names))


def _limits(canvas: _Canvas, points: pl.DataFrame, subject: Subject) -> None:
    for name, dash in (("upper", "dash"), ("centre", "solid"), ("lower", "dash")):
        limit = points[name]
        if limit.null_count() == len(limit):
            continue
        canvas.line(limit, dash)
        last = limit[-1]
        # A limit drawn at nothing would be taken for the axis: the table has it as it is.
        if name == "centre" or (last is not None and last > 0):
            words = subject.centre if name == "centre" else f"{name} limit"
            canvas.note(f" {words}<br> {subject.written(last)}", y=last)


def _values(canvas: _Canvas, points: pl.DataFrame, names: Sequence[str], subject: Subject) -> None:
    special, series = points["special"].to_numpy(), canvas.palette.series
    texts = [subject.written(value) for value in points["value"]]
    canvas.figure.add_scatter(
        x=canvas.places,
        y=points["value"].cast(pl.Float32).to_numpy(),
        mode="lines+markers",
        line={"color": series[0], "width": 2},
        cliponaxis=False,
        marker={
            "opacity": 1,
            "line": {"width": 0},
            "size": np.where(special, 11, 7).astype(np.uint8),
            "symbol": ["diamond" if each else "circle" for each in special],
            "color": [series[3] if each else series[0] for each in special],
        },
        hovertext=[f"{subject.unit} {name}: {text}" for name, text in zip(names, texts, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _ranges(canvas: _Canvas, found: Control) -> None:
    """Draw the moving ranges on an axis of their own below the values."""
    ranges = found.points["moving_range"].cast(pl.Float32)
    limit = found.range_limit or 0.0
    canvas.figure.add_scatter(
        x=canvas.places,
        y=ranges.to_numpy(),
        yaxis="y2",
        mode="lines+markers",
        line={"color": canvas.palette.series[0], "width": 1.5},
        marker={"size": 5},
        hovertemplate="moving range %{y:,}<extra></extra>",
    )
    top = max(*ranges.drop_nulls(), limit) * 1.25 or 1.0
    canvas.figure.update_layout(
        yaxis={"domain": ABOVE},
        yaxis2=axis(canvas.palette) | {"domain": BELOW, "anchor": "x", "nticks": 3, "range": [0, top]},
        xaxis={"anchor": "y2"},
    )
    line = {"color": canvas.palette.quiet, "width": 1.5, "dash": "dash"}
    canvas.figure.add_shape(type="line", xref="paper", x0=0, x1=1, yref="y2", y0=limit, y1=limit, line=line)
    canvas.note(f" limit {limit:,.2f}", y=limit, yref="y2")
    canvas.note("moving range", x=0, y=0.3, yref="paper", yanchor="top")


def _locked(canvas: _Canvas, found: Control, subject: Subject) -> None:
    """Mark where the points end that the limits come from."""
    place = canvas.places[found.baseline - 1]
    line = {"color": canvas.palette.quiet, "width": 1, "dash": "dot"}
    canvas.figure.add_shape(type="line", x0=place, x1=place, yref="paper", y0=0, y1=1, line=line)
    words = f"limits from the {found.baseline} {subject.unit}s until here"
    early = found.baseline <= found.points.height / 2
    side = "left" if early else "right"
    canvas.note(words, x=place, xref="x", xanchor=side, yref="paper", y=1, yanchor="bottom")


def _top(points: pl.DataFrame) -> float:
    """Top of the axis: over every value, and over the limits unless a period of a few throws them far off."""
    limits = points["upper"].drop_nulls()
    reach = limits.quantile(0.75) if len(limits) else None
    return max(*points["value"].to_list(), reach or 0.0, points["centre"][0]) * 1.15 or 1.0


def _message(found: Control, subject: Subject, names: Sequence[str], as_at: dt.date) -> str:
    points = found.points
    low, high = points["lower"], points["upper"]
    where = ", where there is one," if low.null_count() else ""
    lower = f"lower limit{where} {_between(subject, low)}" if low.drop_nulls().len() else "no lower limit"
    limits = f"upper limit {_between(subject, high)}, {lower}"
    count = f"{written_count(points.height)} {subject.unit}s, {names[0]} to {names[-1]}"
    middle = f"{subject.centre} {subject.written(points['centre'][0])}"
    shown = causes.told(found, names, subject.unit, subject.centre)
    trial = " (trial limits)" if found.trial else ""
    return f"{subject.title}, as at {written_day(as_at)}, {count}: {middle}, {limits}{trial}; {shown}."


def _between(subject: Subject, limits: pl.Series) -> str:
    """Write a limit that is the same at every point as one, another as the least to the greatest."""
    each = limits.drop_nulls().sort()
    ends = [subject.written(each[0]), subject.written(each[-1])]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def table(found: Control, subject: Subject) -> pl.DataFrame:
    """Numbers of a series as a reader sees them, one row for each point; no limit is a dash."""
    points, names = found.points, subject.named(found.points)
    first = "Failure" if subject.unit == "failure" else f"{capitalised(subject.unit)} of"
    held = [pl.Series(first, names, pl.String)]
    if subject.share:
        held += [points["numerator"].alias("With a failure"), points["denominator"].alias("Reviewed")]
    for name, title in (
        ("value", subject.what), ("moving_range", "Moving range"), ("centre", capitalised(subject.centre)),
        ("lower", "Lower limit"), ("upper", "Upper limit"),
    ):  # fmt: skip
        if name in points.columns:
            held.append(pl.Series(title, [subject.written(each) for each in points[name]], pl.String))
    return pl.DataFrame([*held, pl.Series("Special cause", causes.marks(found, subject.centre), pl.String)])
