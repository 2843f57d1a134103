"""Counts by two dimensions as bubbles, the largest lit."""

import polars as pl

from charts.bars import labels_of, table
from charts.chart import NAMES, ROW_HEIGHT, Chart, font, literals, picture
from charts.palette import Palette
from data.formatting import listed_words, written_count, written_day
from metrics.as_at import Clocks
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric

LEAST_HEIGHT = 236
MOST = 14  # names drawn down and across; the table has all
SMALLEST, LARGEST = 16, 32  # pixels across
IN_ORDER = {"year", "grade", "month_found"}  # their values follow each other; others are drawn by size


def by_size(result: pl.DataFrame, dimension: Dimension) -> pl.DataFrame:
    """Return the rows of a count that counts something, the most first unless the values have an order."""
    some = result.filter(pl.col("numerator") > 0)
    if dimension.name in IN_ORDER:
        return some
    return some.sort("numerator", descending=True, maintain_order=True)


def bubbles(
    metric: AnyMetric,
    result: pl.DataFrame,
    down: Dimension,
    across: Dimension,
    *,
    clocks: Clocks,
    palette: Palette,
) -> Chart:
    """result: a count by both dimensions, as `evaluate` returns it; a cell of nothing is blank."""
    some = result.filter(pl.col("numerator") > 0)
    some = some.with_columns(
        down=pl.Series(labels_of(some, down), dtype=pl.String),
        across=pl.Series(labels_of(some, across), dtype=pl.String),
    )
    rows, columns = _order(some, down, "down"), _order(some, across, "across")
    drawn = some.filter(pl.col("down").is_in(rows), pl.col("across").is_in(columns))
    counts = drawn["numerator"]
    most = counts.max() or 1
    lit = [count == most and (counts == most).sum() == 1 for count in counts]
    trace = {
        "type": "scatter", "mode": "markers+text",
        "x": literals(drawn["across"]), "y": literals(drawn["down"]),
        "text": [written_count(count) for count in counts],
        "textfont": {"size": 12, "color": [palette.background if out else palette.text for out in lit]},
        "marker": {
            "size": [SMALLEST + (LARGEST - SMALLEST) * (count / most) ** 0.5 for count in counts],
            "color": [palette.series[0] if out else palette.band for out in lit], "line": {"width": 0},
            "opacity": 1,
        },
        "cliponaxis": False, "hovertemplate": "%{y}, %{x}: %{text}<extra></extra>",
    }  # fmt: skip
    order = {"categoryorder": "array", "gridcolor": palette.grid, "showgrid": True, "ticks": ""}
    x = {
        "type": "category", "side": "top", "autotickangles": [0, 45, 90], **order,
        "categoryarray": literals(columns), "range": [-0.6, len(columns) - 0.4], "tickfont": font(palette),
    }  # fmt: skip
    y = {**NAMES, **order, "categoryarray": literals(rows), "autorange": False}
    y["range"] = [len(rows) - 0.4, -0.6]
    height = max(LEAST_HEIGHT, 44 + ROW_HEIGHT * len(rows))
    title = f"{metric.title} by {down.title.lower()} and {across.title.lower()}"
    cells = [f"{row} and {column}" for row, column in drawn.select("down", "across").rows()]
    texts = [f"{cell} {written_count(count)}" for cell, count in zip(cells, counts, strict=True)]
    day = written_day(clocks.as_at)
    alt = f"{title}, as at {day}: {listed_words(texts)}." if texts else f"{title}: nothing by {day}."
    labels = tuple(drawn.select("down", "across").rows())
    return Chart(
        title, picture(palette, height, [trace], x, y), alt, table(metric, some, [down, across]), labels
    )


def _order(some: pl.DataFrame, dimension: Dimension, label: str) -> list[str]:
    groups = some.group_by(dimension.name, label).agg(pl.col("numerator").sum())
    groups = groups.sort(dimension.name, nulls_last=True)
    return by_size(groups, dimension)[label].head(MOST).to_list()
