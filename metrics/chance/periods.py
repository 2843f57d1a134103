"""Periods of a series by week or month: none is missing, and one that is not over is told."""

import datetime as dt

import polars as pl


def whole_periods(counts: pl.DataFrame, first: dt.date, last: dt.date, every: str) -> pl.DataFrame:
    """Return `period, value, whole` for each period from the first day to the last; whole ones are over.

    counts: `period, numerator`; a period that it lacks is 0. A week or month that begins before the first day
    is left out, since it would be low for no other reason. What happened before the first day counts.
    every: a Polars duration such as "1w" or "1mo".
    """
    begun = pl.Series([min([first, *counts["period"]])])
    start = begun.dt.truncate(every)
    if begun[0] > start[0]:
        start = start.dt.offset_by(every)
    after = last + dt.timedelta(days=1)
    periods = pl.date_range(start[0], after, every, closed="left", eager=True).alias("period").to_frame()
    found = periods.join(counts.select("period", value="numerator"), on="period", how="left")
    return told_whole(found.with_columns(pl.col("value").fill_null(0)).sort("period"), last, every)


def told_whole(points: pl.DataFrame, last: dt.date, every: str) -> pl.DataFrame:
    """Return points by `period` with `whole`: whether the period was over at the end of the last day."""
    return points.with_columns(whole=pl.col("period").dt.offset_by(every) <= last + dt.timedelta(days=1))
