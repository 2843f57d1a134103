"""What was known of the team's weeks."""

import polars as pl

from metrics.histories.periods_known import STRETCH, Tables, change_days, on_day

STAFFED_FOR = pl.duration(days=28)


def staffing(tables: Tables) -> pl.LazyFrame:
    """Return the headcount of each week and team, as known from when to when.

    It stands until `until_on`: the team's next week known, or four weeks at the most, since a week's
    headcount is recorded some days after the week has begun.
    """
    weeks = tables["staffing"].drop("opened_by", "closed_by")
    next_week = pl.col("week_on").shift(-1).over("team", "day", order_by="week_on")
    return (
        on_day(weeks, change_days([weeks], "team"), "team")
        .with_columns(until_on=pl.min_horizontal(next_week, pl.col("week_on") + STAFFED_FOR))
        .rename(STRETCH)
        .sort("week_on", "team", "recorded_from")
    )
