"""What each period added to a figure, as a share with its limits."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from metrics.chance.between import told_whole
from metrics.chance.control import Control, shares
from metrics.evaluate import shared

COUNTS = ("numerator", "denominator")


def periods(first: dt.date, last: dt.date, every: str) -> pl.DataFrame:
    """Return `period, day, whole`: its first day, its last but none after `last`, and whether it was over.

    every: a Polars duration such as "1w" or "1mo".
    """
    start = pl.Series([first]).dt.truncate(every)[0]
    period = pl.date_range(start, last, every, eager=True).alias("period").to_frame()
    ends = pl.col("period").dt.offset_by(every) - pl.duration(days=1)
    return told_whole(period.with_columns(day=pl.min_horizontal(ends, pl.lit(last))), last, every)


def added(states: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Return the counts of each day less those of the day before it; the first day is left out.

    states: `day, [by], numerator, denominator`, in order; every group has every day.
    """
    before = pl.col(*COUNTS).shift(1)
    change = pl.col(*COUNTS) - (before.over(by, order_by="day") if by else before)
    return states.with_columns(change).filter(pl.col("day") > pl.col("day").min())


def rates(counts: pl.DataFrame) -> pl.DataFrame:
    """Return counts with `value, low, high`: the share of each period with its 95% Wilson interval.

    A period has counts but no share where nothing was added to the whole; where a correction took more away
    than came; and where more was found than was looked at, as late findings of earlier work are.
    """
    numerator, denominator = (pl.col(name) for name in COUNTS)
    possible = (denominator > 0) & numerator.is_between(0, denominator)
    some = counts.select(pl.when(possible).then(column).otherwise(0) for column in (numerator, denominator))
    return counts.with_columns(shared(some).select("value", "low", "high").get_columns())


def limits(rates: pl.DataFrame, first: int | None = None) -> Control | None:
    """Return the p chart of the periods that are over and have a share; None with too few.

    first: how many of them the limits come from; None is all.
    """
    shared = pl.when(pl.col("value").is_not_null()).then(pl.col(*COUNTS)).otherwise(0)
    return shares(rates.with_columns(shared), first)
