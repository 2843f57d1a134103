"""From a metric and rows to numbers: every figure of Candour is divided here and nowhere else.

A result always has `numerator, denominator, value, low, high`, after the columns it is broken
down by. `denominator` is null for a count; `low` and `high` are the 95% Wilson interval of a
share; a share of nothing is null.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from metrics.as_at import Clocks, known
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric, Duration, Metric, Spell


def evaluate(
    metric: AnyMetric,
    rows: pl.LazyFrame,
    clocks: Clocks,
    *,
    by: Sequence[Dimension] = (),
    every: str | None = None,
) -> pl.DataFrame:
    """Compute one figure, broken down by dimensions and, with `every`, by periods of `dated_by`.

    rows: the history frame of the metric's subject.
    every: a Polars duration such as "1w" or "1mo". Periods in which nothing happened are there, as 0.
    Returns one row for each combination, sorted by `period` and then the dimensions' names.
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
    seen = known(rows, clocks.known_at)
    passes = _passes(metrics, seen, clocks.as_at, by, every)
    frames = pl.collect_all([plan for _, plan in passes])
    keys = [*(["period"] if every else []), *(dimension.name for dimension in by)]
    figures = {
        each.name: figure(each, frame, keys)
        for (answered, _), frame in zip(passes, frames, strict=True)
        for each in answered
    }
    return {metric.name: figures[metric.name] for metric in metrics}


def behind(metric: AnyMetric, rows: pl.LazyFrame, clocks: Clocks) -> pl.LazyFrame:
    """Return the rows that a figure counts: as many as it shows; of a stage, those still in it."""
    spell = metric.stage if isinstance(metric, Duration) else metric.numerator
    return known(rows, clocks.known_at).filter(spell.open_on(clocks.as_at))


