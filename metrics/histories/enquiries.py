"""What was known of each message to the dedicated inbox."""

from typing import Final

import polars as pl

from metrics.histories.periods_known import Tables
from metrics.workdays import after_working_days

ANSWER_WITHIN: Final = 10
"""Working days in which an enquiry is to be answered."""


def enquiries(tables: Tables) -> pl.LazyFrame:
    """Return what was known of each enquiry, and from when to when.

    `due_on` is the tenth working day after the day it arrived: the last on which an answer is in time.
    `overdue_from` is the day after.
    """
    due_on = after_working_days(pl.col("received_on"), ANSWER_WITHIN)
    return (
        tables["enquiries"]
        .drop("opened_by", "closed_by")
        .with_columns(due_on=due_on, overdue_from=due_on + pl.duration(days=1))
        .sort("enquiry_ref", "recorded_from")
    )
