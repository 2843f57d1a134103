"""What was known of each learning recommendation, with the day its answer was due."""

import polars as pl

from data.terms import Terms
from metrics.histories.periods_known import CLOCK, STRETCH, Tables, change_days, on_day

KEY, MATTER = "recommendation_ref", "referral_ref"


def recommendations(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """Return what was known of each recommendation, and from when to when.

    `due_on` is the last day for the answer: of the days of the terms of reference, the day it was made is
    the first; later if it was extended. `subject` is its referral's. One is out of scope only if its
    referral is known to be.
    """
    made = tables["recommendations"].drop("opened_by", "closed_by")
    matters = (
        tables["referrals"]
        .select(MATTER, "subject", *CLOCK, matter_in_scope="in_scope")
        .join(made.select(KEY, MATTER).unique(), on=MATTER)
    )
    days = change_days([made, matters], KEY)
    of_day = on_day(matters, days, KEY).drop("day_after")
    allowed = pl.duration(days=terms.response_days - 1)
    return (
        on_day(made, days, KEY)
        .join(of_day, on=[KEY, MATTER, "day"], how="left")
        .with_columns(
            in_scope=pl.col("matter_in_scope").fill_null(value=True),
            due_on=pl.max_horizontal(pl.col("made_on") + allowed, "extended_to"),
        )
        .drop("matter_in_scope")
        .rename(STRETCH)
        .sort(KEY, "recorded_from")
    )