def figure(metric: AnyMetric, sums: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Turn the sums of a figure (`<name>.numerator`, `<name>.denominator`) into the figure itself."""
    if isinstance(metric, Duration):
        return _medians(sums, keys)
    numerator = sums.get_column(f"{metric.name}.numerator").alias("numerator")
    if metric.parts != 1:
        numerator = numerator / metric.parts
    frame = sums.select(keys).with_columns(numerator) if keys else numerator.to_frame()
    if not metric.share:
        nothing = pl.lit(None, pl.Float64)
        value = pl.col("numerator").cast(pl.Float64)
        return frame.with_columns(denominator=pl.lit(None, pl.Int64), value=value, low=nothing, high=nothing)
    denominator = sums.get_column(f"{metric.name}.denominator").alias("denominator")
    low, high = wilson(numerator, denominator)
    value = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    return frame.with_columns(denominator).with_columns(value.alias("value"), low, high)


def _passes(
    metrics: Sequence[AnyMetric],
    seen: pl.LazyFrame,
    day: dt.date,
    by: Sequence[Dimension],
    every: str | None,
) -> list[tuple[Sequence[AnyMetric], pl.LazyFrame]]:
    counts = [metric for metric in metrics if isinstance(metric, Metric)]
    stages = [metric for metric in metrics if isinstance(metric, Duration)]
    if every is not None and stages:
        raise ValueError(f"{stages[0].name} is a median, which has no periods")
    passes: list[tuple[Sequence[AnyMetric], pl.LazyFrame]] = []
    if counts and every is None:
        passes.append((counts, _sums(counts, seen, day, by)))
    elif every is not None:
        passes += [([count], _by_period(count, seen, day, by, every)) for count in counts]
    return passes + [([stage], _days_spent(stage, seen, day, by)) for stage in stages]


def _sums(
    metrics: Sequence[Metric], seen: pl.LazyFrame, day: dt.date, by: Sequence[Dimension]
) -> pl.LazyFrame:
    sums = [total for metric in metrics for total in _totals(metric, day)]
    if not by:
        return seen.select(sums)
    keys = [dimension.value(day).alias(dimension.name) for dimension in by]
    names = [dimension.name for dimension in by]
    return seen.group_by(keys).agg(sums).sort(names, nulls_last=True)


def _by_period(
    metric: Metric, seen: pl.LazyFrame, day: dt.date, by: Sequence[Dimension], every: str
) -> pl.LazyFrame:
    names = [dimension.name for dimension in by]
    period = pl.col(metric.dated_by).dt.truncate(every).alias("period")
    keys = [period, *(dimension.value(day).alias(dimension.name) for dimension in by)]
    # What counts already may be dated by a day to come, as an answer that is due is.
    counts = [spell.open_on(day) for spell in (metric.numerator, metric.denominator) if spell is not None]
    dated = seen.filter((pl.col(metric.dated_by) <= day) | pl.any_horizontal(counts))
    totals = dated.group_by(keys).agg(_totals(metric, day))
    # A period in which nothing happened is a zero, not a gap.
    ends = totals.select(first=pl.col("period").min(), last=pl.col("period").max()).drop_nulls()
    span = ends.select(period=pl.date_ranges("first", "last", every)).explode("period")
    frame = span.join(totals.select(names).unique(), how="cross") if names else span
    filled = frame.join(totals, on=["period", *names], how="left", nulls_equal=True)
    return filled.with_columns(pl.col(pl.Int64).fill_null(0)).sort("period", *names, nulls_last=True)


def _totals(metric: Metric, day: dt.date) -> list[pl.Expr]:
    totals = [_total(metric.numerator, day).alias(f"{metric.name}.numerator")]
    if metric.denominator is not None:
        totals.append(_total(metric.denominator, day).alias(f"{metric.name}.denominator"))
    return totals


def _total(spell: Spell, day: dt.date) -> pl.Expr:
    # Counting the rows is quicker than adding up their ones.
    counted = spell.weight.meta.eq(pl.lit(1, pl.Int64))
    return spell.open_on(day).sum().cast(pl.Int64) if counted else spell.total(day)


def _days_spent(metric: Duration, seen: pl.LazyFrame, day: dt.date, by: Sequence[Dimension]) -> pl.LazyFrame:
    keys = [dimension.value(day).alias(dimension.name) for dimension in by]
    return (
        seen.filter(metric.entered(day))
        .select(*keys, days=metric.days(day).cast(pl.Int32), going_on=metric.still_in(day))
        .group_by(*(dimension.name for dimension in by), "days", "going_on")
        .len("times")
        .sort(*(dimension.name for dimension in by), "days", "going_on", nulls_last=True)
    )


def _medians(spent: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    groups = spent.partition_by(keys, maintain_order=True) if keys else [spent]
    schema = {name: spent.schema[name] for name in keys} | {
        "numerator": pl.Int64,
        "denominator": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
    return pl.DataFrame([_median(group, keys) for group in groups], schema=schema, orient="row")


def _median(group: pl.DataFrame, keys: Sequence[str]) -> tuple[object, ...]:
    entered = int(group["times"].sum())
    left = int(group.filter(~pl.col("going_on"))["times"].sum())
    return (*(group[name][0] for name in keys), left, entered, median_days(group), None, None)


# The product of survival shares that make exactly one half may come out a hair above it.
HALF = 0.5 + 1e-12


def wilson(numerator: pl.Series, denominator: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the 95% Wilson score interval of each share; null where the denominator is 0."""
    some = denominator.to_numpy() > 0
    low, high = np.full(len(some), np.nan), np.full(len(some), np.nan)
    if some.any():
        count, whole = numerator.to_numpy()[some], denominator.to_numpy()[some]
        low[some], high[some] = proportion_confint(count, whole, alpha=0.05, method="wilson")
        # Of none it begins at 0 and of all it ends at 1; the arithmetic leaves a hair between.
        low[some], high[some] = (
            np.where(count == 0, 0.0, low[some]),
            np.where(count == whole, 1.0, high[some]),
        )
    return (
        pl.Series("low", low, nan_to_null=True),
        pl.Series("high", high, nan_to_null=True),
    )


def median_days(spent: pl.DataFrame) -> float | None:
    """spent: `days` (whole days), `going_on` (whether they have not ended), `times` (how many rows).
    Returns None where fewer than half are estimated to have ended: the median is not reached yet.
    """
    if spent["going_on"].all():
        return None
    # Rows alike are told apart by no estimate: each distinct one goes in once, with its number.
    survival = SurvfuncRight(
        spent["days"].to_numpy(),
        (~spent["going_on"]).to_numpy().astype(float),
        freq_weights=spent["times"].to_numpy().astype(float),
    )
    reached = survival.surv_times[survival.surv_prob <= HALF]
    return float(reached[0]) if len(reached) else None


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
    sums = (
        behind(metric, rows, clocks)
        .filter(*where)
        .select(count=pl.len().cast(pl.Int64), since=began.min(), median=spent.median(), longest=spent.max())
        .collect()
    )
    return Ages(**sums.row(0, named=True))
