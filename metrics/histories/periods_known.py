"""The stretches of days over which nothing known of a key changed, and what was known on each.

What was known on a day is then one comparison on two columns, with no join, for every figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from data.schema import STILL

Tables = Mapping[str, pl.LazyFrame]
CLOCK = ("recorded_from", "recorded_to")
STRETCH = {"day": "recorded_from", "day_after": "recorded_to"}


def register(tables: Tables, table: str, *besides: str) -> pl.LazyFrame:
    return tables[table].drop("opened_by", "closed_by", *besides)


@dataclass(frozen=True, eq=False)
class Child:
    """sums: what is made of several rows of the key and of `on`; none where there is one at the most."""

    rows: pl.LazyFrame
    sums: Sequence[pl.Expr] = ()
    on: tuple[str, ...] = ()
    how: Literal["left", "inner"] = "left"


def stretches(rows: pl.LazyFrame, key: str, *children: Child) -> pl.LazyFrame:
    return by_day(rows, key, *children).rename(STRETCH)


def by_day(
    rows: pl.LazyFrame,
    key: str,
    *children: Child,
    also: Sequence[pl.LazyFrame] = (),
    sums: Sequence[pl.Expr] = (),
) -> pl.LazyFrame:
    """On each `day` on which any of them changed, or of `also`. sums: of several rows of a key."""
    days = _change_days([rows, *(child.rows for child in children), *also], key)
    known = on_day(rows, days, key)
    if sums:
        known = known.group_by(key, "day", "day_after").agg(sums)
    for child in children:
        of_day, on = on_day(child.rows, days, key).drop("day_after"), [key, *child.on, "day"]
        of_day = of_day.group_by(on).agg(child.sums) if child.sums else of_day
        known = known.join(of_day, on=on, how=child.how)
    return known


def _change_days(recorded: Sequence[pl.LazyFrame], key: str) -> pl.LazyFrame:
    """Each with the next such day."""
    days = [rows.select(key, day=day) for rows in recorded for day in CLOCK]
    following = pl.when(pl.col(key) == pl.col(key).shift(-1)).then(pl.col("day").shift(-1))
    return (
        pl.concat(days)
        .unique()
        .sort(key, "day")
        .with_columns(day_after=following.fill_null(STILL))
        .filter(pl.col("day") < STILL)
    )


def on_day(rows: pl.LazyFrame, days: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """Row versions that stood on each day of their key."""
    return (
        rows.join(days, on=key)
        .filter(pl.col("recorded_from") <= pl.col("day"), pl.col("day") < pl.col("recorded_to"))
        .drop(CLOCK)
    )


def spells(
    spine: pl.LazyFrame, steps: pl.LazyFrame, key: str, begins: str, *, latest: Sequence[pl.Expr]
) -> pl.LazyFrame:
    """spine: the key `by_day`, with the day `begins` on which it came to be. steps: its statuses by
    `from_on`. The first spell (`first`) has no status; a status of an earlier day begins with the key.
    latest: what orders the statuses of one day; the last of them holds, the others never did.
    """
    order = [pl.col(key, "day", "from_on", "stepped_on"), *latest]
    overtaken = pl.all_horizontal(
        pl.col(column) == pl.col(column).shift(-1) for column in (key, "day", "stepped_on")
    )
    began = spine.with_columns(from_on=begins, stepped_on=pl.lit(None, pl.Date), first=pl.lit(value=True))
    stepped = on_day(steps, spine, key).with_columns(
        from_on=pl.max_horizontal("from_on", begins), stepped_on="from_on", first=pl.lit(value=False)
    )
    return (
        pl.concat([began, stepped], how="diagonal")
        .sort(order, nulls_last=False)
        .filter(~overtaken.fill_null(value=False))
        .with_columns(
            until_on=pl.col("from_on").shift(-1).over(key, "day", order_by=["from_on", "stepped_on"])
        )
        .drop("stepped_on")
        .rename(STRETCH)
    )
