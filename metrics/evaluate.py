"""From a metric and the rows of one review to numbers; see `metrics.sums` for how they are added up.

A result has `numerator, denominator, value, low, high`, after the columns it is broken down by: null are the
denominator of a count and a share of nothing; `low` and `high` are the 95% Wilson interval of a share.
"""

import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from data.publishing.content import Cell, Counted
from metrics.as_at import Clocks, known
from metrics.dimensions import Dimension
from metrics.histories.subjects import identity_of
from metrics.metric import AnyMetric, Duration, Metric
from metrics.sums import CoursePlan, FigurePlan, results_of


def evaluate(
    metric: AnyMetric,
    rows: pl.LazyFrame,
    clocks: Clocks,
    *,
    by: Sequence[Dimension] = (),
    every: str | None = None,
) -> pl.DataFrame:
    """rows: the history of the metric's subject. every: a Polars duration such as "1w", of periods of
    `dated_by`; an empty one is a 0. Returns one row for each combination, sorted by `period` and then the
    dimensions.
    """
    return evaluate_all([metric], rows, clocks, by=by, every=every)[metric.name]


def evaluate_all(
    metrics: Sequence[AnyMetric],
    rows: pl.LazyFrame,
    clocks: Clocks,
    *,
    by: Sequence[Dimension] = (),
    every: str | None = None,
) -> dict[str, pl.DataFrame]:
    return results_of(FigurePlan(metrics, clocks, by, every), [rows])


def course(
    metric: AnyMetric,
    rows: pl.LazyFrame,
    days: Sequence[dt.date],
    *,
    known_at: dt.date | None = None,
    by: Sequence[Dimension] = (),
) -> pl.DataFrame:
    """On each of `days`: as known then, or, with `known_at`, as known on that day. Returns one row for each
    day and combination: `day`, the dimensions, the figure. A ValueError where a dimension's value differs
    from day to day, and of a median of what has ended.
    """
    return results_of(CoursePlan(metric, days, known_at, by), [rows])[metric.name]


def behind(metric: AnyMetric, rows: pl.LazyFrame, clocks: Clocks) -> pl.LazyFrame:
    """As many as it shows; of a stage, those still in it."""
    spell = metric.stage if isinstance(metric, Duration) else metric.numerator
    return known(rows, clocks.known_at).filter(spell.open_on(clocks.as_at))


@dataclass(frozen=True)
class Ages:
    """None where there is none."""

    count: int
    since: dt.date | None  # the first day on which one of them began to count
    median: float | None
    longest: int | None
    newest: dt.date | None = None  # the last such day


def ages(metric: Metric, rows: pl.LazyFrame, clocks: Clocks, where: Sequence[pl.Expr] = ()) -> Ages:
    """From the day that dates them. rows: the history of the subject. where: which are meant."""
    began = pl.col(metric.dated_by)
    spent = (pl.lit(clocks.as_at) - began).dt.total_days()
    sums = (
        behind(metric, rows, clocks)
        .filter(*where)
        .select(
            count=pl.len().cast(pl.Int64),
            since=began.min(),
            median=spent.median(),
            longest=spent.max(),
            newest=began.max(),
        )
        .collect()
    )
    return Ages(**sums.row(0, named=True))


WORDS = ("title", "definition", "counts", "out_of", "unit")
NUMBERS = ("numerator", "denominator", "value")


def counted(metric: AnyMetric, result: pl.DataFrame, by: Sequence[str], rows: str) -> Counted:
    """result: what `evaluate` returned for the metric by those dimensions. rows: their digest."""
    # A place is text, as `metrics.dimensions.having` reads it; of a figure that is not split it is empty.
    texts = result.select(pl.col(*by).cast(pl.String)).rows() if by else [()] * result.height
    cells = tuple(
        Cell(where=where, **{name: row[name] for name in NUMBERS})
        for where, row in zip(texts, result.iter_rows(named=True), strict=True)
    )
    return Counted(
        figure=metric.name,
        by=tuple(by),
        kind="median" if isinstance(metric, Duration) else "share" if metric.share else "count",
        cells=cells,
        rows=rows,
        **{name: getattr(metric, name) for name in WORDS},
    )


def digest_of_rows(
    metric: AnyMetric, rows: pl.LazyFrame, clocks: Clocks, split: Sequence[Dimension] = ()
) -> str:
    """SHA-256 of the rows that a figure counts, above or below its line: of each its identity, the columns
    that the figure is computed from, and its values of the dimensions.
    """
    day, columns = clocks.as_at, sorted(metric.columns | {identity_of(metric.subject)})
    counts = [spell.open_on(day) for spell in metric.spells.values()]
    if isinstance(metric, Duration):
        counts = [metric.entered(day)]
    values = [dimension.value(day).cast(pl.String).alias(f"by {dimension.name}") for dimension in split]
    seen = known(rows, clocks.known_at).filter(pl.any_horizontal(counts))
    frame = seen.select(*columns, *values).collect()
    text = io.BytesIO()
    frame.sort(frame.columns, nulls_last=True).write_ndjson(text)
    return hashlib.sha256(text.getbuffer()).hexdigest()
