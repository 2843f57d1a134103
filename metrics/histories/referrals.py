"""What was known of each referral, status by status."""

import polars as pl

from data.schema import REFERRAL_STATUSES
from metrics.histories.periods_known import CLOCK, STRETCH, Tables, change_days, on_day

ENDED = ("closed", "discontinued", "withdrawn")
"""Statuses of a matter that is settled."""


def referrals(tables: Tables) -> pl.LazyFrame:
    """Return every spell of a status of each referral, and from when to when it was known.

    The first spell (`first`) begins on the day of referral with the status "referred"; each later
    step begins the next. `until_on` is the day the next begins, null for the last. `mode` and `outcome`
    are the latest decided by then. `failures` is the number of failures that the referral is about.
    """
    spine = tables["referrals"].drop("opened_by", "closed_by")
    steps = tables["referral_events"].select(
        "referral_ref", "happened_on", "status", "mode", "outcome", "event_ref", *CLOCK
    )
    about = tables["referral_failures"].select("referral_ref", "failure_ref", *CLOCK)
    days = change_days([spine, steps, about], "referral_ref")
    counts = on_day(about, days, "referral_ref").group_by("referral_ref", "day").agg(failures=pl.len())
    known_spine = (
        on_day(spine, days, "referral_ref")
        .join(counts, on=["referral_ref", "day"], how="left")
        .with_columns(pl.col("failures").fill_null(0))
    )
    began = known_spine.with_columns(
        from_on="referred_on",
        status=pl.lit("referred").cast(pl.Enum(REFERRAL_STATUSES)),
        event_ref=pl.lit(""),
        first=pl.lit(value=True),
    )
    stepped = known_spine.join(
        on_day(steps, days, "referral_ref").drop("day_after").rename({"happened_on": "from_on"}),
        on=["referral_ref", "day"],
    ).with_columns(first=pl.lit(value=False))
    order = ["referral_ref", "day", "from_on", pl.col("event_ref").str.len_bytes(), "event_ref"]
    decided = pl.col("mode", "outcome").forward_fill().over("referral_ref", "day", order_by=order)
    return (
        pl.concat([began, stepped], how="diagonal")
        .sort(order)
        .with_columns(
            decided, until_on=pl.col("from_on").shift(-1).over("referral_ref", "day", order_by=order)
        )
        .rename(STRETCH)
        .drop("event_ref")
    )
