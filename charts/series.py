"""Several lines over time: on one chart with their names at their ends, or as small charts on one scale."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from charts.chart import COUNTS, Canvas, Chart, Part, font, literal, time_axis
from charts.events import Event, mark
from charts.palette import Palette
from charts.rate import SMALL
from data.formatting import capitalised, listed_words, written_count, written_share
from metrics.dimensions import PERIODS

HEIGHT, MOST_LINES = 260, 6
PANEL_HEIGHT, MOST_PANELS, ACROSS = 110, 24, 2
APART = 0.075  # of the height of a chart: a line of words
LONGEST = 18  # letters of a name at the end of a line
LETTER = 7  # pixels
MOST_SPOKEN = 6

Ends = dict[str, dict[str, Any]]
Written = Callable[[dt.date, float | None], str]


def lines_of(
    title: str,
    long: pl.DataFrame,
    palette: Palette,
    *,
    share: bool,
    every: str = "month",
    meant: str | None = None,
    events: Sequence[Event] = (),
) -> Chart:
    """Draw up to six lines, the one meant in colour, their names and last values at their ends.

    long: `period, label, value`; a period without a value is a gap. meant: a label; else the first.
    """
    canvas, ends = Canvas(palette), _ends(long)
    labels = list(ends)[:MOST_LINES]
    top = _top(long)
    meant = meant if meant in labels else next(iter(labels), None)
    places = spread([ends[label]["value"] / top for label in labels], APART)
    texts = [f"{_short(label)} {_written(ends[label]['value'], share=share)}" for label in labels]
    # The line that is meant is drawn last, over the others.
    for label, place, text in sorted(
        zip(labels, places, texts, strict=True), key=lambda end: end[0] == meant
    ):
        colour = palette.series[0] if label == meant else palette.other
        line = {"color": colour, "width": 3 if label == meant else 2}
        _line(canvas, long.filter(label=label), line, _hover(every, share=share))
        words = f"<b>{literal(text)}</b>" if label == meant else literal(text)
        written = font(palette, SMALL) | {"color": colour if label == meant else palette.quiet}
        canvas.note(f" {words}", y=max(place, 0) * top, font=written)
    margin = 12 + LETTER * max(map(len, texts), default=0)
    if span := _range(long):
        mark(canvas, events, *span)
    y = {**COUNTS, "range": [0, top], "tickformat": _ticks(top, share=share)}
    figure = canvas.figure(HEIGHT, {"r": margin, "t": 24}, time_axis(*span) if span else {}, y)
    return Chart(title, figure, _message(title, ends, labels, share=share), table(long, every, share=share))


def small_multiples(
    title: str, long: pl.DataFrame, palette: Palette, *, share: bool, every: str = "month"
) -> Chart:
    """Draw a small chart for each label, the highest at its end first, 24 at most, on one scale.

    long: as of `lines_of`. The table has every label.
    """
    ends = _ends(long)
    labels = sorted(ends, key=lambda label: -ends[label]["value"])[:MOST_PANELS]
    canvas, top, rows = Canvas(palette), _top(long), -(-len(labels) // ACROSS) or 1
    span = _range(long)
    x: Part = time_axis(*span) if span else {}
    y = {**COUNTS, "range": [0, top], "nticks": 3, "tickformat": _ticks(top, share=share)}
    axes = dict[str, Part]()
    for number, label in enumerate(labels):
        row, column = divmod(number, ACROSS)
        name = str(number + 1) if number else ""
        high, left = 1 - row / rows, column / ACROSS
        low, right = high - 0.66 / rows, left + 0.92 / ACROSS
        bottom = number + ACROSS >= len(labels)
        axes[f"xaxis{name}"] = {**x, "domain": [left, right], "anchor": f"y{name}", "showticklabels": bottom}
        domain = [low, high - 0.08 / rows]
        axes[f"yaxis{name}"] = {**y, "domain": domain, "anchor": f"x{name}", "showticklabels": not column}
        where, line = {"xaxis": f"x{name}", "yaxis": f"y{name}"}, {"color": palette.series[0], "width": 2}
        _line(canvas, long.filter(label=label), line, _hover(every, share=share), **where)
        words = f"<b>{literal(_short(label, 2 * LONGEST))}</b> {_written(ends[label]['value'], share=share)}"
        place = {"x": left, "y": high - 0.08 / rows, "yref": "paper", "yanchor": "bottom"}
        canvas.note(words, font=font(palette, SMALL), **place)
    xaxis, yaxis = axes.pop("xaxis", x), axes.pop("yaxis", y)
    figure = canvas.figure(max(HEIGHT, rows * PANEL_HEIGHT), {"b": 24, "t": 16}, xaxis, yaxis, **axes)
    return Chart(title, figure, _message(title, ends, labels, share=share), table(long, every, share=share))


def spread(places: Sequence[float], apart: float) -> list[float]:
    """Move places, as parts of a height, as little up as keeps them apart, and down again from its top."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved, below = list(places), -apart
    for number in order:
        moved[number] = below = max(places[number], below + apart)
    above = 1 + apart
    for number in reversed(order):
        moved[number] = above = min(moved[number], above - apart)
    return moved


