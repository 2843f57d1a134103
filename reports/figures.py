"""Figures as tables that leave: each number with what it counts, out of what, and its definition."""

from collections.abc import Sequence

import polars as pl

from charts.bars import labels_of
from data.written import capitalised
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric, Duration
from reports.content import Table

PERIODS = {"1w": "Week from", "1mo": "Month from"}


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
    return Table(title=title, said=said, rows=rows, notes=_notes(metric))


def over_time(metrics: Sequence[AnyMetric], courses: Sequence[pl.DataFrame], title: str, said: str) -> Table:
    """Return the course of figures, one row for each day.

    courses: what `course` returned for each, all on the same days.
    """
    counts = [each["numerator"].alias(metric.title) for metric, each in zip(metrics, courses, strict=True)]
    notes = [
        (f"{metric.title}: {label.lower()}", text) for metric in metrics for label, text in _notes(metric)
    ]
    rows = pl.DataFrame([courses[0]["day"].alias("Day"), *counts])
    return Table(title=title, said=said, rows=rows, notes=tuple(notes))


def _numbers(metric: AnyMetric, result: pl.DataFrame) -> list[pl.Series]:
    if isinstance(metric, Duration):
        return [result["value"].alias(capitalised(metric.unit))]
    counts = result["numerator"].alias(capitalised(metric.counts))
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
