"""Counts on even-spaced days by part: as stacked steps, or in a small panel for each part."""

from collections.abc import Collection, Sequence
from textwrap import wrap

import polars as pl

from charts.chart import COUNTS, Canvas, Chart, Part, literal, literals, small_panel, spread, time_axis
from charts.events import TOP, Event, mark, over_time
from charts.lines import message_of, table_of
from charts.palette import Palette, fills
from data.formatting import written_count

HEIGHT = 250
NAME, NARROW = 18, 16  # letters on a line of a name, and of one above a small panel
LABEL = 0.16  # height of two lines of words, as a part of the plot's
ACROSS, GAP = 3, 0.03  # small panels abreast, and the room between them as a part of the width
TITLE, END = 0.3, 0.9  # of a small panel's room: where its name, and where its plot ends
HOVER = "%{fullData.name}, %{x|%-d %B %Y}: %{y:,}"


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
    """Draw stacked steps named at their ends, the first part at the bottom.

    counts: `day` and one column for each of `parts`. kinds: all that there can be, in order of colour.
    """
    canvas, filled, days = Canvas(palette), fills(palette, kinds), counts["day"]
    hatching = {"shape": "/", "fillmode": "overlay", "fgcolor": palette.background}
    for part in parts:
        colour, hatched = filled[part]
        how = {"fillcolor": colour, "fillpattern": hatching if hatched else None, "stackgroup": "one"}
        canvas.course(
            days, counts[part], {"color": palette.background, "width": 1}, HOVER, name=literal(part), **how
        )
    top = max(counts.select(pl.sum_horizontal(parts)).to_series(), default=0) or 1
    last = [int(counts[part][-1]) for part in parts]
    middles = [sum(last[:place]) + count / 2 for place, count in enumerate(last)]
    for part, count, place in zip(parts, last, spread(middles, LABEL * top, top), strict=True):
        sign = f'<span style="color:{filled[part][0]}">\N{BLACK SQUARE}</span>'
        canvas.note(f"{sign} {_named(count, part, NAME)}", y=place, xshift=4)
    y = {**COUNTS, "tickformat": ",d", "range": [0, top * 1.04]}
    figure = over_time(canvas, events, (days[0], days[-1]), y, height=HEIGHT, margin={"r": 136, "t": TOP})
    series = {part: counts[part] for part in parts}
    return Chart(title, figure, message_of(title, days, series, unit), table_of(days, series))


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
    """Draw steps in small panels, all on the same axes.

    counts: as for `areas`. meant: parts that the series' own colour is for.
    """
    canvas, days, across = Canvas(palette), counts["day"], min(len(parts), ACROSS)
    top = max(counts.select(pl.max_horizontal(parts)).to_series(), default=0) or 1
    x, y = {**time_axis(days[0], days[-1]), "nticks": 4}, {**COUNTS, "nticks": 3, "range": [0, top * 1.04]}
    axes, marks = dict[str, Part](), Canvas(palette)
    mark(marks, events, days[0], days[-1])
    for number, part in enumerate(parts):
        panel, where, name = small_panel(number, len(parts), across, (1 - GAP * across, TITLE, END), x=x, y=y)
        axes |= panel
        line = {"color": palette.series[0] if part in meant else palette.quiet, "width": 2}
        fill = {"fill": "tozeroy", "fillcolor": palette.band, "name": literal(part)}
        canvas.course(days, counts[part], line, HOVER, **where, **fill)
        canvas.note(_named(counts[part][-1], part, NARROW), **name)
        place = {"xref": where["xaxis"], "yref": f"{where['yaxis']} domain"}
        canvas.shapes.extend({**shape, **place} for shape in marks.shapes)
        canvas.notes.extend({**note, **place, "yanchor": "top"} for note in marks.notes)
    figure = canvas.figure(60 + 116 * -(-len(parts) // across), {"t": 0}, **axes)
    series = {part: counts[part] for part in parts}
    return Chart(title, figure, message_of(title, days, series, unit), table_of(days, series))


def _named(count: int, part: str, width: int) -> str:
    return f"<b>{written_count(count)}</b> {'<br>'.join(literals(wrap(part, width)))}"
