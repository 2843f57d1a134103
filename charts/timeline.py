"""Timelines: one line for each matter, its parts coloured and labelled by status."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.chart import DAY, FRAME_HEIGHT, Chart, blank, legend, literal, literals
from charts.palette import Fill, Palette, fills, over
from data.formatting import counted, listed_words, written_day

LINE_HEIGHT = 58
LEGEND_LINE = 22  # on a narrow screen each status takes a line of the legend


@dataclass(frozen=True)
class Line:
    """One matter: what it is called, what stands below its name, and how it stands as words say it."""

    name: str
    below: str
    says: str


def timeline(
    title: str,
    lines: Sequence[Line],
    parts: pl.DataFrame,
    palette: Palette,
    *,
    statuses: Sequence[str],
    kinds: Sequence[str],
    as_at: dt.date,
    table: pl.DataFrame,
) -> Chart:
    """Draw each matter as a line in time, one segment for each status, labelled where there is room.

    parts: `name, status, begins, ends`, one row for each segment. statuses: in the order of a life. kinds:
    the same in the order of their colours; past the palette's colours they are hatched. table: the same in
    words and numbers.
    """
    seen = parts["status"].n_unique()
    figure = blank(palette, height=FRAME_HEIGHT + LEGEND_LINE * seen + LINE_HEIGHT * max(len(lines), 1))
    filled = fills(palette, kinds)
    for status in statuses:
        segments = parts.filter(pl.col("status") == status)
        if not segments.is_empty():
            _draw(figure, segments, status, filled[status], palette)
    names = [f"<b>{literal(line.name)}</b><br>{literal(line.below)}" for line in lines]
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=literals(line.name for line in lines),
        tickvals=literals(line.name for line in lines),
        ticktext=names,
        autorange="reversed",
        showgrid=False,
        ticklabelstandoff=6,
    )
    span = [min(parts["begins"], default=as_at), as_at]
    figure.update_xaxes(type="date", range=span, tickformat="%b<br>%Y", nticks=6)
    figure.update_layout(
        barmode="overlay",
        showlegend=True,
        legend=legend(palette, traceorder="normal"),
        uniformtext={"mode": "hide", "minsize": 12},
        bargap=0.35,
    )
    return Chart(title, figure, _message(title, lines, as_at), table)


def _draw(figure: go.Figure, segments: pl.DataFrame, status: str, fill: Fill, palette: Palette) -> None:
    days = (segments["ends"] - segments["begins"]).dt.total_days()
    pattern = {"fillmode": "overlay", "fgcolor": palette.background}
    figure.add_bar(
        y=literals(segments["name"]),
        base=[day.isoformat() for day in segments["begins"]],
        x=(days * DAY).to_numpy(),
        orientation="h",
        name=literal(status),
        text=[literal(status)] * segments.height,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont={"color": over(fill.colour), "size": 13},
        marker={
            "color": fill.colour,
            "line": {"color": palette.background, "width": 1},
            "pattern": {**pattern, "shape": "/" if fill.hatched else ""},
        },
        customdata=[
            f"from {written_day(begins)}, {counted(count, 'day', 'days')}"
            for begins, count in zip(segments["begins"], days, strict=True)
        ],
        hovertemplate="%{y}: %{fullData.name} %{customdata}<extra></extra>",
    )


def _message(title: str, lines: Sequence[Line], as_at: dt.date) -> str:
    if not lines:
        return f"{title}: none by {written_day(as_at)}."
    return f"{title}, as at {written_day(as_at)}: {listed_words([line.says for line in lines])}."
