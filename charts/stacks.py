"""Counts over time by part: as columns, as stacked steps, or in a small panel for each part."""

from collections.abc import Collection, Sequence
from textwrap import wrap

import polars as pl

from charts.chart import (
    COUNTS,
    Canvas,
    Chart,
    Part,
    course,
    literal,
    literals,
    time_axis,
)
from charts.events import TOP, Event, mark
from charts.lines import message_of
from charts.palette import Palette, fills
from data.formatting import short_day, written_count

NAME, NARROW = 18, 16  # letters on a line of a name, and of one above a small panel
LABEL = 0.16  # height of two lines of words, as a part of the plot's
ACROSS, GAP = 3, 0.03  # small panels abreast, and the room between them as a part of the width
TITLE = 0.3  # height of a small panel's name, as a part of its room


def areas(
    title: str,
    counts: pl.DataFrame,
    parts: Sequence[str],
    palette: Palette,
    *,
    kinds: Sequence[str],
    unit: str,
    events: Sequence[Event] = (),
) -> Chart:
    """Draw counts on even-spaced days as stacked steps named at their ends, the first part at the bottom.

    counts: `day` and one column for each of `parts`. kinds: all that there can be, in order of colour.
    """
    canvas, filled, days = Canvas(palette), fills(palette, kinds), counts["day"]
    hatching = {"shape": "/", "fillmode": "overlay", "fgcolor": palette.background}
    line = {"color": palette.background, "width": 1}
    for part in parts:
        fill, hover = filled[part], "%{fullData.name}, %{x|%-d %B %Y}: %{y:,}"
        how = {"fillcolor": fill.colour, "fillpattern": hatching if fill.hatched else None}
        trace = course(days, counts[part], line, hover, stackgroup="one", name=literal(part), **how)
        canvas.traces.append(trace)
    top = max(counts.select(pl.sum_horizontal(parts)).to_series(), default=0) or 1
    last = [int(counts[part][-1]) for part in parts]
    middles = [sum(last[:place]) + count / 2 for place, count in enumerate(last)]
    for part, count, place in zip(parts, last, spread(middles, LABEL * top, top), strict=True):
        sign = f'<span style="color:{filled[part].colour}">\N{BLACK SQUARE}</span>'
        words = "<br>".join(literals(wrap(part, NAME)))
        canvas.note(f"{sign} <b>{written_count(count)}</b> {words}", y=place, xshift=4)
    mark(canvas, events, days[0], days[-1])
    y = {**COUNTS, "tickformat": ",d", "range": [0, top * 1.04]}
    figure = canvas.figure(250, {"r": 136, "t": TOP}, time_axis(days[0], days[-1]), y)
    message = message_of(title, days, {part: counts[part] for part in parts}, unit)
    return Chart(title, figure, message, areas_table(counts, parts))


def spread(places: Sequence[float], gap: float, top: float) -> list[float]:
    """Return places in their order at least a gap apart, none above the top as long as all fit below it."""
    moved = list[float]()
    for place in places:
        moved.append(max([place, *(last + gap for last in moved[-1:])]))
    for number in range(len(moved) - 1, -1, -1):
        moved[number] = min(moved[number], top - gap * (len(moved) - 1 - number))
    return moved


def multiples(
    title: str,
    counts: pl.DataFrame,
    parts: Sequence[str],
    palette: Palette,
    *,
    unit: str,
    meant: Collection[str] = (),
    events: Sequence[Event] = (),
) -> Chart:
    """Draw counts on even-spaced days as steps, a small panel for each part, all on the same axes.

    counts: as for `areas`. meant: parts that the series' own colour is for.
    """
    canvas, days, across = Canvas(palette), counts["day"], min(len(parts), ACROSS)
    down = -(-len(parts) // across)
    top = max(counts.select(pl.max_horizontal(parts)).to_series(), default=0) or 1
    axes: dict[str, Part] = {}
    for number, part in enumerate(parts):
        column, row = number % across, number // across
        of = "" if number == 0 else str(number + 1)
        left, upper = column / across, 1 - row / down
        axes[f"xaxis{of}"] = {
            **time_axis(days[0], days[-1]), "domain": [left, left + 1 / across - GAP], "anchor": f"y{of}",
            "nticks": 4, "showticklabels": number + across >= len(parts),
        }  # fmt: skip
        axes[f"yaxis{of}"] = {
            **COUNTS, "domain": [upper - 0.9 / down, upper - TITLE / down], "anchor": f"x{of}", "nticks": 3,
            "range": [0, top * 1.04], "showticklabels": column == 0,
        }  # fmt: skip
        colour = palette.series[0] if part in meant else palette.quiet
        how = {"xaxis": f"x{of}", "yaxis": f"y{of}", "fill": "tozeroy", "fillcolor": palette.band}
        hover = "%{fullData.name}, %{x|%-d %B %Y}: %{y:,}"
        line = {"color": colour, "width": 2}
        canvas.traces.append(course(days, counts[part], line, hover, name=literal(part), **how))
        words = "<br>".join(literals(wrap(part, NARROW)))
        where = {"x": left, "y": upper - TITLE / down, "yref": "paper", "yanchor": "bottom"}
        canvas.note(f"<b>{written_count(counts[part][-1])}</b> {words}", **where)
        marks = Canvas(palette)
        mark(marks, events, days[0], days[-1])
        place = {"xref": f"x{of}", "yref": f"y{of} domain"}
        canvas.shapes.extend({**shape, **place} for shape in marks.shapes)
        canvas.notes.extend({**note, **place, "yanchor": "top"} for note in marks.notes)
    first = {name: axes.pop(name) for name in ("xaxis", "yaxis")}
    figure = canvas.figure(60 + 116 * down, {"t": 0}, first["xaxis"], first["yaxis"], **axes)
    message = message_of(title, days, {part: counts[part] for part in parts}, unit)
    return Chart(title, figure, message, areas_table(counts, parts))


def areas_table(counts: pl.DataFrame, parts: Sequence[str]) -> pl.DataFrame:
    return counts.select(pl.Series("Day", [short_day(day) for day in counts["day"]], pl.String), *parts)
