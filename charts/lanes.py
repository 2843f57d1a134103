"""A lane for each open matter: its events, and how long nothing has happened."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from charts.chart import NAMES, WORDS, Canvas, Chart, literal, literals, time_axis
from charts.events import Event, mark
from charts.palette import Palette
from data.formatting import counted, short_day, written_day

QUIET = 28
LANE, FRAME, LEAST = 36, 60, 240


def lanes(
    title: str, rows: pl.DataFrame, as_at: dt.date, palette: Palette, events: Sequence[Event] = ()
) -> Chart:
    """Draw the events of each matter, and dots from its last one on once it has been quiet for 28 days.

    rows: `matter, day, status`, in order.
    """
    canvas = Canvas(palette)
    matters = rows.group_by("matter", maintain_order=True).agg("day", "status")
    parts = list[str]()
    for matter, days, statuses in matters.iter_rows():
        name, quiet = literal(matter), (as_at - days[-1]).days
        colour = palette.mark if quiet >= QUIET else palette.other
        marker = {"size": 9, "color": palette.background, "line": {"color": palette.series[0], "width": 2}}
        ends = {
            "type": "scatter",
            "mode": "lines",
            "hoverinfo": "skip",
            "x": [days[-1], as_at],
            "y": [name] * 2,
        }
        canvas.traces.append({**ends, "line": {"color": colour, "width": 3, "dash": "dot"}})
        canvas.traces.append({
            "type": "scatter", "x": days, "y": [name] * len(days), "mode": "lines+markers", "marker": marker,
            "line": {"color": palette.series[0], "width": 3}, "text": literals(statuses),
            "hovertemplate": "%{y}, %{x|%-d %B %Y}: %{text}<extra></extra>",
        })  # fmt: skip
        if quiet >= QUIET:
            font = {"color": palette.alarm, "size": WORDS}
            canvas.note(f"<b>{quiet:,} d</b> quiet", y=name, xshift=6, font=font)
        parts.append(f"{matter} {statuses[-1]}, last event {counted(quiet, 'day', 'days')} ago")
    first = min(rows["day"], default=as_at)
    room = max((as_at - first) // 30, dt.timedelta(days=2))
    mark(canvas, events, first, as_at)
    height = max(LEAST, FRAME + LANE * matters.height)
    figure = canvas.figure(height, {"r": 72, "t": 24}, time_axis(first - room, as_at), NAMES)
    table = rows.select(
        Referral="matter",
        Day=pl.Series([short_day(day) for day in rows["day"]], dtype=pl.String),
        Status="status",
    )
    return Chart(title, figure, f"{title}, as at {written_day(as_at)}: {'; '.join(parts)}.", table)
