from collections.abc import Sequence
from textwrap import wrap

import numpy as np
import polars as pl

from charts.bars import labels_of, table, written
from charts.chart import FRAME_HEIGHT, NAMES, Chart, font, literals, picture
from charts.palette import Palette
from data.formatting import written_day
from metrics.as_at import Clocks
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric

TWO_LINES = 40
WIDTH = 18  # letters on a line of a row's name: two lines hold the longest code there is room for
NARROW = 8  # columns: past so many a cell has no room for its number


def heat(
    metric: AnyMetric, result: pl.DataFrame, split: Sequence[Dimension], clocks: Clocks, palette: Palette
) -> Chart:
    """Draw a figure by two dimensions, the one with the longer names down; a cell of nothing is blank."""
    down, across = sorted(split, key=lambda by: -max(map(len, _order(result, by)), default=0))
    rows, columns = _order(result, down), _order(result, across)
    values = np.full((len(rows), len(columns)), np.nan, dtype=np.float32)
    texts = np.full((len(rows), len(columns)), "", dtype=object)
    cells = list(zip(labels_of(result, down), labels_of(result, across), strict=True))
    numbers = written(metric, result)
    for (row, column), value, text in zip(cells, result["value"], numbers, strict=True):
        place = rows.index(row), columns.index(column)
        values[place] = np.nan if value is None else value
        texts[place] = text
    cell = {"z": values, "x": literals(columns), "y": literals(rows), "text": texts, "xgap": 2, "ygap": 2}
    heat = {
        **cell,
        "type": "heatmap",
        "texttemplate": "%{text}" if len(columns) <= NARROW else None,
        "colorscale": [[0, palette.background], [1, palette.tint]],
        "zmin": 0,
        "zmax": float(np.nanmax(values, initial=0)) or 1.0,
        "showscale": False,
        "textfont": font(palette),
        "hovertemplate": "%{y}, %{x}: %{text}<extra></extra>",
    }
    wrapped = ["<br>".join(literals(wrap(label, WIDTH))) for label in rows]
    # Names across turn where they have no room to stand side by side.
    x = {"type": "category", "side": "top", "showgrid": False, "ticks": "", "autotickangles": [0, 60, 90]}
    y = {**NAMES, "ticks": "", "tickvals": list(range(len(rows))), "ticktext": wrapped}
    figure = picture(palette, FRAME_HEIGHT + 20 + TWO_LINES * len(rows), [heat], x, y)
    first, second = split
    title = f"{metric.title} by {first.title.lower()} and {second.title.lower()}"
    named = zip(labels_of(result, first), labels_of(result, second), strict=True)
    message = _message(title, result, [" and ".join(cell) for cell in named], numbers, clocks)
    return Chart(title, figure, message, table(metric, result, split))


def _order(result: pl.DataFrame, dimension: Dimension) -> list[str]:
    name = dimension.name
    return labels_of(result.select(name).unique().sort(name, nulls_last=True), dimension)


def _message(
    title: str, result: pl.DataFrame, cells: Sequence[str], numbers: Sequence[str], clocks: Clocks
) -> str:
    day = written_day(clocks.as_at)
    if not result["value"].drop_nulls().len():
        return f"{title}: nothing by {day}."
    top = int(result["value"].arg_max() or 0)
    return f"{title}, as at {day}, in {len(cells)} cells: the most in {cells[top]}, {numbers[top]}."
