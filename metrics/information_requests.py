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
    """Returns `route, year` (null: all of them), `received, undecided, decided, disclosed, share_disclosed`
    (of those decided), `judged, in_time, share_in_time` (by the limit in force on the day of receipt),
    `after_<days>` for each of `limits`, and `longest`, in days. No row where none was received.
    """
    seen = known(rows, clocks.known_at).collect().lazy()
    whole = pl.concat([_part(seen, clocks, limits, by) for by in MARGINS], how="diagonal")
    return whole.filter(pl.col("received") > 0).sort("route", "year", nulls_last=True)


def _part(seen: pl.LazyFrame, clocks: Clocks, limits: Sequence[int], by: Sequence[Dimension]) -> pl.DataFrame:
    later = {metric.name: metric for metric in map(disclosed_after, limits)}
    counted = [RECEIVED, UNDECIDED, SHARE_DISCLOSED, DISCLOSED_IN_TIME, *later.values()]
    figures = evaluate_all(counted, seen, clocks, by=by)
    disclosed, in_time = figures[SHARE_DISCLOSED.name], figures[DISCLOSED_IN_TIME.name]
    columns = {
        "received": figures[RECEIVED.name]["numerator"],
        "undecided": figures[UNDECIDED.name]["numerator"],
        "decided": disclosed["denominator"],
        "disclosed": disclosed["numerator"],
        "share_disclosed": disclosed["value"],
        "judged": in_time["denominator"],
        "in_time": in_time["numerator"],
        "share_in_time": in_time["value"],
        **{name.removeprefix("disclosed_"): figures[name]["numerator"] for name in later},
    }
    longest = days_taken.filter(RECEIVED.numerator.where & (pl.col("disclosed_on") <= clocks.as_at)).max()
    if not by:
        return pl.DataFrame(columns).with_columns(seen.select(longest=longest).collect())
    keys = {dimension.name: dimension.value(clocks.as_at) for dimension in by}
    most = seen.group_by([value.alias(name) for name, value in keys.items()]).agg(longest=longest).collect()
    counts = figures[RECEIVED.name].select(*keys).with_columns(**columns)
    return counts.join(most, on=list(keys), how="left", nulls_equal=True)
