"""A lane for each matter: what it was from which day on, and where nothing happened for long."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from charts.chart import DAY, NAMES, WORDS, Canvas, Chart, font, literal, literals, time_axis
from charts.events import TOP, Event, mark
from charts.palette import Palette
from data.formatting import counted, short_day, written_day
from metrics.histories.findings import ENDED

QUIET = 28  # days
LANE, TWO_LINES, FRAME, LEAST = 36, 54, 60, 240
SILENT = "Days to the next event"


def lanes(
    title: str,
    rows: pl.DataFrame,
    as_at: dt.date,
    palette: Palette,
    events: Sequence[Event] = (),
    *,
    below: Mapping[str, str] | None = None,
) -> Chart:
    """Draw a line from event to event, dotted where none came for 28 days, with statuses where they fit.

    rows: `matter, day, status`, in order. below: what is written below the name of each matter.
    """
    canvas, stretches = Canvas(palette), _stretches(rows, as_at)
    active, quiet, now = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    for stretch in stretches.filter(pl.col("days").is_not_null()).iter_rows(named=True):
        still = stretch["days"] >= QUIET
        (now if still and stretch["last"] else quiet if still else active).append(stretch)
    for some, colour, dash in (
        (active, palette.series[0], "solid"), (quiet, palette.other, "dot"), (now, palette.mark, "dot"),
    ):  # fmt: skip
        canvas.traces.append(_lines(some, {"color": colour, "width": 3, "dash": dash}))
    ended = stretches["status"].is_in(ENDED).to_list()
    canvas.traces.extend([_statuses(stretches, as_at, palette), _marks(stretches, ended, palette)])
    for stretch in now:
        words, colour = f"<b>{stretch['days']:,} d</b> quiet", {"color": palette.alarm, "size": WORDS}
        canvas.note(words, y=literal(stretch["matter"]), xshift=6, font=colour)
    first = min(rows["day"], default=as_at)
    mark(canvas, events, first, as_at)
    names = stretches["matter"].unique(maintain_order=True).to_list()
    y = {**NAMES, "categoryorder": "array", "categoryarray": literals(names)}
    if below is not None:
        texts = [f"<b>{literal(name)}</b><br>{literal(below.get(name, ''))}" for name in names]
        y |= {"tickvals": list(range(len(names))), "ticktext": texts}
    room = max((as_at - first) // 30, dt.timedelta(days=2))
    height = max(LEAST, FRAME + (LANE if below is None else TWO_LINES) * len(names))
    figure = canvas.figure(height, {"r": 72, "t": TOP}, time_axis(first - room, as_at), y)
    figure.layout.update(barmode="overlay", uniformtext={"mode": "hide", "minsize": WORDS})
    return Chart(title, figure, _message(title, stretches, as_at), _table(stretches))


def _stretches(rows: pl.DataFrame, as_at: dt.date) -> pl.DataFrame:
    """Return `matter, day, status, until, days, last`: `days` null once the matter has ended."""
    until = pl.col("day").shift(-1).over("matter")
    days = (pl.col("until") - pl.col("day")).dt.total_days()
    return rows.with_columns(until=until.fill_null(as_at), last=until.is_null()).with_columns(
        days=pl.when(~(pl.col("last") & pl.col("status").is_in(ENDED))).then(days)
    )


def _lines(stretches: Sequence[Mapping[str, Any]], line: Mapping[str, Any]) -> dict[str, Any]:
    x, y = list[dt.date | None](), list[str | None]()
    for stretch in stretches:
        x += [stretch["day"], stretch["until"], None]
        y += [*[literal(stretch["matter"])] * 2, None]
    return {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "x": x, "y": y, "line": line}


def _statuses(stretches: pl.DataFrame, as_at: dt.date, palette: Palette) -> dict[str, Any]:
    """Bars without colour above the lines, whose words Plotly hides where there is no room for them."""
    room = (stretches["until"].fill_null(as_at) - stretches["day"]).dt.total_days() * float(DAY)
    return {
        "type": "bar", "orientation": "h", "base": [day.isoformat() for day in stretches["day"]],
        "x": room.to_list(), "y": literals(stretches["matter"]), "text": literals(stretches["status"]),
        "textposition": "inside", "insidetextanchor": "start", "textangle": 0, "hoverinfo": "skip",
        "marker": {"color": "rgba(0,0,0,0)"}, "insidetextfont": font(palette), "offset": -0.5, "width": 0.42,
    }  # fmt: skip


def _marks(stretches: pl.DataFrame, ended: Sequence[bool], palette: Palette) -> dict[str, Any]:
    edge = {"color": palette.series[0], "width": 2}
    fills = [palette.series[0] if over else palette.background for over in ended]
    symbols = ["square" if over else "circle" for over in ended]
    return {
        "type": "scatter", "mode": "markers",
        "x": stretches["day"].to_list(), "y": literals(stretches["matter"]),
        "marker": {"size": 9, "color": fills, "symbol": symbols, "line": edge},
        "text": literals(stretches["status"]),
        "hovertemplate": "%{y}, %{x|%-d %B %Y}: %{text}<extra></extra>",
    }  # fmt: skip


def _message(title: str, stretches: pl.DataFrame, as_at: dt.date) -> str:
    if stretches.is_empty():
        return f"{title}: none by {written_day(as_at)}."
    parts = [
        f"{matter} {status}" + ("" if days is None else f", last event {counted(days, 'day', 'days')} ago")
        for matter, status, days in stretches.filter("last").select("matter", "status", "days").iter_rows()
    ]
    return f"{title}, as at {written_day(as_at)}: {'; '.join(parts)}."


def _table(stretches: pl.DataFrame) -> pl.DataFrame:
    return stretches.select(
        Referral="matter",
        Day=pl.Series([short_day(day) for day in stretches["day"]], dtype=pl.String),
        Status="status",
        **{SILENT: pl.col("days")},
    )
