"""Figures as tables that leave: each number with what it counts, out of what, and its definition."""

from collections.abc import Sequence

import polars as pl

from charts.bars import labels_of
from data.formatting import capitalised, listed_words
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric, Duration
from reports.content import Table

_INTERVAL = (
    ("Value", "a count, a share as a part of 1, or median days"),
    ("Denominator", "what a share is out of, and of a median those that entered the stage; a count has none"),
    ("Low and high end", "the 95% Wilson interval of a share that chance moves; no other figure has one"),
)
PERIODS = {"1w": "Week from", "1mo": "Month from", "1q": "Quarter from", "1y": "Year from"}


def broken_down(
    metric: AnyMetric, result: pl.DataFrame, split: Sequence[Dimension], every: str | None, said: str
) -> Table:
    """Return a figure by dimensions or by period; shares are parts of 1, with their 95% interval.

    result: what `evaluate` returned for the metric by them. said: the days that it speaks of.
    """
    keys = [pl.Series(each.title, labels_of(result, each), pl.String) for each in split]
    period = [result["period"].alias(PERIODS[every])] if every else []
    by = [each.title.lower() for each in split] + ([PERIODS[every].split()[0].lower()] if every else [])
    rows = pl.DataFrame([*period, *keys, *_numbers(metric, result)])
    title = f"{metric.title} by {' and '.join(by)}" if by else metric.title
    notes = (*_notes(metric), *(_dictionary(result, each) for each in split))
    return Table(title=title, named=title, said=said, rows=rows, notes=notes)


def _dictionary(result: pl.DataFrame, dimension: Dimension) -> tuple[str, str]:
    codes = result.schema[dimension.name]
    if isinstance(codes, pl.Enum):
        told = f"one of {listed_words(codes.categories.to_list())}"
    else:
        labels = labels_of(
            result.select(dimension.name).drop_nulls().unique().sort(dimension.name), dimension
        )
        told = f"here {listed_words(labels)}"
    return f"{dimension.title}: values", f"{told}; {dimension.missing} where there is none"


def listed(metrics: Sequence[AnyMetric], results: Sequence[pl.DataFrame], said: str) -> Table:
    """Return figures one below the other, each as one number with all that makes it one.

    results: what `evaluate` returned for each, by nothing.
    """
    parts = [
        _whole(metric, result).with_columns(
            pl.lit(metric.definition).alias("Definition"), pl.lit(metric.owner).alias("Owner")
        )
        for metric, result in zip(metrics, results, strict=True)
    ]
    return Table(title="Figures", said=said, rows=pl.concat(parts), notes=_INTERVAL)


def side_by_side(
    metrics: Sequence[AnyMetric], results: Sequence[pl.DataFrame], split: Dimension, said: str
) -> Table:
    """Return figures by one dimension, one below the other.

    results: what `evaluate` returned for each, by the dimension.
    """
    parts = [
        _whole(metric, result).insert_column(1, pl.Series(split.title, labels_of(result, split), pl.String))
        for metric, result in zip(metrics, results, strict=True)
    ]
    return Table(title=f"Figures by {split.title.lower()}", said=said, rows=pl.concat(parts), notes=_INTERVAL)


def over_time(metrics: Sequence[AnyMetric], courses: Sequence[pl.DataFrame], title: str, said: str) -> Table:
    """Return the course of figures, one row for each day.

    courses: what `course` returned for each, all on the same days.
    """
    counts = [each["numerator"].alias(metric.title) for metric, each in zip(metrics, courses, strict=True)]
    notes = [
        (f"{metric.title}: {label.lower()}", text) for metric in metrics for label, text in _notes(metric)
    ]
    rows = pl.DataFrame([courses[0]["day"].alias("Day"), *counts])
    return Table(title=title, named=title, said=said, rows=rows, notes=tuple(notes))


def _whole(metric: AnyMetric, result: pl.DataFrame) -> pl.DataFrame:
    return result.select(
        pl.lit(metric.title).alias("Figure"),
        pl.col("numerator").cast(pl.Int64).alias("Numerator"),
        pl.lit(metric.counts).alias("Numerator counts"),
        pl.col("denominator").cast(pl.Int64).alias("Denominator"),
        pl.lit(metric.out_of, pl.String).alias("Denominator counts"),
        pl.col("value").cast(pl.Float64).alias("Value"),
        (pl.col("low") if metric.chance else pl.lit(None)).cast(pl.Float64).alias("Low end"),
        (pl.col("high") if metric.chance else pl.lit(None)).cast(pl.Float64).alias("High end"),
        pl.lit(metric.unit).alias("Unit"),
    )


def _numbers(metric: AnyMetric, result: pl.DataFrame) -> list[pl.Series]:
    counts = result["numerator"].alias(capitalised(metric.counts))
    if isinstance(metric, Duration):
        entered = result["denominator"].alias(capitalised(metric.out_of or ""))
        return [result["value"].alias(capitalised(metric.unit)), counts, entered]
    if not metric.share:
        return [counts]
    held = [
        counts,
        result["denominator"].alias(capitalised(metric.out_of or "")),
        result["value"].alias("Share"),
    ]
    if metric.chance:
        held += [result["low"].alias("Share, low end"), result["high"].alias("Share, high end")]
    return held


def _notes(metric: AnyMetric) -> tuple[tuple[str, str], ...]:
    said = [("Definition", metric.definition), ("Unit", metric.unit), ("Counts", metric.counts)]
    if metric.out_of:
        said.append(("Out of", metric.out_of))
    if metric.share and metric.chance:
        said.append(("Low and high end", "the 95% Wilson interval of the share"))
    return (*said, ("Owner", metric.owner))
