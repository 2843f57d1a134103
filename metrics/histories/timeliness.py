"""What was known of each enquiry, and of how each application was handled when it was made."""

from operator import attrgetter
from typing import Final

import polars as pl

from data.terms import Terms
from metrics.histories.periods_known import Tables, register
from metrics.workdays import after_working_days

ANSWER_WITHIN: Final = 10
"""Working days in which an enquiry is to be answered."""


def enquiries(tables: Tables) -> pl.LazyFrame:
    """`due_on` is the tenth working day after the day it arrived: the last on which an answer is in time.
    `overdue_from` is the day after.
    """
    due_on = after_working_days(pl.col("received_on"), ANSWER_WITHIN)
    return (
        register(tables, "enquiries")
        .with_columns(due_on=due_on, overdue_from=due_on + pl.duration(days=1))
        .sort("enquiry_ref", "recorded_from")
    )


def disclosures(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """One row for each application and stretch. `settled_on` is the day it was decided, or disclosed if that
    was earlier; null while the decision is pending. `due_on` is the last day within the limit in force on
    the day it was received; null where the terms of reference know none.
    """
    received_on, limit = pl.col("received_on"), pl.lit(None, pl.Int64)
    for timescale in sorted(terms.timescales, key=attrgetter("begins")):
        days = pl.lit(timescale.days, pl.Int64)
        limit = pl.when(received_on >= timescale.begins).then(days).otherwise(limit)
    decided_on = pl.when(pl.col("decision").ne_missing(pl.lit("pending"))).then("decided_on")
    return (
        register(tables, "applications", "opened_on")
        .with_columns(
            year=received_on.dt.year().cast(pl.Int16),
            settled_on=pl.min_horizontal(decided_on, "disclosed_on"),
            due_on=received_on + pl.duration(days=limit),
        )
        .sort("application_ref", "recorded_from")
    )
