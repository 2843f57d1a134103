"""Releases over time: a line each, with the days on which it was drafted, published or withdrawn."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from charts.chart import NAMES, Canvas, Chart, Part, literal, literals, time_axis
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_day

HEIGHT, ROW, MOST = 236, 32, 8
SYMBOLS = {
    "drafted": "circle-open",
    "submitted": "diamond-open",
    "approved": "diamond",
    "published": "circle",
    "corrected": "square",
    "withdrawn": "x",
    "given up": "x-open",
}
ATTENTION = ("corrected", "withdrawn")


@dataclass(frozen=True)
class Course:
    """A release with what happened to it, first to last. state: what it is now, in words."""

    name: str
    state: str
    happened: tuple[tuple[dt.date, str], ...]


def release_strip(title: str, courses: Sequence[Course], table: pl.DataFrame, palette: Palette) -> Chart:
    """Draw the latest releases. courses: the latest first, each with something that happened."""
    shown, canvas = courses[:MOST], Canvas(palette)
    for course in shown:
        _course(canvas, course)
    days = [day for course in shown for day, _ in course.happened]
    room = dt.timedelta(days=max((max(days) - min(days)).days // 20, 7))
    x = time_axis(min(days) - room, max(days) + room)
    y: Part = {**NAMES, "categoryarray": literals(course.name for course in shown), "categoryorder": "array"}
    figure = canvas.figure(max(HEIGHT, 60 + ROW * len(shown)), {"r": 150}, x, y)
    return Chart(title, figure, _message(title, courses), table)


def _course(canvas: Canvas, course: Course) -> None:
    days = [day.isoformat() for day, _ in course.happened]
    main, other = canvas.palette.series[0], canvas.palette.other
    colours = [canvas.palette.mark if what in ATTENTION else main for _, what in course.happened]
    words = [f"{course.name}: {what} {written_day(day)}" for day, what in course.happened]
    marker = {"color": colours, "size": 12, "symbol": [SYMBOLS[what] for _, what in course.happened]}
    canvas.traces.append({
        "type": "scatter", "mode": "lines+markers", "x": days, "y": [literal(course.name)] * len(days),
        "line": {"color": other, "width": 2}, "marker": marker, "cliponaxis": False,
        "customdata": literals(words), "hovertemplate": "%{customdata}<extra></extra>",
    })  # fmt: skip
    (day, _) = course.happened[-1]
    canvas.note(f"{literal(capitalised(course.state))}, {short_day(day)}", y=literal(course.name), xshift=6)


def _message(title: str, courses: Sequence[Course]) -> str:
    parts = [
        f"{course.name} {listed_words([f'{what} on {written_day(day)}' for day, what in course.happened])}"
        for course in courses
    ]
    return f"{title}: {'; '.join(parts)}."
