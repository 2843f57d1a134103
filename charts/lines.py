"""Counts on even-spaced days as stepped lines: on one scale, in panels, or stacked."""

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from textwrap import wrap

import plotly.graph_objects as go
import polars as pl

from charts.chart import (
    COUNTS,
    Canvas,
    Chart,
    Part,
    in_words,
    literal,
    literals,
    small_panel,
    spread,
    time_axis,
)
from charts.events import TOP, Events, mark, over_time
from charts.palette import Palette, fills
from data.formatting import listed_words, short_day, written_count, written_day

LINE_OF_TEXT = 0.085
PANELS_HEIGHT = 240
SPANS = {"y": [0.5, 1.0], "y2": [0.0, 0.36]}
LINE, LETTER = 15 / 186, 6.5  # a line of words, of the height of both panels; a letter in pixels
NAME, NARROW = 18, 16  # letters on a line of a name, and of one above a small panel
LABEL = 0.16  # height of two lines of words, as a part of the plot's
ACROSS, GAP = 3, 0.03  # small panels abreast, and the room between them as a part of the width
TITLE, END = 0.3, 0.9  # of a small panel's room: where its name, and where its plot ends
HOVER = "%{fullData.name}, %{x|%-d %B %Y}: %{y:,}"
Courses = Mapping[str, pl.DataFrame]
"""`day, numerator` of each line by its name, all on the same days."""


def lines(title: str, courses: Courses, unit: str, palette: Palette, events: Events = ()) -> Chart:
    """Draw lines with their names at their ends; a single one has its number where it is highest."""
    canvas, counts = Canvas(palette), _counts(courses)
    days, *series = counts.get_columns()
    for colour, line in zip(palette.series, series, strict=False):
        canvas.course(days, line, {"color": colour, "width": 3}, HOVER, name=literal(line.name))
    if len(series) > 1:
        top = max(line[-1] for line in series) or 1
        places = spread([line[-1] / top for line in series], LINE_OF_TEXT)
        ends = zip(places, palette.series, series, strict=False)
        for place, colour, line in sorted(ends, key=itemgetter(0)):
            words = f"<b>{literal(line.name)} {written_count(line[-1])}</b>"
            _above(canvas, words, x=days[-1], y=place * top, xanchor="right", colour=colour)
    else:
        place = int(series[0].arg_max() or 0)
        count, side = series[0][place], "left" if place < len(days) / 2 else "right"
        words = f"<b>{written_count(count)}</b> from {short_day(days[place])}"
        _above(canvas, words, x=days[place], y=count, xanchor=side, colour=palette.text)
    # Words beside a line would stretch the axis to days on which nothing was, or is yet.
    figure = over_time(canvas, events, (days[0], days[-1]), COUNTS)
    return _chart(title, figure, counts, unit)


def _above(canvas: Canvas, words: str, *, colour: str, **place: object) -> None:
    canvas.note(words, xref="x", yanchor="bottom", font=canvas.font(colour), **place)


def panels(
    title: str, above: Courses, below: Courses, palette: Palette, *, unit: str, events: Events = ()
) -> Chart:
    """Draw two small panels on one time axis, never two scales in one; the first line of each is meant."""
    canvas, days = Canvas(palette), next(iter(above.values()))["day"]
    upper, lower = _panel(canvas, above, "y"), _panel(canvas, below, "y2")
    letters = max(len(line) for note in canvas.notes for line in note["name"].split("\n"))
    mark(canvas, events, days[0], days[-1])
    margin = {"r": 16 + round(LETTER * letters), "t": TOP}
    x = {**time_axis(days[0], days[-1]), "anchor": "y2"}
    figure = canvas.figure(PANELS_HEIGHT, margin, x, {**upper, "tickformat": ","}, axes={"yaxis2": lower})
    return _chart(title, figure, _counts({**above, **below}), unit)


