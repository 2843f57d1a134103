"""A status from its day until the next: one row for each spell of it."""

from collections.abc import Sequence

import polars as pl

from metrics.histories.periods_known import STRETCH


def spells(
    spine: pl.LazyFrame, steps: pl.LazyFrame, key: str, begins: str, *, latest: Sequence[pl.Expr]
) -> pl.LazyFrame:
    """Return every spell of a status of each key, and from when to when it was known.

    spine: the key as known on each of its change days, with the day `begins` on which it came to be.
    steps: its statuses as known on those days, each with the day `from_on`.
    The first spell (`first`) begins with the key itself and has no status; a status of an earlier day
    begins with it. `until_on` is the day the next begins, null for the last.
    latest: what orders the statuses of one day; the last of them holds, the others never did.
    """
    order = [pl.col(key, "day", "from_on", "stepped_on"), *latest]
    overtaken = pl.all_horizontal(
        pl.col(each) == pl.col(each).shift(-1) for each in (key, "day", "stepped_on")
    )
    began = spine.with_columns(from_on=begins, stepped_on=pl.lit(None, pl.Date), first=pl.lit(value=True))
    stepped = spine.join(steps, on=[key, "day"]).with_columns(
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
