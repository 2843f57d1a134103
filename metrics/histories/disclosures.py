"""What was known of how each application was handled when it was made: decided, disclosed, when due."""

from collections.abc import Sequence

import polars as pl

from data.terms import Terms, Timescale
from metrics.histories.periods_known import Tables


def disclosures(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """Return what was known of each application's own decision, and from when to when.

    One row for each application and stretch. `settled_on` is the day it was decided, or disclosed if that
    was earlier; null while the decision is pending. `due_on` is the last day within the limit in force on
    the day it was received; null where the terms of reference know none.
    """
    decided_on = pl.when(pl.col("decision").ne_missing(pl.lit("pending"))).then("decided_on")
    return (
        tables["applications"]
        .drop("opened_by", "closed_by", "opened_on")
        .with_columns(
            year=pl.col("received_on").dt.year().cast(pl.Int16),
            settled_on=pl.min_horizontal(decided_on, "disclosed_on"),
            due_on=pl.col("received_on") + pl.duration(days=_limit(terms.timescales)),
        )
        .sort("application_ref", "recorded_from")
    )


def _limit(timescales: Sequence[Timescale]) -> pl.Expr:
    """Days that the whole process might take, by the limit in force on the day of receipt."""
    limit = pl.lit(None, pl.Int64)
    for each in sorted(timescales, key=lambda each: each.begins):
        limit = (
            pl.when(pl.col("received_on") >= each.begins).then(pl.lit(each.days, pl.Int64)).otherwise(limit)
        )
    return limit
