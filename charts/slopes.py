"""Two releases beside each other: each number then and now, all on one relative scale from zero."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from charts.chart import WORDS, Canvas, Chart, font, literal
from charts.palette import Palette
from data.formatting import listed_words

HEIGHT, ROW, MOST_ABREAST = 236, 190, 9
THEN, NOW = 0.14, 0.86
"""Where in its column of width 1 a number of each release is drawn."""


@dataclass(frozen=True)
class Slope:
    """One number in two releases, as published; before: empty where only the later release has it.

    then, now: None where there is no line, since one of the two is withheld or only a bound.
    """

    name: str
    before: str
    after: str
    change: str
    then: float | None = None
    now: float | None = None

    @property
    def drawn(self) -> bool:
        return self.then is not None and self.now is not None


def slopes(title: str, numbers: Sequence[Slope], palette: Palette, columns: tuple[str, str]) -> Chart:
    """columns: what the two releases are called in the table."""
    canvas = Canvas(palette)
    abreast = min(len(numbers), MOST_ABREAST)
    rows = -(-len(numbers) // max(abreast, 1))
    for place, slope in enumerate(numbers):
        row, column = divmod(place, abreast)
        _slope(canvas, slope, column, rows - 1 - row)
    x = {"range": [0, abreast], "visible": False}
    y = {"range": [0, rows], "visible": False}
    height = max(HEIGHT, rows * ROW)
    figure = canvas.figure(height, dict.fromkeys("lrtb", 0), x, y)
    table = pl.DataFrame(
        [(slope.name, slope.before, slope.after, slope.change) for slope in numbers],
        schema=dict.fromkeys(("Figure", *columns, "Change"), pl.String),
        orient="row",
    )
    return Chart(title, figure, _message(title, numbers), table)


def _slope(canvas: Canvas, slope: Slope, column: int, floor: int) -> None:
    """floor: where the row begins; a row is 1 high, its slope drawn from 0.15 to 0.51."""
    ends = {"xref": "x", "align": "left"}
    canvas.note(
        f"<b>{literal(slope.name)}</b>", x=column + 0.06, y=floor + 0.95, yref="y", yanchor="top", **ends
    )
    numbers = {"y": floor + 0.82, "yref": "y", "yanchor": "top", "xref": "x"}
    quiet = font(canvas.palette) | {"color": canvas.palette.quiet}
    then, now = column + THEN, column + NOW
    if slope.before:
        canvas.note(literal(slope.before), x=column + 0.06, xanchor="left", **numbers | {"font": quiet})
    bold = font(canvas.palette, WORDS + 3)
    place = {"xanchor": "right", "x": column + 0.94}
    if slope.before and len(slope.before) + len(slope.after) > MOST_LETTERS:
        numbers["y"] = floor + 0.7
    canvas.note(f"<b>{literal(slope.after)}</b>", **place, **numbers | {"font": bold})
    canvas.note(
        literal(slope.change), **place, **numbers | {"font": quiet, "y": floor + 0.02, "yanchor": "bottom"}
    )
    if slope.then is None or slope.now is None:
        return
    most = max(abs(slope.then), abs(slope.now)) or 1
    heights = [floor + 0.15 + 0.36 * abs(value) / most for value in (slope.then, slope.now)]
    other = canvas.palette.other
    colour = canvas.palette.series[0] if slope.then != slope.now else other
    marker = {"color": [other, colour], "size": [8, 10], "opacity": 1, "line": {"width": 0}}
    words = f"{slope.name}: {slope.before}, then {slope.after}"
    canvas.traces.append({
        "type": "scatter", "mode": "lines+markers", "x": [then, now], "y": heights,
        "line": {"color": colour, "width": 2}, "marker": marker,
        "hovertemplate": "%{customdata}<extra></extra>", "customdata": [literal(words)] * 2,
    })  # fmt: skip


MOST_LETTERS = 13
"""More letters of two numbers do not fit beside each other."""


def _message(title: str, numbers: Sequence[Slope]) -> str:
    parts = [
        f"{slope.name} {slope.before}, then {slope.after}" if slope.before else f"{slope.name} {slope.after}"
        for slope in numbers
    ]
    return f"{title}: {listed_words(parts)}."
