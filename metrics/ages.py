"""How long what a figure counts has been waiting: since when, and how many days."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from metrics.as_at import Clocks
from metrics.evaluate import behind
from metrics.metric import Metric


@dataclass(frozen=True)
class Ages:
    """How many rows a figure counts, the first day on which one of them began to, and their days since.

    since, median, longest: null where there is none.
    """

    count: int
    since: dt.date | None
    median: float | None
    longest: int | None


def ages(metric: Metric, rows: pl.LazyFrame, clocks: Clocks, where: Sequence[pl.Expr] = ()) -> Ages:
    """Return how long the rows that a figure counts have been waiting, from the day that dates them.

    rows: the history of the metric's subject. where: which of the rows are meant.
    """
    began = pl.col(metric.dated_by)
    spent = (pl.lit(clocks.as_at) - began).dt.total_days()
    found = (
        behind(metric, rows, clocks)
        .filter(*where)
        .select(count=pl.len().cast(pl.Int64), since=began.min(), median=spent.median(), longest=spent.max())
        .collect()
    )
    return Ages(**found.row(0, named=True))
