"""The table that requests for information ask for: applications by route and year, and how soon."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from metrics.as_at import Clocks, known
from metrics.catalogue.progress import POPULATION
from metrics.catalogue.timeliness import (
    DISCLOSED_IN_TIME,
    SHARE_DISCLOSED,
    UNDECIDED,
    days_taken,
    disclosed_after,
)
from metrics.dimensions import ROUTE, YEAR, Dimension
from metrics.evaluate import evaluate_all

# Subtotals stand after what they sum: each route by year, each route, all routes by year, all.
MARGINS: tuple[tuple[Dimension, ...], ...] = ((ROUTE, YEAR), (ROUTE,), (YEAR,), ())
RECEIVED = replace(POPULATION, name="received", subject="disclosures")
"""The population, counted over the same rows as the rest of the table."""


def requests(rows: pl.LazyFrame, clocks: Clocks, limits: Sequence[int]) -> pl.DataFrame:
    """rows: the history of disclosures. limits: days, each of which has a column of the disclosures after it.
    Returns `route, year` (null: all of them), `received, undecided, decided, disclosed, share_disclosed`
    (out of those decided), `judged, in_time, share_in_time` (by the limit in force on the day of receipt),
    `after_<days>` for each of `limits`, and `longest`, in days. What was not received has no row.
    """
    seen = known(rows, clocks.known_at).collect().lazy()
    frames = [_part(seen, clocks, limits, by) for by in MARGINS]
    whole = pl.concat(frames, how="diagonal").filter(pl.col("received") > 0)
    order = pl.col("route").is_null(), pl.col("route"), pl.col("year").is_null(), pl.col("year")
    return whole.sort(order)


def _part(seen: pl.LazyFrame, clocks: Clocks, limits: Sequence[int], by: Sequence[Dimension]) -> pl.DataFrame:
    later = [disclosed_after(days) for days in limits]
    counted = [RECEIVED, UNDECIDED, SHARE_DISCLOSED, DISCLOSED_IN_TIME, *later]
    figures = evaluate_all(counted, seen, clocks, by=by)
    keys = [dimension.name for dimension in by]
    disclosed, in_time = figures[SHARE_DISCLOSED.name], figures[DISCLOSED_IN_TIME.name]
    columns = [
        figures[RECEIVED.name]["numerator"].alias("received"),
        figures[UNDECIDED.name]["numerator"].alias("undecided"),
        disclosed["denominator"].alias("decided"),
        disclosed["numerator"].alias("disclosed"),
        disclosed["value"].alias("share_disclosed"),
        in_time["denominator"].alias("judged"),
        in_time["numerator"].alias("in_time"),
        in_time["value"].alias("share_in_time"),
        *(
            figures[metric.name]["numerator"].alias(metric.name.removeprefix("disclosed_"))
            for metric in later
        ),
    ]
    counts = figures[RECEIVED.name].select(keys).with_columns(columns) if keys else pl.DataFrame(columns)
    longest = days_taken.filter(RECEIVED.numerator.where & (pl.col("disclosed_on") <= clocks.as_at)).max()
    days = [dimension.value(clocks.as_at).alias(dimension.name) for dimension in by]
    if not by:
        return counts.with_columns(seen.select(longest=longest).collect())
    most = seen.group_by(days).agg(longest=longest).collect()
    return counts.join(most, on=keys, how="left", nulls_equal=True)
