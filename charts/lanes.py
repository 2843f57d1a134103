"""A lane for each matter: what it was from which day on, and where nothing happened for long."""

import datetime as dt
from collections.abc import Mapping

import polars as pl

from charts.chart import NAMES, Canvas, Chart, either, in_words, literal, literals, rows_height, time_axis
from charts.events import TOP, Events, mark
from charts.palette import Palette
from data.formatting import counted, short_day, written_day
from metrics.histories.cases import ENDED

QUIET = 28  # days
LANE, TWO_LINES, LEAST = 36, 54, 240
SILENT = "Days to the next event"


def lanes(
    title: str,
    rows: pl.DataFrame,
    as_at: dt.date,
    palette: Palette,
    events: Events = (),
    *,
    below: Mapping[str, str] | None = None,
) -> Chart:
    """Draw a line from event to event, dotted where none came for 28 days, with statuses where they fit.
    rows: `matter, day, status`, in order. below: what is written below the name of each matter."""
    canvas, stretches = Canvas(palette), _stretches(rows, as_at)
    quiet, last = pl.col("days") >= QUIET, pl.col("last")
    _lines(canvas, stretches.filter(~quiet), palette.series[0], "solid")
    _lines(canvas, stretches.filter(quiet & ~last), palette.other, "dot")
    now = stretches.filter(quiet & last)
    _lines(canvas, now, palette.mark, "dot")
    _statuses(canvas, stretches)
    for matter, days in now.select("matter", "days").rows():
        canvas.note(f"<b>{days:,} d</b> quiet", y=literal(matter), xshift=6, font=canvas.font(palette.alarm))
    first = min(rows["day"], default=as_at)
    mark(canvas, events, first, as_at)
    names = stretches["matter"].unique(maintain_order=True).to_list()
    y = {**NAMES, "categoryorder": "array", "categoryarray": literals(names)}
    if below is not None:
        texts = [f"<b>{literal(name)}</b><br>{literal(below.get(name, ''))}" for name in names]
        y |= {"tickvals": list(range(len(names))), "ticktext": texts}
    room = max((as_at - first) // 30, dt.timedelta(days=2))
    height = rows_height(len(names), row=LANE if below is None else TWO_LINES, least=LEAST)
    hidden = {"mode": "hide", "minsize": canvas.font()["size"]}
    x, margin = time_axis(first - room, as_at), {"r": 72, "t": TOP}
    figure = canvas.figure(height, margin, x, y, barmode="overlay", uniformtext=hidden)
    days = in_words("Day", stretches["day"], short_day)
    table = stretches.select(Referral="matter", Day=days, Status="status", **{SILENT: pl.col("days")})
    return Chart(title, figure, _message(title, stretches, as_at), table)


def _stretches(rows: pl.DataFrame, as_at: dt.date) -> pl.DataFrame:
    """Return `matter, day, status, until, days, last`: `days` null once the matter has ended."""
    until = pl.col("day").shift(-1).over("matter")
    days = (pl.col("until") - pl.col("day")).dt.total_days()
    return rows.with_columns(until=until.fill_null(as_at), last=until.is_null()).with_columns(
        days=pl.when(~(pl.col("last") & pl.col("status").is_in(ENDED))).then(days)
    )


def _lines(canvas: Canvas, stretches: pl.DataFrame, colour: str, dash: str) -> None:
    x, y = list[dt.date | None](), list[str | None]()
    for matter, day, until in stretches.select("matter", "day", "until").rows():
        x += [day, until, None]
        y += [*[literal(matter)] * 2, None]
    canvas.add("scatter", mode="lines", x=x, y=y, line={"color": colour, "width": 3, "dash": dash})


def _statuses(canvas: Canvas, stretches: pl.DataFrame) -> None:
    palette, matters, statuses = canvas.palette, literals(stretches["matter"]), literals(stretches["status"])
    # Bars without colour above the lines, whose words Plotly hides where there is no room for them.
    room = (stretches["until"] - stretches["day"]).dt.total_milliseconds()
    canvas.add(
        "bar", orientation="h", base=[day.isoformat() for day in stretches["day"]], x=room.to_list(),
        y=matters, text=statuses, textposition="inside", insidetextanchor="start", textangle=0,
        insidetextfont=canvas.font(), marker={"color": "rgba(0,0,0,0)"}, offset=-0.5, width=0.42,
    )  # fmt: skip
    ended = stretches["status"].is_in(ENDED).to_list()
    ink, fills = palette.series[0], either(ended, palette.series[0], palette.background)
    symbols = either(ended, "square", "circle")
    marker = {"size": 9, "line": {"color": ink, "width": 2}, "color": fills, "symbol": symbols}
    how = {"x": stretches["day"].to_list(), "y": matters, "text": statuses, "marker": marker}
    canvas.add("scatter", "%{y}, %{x|%-d %B %Y}: %{text}", mode="markers", **how)


def _message(title: str, stretches: pl.DataFrame, as_at: dt.date) -> str:
    if stretches.is_empty():
        return f"{title}: none by {written_day(as_at)}."
    parts = [
        f"{matter} {status}" + ("" if days is None else f", last event {counted(days, 'day', 'days')} ago")
        for matter, status, days in stretches.filter("last").select("matter", "status", "days").iter_rows()
    ]
    return f"{title}, as at {written_day(as_at)}: {'; '.join(parts)}."
