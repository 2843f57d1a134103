"""Counts on even-spaced days by part: as stacked steps, or in a small panel for each part."""

from collections.abc import Collection, Sequence
from textwrap import wrap

import polars as pl

from charts.chart import COUNTS, Canvas, Chart, Part, literal, literals, small_panel, spread, time_axis
from charts.events import TOP, Events, mark, over_time
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
    palette: Palette,
    *,
    kinds: Sequence[str],
    unit: str,
    events: Events = (),
) -> Chart:
    """Draw stacked steps named at their ends, the first part at the bottom.

    counts: `day` and a column for each part. kinds: all that there can be, in order of colour.
    """
    canvas, filled, (days, *series) = Canvas(palette), fills(palette, kinds), counts.get_columns()
    hatching = {"shape": "/", "fillmode": "overlay", "fgcolor": palette.background}
    edge = {"color": palette.background, "width": 1}
    for part in series:
        colour, hatched = filled[part.name]
        how = {"fillcolor": colour, "fillpattern": hatching if hatched else None, "stackgroup": "one"}
        canvas.course(days, part, edge, HOVER, name=literal(part.name), **how)
    top = max(counts.drop("day").sum_horizontal(), default=0) or 1
    last = [int(part[-1]) for part in series]
    middles = [sum(last[:place]) + count / 2 for place, count in enumerate(last)]
    for part, place in zip(series, spread(middles, LABEL * top, top), strict=True):
        sign = f'<span style="color:{filled[part.name][0]}">\N{BLACK SQUARE}</span>'
        canvas.note(f"{sign} {_named(part, NAME)}", y=place, xshift=4)
    y = {**COUNTS, "tickformat": ",d", "range": [0, top * 1.04]}
    margin = {"r": 136, "t": TOP}
    figure = over_time(canvas, events, (days[0], days[-1]), y, height=HEIGHT, margin=margin)
    return Chart(title, figure, message_of(title, counts, unit), table_of(counts))


def multiples(
    title: str,
    counts: pl.DataFrame,
    palette: Palette,
    *,
    unit: str,
    meant: Collection[str] = (),
    events: Events = (),
) -> Chart:
    """Draw steps in small panels, all on the same axes.

    counts: as for `areas`. meant: parts that the series' own colour is for.
    """
    canvas, marks, (days, *series) = Canvas(palette), Canvas(palette), counts.get_columns()
    across, axes = min(len(series), ACROSS), dict[str, Part]()
    top = counts.drop("day").max().max_horizontal().item() or 1
    x, y = {**time_axis(days[0], days[-1]), "nticks": 4}, {**COUNTS, "nticks": 3, "range": [0, top * 1.04]}
    mark(marks, events, days[0], days[-1])
    for number, part in enumerate(series):
        panel, where, name = small_panel(
            number, len(series), across, (1 - GAP * across, TITLE, END), x=x, y=y
        )
        axes |= panel
        line = {"color": palette.series[0] if part.name in meant else palette.quiet, "width": 2}
        fill = {"fill": "tozeroy", "fillcolor": palette.band, "name": literal(part.name)}
        canvas.course(days, part, line, HOVER, **where, **fill)
        canvas.note(_named(part, NARROW), **name)
        place = {"xref": where["xaxis"], "yref": f"{where['yaxis']} domain"}
        canvas.shapes.extend({**shape, **place} for shape in marks.shapes)
        canvas.notes.extend({**note, **place, "yanchor": "top"} for note in marks.notes)
    figure = canvas.figure(60 + 116 * -(-len(series) // across), {"t": 0}, axes=axes)
    return Chart(title, figure, message_of(title, counts, unit), table_of(counts))


def _named(part: pl.Series, width: int) -> str:
    return f"<b>{written_count(part[-1])}</b> {'<br>'.join(literals(wrap(part.name, width)))}"
