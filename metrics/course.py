"""The course of a figure over time, on as many days as are asked, in one pass over the rows."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from metrics.as_at import known
from metrics.dimensions import Dimension
from metrics.evaluate import figure
from metrics.metric import Metric, Spell


def course(
    metric: Metric,
    rows: pl.LazyFrame,
    days: Sequence[dt.date],
    *,
    known_at: dt.date | None = None,
    by: Sequence[Dimension] = (),
) -> pl.DataFrame:
    """Compute one figure on each of `days`: as known then, or, with `known_at`, as known on that day.

    A row adds its weight on the day it first counts and takes it away on the day it no longer does: one pass.
    Returns one row for each day and combination: `day`, the dimensions, the figure. A ValueError where a
    dimension's value differs from day to day.
    """
    if unsteady := [dimension.name for dimension in by if not dimension.steady]:
        raise ValueError(f"a course over time cannot be split by {unsteady[0]}")
    seen = rows if known_at is None else known(rows, known_at)
    names = [dimension.name for dimension in by]
    steps = [_steps(spell, seen, by, then=known_at is None) for spell in metric.spells.values()]
    joined, *others = (
        _running(frame, sorted(days), names).rename({"total": f"{metric.name}.{part}"})
        for part, frame in zip(metric.spells, pl.collect_all(steps), strict=True)
    )
    for other in others:
        joined = joined.join(other, on=["day", *names], how="full", coalesce=True, nulls_equal=True)
    return figure(metric, joined.with_columns(pl.col(pl.Int64).fill_null(0)), ["day", *names])


def _steps(spell: Spell, seen: pl.LazyFrame, by: Sequence[Dimension], *, then: bool) -> pl.LazyFrame:
    begins, ends = spell.begins, pl.lit(None, pl.Date) if spell.ends is None else spell.ends
    if then:
        begins = pl.when(begins.is_not_null()).then(pl.max_horizontal(begins, "recorded_from"))
        ends = pl.min_horizontal(ends, "recorded_to")
    names = [dimension.name for dimension in by]
    counted = (
        seen.filter(spell.where.fill_null(value=False))
        .select(
            *(dimension.value(dt.date.min).alias(dimension.name) for dimension in by),
            begins=begins,
            ends=ends,
            weight=spell.weight.cast(pl.Int64),
        )
        .filter(pl.col("begins").is_not_null(), (pl.col("ends") > pl.col("begins")).fill_null(value=True))
    )
    steps = counted.select(*names, day="begins", step="weight")
    if spell.ends is not None or then:
        ended = counted.filter(pl.col("ends").is_not_null())
        steps = pl.concat([steps, ended.select(*names, day="ends", step=-pl.col("weight"))])
    return steps.group_by(*names, "day").agg(pl.col("step").sum()).sort(*names, "day")


def _running(steps: pl.DataFrame, days: Sequence[dt.date], names: Sequence[str]) -> pl.DataFrame:
    total = pl.col("step").cum_sum()
    running = steps.with_columns(total=total.over(names) if names else total).drop("step")
    asked = pl.DataFrame({"day": list(days)}, schema={"day": pl.Date})
    if names:
        asked = asked.join(steps.select(names).unique(), how="cross")
    totals = asked.sort("day").join_asof(
        running.sort("day"), on="day", by=list(names) or None, check_sortedness=False
    )
    return totals.with_columns(pl.col("total").fill_null(0)).sort("day", *names, nulls_last=True)
