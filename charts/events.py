"""What happened, marked on a chart over time: numbered squares above it, hairlines and bands below."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from charts.chart import Canvas, literal
from data.formatting import short_day
from metrics.workdays import breaks

Kind = Literal["release", "scope", "promise", "note"]
TOP = 26
"""Pixels above the plot that the squares take: the least top margin of a chart that is marked."""
MOST_DAYS = 800  # past so many a holiday is a hair
WIDTH = 0.012  # of a chart, for each character of a square and one for its sides


@dataclass(frozen=True)
class Event:
    day: dt.date
    words: str
    number: int
    kind: Kind


def mark(canvas: Canvas, events: Sequence[Event], first: dt.date, last: dt.date) -> None:
    """Mark those from first to last, and holidays; squares that would overlap are one, such as "2-3"."""
    if (last - first).days <= MOST_DAYS:
        bands(canvas, breaks(first, last), first, last)
    shown = [event for event in events if first <= event.day <= last]
    line = {"color": canvas.palette.quiet, "width": 1, "dash": "dot"}
    for day in dict.fromkeys(event.day for event in shown):
        place = {"x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
        canvas.shapes.append({"type": "line", "line": line, **place})
    for group in _groups(shown, max((last - first).days, 1)):
        canvas.note(
            f"<b>{_label(group)}</b>",
            x=group[0].day,
            xref="x",
            y=1,
            xanchor="center",
            yref="paper",
            yanchor="bottom",
            bgcolor=canvas.palette.quiet,
            font={"color": canvas.palette.background, "size": 11},
            hovertext="<br>".join(f"{short_day(event.day)}: {literal(event.words)}" for event in group),
        )


def bands(canvas: Canvas, holidays: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date) -> None:
    """Shade stretches of days off, both ends included, as far as they are from first to last."""
    for begins, ends in holidays:
        if begins <= last and ends >= first:
            # A day ends where the next begins.
            across = {"x0": max(begins, first), "x1": min(ends + dt.timedelta(days=1), last)}
            fill = {"fillcolor": canvas.palette.grid, "opacity": 0.5, "line": {"width": 0}, "layer": "below"}
            canvas.shapes.append({"type": "rect", **across, "y0": 0, "y1": 1, "yref": "paper", **fill})


def _groups(events: Sequence[Event], span: int) -> list[list[Event]]:
    """span: days of the chart."""
    groups: list[list[Event]] = []
    for event in events:
        groups.append([event])
        # A square that tells more is wider, and may now reach the one before it.
        while len(groups) > 1 and _overlap(groups[-2], groups[-1], span):
            last = groups.pop()
            groups[-1] += last
    return groups


def _overlap(one: Sequence[Event], other: Sequence[Event], span: int) -> bool:
    widths = [WIDTH * (len(_label(group)) + 1) for group in (one, other)]
    return (other[0].day - one[0].day).days / span < sum(widths) / 2


def _label(group: Sequence[Event]) -> str:
    first, last = group[0].number, group[-1].number
    if last - first + 1 == len(group):
        return str(first) if first == last else f"{first}-{last}"
    return ",".join(str(event.number) for event in group)
