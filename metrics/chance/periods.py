"""Whole periods of a count: none is missing, and none is only part of one."""

import datetime as dt

import polars as pl


def whole_periods(counts: pl.DataFrame, first: dt.date, last: dt.date, every: str) -> pl.DataFrame:
    """Return `period, value` for each whole period from the first day to the last.

    counts: `period, numerator`; a period that it lacks is 0. A week or month that is cut off at either end
    is left out, since it would be low for no other reason. What happened before the first day counts.
    every: a Polars duration such as "1w" or "1mo".
    """
    begun = pl.Series([min([first, *counts["period"]])])
    start = begun.dt.truncate(every)
    if begun[0] > start[0]:
        start = start.dt.offset_by(every)
    after = last + dt.timedelta(days=1)
    periods = pl.date_range(start[0], after, every, closed="left", eager=True).alias("period")
    ended = periods.filter(periods.dt.offset_by(every) <= after).to_frame()
    found = ended.join(counts.select("period", value="numerator"), on="period", how="left")
    return found.with_columns(pl.col("value").fill_null(0)).sort("period")
