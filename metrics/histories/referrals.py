"""What was known of each referral, status by status."""

import polars as pl

from metrics.histories.stretches import CLOCK, STRETCH, Tables, change_days, on_day


def referrals(tables: Tables) -> pl.LazyFrame:
    """Return every spell of a status of each referral, and from when to when it was known.

    The first spell (`first`) begins on the day of referral with the status "referred"; each later
    step begins the next. `until_on` is the day the next begins, null for the last.
    """
    spine = tables["referrals"].drop("opened_by", "closed_by")
    steps = tables["referral_events"].select("referral_ref", "happened_on", "status", "event_ref", *CLOCK)
    days = change_days([spine, steps], "referral_ref")
    known_spine = on_day(spine, days, "referral_ref")
    began = known_spine.with_columns(
        from_on="referred_on", status=pl.lit("referred"), event_ref=pl.lit(""), first=pl.lit(value=True)
    )
    stepped = known_spine.join(
        on_day(steps, days, "referral_ref").drop("day_after").rename({"happened_on": "from_on"}),
        on=["referral_ref", "day"],
    ).with_columns(pl.col("status").cast(pl.String), first=pl.lit(value=False))
    order = ["referral_ref", "day", "from_on", pl.col("event_ref").str.len_bytes(), "event_ref"]
    return (
        pl.concat([began, stepped.select(began.collect_schema().names())])
        .sort(order)
        .with_columns(until_on=pl.col("from_on").shift(-1).over("referral_ref", "day", order_by=order))
        .rename(STRETCH)
        .drop("event_ref")
    )
