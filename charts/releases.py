"""What releases said: their days, one number over time, and the numbers of two releases beside each other."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from charts.chart import LEAST_HEIGHT, NAMES, Canvas, Chart, either, literal, literals, rows_height, time_axis
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_day

ROW, MOST = 32, 8
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
ROOM = 1.25
ABREAST_HEIGHT, MOST_ABREAST = 190, 9
THEN, NOW = 0.14, 0.86  # where in its column of width 1 a number of each release is drawn
LARGE, MOST_LETTERS = 15, 13  # a size of letters; of two numbers that fit beside each other


@dataclass(frozen=True)
class Course:
    name: str  # of a release
    state: str  # what it is now, in words
    happened: tuple[tuple[dt.date, str], ...]  # to it, first to last


def release_strip(title: str, courses: Sequence[Course], table: pl.DataFrame, palette: Palette) -> Chart:
    """Draw a line for each of the latest releases. courses: the latest first, each with something."""
    canvas, shown = Canvas(palette), courses[:MOST]
    for course in shown:
        name, (days, steps) = literal(course.name), zip(*course.happened, strict=True)
        colours = either((step in ATTENTION for step in steps), palette.mark, palette.series[0])
        marker = {"color": colours, "size": 12, "symbol": [SYMBOLS[step] for step in steps]}
        words = literals(f"{course.name}: {step} {written_day(day)}" for day, step in course.happened)
        how = {"line": {"color": palette.other, "width": 2}, "marker": marker, "customdata": words}
        _points(canvas, "%{customdata}", days, [name] * len(days), mode="lines+markers", **how)
        state = f"{literal(capitalised(course.state))}, {short_day(days[-1])}"
        canvas.note(state, y=name, xshift=6)
    days = [day for course in shown for day, _ in course.happened]
    x = _around(days, 20)
    y = {**NAMES, "categoryarray": literals(course.name for course in shown), "categoryorder": "array"}
    figure = canvas.figure(rows_height(len(shown), row=ROW, least=LEAST_HEIGHT), {"r": 150}, x, y)
    parts = [
        f"{course.name} {listed_words([f'{step} on {written_day(day)}' for day, step in course.happened])}"
        for course in courses
    ]
    return Chart(title, figure, f"{title}: {'; '.join(parts)}.", table)


@dataclass(frozen=True)
class Publication:
    day: dt.date
    release: str
    words: str  # how the number was written
    number: float | None  # None where it was withheld
    current: bool  # whether the release is the one that counts
    status: str  # of the release, in words
    as_at: dt.date


def history(title: str, publications: Sequence[Publication], palette: Palette) -> Chart:
    """Draw current numbers as a stepped line from 0, and the others beside it, by the day published."""
    canvas, known = Canvas(palette), [one for one in publications if one.number is not None]
    current = [one for one in known if one.current]
    line = {"color": palette.series[0], "width": 2, "shape": "hv"}
    days, numbers = [one.day.isoformat() for one in current], [one.number for one in current]
    canvas.add("scatter", x=days, y=numbers, mode="lines", line=line)
    colours = [palette.series[0] if one in current[-1:] else palette.other for one in known]
    symbols = ["circle" if one.current else "circle-open" for one in known]
    how = {
        "marker": {"color": colours, "size": 11, "symbol": symbols, "line": {"width": 2, "color": colours}},
        "text": literals(one.words if one.current else f"{one.words} ({one.status})" for one in known),
        # Labels of days close to each other have no room on one side.
        "textposition": [("top center", "bottom center")[place % 2] for place in range(len(known))][::-1],
        "textfont": canvas.font(),
        "customdata": literals(f"{one.release}, {written_day(one.day)}" for one in known),
    }
    days, numbers = [one.day for one in known], [one.number for one in known]
    _points(canvas, "%{customdata}: %{text}", days, numbers, mode="markers+text", **how)
    x = _around(days, 10) if known else {}
    most = max((one.number or 0 for one in known), default=0) or 1
    figure = canvas.figure(260, {}, x, {"range": [0, most * ROOM], "tickformat": ",", "nticks": 5})
    parts = [
        f"{one.words} on {written_day(one.day)}{'' if one.current else f' ({one.status})'}"
        for one in publications
    ]
    table = _table(
        ("Release", "Published", "As at", "Published figure", "Status"),
        [
            (one.release, short_day(one.day), short_day(one.as_at), one.words, one.status)
            for one in publications
        ],
    )
    alt = f"{title}, as published: {listed_words(parts)}."
    return Chart(f"{title}: published figures", figure, alt, table)


@dataclass(frozen=True)
class Slope:
    """One number in two releases, as published."""

    name: str
    before: str  # empty where only the later release has it
    after: str
    change: str
    # None where there is no line, since one of the two is withheld or only a bound.
    then: float | None = None
    now: float | None = None

    @property
    def drawn(self) -> bool:
        return self.then is not None and self.now is not None


def slopes(title: str, numbers: Sequence[Slope], palette: Palette, columns: tuple[str, str]) -> Chart:
    """Draw each number then and now, all on one relative scale from zero. columns: what the two releases are
    called in the table."""
    canvas, abreast = Canvas(palette), min(len(numbers), MOST_ABREAST)
    rows = -(-len(numbers) // max(abreast, 1))
    for place, slope in enumerate(numbers):
        row, column = divmod(place, abreast)
        _slope(canvas, slope, column, rows - 1 - row)
    x, y = ({"range": [0, size], "visible": False} for size in (abreast, rows))
    height = rows_height(rows, row=ABREAST_HEIGHT, frame=0, least=LEAST_HEIGHT)
    figure = canvas.figure(height, dict.fromkeys("lrtb", 0), x, y)
    cells = [(slope.name, slope.before, slope.after, slope.change) for slope in numbers]
    parts = [
        f"{slope.name} {slope.before}, then {slope.after}" if slope.before else f"{slope.name} {slope.after}"
        for slope in numbers
    ]
    alt = f"{title}: {listed_words(parts)}."
    return Chart(title, figure, alt, _table(("Figure", *columns, "Change"), cells))


def _slope(canvas: Canvas, slope: Slope, column: int, floor: int) -> None:
    """floor: where the row begins; a row is 1 high, its slope drawn from 0.15 to 0.51."""
    palette, quiet = canvas.palette, {"font": canvas.font(canvas.palette.quiet)}
    below = {"xref": "x", "yref": "y", "yanchor": "top"}
    left, right = below | {"x": column + 0.06}, below | {"x": column + 0.94, "xanchor": "right"}
    canvas.note(f"<b>{literal(slope.name)}</b>", y=floor + 0.95, **left)
    wide = slope.before and len(slope.before) + len(slope.after) > MOST_LETTERS
    if slope.before:
        canvas.note(literal(slope.before), y=floor + 0.82, **left, **quiet)
    after = f"<b>{literal(slope.after)}</b>"
    canvas.note(after, y=floor + (0.7 if wide else 0.82), **right, font=canvas.font(size=LARGE))
    canvas.note(literal(slope.change), y=floor + 0.02, **right | quiet | {"yanchor": "bottom"})
    if slope.then is None or slope.now is None:
        return
    most = max(abs(slope.then), abs(slope.now)) or 1
    heights = [floor + 0.15 + 0.36 * abs(value) / most for value in (slope.then, slope.now)]
    colour = palette.series[0] if slope.then != slope.now else palette.other
    marker = {"color": [palette.other, colour], "size": [8, 10], "opacity": 1, "line": {"width": 0}}
    words = [literal(f"{slope.name}: {slope.before}, then {slope.after}")] * 2
    how = {"x": [column + THEN, column + NOW], "y": heights, "marker": marker, "customdata": words}
    canvas.add("scatter", "%{customdata}", mode="lines+markers", line={"color": colour, "width": 2}, **how)


def _around(days: Sequence[dt.date], part: int) -> dict[str, Any]:
    """Return an axis with room on both sides of the days: a part of what they span, or a week."""
    room = dt.timedelta(days=max((max(days) - min(days)).days // part, 7))
    return time_axis(min(days) - room, max(days) + room)


def _points(
    canvas: Canvas, hover: str, days: Iterable[dt.date], places: Sequence[object], **how: object
) -> None:
    how |= {"x": [day.isoformat() for day in days], "y": places, "cliponaxis": False}
    canvas.add("scatter", hover, **how)


def _table(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