def _panel(canvas: Canvas, courses: Courses, axis: str) -> Part:
    top = max(max(rows["numerator"].to_list()) for rows in courses.values()) * 1.08 or 1.0
    meant, *_ = courses
    colours = {name: canvas.palette.series[0] if name == meant else canvas.palette.quiet for name in courses}
    for name, rows in reversed(list(courses.items())):
        fill = {"fill": "tozeroy", "fillcolor": canvas.palette.band} if name == meant else {}
        line, hover = {"color": colours[name], "width": 2}, f"%{{x|%-d %B %Y}}: %{{y:,}} {literal(name)}"
        canvas.course(rows["day"], rows["numerator"], line, hover, yaxis=axis, **fill)
    ends = {name: rows["numerator"][-1] for name, rows in courses.items()}
    domain = SPANS[axis]
    places = spread([count / top for count in ends.values()], LINE / (domain[1] - domain[0]), 1)
    line_break, space = ("<br>", "\n") if len(courses) == 1 else (" ", " ")
    for place, (name, count) in zip(places, ends.items(), strict=True):
        words = written_count(count)
        how = {"name": f"{words}{space}{name}", "font": canvas.font(colours[name])}
        canvas.note(f"<b>{words}</b>{line_break}{literal(name)}", y=place * top, yref=axis, xshift=4, **how)
    return {"domain": domain, "range": [0, top], "nticks": 3}


def areas(
    title: str,
    counts: pl.DataFrame,
    palette: Palette,
    *,
    kinds: Sequence[str],
    unit: str,
    events: Events = (),
) -> Chart:
    """Draw stacked steps named at their ends, the first part at the bottom. counts: `day` and a column for
    each part. kinds: all that there can be, in order of colour."""
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
    figure = over_time(canvas, events, (days[0], days[-1]), y, margin={"r": 136, "t": TOP})
    return _chart(title, figure, counts, unit)


def multiples(
    title: str,
    counts: pl.DataFrame,
    palette: Palette,
    *,
    unit: str,
    meant: Collection[str] = (),
    events: Events = (),
) -> Chart:
    """Draw steps in small panels, all on the same axes. counts: as for `areas`. meant: parts that the series'
    own colour is for."""
    canvas, marks, (days, *series) = Canvas(palette), Canvas(palette), counts.get_columns()
    across, axes = min(len(series), ACROSS), dict[str, Part]()
    room = (1 - GAP * across, TITLE, END)
    top = counts.drop("day").max().max_horizontal().item() or 1
    x, y = {**time_axis(days[0], days[-1]), "nticks": 4}, {**COUNTS, "nticks": 3, "range": [0, top * 1.04]}
    mark(marks, events, days[0], days[-1])
    for number, part in enumerate(series):
        panel, where, name = small_panel(number, len(series), across, room, x=x, y=y)
        axes |= panel
        line = {"color": palette.series[0] if part.name in meant else palette.quiet, "width": 2}
        fill = {"fill": "tozeroy", "fillcolor": palette.band, "name": literal(part.name)}
        canvas.course(days, part, line, HOVER, **where, **fill)
        canvas.note(_named(part, NARROW, max_lines=2), **name)
        place = {"xref": where["xaxis"], "yref": f"{where['yaxis']} domain"}
        canvas.shapes.extend({**shape, **place} for shape in marks.shapes)
        canvas.notes.extend({**note, **place, "yanchor": "top"} for note in marks.notes)
    figure = canvas.figure(60 + 116 * -(-len(series) // across), {"t": 0}, axes=axes)
    return _chart(title, figure, counts, unit)


def _named(part: pl.Series, width: int, max_lines: int | None = None) -> str:
    lines = wrap(part.name, width, max_lines=max_lines, placeholder="…")
    return f"<b>{written_count(part[-1])}</b> {'<br>'.join(literals(lines))}"


def _counts(courses: Courses) -> pl.DataFrame:
    days = next(iter(courses.values()))["day"]
    return pl.DataFrame([days, *(rows["numerator"].alias(name) for name, rows in courses.items())])


def _chart(title: str, figure: go.Figure, counts: pl.DataFrame, unit: str) -> Chart:
    """counts: `day` and a column for each line or part."""
    days, *series = counts.get_columns()
    parts = [f"{line.name} from {written_count(line[0])} to {written_count(line[-1])}" for line in series]
    span = f"from {written_day(days[0])} to {written_day(days[-1])}"
    alt = f"{title}, in {unit}, {span}: {listed_words(parts)}."
    return Chart(title, figure, alt, pl.DataFrame([in_words("Day", days, short_day), *series]))
