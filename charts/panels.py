"""Courses in two small panels on one time axis: never two scales in one panel."""

from collections.abc import Mapping, Sequence

import polars as pl

from charts.chart import WORDS, Canvas, Chart, course, literal, time_axis
from charts.events import TOP, Event, mark
from charts.lines import message_of
from charts.palette import Palette
from data.formatting import short_day, written_count

HEIGHT = 240
SPANS = {"y": [0.5, 1.0], "y2": [0.0, 0.36]}
LINE, LETTER = 15 / 186, 6.5  # a line of words, of the height of both panels; a letter in pixels
Courses = Mapping[str, pl.DataFrame]


def panels(
    title: str, above: Courses, below: Courses, palette: Palette, *, unit: str, events: Sequence[Event] = ()
) -> Chart:
    """above, below: `day, numerator` by name, on the same even-spaced days; the first of each is meant."""
    canvas, days = Canvas(palette), next(iter(above.values()))["day"]
    tops = {axis: _panel(canvas, courses, axis) for axis, courses in zip(SPANS, (above, below), strict=True)}
    mark(canvas, events, days[0], days[-1])
    x = {**time_axis(days[0], days[-1]), "anchor": "y2"}
    y, y2 = ({"domain": SPANS[axis], "range": [0, top], "nticks": 3} for axis, top in tops.items())
    letters = max(len(line) for note in canvas.notes for line in note.get("name", "").split("\n"))
    margin = {"r": 16 + round(LETTER * letters), "t": TOP}
    figure = canvas.figure(HEIGHT, margin, x, {**y, "tickformat": ","}, yaxis2=y2)
    counts = {name: rows["numerator"] for rows_of in (above, below) for name, rows in rows_of.items()}
    table = pl.DataFrame([pl.Series("Day", list(map(short_day, days)), pl.String)])
    table = table.with_columns(numbers.alias(name) for name, numbers in counts.items())
    return Chart(title, figure, message_of(title, days, counts, unit), table)


def _panel(canvas: Canvas, courses: Courses, axis: str) -> float:
    """Draw the lines of a panel, with their names at their ends, and return where its axis ends."""
    top = max(max(rows["numerator"].to_list()) for rows in courses.values()) * 1.08 or 1.0
    meant, *_ = courses
    for name, rows in reversed(list(courses.items())):
        colour = canvas.palette.series[0] if name == meant else canvas.palette.quiet
        fill = {"fill": "tozeroy", "fillcolor": canvas.palette.band} if name == meant else {}
        hover = f"%{{x|%-d %B %Y}}: %{{y:,}} {literal(name)}"
        line = {"color": colour, "width": 2}
        canvas.traces.append(course(rows["day"], rows["numerator"], line, hover, yaxis=axis, **fill))
    ends = sorted((float(rows["numerator"][-1]), name) for name, rows in courses.items())
    apart = LINE / (SPANS[axis][1] - SPANS[axis][0])
    places = list[float]()
    for count, _ in ends:
        places.append(max([count / top, *(place + apart for place in places[-1:])]))
    over = max(0.0, places[-1] - 1)
    for (count, name), place in zip(ends, places, strict=True):
        words = written_count(count)
        colour = canvas.palette.series[0] if name == meant else canvas.palette.quiet
        between = "<br>" if len(courses) == 1 else " "
        canvas.note(
            f"<b>{words}</b>{between}{literal(name)}",
            y=(place - over) * top,
            yref=axis,
            xshift=4,
            name=f"{words}\n{name}" if len(courses) == 1 else f"{words} {name}",
            font={"color": colour, "size": WORDS},
        )
    return top
