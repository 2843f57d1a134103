"""A figure by two dimensions: as cells filled by their value, or as bubbles sized by their count."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
import polars as pl

from charts.bars import as_at, labels_of, paired, table, title_of, written
from charts.chart import LEAST_HEIGHT, NAMES, Canvas, Chart, either, in_words, literals, rows_height
from charts.palette import Palette
from data.formatting import written_count, written_day
from metrics.as_at import Clocks
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric

TWO_LINES = 40
WIDTH = 18  # letters on a line of a row's name: two lines hold the longest code there is room for
NARROW = 8  # columns: past so many a cell has no room for its number
MOST = 14  # names of bubbles drawn down and across; the table has all
SMALLEST, LARGEST = 16, 32  # pixels across
IN_ORDER = {"year", "grade", "month_found"}  # their values follow each other; others are drawn by size


def heat(
    metric: AnyMetric,
    result: pl.DataFrame,
    split: Sequence[Dimension],
    clocks: Clocks,
    palette: Palette,
    *,
    turn: bool = True,
) -> Chart:
    """Draw cells, the dimension with the longer names down, or the first; a cell of nothing is blank."""
    values_of = (result.select(by.name).unique().sort(by.name, nulls_last=True) for by in split)
    named = [(labels_of(values, by), by) for values, by in zip(values_of, split, strict=True)]
    if turn:
        named.sort(key=lambda pair: -max(map(len, pair[0]), default=0))
    (rows, down), (columns, across) = named
    values = np.full((len(rows), len(columns)), np.nan, dtype=np.float32)
    texts, numbers = np.full(values.shape, "", dtype=object), written(metric, result)
    cells = zip(labels_of(result, down), labels_of(result, across), result["value"], numbers, strict=True)
    for row, column, value, text in cells:
        place = rows.index(row), columns.index(column)
        values[place], texts[place] = np.nan if value is None else value, text
    canvas = Canvas(palette)
    canvas.add(
        "heatmap", "%{y}, %{x}: %{text}",
        x=literals(columns), y=literals(rows), z=values, xgap=2, ygap=2, text=texts,
        texttemplate="%{text}" if len(columns) <= NARROW else None, textfont=canvas.font(),
        zmin=0, zmax=float(np.nanmax(values, initial=0)) or 1.0,
        colorscale=[[0, palette.background], [1, palette.tint]], showscale=False,
    )  # fmt: skip
    wrapped = ["<br>".join(literals(wrap(label, WIDTH))) for label in rows]
    # Names across turn where they have no room to stand side by side.
    x = {"type": "category", "side": "top", "showgrid": False, "ticks": "", "autotickangles": [0, 60, 90]}
    y = {**NAMES, "ticks": "", "tickvals": list(range(len(rows))), "ticktext": wrapped}
    figure = canvas.figure(rows_height(len(rows), row=TWO_LINES, frame=80), {}, x, y)
    title, top = title_of(metric, *split), result["value"].arg_max()
    alt = as_at(title, clocks, [])
    if top is not None:
        fullest = " and ".join(labels_of(result[top], by)[0] for by in split)
        cells = f"{title}, as at {written_day(clocks.as_at)}, in {result.height} cells"
        alt = f"{cells}: the most in {fullest}, {numbers[top]}."
    return Chart(title, figure, alt, table(metric, result, split))


def by_size(result: pl.DataFrame, dimension: Dimension) -> pl.DataFrame:
    """Return the rows of a count that counts something, the most first unless the values have an order."""
    some = result.filter(pl.col("numerator") > 0)
    if dimension.name in IN_ORDER:
        return some
    return some.sort("numerator", descending=True, maintain_order=True)


def bubbles(
    metric: AnyMetric, result: pl.DataFrame, split: Sequence[Dimension], clocks: Clocks, palette: Palette
) -> Chart:
    """Draw counts by two dimensions, the first down, the largest lit; a cell of nothing is blank."""
    (down, across), some = split, result.filter(pl.col("numerator") > 0)
    named = some.with_columns(
        in_words("down", labels_of(some, down)), in_words("across", labels_of(some, across))
    )
    rows, columns = _order(named, down, "down"), _order(named, across, "across")
    drawn = named.filter(pl.col("down").is_in(rows), pl.col("across").is_in(columns))
    counts, canvas = drawn["numerator"], Canvas(palette)
    most, texts = counts.max() or 1, list(map(written_count, counts))
    lit = [count == most and (counts == most).sum() == 1 for count in counts]
    canvas.add(
        "scatter", "%{y}, %{x}: %{text}", mode="markers+text", text=texts, cliponaxis=False,
        x=literals(drawn["across"]), y=literals(drawn["down"]),
        textfont={"size": 12, "color": either(lit, palette.background, palette.text)},
        marker={
            "size": [SMALLEST + (LARGEST - SMALLEST) * (count / most) ** 0.5 for count in counts],
            "color": either(lit, palette.series[0], palette.band), "line": {"width": 0},
            "opacity": 1,
        },
    )  # fmt: skip
    order = {"categoryorder": "array", "gridcolor": palette.grid, "showgrid": True, "ticks": ""}
    x = {"type": "category", "side": "top", "autotickangles": [0, 45, 90]} | order
    x |= {"categoryarray": literals(columns), "range": [-0.6, len(columns) - 0.4]}
    y = {**NAMES, **order, "categoryarray": literals(rows)}
    y |= {"autorange": False, "range": [len(rows) - 0.4, -0.6]}
    figure = canvas.figure(rows_height(len(rows), frame=44, least=LEAST_HEIGHT), {}, x, y)
    labels, title = drawn.select("down", "across").rows(), title_of(metric, *split)
    alt = as_at(title, clocks, paired([" and ".join(cell) for cell in labels], texts))
    return Chart(title, figure, alt, table(metric, some, split), tuple(labels))


def _order(named: pl.DataFrame, dimension: Dimension, label: str) -> list[str]:
    groups = named.group_by(dimension.name, label).agg(pl.col("numerator").sum())
    return by_size(groups.sort(dimension.name, nulls_last=True), dimension)[label].head(MOST).to_list()
