"""Statements, promised days and notes, numbered on every chart over time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from charts.chart import Canvas, literal


@dataclass(frozen=True)
class Event:
    day: dt.date
    number: int
    words: str


def mark(canvas: Canvas, events: Sequence[Event], first: dt.date, last: dt.date) -> None:
    """Draw a hairline on the day of each event, with its number above the plot and its words on hover."""
    for event in events:
        if first <= event.day <= last:
            line = {"color": canvas.palette.quiet, "width": 1, "dash": "dot"}
            day = event.day.isoformat()
            canvas.shapes.append({
                "type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper", "line": line,
                "layer": "below",
            })  # fmt: skip
            canvas.notes.append({
                "x": day, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "center",
                "text": str(event.number), "hovertext": literal(event.words), "showarrow": False,
                "bgcolor": canvas.palette.quiet, "borderpad": 2,
                "font": {"color": canvas.palette.background, "size": 11},
            })  # fmt: skip
