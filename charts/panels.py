"""Two courses in two small panels on one time axis: never two scales in one panel."""

from collections.abc import Sequence

import polars as pl

from charts.chart import Canvas, Chart, course, time_axis
from charts.events import Event, mark
from charts.lines import message_of
from charts.palette import Palette
from data.formatting import short_day, written_count

HEIGHT = 240
Panel = tuple[str, pl.DataFrame]


def panels(
    title: str, above: Panel, below: Panel, palette: Palette, *, unit: str, events: Sequence[Event] = ()
) -> Chart:
    """above, below: a name and `day, numerator`, on the same even-spaced days."""
    canvas = Canvas(palette)
    days = above[1]["day"]
    lines = (
        ("y", palette.series[0], {"fill": "tozeroy", "fillcolor": palette.band}),
        ("y2", palette.quiet, {}),
    )
    for (name, rows), (axis, colour, how) in zip((above, below), lines, strict=True):
        hover = f"%{{x|%-d %B %Y}}: %{{y:,}} {name}"
        canvas.traces.append(
            course(rows["day"], rows["numerator"], {"color": colour, "width": 2}, hover, yaxis=axis, **how)
        )
        last = rows["numerator"][-1]
        canvas.note(f"<b>{written_count(last)}</b><br>{name}", y=last, yref=axis, xshift=4)
    mark(canvas, events, days[0], days[-1])
    x = {**time_axis(days[0], days[-1]), "anchor": "y2"}
    y = {"domain": [0.5, 1], "rangemode": "tozero", "nticks": 3, "tickformat": ","}
    figure = canvas.figure(HEIGHT, {"r": 64, "t": 24}, x, y, yaxis2={"domain": [0, 0.36]})
    counts = {name: rows["numerator"] for name, rows in (above, below)}
    table = pl.DataFrame([pl.Series("Day", list(map(short_day, days)), pl.String)])
    table = table.with_columns(numbers.alias(name) for name, numbers in counts.items())
    return Chart(title, figure, message_of(title, days, counts, unit), table)
