import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from charts.chart import DAY, FRAME_HEIGHT, NAMES, Chart, legend, level_bars, literal, literals, picture
from charts.palette import Fill, Palette, fills, over
from data.formatting import counted, listed_words, written_day

LINE_HEIGHT = 58
LEGEND_LINE = 22  # on a narrow screen each status takes a line of the legend


@dataclass(frozen=True)
class Line:
    """One matter: its name, what is below its name, and its status in words."""

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

    parts: `name, status, begins, ends`, one row for each segment. statuses: in the order of a life; kinds:
    the same in the order of their colours.
    """
    seen = parts["status"].n_unique()
    height = FRAME_HEIGHT + LEGEND_LINE * seen + LINE_HEIGHT * max(len(lines), 1)
    filled, bars = fills(palette, kinds), list[dict[str, Any]]()
    for status in statuses:
        segments = parts.filter(pl.col("status") == status)
        if not segments.is_empty():
            bars.append(_segments(segments, status, filled[status], palette))
    names, labels = literals(line.name for line in lines), literals(line.below for line in lines)
    texts = [f"<b>{name}</b><br>{below}" for name, below in zip(names, labels, strict=True)]
    y = {**NAMES, "categoryorder": "array", "categoryarray": names, "tickvals": names, "ticktext": texts}
    span = [min(parts["begins"], default=as_at), as_at]
    x = {"type": "date", "range": span, "tickformat": "%b<br>%Y", "nticks": 6}
    layout = {"barmode": "overlay", "uniformtext": {"mode": "hide", "minsize": 12}, "bargap": 0.35}
    layout |= {"showlegend": True, "legend": legend(palette, traceorder="normal")}
    figure = picture(palette, height, bars, x, y, **layout)
    return Chart(title, figure, _message(title, lines, as_at), table)


def _segments(segments: pl.DataFrame, status: str, fill: Fill, palette: Palette) -> dict[str, Any]:
    days = (segments["ends"] - segments["begins"]).dt.total_days()
    pattern = {"fillmode": "overlay", "fgcolor": palette.background, "shape": "/" if fill.hatched else ""}
    hover = "%{y}: %{fullData.name} %{customdata}"
    bar = level_bars(segments["name"], (days * DAY).to_numpy(), fill.colour, hover, name=literal(status))
    bar["marker"] |= {"line": {"color": palette.background, "width": 1}, "pattern": pattern}
    return {
        **bar,
        "base": [day.isoformat() for day in segments["begins"]],
        "text": [literal(status)] * segments.height,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"color": over(fill.colour), "size": 13},
        "customdata": [
            f"from {written_day(begins)}, {counted(count, 'day', 'days')}"
            for begins, count in zip(segments["begins"], days, strict=True)
        ],
    }


def _message(title: str, lines: Sequence[Line], as_at: dt.date) -> str:
    if not lines:
        return f"{title}: none by {written_day(as_at)}."
    return f"{title}, as at {written_day(as_at)}: {listed_words([line.says for line in lines])}."
