"""What happened, marked on a chart over time: numbered squares above it, hairlines and bands below."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from charts.chart import Canvas, Map, Part, literal, time_axis
from data.formatting import short_day
from metrics.workdays import breaks

Kind = Literal["release", "scope", "promise", "note"]
Span = tuple[dt.date, dt.date]  # the first and the last day
TOP = 26
"""Pixels above the plot that the squares take: the least top margin of a chart that is marked."""
HEIGHT, ROOM = 250, {"t": TOP}
MOST_DAYS = 800  # past so many a holiday is a hair
WIDTH = 0.012  # of a chart, for each character of a square and one for its sides


@dataclass(frozen=True)
class Event:
    day: dt.date
    words: str
    number: int
    kind: Kind


Events = Sequence[Event]


def over_time(
    canvas: Canvas, events: Events, days: Span | None, y: Part, *, height: int = HEIGHT, margin: Map = ROOM
) -> Part:
    """Draw what is on a canvas from the first to the last of the days, if there are any, with the events."""
    if days is not None:
        mark(canvas, events, *days)
    return canvas.figure(height, margin, time_axis(*days) if days else {}, y)


def mark(canvas: Canvas, events: Events, first: dt.date, last: dt.date) -> None:
    """Mark those from first to last, and holidays; squares that would overlap are one, such as "2-3"."""
    if (last - first).days <= MOST_DAYS:
        bands(canvas, breaks(first, last), first, last)
    shown = [event for event in events if first <= event.day <= last]
    for day in dict.fromkeys(event.day for event in shown):
        canvas.upright(day, "dot", layer="below", width=1)
    span = max((last - first).days, 1)
    for group in _groups(shown, span):
        words = "<br>".join(f"{short_day(event.day)}: {literal(event.words)}" for event in group)
        square = {"bgcolor": canvas.palette.quiet, "font": {"color": canvas.palette.background, "size": 11}}
        # At the end of a line is its name: the square stays left of it.
        anchor = "right" if (last - group[0].day).days / span < WIDTH * 2 else "center"
        where = {"xref": "x", "xanchor": anchor, "y": 1, "yref": "paper", "yanchor": "bottom"}
        canvas.note(f"<b>{_label(group)}</b>", x=group[0].day, **where, **square, hovertext=words)


def bands(canvas: Canvas, holidays: Iterable[Span], first: dt.date, last: dt.date) -> None:
    for begins, ends in holidays:
        if begins <= last and ends >= first:
            # A day ends where the next begins.
            across = {"x0": max(begins, first), "x1": min(ends + dt.timedelta(days=1), last)}
            fill = {"fillcolor": canvas.palette.grid, "opacity": 0.5, "line": {"width": 0}, "layer": "below"}
            canvas.shapes.append({"type": "rect", **across, "y0": 0, "y1": 1, "yref": "paper", **fill})


def _groups(events: Events, span: int) -> list[list[Event]]:
    """span: days of the chart."""
    groups = list[list[Event]]()
    for event in events:
        groups.append([event])
        # A square for more is wider, and may now reach the one before it.
        while len(groups) > 1 and _overlap(groups[-2], groups[-1], span):
            last = groups.pop()
            groups[-1] += last
    return groups


def _overlap(one: Events, other: Events, span: int) -> bool:
    widths = [WIDTH * (len(_label(group)) + 1) for group in (one, other)]
    return (other[0].day - one[0].day).days / span < sum(widths) / 2


def _label(group: Events) -> str:
    first, last = group[0].number, group[-1].number
    if last - first + 1 == len(group):
        return str(first) if first == last else f"{first}-{last}"
    return ",".join(str(event.number) for event in group)
