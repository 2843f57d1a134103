"""What each period added to a figure, as a share with its limits; how much is done for its staff."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
import scipy  # which imports a part when it is first asked for

from metrics.chance.control import Control, shares
from metrics.chance.groups import rates_by_chance
from metrics.intervals import shared

COUNTS = ("numerator", "denominator")


def periods(first: dt.date, last: dt.date, every: str) -> pl.DataFrame:
    """Return `period, day, whole`: its first day, its last but none after `last`, and whether it was over.

    every: a Polars duration such as "1w" or "1mo".
    """
    start = pl.Series([first]).dt.truncate(every)[0]
    period = pl.date_range(start, last, every, eager=True).alias("period").to_frame()
    ends = pl.col("period").dt.offset_by(every) - pl.duration(days=1)
    return with_whole(period.with_columns(day=pl.min_horizontal(ends, pl.lit(last))), last, every)


def whole_periods(counts: pl.DataFrame, first: dt.date, last: dt.date, every: str) -> pl.DataFrame:
    """Return `period, value, whole` for each period from the first day to the last; see `periods`.

    counts: `period, numerator`; a period that it lacks is 0. A period that begins before the first day is
    left out, as it would be low for no other reason.
    """
    begun = pl.Series([min([first, *counts["period"]])])
    start = begun.dt.truncate(every)
    whole = start if begun[0] == start[0] else start.dt.offset_by(every)
    values = counts.select("period", value="numerator")
    filled = periods(whole[0], last, every).join(values, on="period", how="left").sort("period")
    return filled.select("period", pl.col("value").fill_null(0), "whole")


def with_whole(points: pl.DataFrame, last: dt.date, every: str) -> pl.DataFrame:
    """By `period` with `whole`: whether the period was over at the end of the last day."""
    return points.with_columns(whole=pl.col("period").dt.offset_by(every) <= last + dt.timedelta(days=1))


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


TAIL = (1 - 0.95) / 2
WEEK = 7


def per_person_week(done: pl.DataFrame, staff: pl.DataFrame) -> pl.DataFrame:
    """With the exact 95% Poisson interval. done: `team, done`. staff: `day, team, numerator`, on each day.
    Returns `team, done, weeks, rate, low, high`; a team that had nobody, or did nothing, is left out.
    """
    weeks = staff.group_by("team").agg(weeks=pl.col("numerator").sum() / WEEK)
    rates = done.join(weeks, on="team").filter(pl.col("weeks") > 0, pl.col("done") > 0)
    events = rates["done"].to_numpy()
    return rates.with_columns(
        rate=pl.col("done") / pl.col("weeks"),
        low=pl.Series(scipy.special.gammaincinv(events, TAIL)) / pl.col("weeks"),
        high=pl.Series(scipy.special.gammaincinv(events + 1, 1 - TAIL)) / pl.col("weeks"),
    ).sort("team")


def by_chance(rates: pl.DataFrame) -> float | None:
    """Chance of differences as large between teams that all work at one rate; None for fewer than two."""
    if rates.height < 2:  # noqa: PLR2004  # one has nothing to differ from
        return None
    return rates_by_chance(tuple(rates["done"].to_list()), tuple(rates["weeks"].to_list()))


def weekly(done: pl.DataFrame, staff: pl.DataFrame, last: dt.date) -> pl.DataFrame:
    """done: `day, numerator`, the running total on every day. staff: `day, numerator`.
    Returns `week_on, done, weeks, rate` of the weeks over by `last`; the rate of a week of nobody is null.
    """
    monday = pl.col("day").dt.truncate("1w").alias("week_on")
    over = last - dt.timedelta(days=last.weekday() + 1) if last.isoweekday() != WEEK else last
    work = done.with_columns(pl.col("numerator").diff().fill_null(pl.col("numerator")))
    return (
        work.join(staff.select("day", staff="numerator"), on="day")
        .filter(pl.col("day") <= over)
        .group_by(monday)
        .agg(done=pl.col("numerator").sum(), weeks=pl.col("staff").sum() / WEEK)
        .with_columns(rate=pl.when(pl.col("weeks") > 0).then(pl.col("done") / pl.col("weeks")))
        .sort("week_on")
    )


def dips(staff: pl.DataFrame) -> pl.DataFrame:
    """Weeks whose last day has over a third fewer staff than both next to it. staff: `day, numerator`."""
    weeks = staff.group_by(week_on=pl.col("day").dt.truncate("1w")).agg(pl.col("numerator").last())
    number = pl.col("numerator")
    neighbours = pl.min_horizontal(number.shift(1), number.shift(-1))
    inside = number.shift(1).is_not_null() & number.shift(-1).is_not_null()
    # Multiplied out: a third as a float is not quite one, and a fall of just a third is none.
    return weeks.sort("week_on").filter(inside, 3 * number < 2 * neighbours)


def by_week(headcount: pl.DataFrame, equivalents: pl.DataFrame, done: pl.DataFrame) -> pl.DataFrame:
    """Each is `day, team, numerator` on the same days, the last of each week; `done` is a running total.
    Returns `week_on, team, people, equivalents, done, rate`, latest week first; no row of nobody and nothing.
    """
    keys = ["day", "team"]
    work = done.sort(keys).with_columns(
        pl.col("numerator").diff().over("team").fill_null(pl.col("numerator")).alias("done")
    )
    return (
        headcount.select(*keys, people="numerator")
        .join(equivalents.select(*keys, equivalents="numerator"), on=keys)
        .join(work.select(*keys, "done"), on=keys, how="full", coalesce=True)
        .with_columns(pl.col("people", "equivalents", "done").fill_null(0))
        .filter((pl.col("people") > 0) | (pl.col("done") > 0))
        .with_columns(
            week_on=pl.col("day").dt.truncate("1w"),
            rate=pl.when(pl.col("equivalents") > 0).then(pl.col("done") / pl.col("equivalents")),
        )
        .select("week_on", "team", "people", "equivalents", "done", "rate")
        .sort("week_on", "team", descending=[True, False])
    )


def by_reviewer(rows: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """rows: the reviews known, with `team, reviewer_ref, allocated_on, completed_on`. Not in the order of the
    numbers: to rank people by them would be to read what they cannot tell.
    """
    done = (pl.col("completed_on") <= day).fill_null(value=False)
    return (
        rows.filter(pl.col("allocated_on") <= day)
        .group_by("team", "reviewer_ref")
        .agg(done=done.sum().cast(pl.Int64), in_hand=(~done).sum().cast(pl.Int64))
        .sort("team", "reviewer_ref", nulls_last=True)
    )
