"""The numbers of any figure as a reader sees them: counts, shares and medians alike."""

from collections.abc import Sequence

import polars as pl

from charts import bars
from charts.bars import labels_of
from data.formatting import capitalised, counted, written_count, written_share
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric, Duration

NOT_YET = "not yet known"


def days(value: float | None) -> str:
    """Write a median in days; one that is not reached yet in words."""
    return NOT_YET if value is None else counted(round(value), "day", "days")


def written(metric: AnyMetric, result: pl.DataFrame) -> list[str]:
    """Write the number of each row of a result; a share of nothing as "none"."""
    if isinstance(metric, Duration):
        return [days(value) for value in result["value"]]
    if metric.share:
        return ["none" if value is None else written_share(value) for value in result["value"]]
    return [written_count(number) for number in result["numerator"]]


def table(metric: AnyMetric, result: pl.DataFrame, split: Sequence[Dimension]) -> pl.DataFrame:
    if not isinstance(metric, Duration):
        return bars.table(metric, result, split)
    return pl.DataFrame(
        [
            *(pl.Series(each.title, labels_of(result, each), pl.String) for each in split),
            pl.Series("Half within", written(metric, result), pl.String),
            result["numerator"].alias(capitalised(metric.counts)),
            result["denominator"].alias(capitalised(metric.out_of or "")),
        ]
    )