def _ends(long: pl.DataFrame) -> Ends:
    """First and last value of each label that has any, in their order."""
    known = pl.col("value").drop_nulls()
    rows = long.group_by("label", maintain_order=True).agg(known.last(), first=known.first())
    return {row["label"]: row for row in rows.drop_nulls("value").iter_rows(named=True)}


def _line(canvas: Canvas, rows: pl.DataFrame, line: Part, number: Written, **where: str) -> None:
    """number: how a period and a value are written."""
    # A value between two gaps has no line: its point alone shows it.
    few = rows["value"].is_not_null().sum() == 1
    words = [literal(f"{label}, {number(day, value)}") for day, label, value in rows.rows()]
    how = {"mode": "lines+markers" if few else "lines", "line": line, "name": literal(rows["label"][0])}
    hover = {"hovertext": words, "hovertemplate": "%{hovertext}<extra></extra>"}
    canvas.scatter(rows["period"], rows["value"], **hover, **how, **where)


def _hover(every: str, *, share: bool) -> Written:
    def number(day: dt.date, value: float | None) -> str:
        return f"{PERIODS[every][1](day)}: {'none' if value is None else _written(value, share=share)}"

    return number


def _top(long: pl.DataFrame) -> float:
    return max(long["value"].drop_nulls(), default=0.0) * 1.08 or 1.0


def _range(long: pl.DataFrame) -> tuple[dt.date, dt.date] | None:
    days = long["period"].unique().sort()
    return (days[0], days[-1]) if len(days) > 1 else None


def _ticks(top: float, *, share: bool) -> str:
    return (",.0%" if top >= 0.05 else ",.1%") if share else ","  # noqa: PLR2004  # as the ticks need


def _written(value: float, *, share: bool) -> str:
    return written_share(value) if share else written_count(value)


def _short(label: str, longest: int = LONGEST) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1]}…"


def _message(title: str, ends: Ends, labels: list[str], *, share: bool) -> str:
    if not labels:
        return f"{title}: nothing yet."
    spoken = {
        label: [_written(ends[label][end], share=share) for end in ("first", "value")]
        for label in labels[:MOST_SPOKEN]
    }
    parts = [f"{label} from {first} to {last}" for label, (first, last) in spoken.items()]
    more = len(labels) - len(parts)
    left = len(ends) - len(labels)
    rest = f"; {more} more are drawn" if more else ""
    rest += f"; {left} more are in the table" if left else ""
    return f"{title}: {listed_words(parts)}{rest}."


def table(long: pl.DataFrame, every: str, *, share: bool) -> pl.DataFrame:
    """A row for each period and a column for each label; empty where there is no value."""
    periods, labels = long["period"].unique().sort(), long["label"].unique(maintain_order=True).to_list()
    first = capitalised(every)
    while first in labels:
        first = f"({first})"
    columns = [pl.Series(first, [PERIODS[every][1](day) for day in periods], pl.String)]
    for label in labels:
        values = dict(long.filter(label=label).select("period", "value").rows())
        known = [values.get(day) for day in periods]
        texts = ["" if value is None else _written(value, share=share) for value in known]
        columns.append(pl.Series(label, texts, pl.String))
    return pl.DataFrame(columns)
